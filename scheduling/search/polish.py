"""The lower goals: each activity moves to the free placement that costs least at the prices of all goals.

Sweeps of remove-and-best-reinsert. The goals come in the policy's order; each is improved at falling prices of the
goals above it, and no step may take one of those below its floor: its value after its own sweeps, less the tolerance.
At the end exact models place the activities of each campus-day anew. Placed requests stay placed, confirmed and pinned
placements stay where they are. Tentative ones move in the sweeps, those that gain most first, as far as the budget of
moves goes and for the goals that the policy names before ``stability`` only.
"""

from collections.abc import Callable

import numpy as np

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import next_slot
from scheduling.exact.days import exact_days, exact_seconds, fullest_first
from scheduling.kernels.compiled import compiled
from scheduling.kernels.handles import handle
from scheduling.model.problem import GoalName
from scheduling.moves.board import Board
from scheduling.moves.placements import CAMPUS, DAY, ROOM_COUNT, START, choose_resources, next_choice
from scheduling.moves.state import BUDGET, MOVED, State, is_at_reference, put, put_at, take
from scheduling.moves.tally import (
    CLASH,
    COLUMNS,
    FIT,
    NEVER,
    Tally,
    count_clashes,
    count_costs,
    hear,
    new_tally,
    placement_costs,
    score_of,
)

PRICES = (64, 8, 1)  # of the goals above, falling: 5 % of preference bought 55 % of the clashes in three sweeps
SCALE: dict[GoalName, int] = {"audience_clash": 1, "week_spread": 200, "earliness": 20, "room_fit": 1}
SECONDS_PER_ACTIVITY = 12e-6  # of one sweep, measured at 2,000 and 5,000 requests
USUAL_DAY = 80  # bookings; fuller days take longer in proportion, each is compared with all others of its day
EXACT_SHARE = 0.1  # of the time limit, kept for the exact days
CAMPUS_DAYS_PER_SWEEP = 40  # swaps open placements for single moves
ACTIVITIES_PER_PART = 1000  # of a sweep, between two looks at the clock


def polish_sweeps(board: Board) -> int:
    """How many sweeps `polish` will make."""
    goals = [g for g in board.season.problem.policy.goals if g.name in COLUMNS]
    return sum(1 if i == 0 else len(PRICES) for i in range(len(goals)))


def polish_seconds(board: Board, limit_seconds: float) -> float:
    """About how long `polish` should take of a limit: the sweeps whole, the exact days up to their share."""
    sweeps = polish_sweeps(board)
    if not sweeps:
        return 0.0
    activities = len(board.data.duration)
    fullness = max(1.0, activities / max(1, board.data.days) / USUAL_DAY)
    tried = activities + int(board.data.tentative.sum())  # those are looked at twice
    swept = sweeps * tried * fullness * SECONDS_PER_ACTIVITY
    return swept + min(exact_seconds(board), EXACT_SHARE * limit_seconds)


def polish(board: Board, may_sweep: Callable[[int], bool]) -> int:
    """Improve the goals below placed weight in the policy's order.

    Parameters
    ----------
    may_sweep
        Asked before each part of a sweep, with its number from 0.

    Returns
    -------
    int
        Parts of sweeps made.
    """
    tally = new_tally(board.data, board.state)
    tally_handle = handle(tally)
    count_costs(board.data_handle, board.state_handle, tally_handle)
    sweeps = _Sweeps(board, tally_handle, may_sweep)
    above: list[int] = []
    for goal in board.season.problem.policy.goals:
        if goal.name == "stability":
            sweeps.keep_references()
        if goal.name not in COLUMNS:
            continue
        column = COLUMNS[goal.name]
        for price in PRICES if above else (1,):
            tally.prices[:] = 0
            tally.prices[above] = price
            tally.prices[column] = SCALE.get(goal.name, 1)
            if not sweeps.sweep_all():
                return sweeps.parts
        tally.most[column] = tally.totals[column] + int(goal.tolerance * abs(tally.totals[column]))
        above.append(column)
    campus_days = fullest_first(board) if above else []
    for first in range(0, len(campus_days), CAMPUS_DAYS_PER_SWEEP):
        some = campus_days[first : first + CAMPUS_DAYS_PER_SWEEP]
        if not exact_days(board, tally, tally_handle, some, sweeps.another_part):
            break
        tally.totals[:] = 0
        count_costs(board.data_handle, board.state_handle, tally_handle)
        if not sweeps.sweep_all():
            break
    return sweeps.parts


