"""Which (activity, campus, day) choices exist at all: the columns of the day-level models."""

import numpy as np

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import is_empty, narrow
from scheduling.kernels.compiled import compiled
from scheduling.moves.board import Board
from scheduling.moves.placements import day_starts, enough_rooms
from scheduling.moves.state import State


@compiled
def open_choices(data: SeasonData, state: State, first: int, last: int, found: Ints, scratch: Ints) -> None:
    """Set ``found[row, c]`` to 1 where the activity of the row has a free placement on campus ``c`` that day.

    Parameters
    ----------
    first, last
        The activities ``[first, last)`` are looked at.
    found
        Shape ``(rows, campuses + 1)``; the last column is for activities without rooms.
    scratch
        Shape ``(max_rooms + 6, words)``.
    """
    out = scratch[3]
    for a in range(first, last):
        needed = data.rooms_needed[a]
        for c in range(data.campuses) if needed else range(-1, 0):
            i = a * data.campuses + c
            if needed and data.candidate_ptr[i + 1] - data.candidate_ptr[i] < needed:
                continue
            for d in range(state.first_day[a], state.last_day[a] + 1):
                if not day_starts(data, state, a, c, d, out, scratch):
                    continue
                if needed:
                    enough_rooms(data, state, a, c, d, scratch[5:], scratch[4])
                    narrow(out, scratch[4 + needed])
                if not is_empty(out):
                    row = data.row_ptr[a] + d - data.first_day[a]
                    found[row, c if c >= 0 else data.campuses] = 1


def list_columns(board: Board) -> tuple[Ints, Ints, Ints]:
    """Activities, campuses (-1 without rooms) and days that have a free placement in the present state.

    Returns
    -------
    tuple of arrays
        Each of shape ``(columns,)``.
    """
    data = board.data
    found = np.zeros((len(data.row_pattern), data.campuses + 1), dtype=np.int64)
    open_choices(board.data_handle, board.state_handle, 0, len(data.duration), found, board.scratch.spare)
    rows, campuses = np.nonzero(found)
    activities = np.searchsorted(data.row_ptr, rows, side="right") - 1
    days = data.first_day[activities] + rows - data.row_ptr[activities]
    return activities, np.where(campuses == data.campuses, -1, campuses), days
