"""A schedule, ready to answer at once where one more request could go."""

import time
from collections.abc import Sequence

import msgspec
import numpy as np

from scheduling.answers.extended_board import ExtendedBoard
from scheduling.answers.newcomer import Fields, newcomer_fields
from scheduling.arrays.naming import IndexPlacement, name_placements, solution_of
from scheduling.arrays.season import Season, compile_season
from scheduling.arrays.season_index import in_link_order
from scheduling.model.goals import best_preference
from scheduling.model.problem import Fixed, Link, Problem, Request, preference
from scheduling.model.solution import Move, Offer, Placement, Solution
from scheduling.moves.board import starting_board
from scheduling.moves.state import BUDGET

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
        A valid problem; its confirmed and pinned placements never move.
    solution
        Placements beside or instead of the fixed ones; for a chain they may move, like tentative ones.
    """

    def __init__(self, problem: Problem, solution: Solution | None = None) -> None:
        self.problem = problem if solution is None else with_fixed(problem, solution)
        self.season: Season = compile_season(self.problem)
        self.board = starting_board(self.season)
        # everything placed must stay placed; moves are counted by the chain itself
        self.board.state.must[:] = self.board.state.placed_activities == np.diff(self.season.data.activity_ptr)
        self.extended = ExtendedBoard(self.board)

    def free_placements(self, activity: str, limit: int = 10) -> list[Offer]:
        """Placements that one activity of the problem could take now, best first; it may itself be placed.

        Raises
        ------
        KeyError
            If the problem has no such activity.
        """
        a = self.season.activity_index[activity]
        placement = self.board.placement_of(a)
        if placement is not None:
            self.board.take(a)
        found = self.board.free_placements(a, limit=limit, per_day=limit)
        offers = [
            Offer(placements=solution_of(self.season, {a: free}).placements, preference=score) for free, score in found
        ]
        if placement is not None:
            self.board.put(a, placement)
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
            Where nothing is free, look for placements that open when up to three tentative activities move.
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
        """Placements that are free as things are, the best first.

        Parameters
        ----------
        per_day
            At most so many of one day.
        links
            Links between the request and activities of the problem.
        fields
            What `scheduling.answers.newcomer` makes of them, where it is known already.
        """
        board = self.extended
        board.enter(newcomer_fields(self.season, request, links) if fields is None else fields)
        first = board.activities[0]
        single = len(board.activities) == 1
        offers = []
        for placement, _ in board.free_placements(first, limit=limit if single else 4 * limit, per_day=per_day):
            board.begin()
            board.put(first, placement)
            if single or board.insert(board.q):
                offers.append(self.offer_of(request))
            board.clear()
            if len(offers) == limit:
                break
        board.leave()
        return offers

    def chain_offers(self, request: Request, limit: int, *, links: Sequence[Link] = ()) -> list[Offer]:
        """Force the newcomer in, again and again, and keep what moves no more than three activities."""
        ends = time.perf_counter() + CHAIN_SECONDS
        board = self.extended
        board.enter(newcomer_fields(self.season, request, links))
        own = {activity.id for activity in request.activities}
        for other in {end for link in links for end in (link.before, link.after)} - own:
            # what the newcomer is linked to knows nothing of the link, so it does not move
            board.state.fixed[self.season.activity_index[other]] = 1
        board.state.info[BUDGET] = 1 << 40
        offers: dict[tuple[Placement, ...], Offer] = {}
        for _ in range(CHAIN_TRIES):
            offer = self._chain(request)
            if offer is None:
                break
            known = offers.get(offer.placements)
            if offer.moves and (known is None or offer.cost < known.cost):
                # The same placement may open by moving fewer others.
                offers[offer.placements] = offer
            if len(offers) >= limit or time.perf_counter() > ends:
                break
        board.leave()
        return list(offers.values())

    def _chain(self, request: Request) -> Offer | None:
        """One try, undone: an offer, one without moves if it came to nothing; None if it cannot be forced in."""
        board = self.extended
        offer = Offer(placements=())
        board.begin()
        if not board.insert(board.q, noise=8, forced=True):
            board.undo()
            return None
        for _depth in range(MOST_MOVES):
            for q in [q for q in board.touched if not board.is_placed(q)]:
                if not board.insert(q, noise=4):
                    board.insert(q, noise=4, forced=True)
        touched = board.touched
        moves = self._moves(touched)
        if all(board.is_placed(q) for q in touched) and len(moves) <= MOST_MOVES:
            offer = self._offer(request, moves)
        board.state.penalty[touched] += 1
        board.undo()
        return offer

    def _moves(self, touched: list[int]) -> dict[int, tuple[IndexPlacement, IndexPlacement]]:
        """Activities of others in a new placement: old and new."""
        board, moves = self.extended, {}
        for q in touched:
            for a in range(board.data.activity_ptr[q], board.data.activity_ptr[q + 1]):
                day, start, campus, pool, count = board.state.saved[a].tolist()
                if q == board.q or day == NOT_YET:
                    continue
                old = (day, start, campus, pool, tuple(board.state.saved_rooms[a, :count].tolist()))
                new = board.placement_of(a)
                if new is not None and (new[:4] != old[:4] or sorted(new[4]) != sorted(old[4])):
                    moves[a] = (old, new)
        return moves

    def offer_of(self, request: Request) -> Offer:
        """The newcomer's placements, as they are on the extended board now."""
        return self._offer(request, {})

    def _offer(self, request: Request, moves: dict[int, tuple[IndexPlacement, IndexPlacement]]) -> Offer:
        board = self.extended
        placements = {a: placement for a in board.activities if (placement := board.placement_of(a)) is not None}
        own = in_link_order(request)
        ids = {board.first + i: activity.id for i, activity in enumerate(own)}
        ids |= {a: self.season.activities[a].id for a in moves}
        named = name_placements(
            self.season, board.data, {**placements, **{a: new for a, (_, new) in moves.items()}}, ids
        )
        worth = sum(preference(own[a - board.first], *placements[a][:2]) or 0 for a in placements)
        return Offer(
            placements=tuple(named[a] for a in sorted(placements)),
            cost=sum(best_preference(activity) for activity in own) - worth + COST_PER_MOVE * len(moves),
            preference=worth,
            moves=tuple(
                Move(
                    activity=ids[a],
                    old=name_placements(self.season, board.data, {a: old}, ids)[a],
                    new=named[a],
                    gains=(request.id,),
                )
                for a, (old, _) in sorted(moves.items())
            ),
        )


def with_fixed(problem: Problem, solution: Solution) -> Problem:
    """The problem with every placement of a solution fixed; those that it does not fix yet become tentative."""
    state = {fixed.activity: fixed.state for fixed in problem.fixed}
    fixed = tuple(
        Fixed(
            activity=p.activity,
            day=p.day,
            start=p.start,
            rooms=p.rooms,
            channel=p.channel,
            state=state.get(p.activity, "tentative"),
        )
        for p in solution.placements
    )
    return msgspec.structs.replace(problem, fixed=fixed)
