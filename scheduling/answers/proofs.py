"""Proofs that a request cannot be placed.

- ``impossible``: not even an empty season has a placement, by an exact CP-SAT model of the request alone.
- ``full``: no schedule that keeps everything placed contains it, however the tentative placements move. Shown by the
  same model beside the fixed placements, by prices (`scheduling.bound.certificate`), or by the model of the request
  and of all movable requests that hold something it could use, each free to be anywhere beside the fixed placements.
- ``movable``: a placement opens when up to three tentative activities move to free placements.
- ``search_limit``: none of these could be shown within the limits.

Every model leaves out what it cannot say, which only makes it easier, so that infeasibility is a proof.
"""

from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np

from scheduling.answers.infeasibility import cannot_all_be_placed
from scheduling.answers.openings import Openings, allowed_starts
from scheduling.answers.snapshot import Snapshot
from scheduling.arrays.season import compile_season
from scheduling.bound.certificate import Certificate
from scheduling.model.problem import Link, Problem, Request
from scheduling.model.solution import Offer
from scheduling.moves.board import Board, starting_board

MOST_RIVALS = 40
CHOICES = (500, 6_000)  # a small model first: it is often enough, and a large one seldom ends in time


class Prover:
    """Looks for proofs about the requests that have no placement in a snapshot; what they share is made once.

    Parameters
    ----------
    problem
        As it was given; its confirmed and pinned placements are fixed, everything else in the snapshot is movable.
    """

    def __init__(self, problem: Problem, snapshot: Snapshot) -> None:
        self.problem = problem
        self.snapshot = snapshot

    def prove(self, request: Request, links: Sequence[Link]) -> tuple[str, tuple[Offer, ...]]:
        """The kind of proof, and with ``movable`` the placements that open.

        Parameters
        ----------
        request
            With those of its activities that have no placement.
        links
            Its links with activities that have one.
        """
        if cannot_all_be_placed(self._empty, [request]):
            return "impossible", ()
        if cannot_all_be_placed(self._fixed, [request]):
            return "full", ()
        offers = self.snapshot.chain_offers(request, 1, links=links)
        if offers:
            return "movable", tuple(offers)
        if self._certificate.shows_full(self._index[request.id]):
            return "full", ()
        members = [request, *self._rivals(request)[:MOST_RIVALS]]
        if any(cannot_all_be_placed(self._fixed, members, most_choices=most) for most in CHOICES):
            return "full", ()
        return "search_limit", ()

    @cached_property
    def _index(self) -> dict[str, int]:
        return {request.id: q for q, request in enumerate(self.problem.requests)}

    @cached_property
    def _empty(self) -> Board:
        """The season with nothing placed."""
        return starting_board(compile_season(msgspec.structs.replace(self.problem, fixed=())))

    @cached_property
    def _fixed(self) -> Board:
        """The season with the fixed placements alone."""
        immovable = tuple(entry for entry in self.problem.fixed if entry.state != "tentative")
        return starting_board(compile_season(msgspec.structs.replace(self.problem, fixed=immovable)))

    @cached_property
    def _certificate(self) -> Certificate:
        return Certificate(self.snapshot.season)

    def _rivals(self, request: Request) -> list[Request]:
        """Movable requests that hold something on a day and campus, or of a group, that the request could use.

        Those with the fewest starts come first: few of them are enough where many could give way.
        Those whose reference placements their own wishes or each other would not allow may stay, so they are left out.
        """
        state, data = self.snapshot.board.state, self.snapshot.board.data
        found: set[int] = set()
        for activity in request.activities:
            look = Openings(self._fixed, activity)
            for c, free in look.free.items():
                for day in np.flatnonzero(free.any(axis=1)):
                    here = (state.day == day) & ((state.campus == c) | (c < 0) | (state.pool >= 0))
                    found |= set(np.flatnonzero(here).tolist())
            for name in activity.groups:
                g = self.snapshot.season.index.group_index.get(name)
                if g is not None:
                    members = data.member[data.member_ptr[g] : data.member_ptr[g + 1]]
                    found |= set(members[state.day[members] >= 0].tolist())
        given = self._certificate.model.exempt | set(np.flatnonzero(self.snapshot.board.state.fixed).tolist())
        movable = {int(data.request_of[a]) for a in found} - {int(data.request_of[a]) for a in given}
        requests = [self.problem.requests[q] for q in sorted(movable)]
        return sorted(requests, key=self._count_starts)

    def _count_starts(self, request: Request) -> int:
        season = self.snapshot.season
        return sum(
            int(allowed_starts(season, season.activity_index[activity.id]).sum()) for activity in request.activities
        )
