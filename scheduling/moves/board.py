"""A season with activities placed on it; searches and answers put and take them here."""

import numpy as np

from scheduling.arrays.naming import IndexPlacement
from scheduling.arrays.season import Season
from scheduling.arrays.season_data import UNLIMITED, SeasonData
from scheduling.kernels.handles import handle
from scheduling.moves.ejection import insert
from scheduling.moves.initial_state import clashing, empty_state
from scheduling.moves.placements import CAMPUS, DAY, POOL, ROOM_COUNT, START, choose_resources, is_free
from scheduling.moves.ranking import rank_placements
from scheduling.moves.scratch import Scratch, new_scratch
from scheduling.moves.state import (
    BUDGET,
    MOVED,
    PLACED,
    TOUCHED,
    VALUE,
    State,
    begin,
    is_placed,
    put,
    put_reference,
    refresh_rooms,
    take,
    undo,
)


class Board:
    """The arrays of a season and of a state, for Python code and for kernels.

    Parameters
    ----------
    season
        The compiled problem.
    data
        Its arrays, or longer ones that begin with them.
    state
        Where everything is.

    Attributes
    ----------
    work
        Scratch arrays of the kernels.
    data_handle, state_handle, scratch_handle
        The same arrays as kernels take them.
    """

    def __init__(self, season: Season, data: SeasonData, state: State) -> None:
        self.season = season
        self.attach(data, state)

    def attach(self, data: SeasonData, state: State) -> None:
        """Use these arrays from now on."""
        self.data, self.state, self.scratch = data, state, new_scratch(data)
        self.data_handle: SeasonData = handle(self.data)
        self.state_handle: State = handle(self.state)
        self.scratch_handle: Scratch = handle(self.scratch)

    @property
    def value(self) -> int:
        """Weight placed now."""
        return int(self.state.info[VALUE])

    @property
    def placed(self) -> int:
        """Requests placed now."""
        return int(self.state.info[PLACED])

    @property
    def moved(self) -> int:
        """Tentative placements that are not at their reference placements."""
        return int(self.state.info[MOVED])

    @property
    def touched(self) -> list[int]:
        """Requests changed since `begin`."""
        touched: list[int] = self.state.touched[: int(self.state.info[TOUCHED])].tolist()
        return touched

    def begin(self) -> None:
        """Start a step that `undo` takes back."""
        begin(self.state_handle)

    def undo(self) -> None:
        """Take back everything since `begin`."""
        undo(self.data_handle, self.state_handle)

    def put(self, a: int, placement: IndexPlacement) -> None:
        """Place an activity that has no placement."""
        day, start, campus, pool, rooms = placement
        chosen = np.array([*rooms, *([0] * (self.data.max_rooms - len(rooms)))], dtype=np.int64)
        put(self.data_handle, self.state_handle, a, day, start, campus, pool, chosen, len(rooms))

    def take(self, a: int) -> None:
        """Remove a placed activity."""
        take(self.data_handle, self.state_handle, a)

    def insert(self, q: int, *, noise: int = 0, forced: bool = False) -> bool:
        """Place what is not yet placed of a request, see `scheduling.moves.ejection.insert`."""
        return bool(insert(self.data_handle, self.state_handle, q, noise, int(forced), self.scratch_handle))

    def is_free(self, a: int, placement: IndexPlacement) -> bool:
        """Whether an activity without a placement may take this one now."""
        day, start, campus, pool, rooms = placement
        chosen = np.array([*rooms, *([0] * (self.data.max_rooms - len(rooms)))], dtype=np.int64)
        if len(chosen) > self.data.max_rooms:
            return False
        numbers = np.array([day, start, campus, pool, len(rooms)], dtype=np.int64)
        return bool(is_free(self.data_handle, self.state_handle, a, numbers, chosen, self.scratch.spare))

    def free_placements(self, a: int, *, limit: int, per_day: int) -> list[tuple[IndexPlacement, int]]:
        """Up to ``limit`` free placements of an activity without one, best first, each with its preference.

        Parameters
        ----------
        per_day
            At most so many of one day.
        """
        data, state, scratch = self.data_handle, self.state_handle, self.scratch.spare
        found = np.zeros((limit, 4), dtype=np.int64)
        count = rank_placements(data, state, a, per_day, found, scratch)
        placements = []
        placement, rooms = self.scratch.placement, self.scratch.rooms
        for day, start, campus, score in found[:count].tolist():
            placement[DAY], placement[START], placement[CAMPUS] = day, start, campus
            choose_resources(data, state, a, placement, rooms, scratch)
            chosen = tuple(rooms[: int(placement[ROOM_COUNT])].tolist())
            placements.append(((day, start, campus, int(placement[POOL]), chosen), score))
        return placements

    def is_placed(self, q: int) -> bool:
        """Whether all activities of a request are placed."""
        return bool(is_placed(self.data_handle, self.state_handle, q))

    def placement_of(self, a: int) -> IndexPlacement | None:
        """Where an activity is now."""
        state = self.state
        if state.day[a] < 0:
            return None
        rooms = tuple(int(r) for r in state.rooms[a, : state.room_count[a]])
        return int(state.day[a]), int(state.start[a]), int(state.campus[a]), int(state.pool[a]), rooms

    def placements(self) -> dict[int, IndexPlacement]:
        """All present placements by activity."""
        state = self.state
        placed = np.flatnonzero(state.day >= 0)
        columns = (state.day, state.start, state.campus, state.pool, state.room_count, state.rooms)
        rows = zip(*(column[placed].tolist() for column in columns), strict=True)
        return {
            a: (day, start, campus, pool, tuple(rooms[:count]))
            for a, (day, start, campus, pool, count, rooms) in zip(placed.tolist(), rows, strict=True)
        }

    def reference_of(self, a: int) -> IndexPlacement | None:
        """The reference placement of a tentative activity; ``None`` where it is not tentative."""
        data = self.data
        if not data.tentative[a]:
            return None
        day, start = int(data.reference_day[a]), int(data.reference_start[a])
        campus, pool = int(data.reference_campus[a]), int(data.reference_pool[a])
        return day, start, campus, pool, tuple(data.reference_rooms[a, : data.reference_room_count[a]].tolist())

    def return_to_references(self) -> None:
        """Move tentative activities back to their reference placements, as far as they may and those are free again."""
        for a in np.flatnonzero(self.data.tentative & (self.state.day >= 0)).tolist():
            reference, placement = self.reference_of(a), self.placement_of(a)
            if self.state.fixed[a] or reference is None or placement is None or placement == reference:
                continue
            self.take(a)
            self.put(a, reference if self.is_free(a, reference) else placement)


