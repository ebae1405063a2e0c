"""Which (activity, campus, day) choices exist at all: the columns of the day-level models."""

import numpy as np

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.kernels.compiled import compiled
from scheduling.moves.board import Board
from scheduling.moves.placements import next_choice
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
    for a in range(first, last):
        choice = next_choice(data, state, a, -1, scratch)
        while choice >= 0:
            c, d = choice // data.days - 1, choice % data.days
            found[data.row_ptr[a] + d - data.first_day[a], c if c >= 0 else data.campuses] = 1
            choice = next_choice(data, state, a, choice, scratch)


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
