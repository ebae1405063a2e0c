"""In how many ways a request that is not in the problem fits, day by day."""

import numpy as np

from scheduling.answers.extended_board import ExtendedBoard
from scheduling.answers.group_blocking import Bits
from scheduling.arrays.season_data import Ints
from scheduling.arrays.time_grid import bits_from_masks
from scheduling.moves.ways import PLACED, count_with_rest, free_starts, place_rest

MOST_WAYS = 10  # "ten or more" is all that anybody wants to know of a day
TRIES = 400  # placements of the later steps that are tried for one start of the first


def free_bits(board: ExtendedBoard, a: int) -> Bits:
    """Free starts of an activity without a placement, shape ``(campuses, days, slots)``.

    One without rooms has them in the first row, also in a problem without campuses.
    """
    data = board.data
    found = np.zeros((max(1, data.campuses), data.days, data.words), dtype=np.int64)
    free_starts(board.data_handle, board.state_handle, a, found, board.scratch.spare)
    return bits_from_masks(found, data.slots)


def count_ways(board: ExtendedBoard, *, most: int = MOST_WAYS, tries: int = TRIES) -> Ints:
    """Ways of the newcomer that has entered the board, by the day of its first step; shape ``(days,)``.

    A way is a start of the first step on one campus. Of a request with several steps it counts only where the later
    ones find places after it, all links kept; each step takes the free rooms that fit it best.

    Parameters
    ----------
    most
        A day with more ways counts so many.
    tries
        So many placements of the later steps are tried for one start; a start for which they do not suffice does not
        count. Steps that are tied to each other by hours or by few days never come near it.
    """
    first, last = board.activities[0], board.activities[-1]
    if first == last:
        ways: Ints = free_bits(board, first).sum(axis=(0, 2))
        return np.minimum(ways, most)
    data = board.data
    found = np.zeros(data.days, dtype=np.int64)
    if all(free_bits(board, a).any() for a in board.activities):
        cursors, masks = _room_for(board)
        count_with_rest(
            board.data_handle,
            board.state_handle,
            first,
            last,
            most,
            tries,
            found,
            cursors,
            masks,
            board.scratch.placement,
            board.scratch.rooms,
            board.scratch.spare,
        )
    return found


def place_later_steps(board: ExtendedBoard, *, tries: int = TRIES) -> bool:
    """Place the steps after the first one, which stays where it is; False, and none is placed, where that fails.

    Each takes its best placement; where a later one then finds none, any placements that go together.
    """
    first, last = board.activities[0], board.activities[-1]
    if first == last:
        return True
    board.begin()
    board.state.fixed[first] = 1
    done = board.insert(board.q)
    board.state.fixed[first] = 0
    if done:
        return True
    cursors, masks = _room_for(board)
    found = place_rest(
        board.data_handle,
        board.state_handle,
        first + 1,
        last,
        tries,
        cursors,
        masks,
        board.scratch.placement,
        board.scratch.rooms,
        board.scratch.spare,
    )
    return bool(found == PLACED)


def _room_for(board: ExtendedBoard) -> tuple[Ints, Ints]:
    """Cursors and masks for every step."""
    steps = len(board.activities)
    return np.zeros((steps, 2), dtype=np.int64), np.zeros((steps, board.data.words), dtype=np.int64)