def immovable_board(season: Season) -> tuple[Board, set[int]]:
    """A season with what never moves alone, and the activities whose reference placements no newcomer could have.

    These are tentative ones that their own wishes, a closure or what never moves would not allow to be where they are.
    """
    board = starting_board(season)
    data = season.data
    movable = [int(a) for a in np.flatnonzero(data.tentative) if not board.state.fixed[a]]
    placements = {a: placement for a in movable if (placement := board.placement_of(a)) is not None}
    for a in placements:
        board.take(a)
    return board, {
        a
        for a, placement in placements.items()
        if (placement[3] >= 0) != bool(data.needs_channel[a]) or not board.is_free(a, placement)
    }


def starting_board(season: Season, seed: int = 1) -> Board:
    """A season with its fixed placements alone.

    Fixed placements that clash with each other cannot be told apart by the arrays, so tentative ones among them
    become immovable.

    Parameters
    ----------
    seed
        Start of the random numbers; the same seed and moves give the same placements.
    """
    data, state = season.data, empty_state(season.data, seed)
    board = Board(season, data, state)
    state.info[BUDGET] = UNLIMITED
    refresh_rooms(board.data_handle, board.state_handle)
    for a in np.flatnonzero(data.reference_day >= 0):
        others = clashing(data, state, int(a))
        if others:
            state.fixed[[int(a), *others]] = 1
        put_reference(board.data_handle, board.state_handle, int(a))
    for a in np.flatnonzero(data.tentative & (state.fixed == 0)):
        state.must[data.request_of[a]] = 1
    return board
