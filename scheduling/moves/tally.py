"""What the lower goals cost: totals of all placements, and what one placement adds to each."""

from typing import NamedTuple

import numpy as np

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import has_slot
from scheduling.kernels.compiled import compiled
from scheduling.model.problem import GoalName
from scheduling.moves.state import State

# the goals that a placement decides, as columns
PREFERENCE, CLASH, SPREAD, EARLINESS, FIT = range(5)
COLUMNS: dict[GoalName, int] = {
    "preference": PREFERENCE,
    "audience_clash": CLASH,
    "week_spread": SPREAD,
    "earliness": EARLINESS,
    "room_fit": FIT,
}
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


def new_tally(data: SeasonData, state: State) -> Tally:
    """The totals of no placement, to be filled by `count_costs`."""
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
    """The totals of all goals from the present placements."""
    for a in range(len(data.duration)):
        if state.day[a] < 0:
            continue
        hear(data, tally, a, 1)
        count_clashes(data, state, tally, a, state.day[a])
        hear(data, tally, a, 0)
        placement_costs(data, tally, a, state.day[a], state.start[a], state.rooms[a], state.room_count[a])
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
def placement_costs(data: SeasonData, tally: Tally, a: int, d: int, s: int, rooms: Ints, room_count: int) -> None:
    """What one placement adds to the totals, in ``tally.costs``; the clashes of its day are counted already."""
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
    """The costs of a placement at the present prices."""
    score = 0
    for goal in range(5):
        score += tally.prices[goal] * tally.costs[goal]
    return score
