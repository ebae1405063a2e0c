"""Arrays of people: groups with their members, and staff."""

import numpy as np

from scheduling.arrays.season_data import UNLIMITED, Ints, ints, pointers
from scheduling.arrays.season_index import SeasonIndex
from scheduling.arrays.time_grid import interval_bits, masks_from_bits


def group_arrays(index: SeasonIndex) -> dict[str, Ints]:
    """Rules, busy times and members by group."""
    groups = index.problem.groups
    campuses = len(index.problem.campuses)
    travel = np.zeros((max(1, campuses), max(1, campuses)), dtype=np.int64)
    if index.problem.travel_slots:
        travel[:] = index.problem.travel_slots
    of = groups_of_activities(index)
    members: list[list[int]] = [[] for _ in groups]
    for i, own in enumerate(of):
        for g in own:
            members[g].append(i)
    travels = [g.exclusive and g.travel and bool(travel.any()) for g in groups]
    rows = [(campuses + 1 if travels[i] else 1) if index.binding[i] else 0 for i in range(len(groups))]
    row_ptr = pointers(rows)
    base = np.zeros((int(row_ptr[-1]), index.days, index.slots), dtype=np.bool_)
    for i, group in enumerate(groups):
        if group.busy:
            # the last row of a group holds what has no campus
            base[row_ptr[i + 1] - 1] = interval_bits(group.busy, index.days, index.slots)
    periods = [p for g in groups for p in g.period_limits]
    return membership(index) | {
        "busy_row": row_ptr,
        "group_exclusive": ints([g.exclusive for g in groups]),
        "group_travel": ints(travels),
        "travel": travel,
        "busy_base": masks_from_bits(base),
        "member_ptr": pointers([len(m) for m in members]),
        "member": ints([a for m in members for a in m]),
        "group_per_day": ints([UNLIMITED if g.max_per_day is None else g.max_per_day for g in groups]),
        "group_gap": ints([g.min_gap_days for g in groups]),
        "period_ptr": pointers([len(g.period_limits) for g in groups]),
        "period_first": ints([p.first_day for p in periods]),
        "period_last": ints([p.last_day for p in periods]),
        "period_limit": ints([p.limit for p in periods]),
    }


def groups_of_activities(index: SeasonIndex) -> list[list[int]]:
    """Group indices by activity; names the problem does not know bind nobody."""
    known = index.group_index
    return [[known[g] for g in dict.fromkeys(a.groups) if g in known] for a in index.activities]


def membership(index: SeasonIndex) -> dict[str, Ints]:
    """Groups by activity, those with times and those with counts."""
    of = groups_of_activities(index)
    return {
        "exclusive_ptr": pointers([sum(index.binding[g] for g in own) for own in of]),
        "exclusive_group": ints([g for own in of for g in own if index.binding[g]]),
        "counted_ptr": pointers([sum(index.counting[g] for g in own) for own in of]),
        "counted_group": ints([g for own in of for g in own if index.counting[g]]),
    }


def staff_arrays(index: SeasonIndex) -> dict[str, Ints]:
    """Limits of starts by campus, with the starts they count and their size on each day."""
    limits = sorted(index.problem.staff_limits, key=lambda limit: index.campus_index[limit.campus])
    starts = np.zeros((len(limits), index.slots), dtype=np.bool_)
    size = np.full((len(limits), index.days), UNLIMITED, dtype=np.int64)
    for i, limit in enumerate(limits):
        starts[i, limit.from_slot : limit.to_slot] = True
        days = list(range(index.days)) if limit.days is None else list(limit.days)
        size[i, days] = limit.limit
    per_campus = np.bincount(
        [index.campus_index[limit.campus] for limit in limits], minlength=len(index.problem.campuses)
    )
    return {
        "staff_ptr": pointers(per_campus.tolist()),
        "staff_starts": masks_from_bits(starts),
        "staff_size": size,
    }
