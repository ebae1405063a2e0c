"""A held season, ready to answer at once where one more request could go."""

import time
from collections.abc import Sequence

import msgspec
import numpy as np

from scheduling.answers.guest import Guest
from scheduling.answers.guest_fields import Fields, newcomer_fields
from scheduling.arrays.season import Season, compile_season
from scheduling.arrays.season_index import in_link_order
from scheduling.model.problem import Activity, Held, Link, Problem, Request, preference
from scheduling.model.solution import Move, Offer, Placement, Solution
from scheduling.moves.ejection import insert
from scheduling.moves.ranking import best_places
from scheduling.moves.searcher import Place, Searcher, name_places
from scheduling.moves.state import BUDGET, TOUCHED, is_placed

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
        A valid problem; its confirmed and pinned places never move.
    solution
        Places beside or instead of the held ones; for a chain they may move, like tentative ones.
    """

    def __init__(self, problem: Problem, solution: Solution | None = None) -> None:
        self.problem = problem if solution is None else holding(problem, solution)
        self.season: Season = compile_season(self.problem)
        self.searcher = Searcher(self.season)
        # everything placed must stay placed; moves are counted by the chain itself
        placed = self.searcher.state.placed_activities == np.diff(self.season.data.activity_ptr)
        self.searcher.state.must[:] = placed
        self.guest = Guest(self.searcher)

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
        offers = self.free_offers(request, limit)
        if not offers and chains:
            offers = self.chain_offers(request, limit)
        return sorted(offers, key=lambda offer: (offer.cost, -offer.preference))[:limit]

    def free_offers(
        self,
        request: Request,
        limit: int,
        *,
        per_day: int = 2,
        links: Sequence[Link] = (),
        fields: Fields | None = None,
    ) -> list[Offer]:
        """Places that are free as things are, the best first.

        Parameters
        ----------
        per_day
            At most so many of one day.
        links
            Links between the request and activities of the problem.
        fields
            What `scheduling.answers.guest_fields` makes of them, where it is known already.
        """
        guest = self.guest
        guest.enter(newcomer_fields(self.season, request, links) if fields is None else fields)
        first = guest.activities[0]
        single = len(guest.activities) == 1
        found = best_places(
            guest.data,
            guest.data_handle,
            guest.state_handle,
            first,
            limit=limit if single else 4 * limit,
            per_day=per_day,
        )
        offers = []
        for place, _ in found:
            guest.begin()
            guest.put(first, place)
            if single or insert(guest.data_handle, guest.state_handle, guest.q, 0, 0, guest.work_handle):
                offers.append(self._offer(request, {}))
            guest.clear()
            if len(offers) == limit:
                break
        guest.leave()
        return offers

    def chain_offers(self, request: Request, limit: int, *, links: Sequence[Link] = ()) -> list[Offer]:
        """Force the newcomer in, again and again, and keep what moves no more than three activities."""
        ends = time.perf_counter() + CHAIN_SECONDS
        guest = self.guest
        guest.enter(newcomer_fields(self.season, request, links))
        own = {activity.id for activity in request.activities}
        for other in {end for link in links for end in (link.before, link.after)} - own:
            # what the newcomer is linked to knows nothing of the link, so it does not move
            guest.state.fixed[self.season.activity_index[other]] = 1
        guest.state.info[BUDGET] = 1 << 40
        offers: dict[tuple[Placement, ...], Offer] = {}
        for _ in range(CHAIN_TRIES):
            offer = self._chain(request)
            if offer is None:
                break
            if offer.moves:
                offers.setdefault(offer.placements, offer)
            if len(offers) >= limit or time.perf_counter() > ends:
                break
        guest.leave()
        return list(offers.values())

    def _chain(self, request: Request) -> Offer | None:
        """One try, undone: an offer, one without moves if it came to nothing; None if it cannot be forced in."""
        guest = self.guest
        data, state, work = guest.data_handle, guest.state_handle, guest.work_handle
        offer = Offer(placements=())
        guest.begin()
        if not insert(data, state, guest.q, 8, 1, work):
            guest.undo()
            return None
        for _depth in range(MOST_MOVES):
            for q in [q for q in self._touched() if not is_placed(data, state, q)]:
                if not insert(data, state, q, 4, 0, work):
                    insert(data, state, q, 4, 1, work)
        touched = self._touched()
        moves = self._moves(touched)
        if all(is_placed(data, state, q) for q in touched) and len(moves) <= MOST_MOVES:
            offer = self._offer(request, moves)
        guest.state.penalty[touched] += 1
        guest.undo()
        return offer

    def _touched(self) -> list[int]:
        state = self.guest.state
        touched: list[int] = state.touched[: int(state.info[TOUCHED])].tolist()
        return touched

    def _moves(self, touched: list[int]) -> dict[int, tuple[Place, Place]]:
        """Activities of others in a new place: old and new."""
        guest, moves = self.guest, {}
        for q in touched:
            for a in range(guest.data.activity_ptr[q], guest.data.activity_ptr[q + 1]):
                day, start, campus, pool, count = guest.state.saved[a].tolist()
                if q == guest.q or day == NOT_YET:
                    continue
                old = (day, start, campus, pool, tuple(guest.state.saved_rooms[a, :count].tolist()))
                new = guest.place_of(a)
                if new is not None and (new[:4] != old[:4] or sorted(new[4]) != sorted(old[4])):
                    moves[a] = (old, new)
        return moves

    def _offer(self, request: Request, moves: dict[int, tuple[Place, Place]]) -> Offer:
        guest = self.guest
        places = {a: place for a in guest.activities if (place := guest.place_of(a)) is not None}
        own = in_link_order(request)
        ids = {guest.first + i: activity.id for i, activity in enumerate(own)}
        ids |= {a: self.season.activities[a].id for a in moves}
        named = self._named({**places, **{a: new for a, (_, new) in moves.items()}}, ids)
        worth = sum(preference(own[a - guest.first], *places[a][:2]) or 0 for a in places)
        return Offer(
            placements=tuple(named[a] for a in sorted(places)),
            cost=sum(_ideal(activity) for activity in own) - worth + COST_PER_MOVE * len(moves),
            preference=worth,
            moves=tuple(
                Move(
                    activity=ids[a],
                    old=self._named({a: old}, ids)[a],
                    new=named[a],
                    gains=(request.id,),
                )
                for a, (old, _) in sorted(moves.items())
            ),
        )

    def _named(self, places: dict[int, Place], ids: dict[int, str]) -> dict[int, Placement]:
        """Placements by name; a channel with a held place is a pool of its own, the others are handed out in turn."""
        data = self.guest.data
        free_from: dict[int, list[int]] = {}
        named = {}
        for a, (day, start, _, pool, rooms) in sorted(places.items(), key=lambda item: item[1][1]):
            channel = None
            if pool >= 0:
                ends = free_from.setdefault(pool, [0] * len(self.season.pool_channels[pool]))
                number = next((i for i, end in enumerate(ends) if end <= start), 0)
                ends[number] = start + int(data.duration[a] + data.pool_turnover[pool, data.kind_of[a]])
                channel = self.problem.channels[self.season.pool_channels[pool][number]].id
            named[a] = Placement(
                activity=ids[a],
                day=day,
                start=start,
                rooms=tuple(self.problem.rooms[r].id for r in rooms),
                channel=channel,
            )
        return named


def holding(problem: Problem, solution: Solution) -> Problem:
    """The problem with every place of a solution held; those that nothing holds yet are tentative."""
    state = {held.activity: held.state for held in problem.held}
    held = tuple(
        Held(
            activity=p.activity,
            day=p.day,
            start=p.start,
            rooms=p.rooms,
            channel=p.channel,
            state=state.get(p.activity, "tentative"),
        )
        for p in solution.placements
    )
    return msgspec.structs.replace(problem, held=held)


def _ideal(activity: Activity) -> int:
    """The most preference any place could give."""
    best = max((w.preference for w in activity.windows), default=0)
    return best + (0 if activity.target is None else activity.target.value)
