"""The lower goals: every booking tries every other free place, with the goals above it only as dear as tolerated.

Sweeps of remove-and-best-reinsert. The goals come in the policy's order; each is improved at falling prices of the
goals above it, and no step may take one of those below its floor: its value after its own sweeps, less the
tolerance. Placed requests stay placed, and held places stay where they are.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from scheduling.compiled import compiled
from scheduling.handles import handle
from scheduling.places import CAMPUS, DAY, POOL, ROOM_COUNT, START, choose_resources, day_starts, enough_rooms
from scheduling.problem import GoalName
from scheduling.searcher import Searcher
from scheduling.season_data import Ints, SeasonData
from scheduling.state import State, put, take
from scheduling.time_grid import WORD_BITS, has_slot, narrow

# the goals that a place decides, as columns
PREFERENCE, CLASH, SPREAD, EARLINESS, FIT = range(5)
COLUMNS: dict[GoalName, int] = {
    "preference": PREFERENCE,
    "audience_clash": CLASH,
    "week_spread": SPREAD,
    "earliness": EARLINESS,
    "room_fit": FIT,
}
PRICES = (64, 8, 1)  # of the goals above, falling: 5 % of preference bought 55 % of the clashes in three sweeps
SCALE: dict[GoalName, int] = {"audience_clash": 1, "week_spread": 200, "earliness": 20, "room_fit": 1}
SECONDS_PER_ACTIVITY = 12e-6  # of one sweep, measured at 2,000 and 5,000 requests
USUAL_DAY = 80  # bookings; fuller days take longer in proportion, each is compared with all others of its day
ACTIVITIES_PER_PART = 1000  # of a sweep, between two looks at the clock
NEVER = 1 << 50


class Tally(NamedTuple):
    """Goal totals and what steps may do to them."""

    prices: Ints  # (5,) weight of each goal in a step's score, all counted as costs
    totals: Ints  # (5,) costs now; preference counts negative
    most: Ints  # (5,) costs that may not be exceeded
    week_count: Ints
    week_share: Ints  # (1,) even share of a week
    heard: Ints  # (majors,) scratch: addressed by the activity in hand
    clash: Ints  # (slots,) scratch: clash of each start of a day
    costs: Ints  # (5,) scratch
    best: Ints  # (5,) scratch


def polish_sweeps(searcher: Searcher) -> int:
    """How many sweeps `polish` will make."""
    goals = [g for g in searcher.season.problem.policy.goals if g.name in COLUMNS]
    return sum(1 if i == 0 else len(PRICES) for i in range(len(goals)))


def polish_seconds(searcher: Searcher) -> float:
    """About how long `polish` will take."""
    activities = len(searcher.data.duration)
    fullness = max(1.0, activities / max(1, searcher.data.days) / USUAL_DAY)
    return polish_sweeps(searcher) * activities * fullness * SECONDS_PER_ACTIVITY


def polish(searcher: Searcher, may_sweep: Callable[[int], bool]) -> int:
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
    data = searcher.data
    tally = _new_tally(searcher)
    tally_handle = handle(tally)
    count_costs(searcher.data_handle, searcher.state_handle, tally_handle)
    above: list[int] = []
    done = 0
    for goal in searcher.season.problem.policy.goals:
        if goal.name not in COLUMNS:
            continue
        column = COLUMNS[goal.name]
        for price in PRICES if above else (1,):
            tally.prices[:] = 0
            tally.prices[above] = price
            tally.prices[column] = SCALE.get(goal.name, 1)
            for first in range(0, len(data.duration), ACTIVITIES_PER_PART):
                if not may_sweep(done):
                    return done
                done += 1
                sweep(
                    searcher.data_handle,
                    searcher.state_handle,
                    tally_handle,
                    first,
                    min(first + ACTIVITIES_PER_PART, len(data.duration)),
                    searcher.work.place,
                    searcher.work.rooms,
                    searcher.work.scratch,
                )
        tally.most[column] = tally.totals[column] + int(goal.tolerance * abs(tally.totals[column]))
        above.append(column)
    return done


def load_kernels(searcher: Searcher) -> None:
    """Have this module's machine code loaded, changing nothing."""
    tally_handle = handle(_new_tally(searcher))
    count_costs(searcher.data_handle, searcher.state_handle, tally_handle)
    work = searcher.work
    sweep(searcher.data_handle, searcher.state_handle, tally_handle, 0, 0, work.place, work.rooms, work.scratch)


