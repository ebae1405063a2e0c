"""A held season, ready to answer at once where one more request could go."""

import time

import numpy as np

from scheduling.ejection import insert
from scheduling.enlarged import Enlarged
from scheduling.problem import Activity, Problem, Request, preference
from scheduling.ranking import best_places
from scheduling.searcher import Place, Searcher, name_places, places_of
from scheduling.season_data import Season, compile_season, in_link_order
from scheduling.solution import Move, Offer, Placement, Solution
from scheduling.state import BUDGET, TOUCHED, begin, is_placed, put, take, undo

MOST_MOVES = 3
CHAIN_TRIES = 60
CHAIN_SECONDS = 0.08
COST_PER_MOVE = 20.0
NOT_YET = -1


class Snapshot:
    """A season with a solution placed in it.

    Warm, it answers `insert` in about a millisecond and never changes. Not to be shared between threads.

    Parameters
    ----------
    problem
        A valid problem; its confirmed and pinned places never move, its tentative ones may for a chain.
    solution
        What is placed beside the held places.
    """

    def __init__(self, problem: Problem, solution: Solution | None = None) -> None:
        self.problem = problem
        self.season: Season = compile_season(problem)
        self.searcher = Searcher(self.season)
        if solution is not None:
            self.searcher.put_free(places_of(self.season, solution))
        # everything placed must stay placed; moves are counted by the chain itself
        placed = self.searcher.state.placed_activities == np.diff(self.season.data.activity_ptr)
        self.searcher.state.must[:] = placed

    def free_places(self, activity: str, limit: int = 10) -> list[Offer]:
        """Places that one activity of the problem could take now, best first; it may itself be placed.

        Raises
        ------
        KeyError
            If the problem has no such activity.
        """
        a = self.season.activity_index[activity]
        searcher = self.searcher
        place = searcher.place_of(a)
        if place is not None:
            searcher.take(a)
        found = best_places(searcher.data, searcher.data_handle, searcher.state_handle, a, limit=limit, per_day=limit)
        offers = [
            Offer(placements=name_places(self.season, {a: free}).placements, preference=score) for free, score in found
        ]
        if place is not None:
            searcher.put(a, place)
        return offers

    def insert(self, request: Request, limit: int = 3, *, chains: bool = True) -> list[Offer]:
        """Where a request that is not in the problem could go, best first; nothing is changed.

        Parameters
        ----------
        request
            Names resources and groups of the problem. Groups unknown to it bind nobody.
        limit
            So many offers.
        chains
            Where nothing is free, look for places that open when up to three tentative activities move.
        """
        enlarged = Enlarged(self.searcher, request)
        offers = self._free_offers(enlarged, request, limit)
        if not offers and chains:
            offers = self._chain_offers(enlarged, request, limit)
        return sorted(offers, key=lambda offer: (offer.cost, -offer.preference))[:limit]

    def _free_offers(self, enlarged: Enlarged, request: Request, limit: int) -> list[Offer]:
        first = enlarged.activities[0]
        found = best_places(
            enlarged.data,
            enlarged.data_handle,
            enlarged.state_handle,
            first,
            limit=limit if len(enlarged.activities) == 1 else 4 * limit,
            per_day=2,
        )
        offers = []
        for place, _ in found:
            begin(enlarged.state_handle)
            self._put(enlarged, first, place)
            if len(enlarged.activities) == 1 or insert(
                enlarged.data_handle,
                enlarged.state_handle,
                enlarged.q,
                0,
                0,
                enlarged.work_handle,
            ):
                offers.append(self._offer(enlarged, request, {}))
            for a in enlarged.activities:
                if enlarged.state.day[a] >= 0:
                    take(enlarged.data_handle, enlarged.state_handle, a)
            if len(offers) == limit:
                break
        return offers

    def _chain_offers(self, enlarged: Enlarged, request: Request, limit: int) -> list[Offer]:
        """Force the newcomer in, again and again, and keep what moves no more than three activities."""
        ends = time.perf_counter() + CHAIN_SECONDS
        data, state, work = enlarged.data_handle, enlarged.state_handle, enlarged.work_handle
        enlarged.state.info[BUDGET] = 1 << 40
        offers: dict[tuple[Placement, ...], Offer] = {}
        for _ in range(CHAIN_TRIES):
            begin(state)
            done = insert(data, state, enlarged.q, 8, 1, work)
            if not done:
                undo(data, state)
                break
            for _depth in range(MOST_MOVES):
                waiting = [q for q in self._touched(enlarged) if not is_placed(data, state, q)]
                if not waiting:
                    break
                for q in waiting:
                    if not insert(data, state, q, 4, 0, work):
                        insert(data, state, q, 4, 1, work)
            touched = self._touched(enlarged)
            moves = self._moves(enlarged, touched)
            if all(is_placed(data, state, q) for q in touched) and len(moves) <= MOST_MOVES:
                offer = self._offer(enlarged, request, moves)
                offers.setdefault(offer.placements, offer)
            for q in touched:
                enlarged.state.penalty[q] += 1
            undo(data, state)
            if len(offers) >= limit or time.perf_counter() > ends:
                break
        return list(offers.values())

    def _touched(self, enlarged: Enlarged) -> list[int]:
        from_state: list[int] = enlarged.state.touched[: int(enlarged.state.info[TOUCHED])].tolist()
        return from_state

    def _moves(self, enlarged: Enlarged, touched: list[int]) -> dict[int, tuple[Place, Place]]:
        """Activities of others in a new place: old and new."""
        moves = {}
        for q in touched:
            for a in range(enlarged.data.activity_ptr[q], enlarged.data.activity_ptr[q + 1]):
                old_rooms = enlarged.state.saved_rooms[a, : enlarged.state.saved[a, 4]].tolist()
                day, start, campus, pool = (int(v) for v in enlarged.state.saved[a, :4])
                if q == enlarged.q or day == NOT_YET:
                    continue
                old = (day, start, campus, pool, tuple(old_rooms))
                new = _place_of(enlarged, a)
                if new is not None and (new[:4] != old[:4] or sorted(new[4]) != sorted(old[4])):
                    moves[a] = (old, new)
        return moves

    def _put(self, enlarged: Enlarged, a: int, place: Place) -> None:
        day, start, campus, pool, rooms = place
        chosen = np.zeros(enlarged.data.room_places, dtype=np.int64)
        chosen[: len(rooms)] = rooms
        put(enlarged.data_handle, enlarged.state_handle, a, day, start, campus, pool, chosen, len(rooms))

    def _offer(self, enlarged: Enlarged, request: Request, moves: dict[int, tuple[Place, Place]]) -> Offer:
        places = {a: place for a in enlarged.activities if (place := _place_of(enlarged, a)) is not None}
        own = {a.id: a for a in request.activities}
        ids = [a.id for a in in_link_order(request)]
        placements = tuple(self._named(ids[a - enlarged.first], place) for a, place in sorted(places.items()))
        worth = sum(preference(own[p.activity], p.day, p.start) or 0 for p in placements)
        ideal = sum(_ideal(own[i]) for i in ids)
        names = self.season.activities
        return Offer(
            placements=placements,
            cost=ideal - worth + COST_PER_MOVE * len(moves),
            preference=worth,
            moves=tuple(
                Move(
                    activity=names[a].id,
                    old=self._named(names[a].id, old),
                    new=self._named(names[a].id, new),
                    gains=(request.id,),
                )
                for a, (old, new) in sorted(moves.items())
            ),
        )

    def _named(self, activity: str, place: Place) -> Placement:
        """A placement by name; in a pool, a channel that nobody uses at that time."""
        day, start, _, pool, rooms = place
        channel = None
        if pool >= 0:
            channel = self.problem.channels[self._free_channel(pool, start)].id
        return Placement(
            activity=activity,
            day=day,
            start=start,
            rooms=tuple(self.problem.rooms[r].id for r in rooms),
            channel=channel,
        )

    def _free_channel(self, pool: int, start: int) -> int:
        """A pool of held places has one channel; in others, the first that is free by the naming from the left."""
        channels = self.season.pool_channels[pool]
        if len(channels) == 1:
            return channels[0]
        data, state = self.season.data, self.searcher.state
        users = np.flatnonzero(state.pool == pool)
        users = users[state.day[users] >= 0]
        ends = [0] * len(channels)
        for a in users[np.argsort(state.start[users], kind="stable")]:
            if state.start[a] <= start:
                free = next((i for i, end in enumerate(ends) if end <= state.start[a]), 0)
                ends[free] = int(state.start[a] + data.duration[a] + data.pool_turnover[pool, data.kind_of[a]])
        return channels[next((i for i, end in enumerate(ends) if end <= start), 0)]


def _place_of(enlarged: Enlarged, a: int) -> Place | None:
    state = enlarged.state
    if state.day[a] < 0:
        return None
    rooms = tuple(state.rooms[a, : state.room_count[a]].tolist())
    return int(state.day[a]), int(state.start[a]), int(state.campus[a]), int(state.pool[a]), rooms


def _ideal(activity: Activity) -> int:
    """The most preference any place could give."""
    best = max((w.preference for w in activity.windows), default=0)
    return best + (0 if activity.target is None else activity.target.value)
