"""A board that is searched: the kernels that improve it, its incumbent, and which part of the season may change."""

import numpy as np
import numpy.typing as npt

from scheduling.arrays.naming import IndexPlacement
from scheduling.arrays.season import Season
from scheduling.arrays.season_data import UNLIMITED, Ints
from scheduling.kernels.random_numbers import random_start
from scheduling.moves.board import starting_board
from scheduling.moves.ejection import construct, improve
from scheduling.moves.incumbent import follow, keep_incumbent, restore_incumbent
from scheduling.moves.recreate import anneal
from scheduling.moves.state import BUDGET, INCUMBENT, QUEUED, STOP, requeue, save_request, take_request

# the arrays of a state remembered, and its weight
Incumbent = tuple[Ints, Ints, int]


class Searcher:
    """A board, searched from its fixed placements on.

    Parameters
    ----------
    season
        The compiled problem.
    seed
        Start of the random numbers; the same seed and moves give the same placements.
    move_budget
        Tentative placements that may move, ``None`` = all.

    Attributes
    ----------
    board
        Where everything is now.
    fixed
        Activities that no search moves, shape ``(a,)``.
    earliest, latest
        Days of each activity while the search is not narrowed, shape ``(a,)``.
    """

    def __init__(self, season: Season, seed: int = 1, move_budget: int | None = None) -> None:
        self.season = season
        self.board = starting_board(season, seed)
        self.fixed = self.board.state.fixed.copy()
        self.earliest, self.latest = season.data.first_day, season.data.last_day
        self.move_budget = UNLIMITED
        self.use_move_budget(UNLIMITED if move_budget is None else move_budget)
        self.refresh_queue()
        self.keep_incumbent()

    @property
    def incumbent_value(self) -> int:
        """Weight placed in the best state remembered."""
        return int(self.board.state.info[INCUMBENT])

    @property
    def incumbent_placed(self) -> int:
        """Requests placed in the best state remembered."""
        data = self.board.data
        if not len(data.weight):
            return 0
        has_placement = self.board.state.incumbent[:, 0] >= 0
        return int(np.logical_and.reduceat(has_placement, data.activity_ptr[:-1]).sum())

    @property
    def moves_are_scarce(self) -> bool:
        """Whether some tentative placements may move, but not all of them."""
        tentative = self.board.data.tentative & (self.fixed == 0)
        return 0 < self.move_budget < int(tentative.sum())

    @property
    def queue(self) -> list[int]:
        """Requests that the search would still try to place."""
        state = self.board.state
        queue: list[int] = state.queue[: int(state.info[QUEUED])].tolist()
        return queue

    def use_move_budget(self, move_budget: int) -> None:
        """Let so many tentative placements move from now on."""
        self.move_budget = self.board.state.info[BUDGET] = move_budget

    def seed(self, seed: int) -> None:
        """Start the random numbers afresh."""
        self.board.state.random[0] = random_start(seed)

    def construct(self, order: Ints) -> None:
        """Place requests in this order where something is free."""
        construct(self.board.data_handle, self.board.state_handle, order, self.board.scratch_handle)

    def improve(self, steps: int) -> None:
        """Ejection steps, see `scheduling.moves.ejection.improve`."""
        improve(self.board.data_handle, self.board.state_handle, steps, self.board.scratch_handle)

    def anneal(self, steps: int, temperature: float) -> None:
        """Ruin and recreate, see `scheduling.moves.recreate.anneal`."""
        anneal(self.board.data_handle, self.board.state_handle, steps, temperature, self.board.scratch_handle)

    def try_insert(self, q: int) -> bool:
        """Place a request where something is free; unchanged if nothing is."""
        self.board.begin()
        if self.board.insert(q):
            self.requeue(q)
            return True
        self.board.undo()
        return False

    def take_request(self, q: int) -> None:
        """Remove what may be removed of a request."""
        self.board.begin()
        take_request(self.board.data_handle, self.board.state_handle, q)
        self.requeue(q)

    def put_free(self, placements: dict[int, IndexPlacement]) -> None:
        """Take over placements from elsewhere, one by one where they are free; whole requests or nothing."""
        board = self.board
        for q in range(len(board.data.weight)):
            board.begin()
            save_request(board.data_handle, board.state_handle, q)
            for a in range(board.data.activity_ptr[q], board.data.activity_ptr[q + 1]):
                if board.state.day[a] >= 0 and a in placements and not board.state.fixed[a]:
                    board.take(a)
                if board.state.day[a] < 0 and a in placements and board.is_free(a, placements[a]):
                    board.put(a, placements[a])
            if not board.is_placed(q):
                board.undo()
        self.refresh_queue()
        self.keep_incumbent()

    def follow(self, other: "Searcher", requests: npt.NDArray[np.bool_] | None = None) -> None:
        """Take over where another searcher has some requests, or all."""
        board = self.board
        chosen = np.ones(len(board.data.weight), dtype=np.bool_) if requests is None else requests
        follow(board.data_handle, board.state_handle, other.board.state_handle, chosen)
        self.refresh_queue()

    def requeue(self, q: int) -> None:
        """Keep the queue in step after a request was changed by hand."""
        requeue(self.board.data_handle, self.board.state_handle, q)

    def refresh_queue(self, requests: Ints | None = None) -> None:
        """Queue all unplaced requests, or the unplaced ones among those given and no others."""
        state = self.board.state
        unplaced = state.placed_activities < np.diff(self.board.data.activity_ptr)
        waiting = np.flatnonzero(unplaced)
        if requests is not None:
            waiting = requests[unplaced[requests]]
        state.queue_index[:] = -1
        state.queue[: len(waiting)] = waiting
        state.queue_index[waiting] = np.arange(len(waiting))
        state.info[QUEUED] = len(waiting)

    def keep_incumbent(self) -> None:
        """Remember the present state as the best."""
        keep_incumbent(self.board.state_handle)

    def restore_incumbent(self) -> None:
        """Go back to the best state remembered."""
        restore_incumbent(self.board.data_handle, self.board.state_handle)

    def incumbent(self) -> Incumbent:
        """The best state remembered, as a copy."""
        state = self.board.state
        return state.incumbent.copy(), state.incumbent_rooms.copy(), self.incumbent_value

    def incumbent_placements(self) -> dict[int, IndexPlacement]:
        """Where the best state remembered has everybody."""
        state = self.board.state
        return {
            a: (day, start, campus, pool, tuple(rooms[:count]))
            for a, ((day, start, campus, pool, count), rooms) in enumerate(
                zip(state.incumbent.tolist(), state.incumbent_rooms.tolist(), strict=True)
            )
            if day >= 0
        }

    def set_incumbent(self, incumbent: Incumbent) -> None:
        """Remember another state of the season as the best."""
        state = self.board.state
        state.incumbent[:], state.incumbent_rooms[:], state.info[INCUMBENT] = incumbent

    def stop(self, *, stopped: bool) -> None:
        """Stop `anneal` in another thread after the step in hand, or let it run again."""
        self.board.state.info[STOP] = stopped

    def enter(self, first_day: int, last_day: int, movable: npt.NDArray[np.bool_], move_budget: int) -> None:
        """Narrow the problem: only these requests may change, only on these days."""
        state = self.board.state
        state.first_day[:] = np.maximum(self.earliest, first_day)
        state.last_day[:] = np.minimum(self.latest, last_day)
        state.fixed[:] = np.maximum(self.fixed, ~movable[self.board.data.request_of])
        state.info[BUDGET] = move_budget
        self.refresh_queue(np.flatnonzero(movable))

    def leave(self) -> None:
        """Undo `enter`."""
        state = self.board.state
        state.first_day[:] = self.earliest
        state.last_day[:] = self.latest
        state.fixed[:] = self.fixed
        state.info[BUDGET] = self.move_budget
        self.refresh_queue()

    def keep_to_days(self, days: Ints | None) -> None:
        """From now on place each activity on its day alone; ``None`` or -1: on any of its own."""
        data = self.board.data
        wanted = np.full(len(data.first_day), -1) if days is None else days
        self.earliest = np.where(wanted < 0, data.first_day, wanted)
        self.latest = np.where(wanted < 0, data.last_day, wanted)
        self.leave()