def _new_tally(searcher: Searcher) -> Tally:
    data, state = searcher.data, searcher.state
    majors = len(data.cohort)
    placed = int((state.day >= 0).sum())
    weeks = np.unique(data.week)
    tally = Tally(
        prices=np.zeros(5, dtype=np.int64),
        totals=np.zeros(5, dtype=np.int64),
        most=np.full(5, NEVER, dtype=np.int64),
        week_count=np.zeros(int(data.week.max(initial=0)) + 1, dtype=np.int64),
        week_share=np.array([-(-placed // max(1, len(weeks)))], dtype=np.int64),
        heard=np.zeros(majors + 1, dtype=np.int64),
        clash=np.zeros(data.slots, dtype=np.int64),
        costs=np.zeros(5, dtype=np.int64),
        best=np.zeros(5, dtype=np.int64),
    )
    np.add.at(tally.week_count, data.week[state.day[state.day >= 0]], 1)
    return tally


@compiled
def hear(data: SeasonData, tally: Tally, a: int, flag: int) -> None:
    """Mark the majors that an activity addresses."""
    for j in range(data.audience_ptr[a], data.audience_ptr[a + 1]):
        tally.heard[data.audience_major[j]] = flag


@compiled
def count_clashes(data: SeasonData, state: State, tally: Tally, a: int, d: int) -> None:
    """Clash of each start of the day for an activity whose majors are marked, in ``tally.clash``."""
    for s in range(data.slots):
        tally.clash[s] = 0
    b = state.day_head[d]
    while b >= 0:
        shared = 0
        if b != a:
            for j in range(data.audience_ptr[b], data.audience_ptr[b + 1]):
                m = data.audience_major[j]
                if tally.heard[m]:
                    shared += data.cohort[m]
        if shared:
            first = max(0, state.start[b] - data.duration[a] + 1)
            for s in range(first, min(data.slots, state.start[b] + data.duration[b])):
                tally.clash[s] += shared
        b = state.day_next[b]


@compiled
def count_costs(data: SeasonData, state: State, tally: Tally) -> None:
    """The totals of all goals from the present places."""
    for a in range(len(data.duration)):
        if state.day[a] < 0:
            continue
        hear(data, tally, a, 1)
        count_clashes(data, state, tally, a, state.day[a])
        hear(data, tally, a, 0)
        place_costs(data, tally, a, state.day[a], state.start[a], state.rooms[a], state.room_count[a])
        for goal in range(5):
            if goal == CLASH:
                # both ends of a pair count it
                tally.totals[goal] += tally.clash[state.start[a]]
            elif goal != SPREAD:
                tally.totals[goal] += tally.costs[goal]
    tally.totals[CLASH] //= 2
    for w in range(len(tally.week_count)):
        tally.totals[SPREAD] += max(0, tally.week_count[w] - tally.week_share[0])


@compiled
def place_costs(data: SeasonData, tally: Tally, a: int, d: int, s: int, rooms: Ints, room_count: int) -> None:
    """What one place adds to the totals, in ``tally.costs``; the clashes of its day are counted already."""
    tally.costs[PREFERENCE] = 0
    if data.first_day[a] <= d <= data.last_day[a]:
        row = data.row_ptr[a] + d - data.first_day[a]
        pattern = data.row_pattern[row]
        if pattern >= 0 and has_slot(data.pattern_starts[pattern], s):
            tally.costs[PREFERENCE] = -(data.pattern_preference[pattern, s] + data.row_bonus[row])
    tally.costs[CLASH] = tally.clash[s]
    tally.costs[SPREAD] = 1 if tally.week_count[data.week[d]] >= tally.week_share[0] else 0
    tally.costs[EARLINESS] = d
    tally.costs[FIT] = 0
    for i in range(room_count):
        r = rooms[i]
        tally.costs[FIT] += data.room_cost[r] + max(0, data.room_capacity[r] - data.needed_capacity[a])


@compiled
def score_of(tally: Tally) -> int:
    """The costs of a place at the present prices."""
    score = 0
    for goal in range(5):
        score += tally.prices[goal] * tally.costs[goal]
    return score


@compiled
def sweep(
    data: SeasonData, state: State, tally: Tally, first: int, last: int, place: Ints, rooms: Ints, scratch: Ints
) -> None:
    """Each of these activities that may move goes to its cheapest free place if the totals stay within limits."""
    for a in range(first, last):
        if state.day[a] < 0 or state.fixed[a] or data.held_tentative[a]:
            continue
        d0, s0, c0, pool0, count0 = state.day[a], state.start[a], state.campus[a], state.pool[a], state.room_count[a]
        for i in range(count0):
            state.saved_rooms[a, i] = state.rooms[a, i]
        take(data, state, a)
        tally.week_count[data.week[d0]] -= 1
        hear(data, tally, a, 1)
        count_clashes(data, state, tally, a, d0)
        place_costs(data, tally, a, d0, s0, state.saved_rooms[a], count0)
        for goal in range(5):
            tally.totals[goal] -= tally.costs[goal]
        old = score_of(tally)
        new = cheapest_place(data, state, tally, a, old, place, rooms, scratch)
        if new < old:
            put(data, state, a, place[DAY], place[START], place[CAMPUS], place[POOL], rooms, place[ROOM_COUNT])
            tally.clash[place[START]] = tally.best[CLASH]
            place_costs(data, tally, a, place[DAY], place[START], rooms, place[ROOM_COUNT])
            for goal in range(5):
                tally.totals[goal] += tally.costs[goal]
        else:
            put(data, state, a, d0, s0, c0, pool0, state.saved_rooms[a], count0)
            count_clashes(data, state, tally, a, d0)
            place_costs(data, tally, a, d0, s0, state.rooms[a], count0)
            for goal in range(5):
                tally.totals[goal] += tally.costs[goal]
        tally.week_count[data.week[state.day[a]]] += 1
        hear(data, tally, a, 0)


@compiled
def cheapest_place(
    data: SeasonData, state: State, tally: Tally, a: int, limit: int, place: Ints, rooms: Ints, scratch: Ints
) -> int:
    """Cheapest free place below ``limit`` whose totals stay within bounds; its costs go to ``tally.best``."""
    best = limit
    day, start, campus = -1, 0, 0
    needed = data.rooms_needed[a]
    out = scratch[3]
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
            count_clashes(data, state, tally, a, d)
            for w in range(data.words):
                left = out[w]
                s = w * WORD_BITS
                while left:
                    if left & 1 and costs_within(data, state, tally, a, d, s, c, best, place, rooms, scratch):
                        best = score_of(tally)
                        day, start, campus = d, s, c
                        for goal in range(5):
                            tally.best[goal] = tally.costs[goal]
                    left >>= 1
                    s += 1
    if day >= 0:
        place[DAY], place[START], place[CAMPUS] = day, start, campus
        choose_resources(data, state, a, place, rooms, scratch)
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
    place: Ints,
    rooms: Ints,
    scratch: Ints,
) -> bool:
    """Whether a free place costs less than ``limit`` and keeps every total within its bound."""
    count = 0
    if tally.prices[FIT] > 0 or tally.most[FIT] < NEVER:
        place[DAY], place[START], place[CAMPUS] = d, s, c
        choose_resources(data, state, a, place, rooms, scratch)
        count = place[ROOM_COUNT]
    place_costs(data, tally, a, d, s, rooms, count)
    if score_of(tally) >= limit:
        return False
    for goal in range(5):
        if tally.totals[goal] + tally.costs[goal] > tally.most[goal]:
            return False
    return True
