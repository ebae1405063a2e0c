"""The lower goals, exactly: a model places the movable activities of one campus and day anew, all at once.

Fixed activities, and those linked to another member of a model, stay where they are, as do all of other campuses.
"""

import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np

from scheduling.arrays.naming import IndexPlacement
from scheduling.exact.day_model import DayModel
from scheduling.moves.board import Board
from scheduling.moves.tally import Tally

MOST_MEMBERS = 10  # of a model: 16 took 12 s instead of 4.5 s for 11 % of the clashes instead of 9 %
SECONDS_PER_ACTIVITY = 2.2e-3  # measured at 2,000 requests

CampusDay = tuple[int, int]  # campus (-1: without rooms) and day


def exact_seconds(board: Board) -> float:
    """About how long `exact_days` will take."""
    return len(board.data.duration) * SECONDS_PER_ACTIVITY


def fullest_first(board: Board) -> list[CampusDay]:
    """The campus-days where something is placed, by how much."""
    placed = board.state.day >= 0
    counts = Counter(zip(board.state.campus[placed].tolist(), board.state.day[placed].tolist(), strict=True))
    return sorted(counts, key=lambda campus_day: (-counts[campus_day], campus_day))


def exact_days(
    board: Board,
    tally: Tally,
    tally_handle: Tally,
    campus_days: Iterable[CampusDay],
    may_go_on: Callable[[], bool],
) -> bool:
    """Improve these campus-days at the tally's prices and within its bounds.

    Parameters
    ----------
    tally, tally_handle
        Its totals are those of the present placements, or more where a model ended early: costs are never undercounted.
    may_go_on
        Asked before each model.

    Returns
    -------
    bool
        False if it was told to stop.
    """
    for campus, day in campus_days:
        for members in _stretches(board, campus, day):
            if not may_go_on():
                return False
            _improve(board, DayModel(board, tally, tally_handle, campus, day), members)
    return True


def _stretches(board: Board, campus: int, day: int) -> list[list[int]]:
    """What may move in a campus-day, neighbours in time together, few enough for a model each."""
    data, state = board.data, board.state
    here = (state.day == day) & (state.campus == campus) & (state.fixed == 0) & (data.tentative == 0)
    chosen: list[int] = []
    for a in np.flatnonzero(here).tolist():
        linked = data.link_other[data.link_ptr[a] : data.link_ptr[a + 1]].tolist()
        if not set(linked) & set(chosen):
            chosen.append(a)
    chosen.sort(key=lambda a: (int(state.start[a]), a))
    count = -(-len(chosen) // MOST_MEMBERS)
    bounds = [i * len(chosen) // count for i in range(count + 1)] if count else []
    return [chosen[i:j] for i, j in pairwise(bounds)]


def _improve(board: Board, model: DayModel, members: list[int]) -> None:
    """Place the members anew where that costs less; else they stay where they are."""
    old: dict[int, IndexPlacement] = {}
    for a in members:
        placement = board.placement_of(a)
        if placement is not None:
            old[a] = placement
            board.take(a)
    used = {r for placement in old.values() for r in placement[4]}
    for a, placement in old.items():
        model.add_activity(a, placement, used)
    found = model.cheaper()
    if found is not None and _put(board, found.placements):
        for goal, change in found.changes.items():
            model.tally.totals[goal] += change
        return
    for a in old:
        if board.state.day[a] >= 0:
            board.take(a)
    for a, placement in old.items():
        board.put(a, placement)


def _put(board: Board, placements: dict[int, IndexPlacement]) -> bool:
    """Put activities one by one; False, with a warning, where a placement is not free: the model lacks a rule."""
    for a, placement in placements.items():
        if not board.is_free(a, placement):
            name = board.season.activities[a].id
            warnings.warn(f"an exact model lacks a rule: it placed {name} where that is not free", stacklevel=2)
            return False
        board.put(a, placement)
    return True