class _Sweeps:
    """Sweeps over the movable activities at the tally's prices.

    Attributes
    ----------
    parts
        Parts of the work that were begun.
    """

    def __init__(self, board: Board, tally_handle: Tally, may_sweep: Callable[[int], bool]) -> None:
        self.board, self.tally_handle, self.may_sweep = board, tally_handle, may_sweep
        self.parts = 0
        tentative = board.data.tentative == 1
        self.free, self.tentative = np.flatnonzero(~tentative), np.flatnonzero(tentative)

    def keep_references(self) -> None:
        """Let tentative activities stay where they are from now on."""
        self.tentative = self.tentative[:0]

    def another_part(self) -> bool:
        """Whether another part of the work is let; it is then counted."""
        allowed = self.may_sweep(self.parts)
        self.parts += allowed
        return allowed

    def sweep_all(self) -> bool:
        """One sweep over all activities; False if it was told to stop."""
        gains = None if self._sweep(self.free) is None else self._sweep(self.tentative, trying=True)
        if gains is None:
            return False
        by_gain = np.argsort(-gains, kind="stable")
        return self._sweep(self.tentative[by_gain[gains[by_gain] > 0]]) is not None

    def sweep_nobody(self) -> None:
        """Move nothing; the machine code is loaded then."""
        nobody = self.free[:0]
        self._sweep_part(nobody, nobody, trying=False)

    def _sweep(self, activities: Ints, *, trying: bool = False) -> Ints | None:
        """What each gains by moving, or would gain; ``None`` if it was told to stop."""
        gains = np.zeros(len(activities), dtype=np.int64)
        for first in range(0, len(activities), ACTIVITIES_PER_PART):
            if not self.another_part():
                return None
            some = slice(first, first + ACTIVITIES_PER_PART)
            self._sweep_part(activities[some], gains[some], trying=trying)
        return gains

    def _sweep_part(self, activities: Ints, gains: Ints, *, trying: bool) -> None:
        data, state, scratch = self.board.data_handle, self.board.state_handle, self.board.scratch
        placement, rooms, spare = scratch.placement, scratch.rooms, scratch.spare
        sweep(data, state, self.tally_handle, activities, gains, trying, placement, rooms, spare)


def load_kernels(board: Board) -> None:
    """Have this module's machine code loaded, changing nothing."""
    tally_handle = handle(new_tally(board.data, board.state))
    count_costs(board.data_handle, board.state_handle, tally_handle)
    _Sweeps(board, tally_handle, lambda _: True).sweep_nobody()


@compiled
def sweep(
    data: SeasonData,
    state: State,
    tally: Tally,
    activities: Ints,
    gains: Ints,
    trying: bool,
    placement: Ints,
    rooms: Ints,
    scratch: Ints,
) -> None:
    """Each of these activities that may move goes to its cheapest free placement if the totals stay within limits.

    Parameters
    ----------
    gains
        Shape as ``activities``, written: by how much each is cheaper there.
    trying
        Nothing moves in the end.
    """
    for i in range(len(activities)):
        a = activities[i]
        if state.day[a] < 0 or state.fixed[a]:
            continue
        if data.tentative[a] and state.info[MOVED] >= state.info[BUDGET] and is_at_reference(data, state, a):
            continue
        d0, s0, c0, pool0, count0 = state.day[a], state.start[a], state.campus[a], state.pool[a], state.room_count[a]
        for k in range(count0):
            state.saved_rooms[a, k] = state.rooms[a, k]
        take(data, state, a)
        tally.week_count[data.week[d0]] -= 1
        hear(data, tally, a, 1)
        count_clashes(data, state, tally, a, d0)
        placement_costs(data, tally, a, d0, s0, state.saved_rooms[a], count0)
        for goal in range(5):
            tally.totals[goal] -= tally.costs[goal]
        old = score_of(tally)
        new = cheapest_placement(data, state, tally, a, old, placement, rooms, scratch)
        gains[i] = old - new
        if new < old and not trying:
            put_at(data, state, a, placement, rooms)
            tally.clash[placement[START]] = tally.best[CLASH]
            placement_costs(data, tally, a, placement[DAY], placement[START], rooms, placement[ROOM_COUNT])
            for goal in range(5):
                tally.totals[goal] += tally.costs[goal]
        else:
            put(data, state, a, d0, s0, c0, pool0, state.saved_rooms[a], count0)
            count_clashes(data, state, tally, a, d0)
            placement_costs(data, tally, a, d0, s0, state.rooms[a], count0)
            for goal in range(5):
                tally.totals[goal] += tally.costs[goal]
        tally.week_count[data.week[state.day[a]]] += 1
        hear(data, tally, a, 0)


@compiled
def cheapest_placement(
    data: SeasonData, state: State, tally: Tally, a: int, limit: int, placement: Ints, rooms: Ints, scratch: Ints
) -> int:
    """Cheapest free placement below ``limit`` whose totals stay within bounds; its costs go to ``tally.best``."""
    best = limit
    day, start, campus = -1, 0, 0
    choice = next_choice(data, state, a, -1, scratch)
    while choice >= 0:
        c, d = choice // data.days - 1, choice % data.days
        count_clashes(data, state, tally, a, d)
        s = next_slot(scratch[3], 0)
        while s >= 0:
            if costs_within(data, state, tally, a, d, s, c, best, placement, rooms, scratch):
                best = score_of(tally)
                day, start, campus = d, s, c
                for goal in range(5):
                    tally.best[goal] = tally.costs[goal]
            s = next_slot(scratch[3], s + 1)
        choice = next_choice(data, state, a, choice, scratch)
    if day >= 0:
        placement[DAY], placement[START], placement[CAMPUS] = day, start, campus
        choose_resources(data, state, a, placement, rooms, scratch)
    return best


@compiled
def costs_within(
    data: SeasonData,
    state: State,
    tally: Tally,
    a: int,
    d: int,
    s: int,
    c: int,
    limit: int,
    placement: Ints,
    rooms: Ints,
    scratch: Ints,
) -> bool:
    """Whether a free placement costs less than ``limit`` and keeps every total within its bound."""
    count = 0
    if tally.prices[FIT] > 0 or tally.most[FIT] < NEVER:
        placement[DAY], placement[START], placement[CAMPUS] = d, s, c
        choose_resources(data, state, a, placement, rooms, scratch)
        count = placement[ROOM_COUNT]
    placement_costs(data, tally, a, d, s, rooms, count)
    if score_of(tally) >= limit:
        return False
    for goal in range(5):
        if tally.totals[goal] + tally.costs[goal] > tally.most[goal]:
            return False
    return True
