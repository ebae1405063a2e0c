"""Arrays of requests and their activities: weights, starts, links, audiences."""

from collections.abc import Sequence

import numpy as np

from scheduling.arrays.season_data import UNLIMITED, Ints, ints, pointers
from scheduling.arrays.season_index import SeasonIndex
from scheduling.arrays.time_grid import masks_from_bits
from scheduling.model.problem import Activity, Link, Window


def request_arrays(index: SeasonIndex) -> dict[str, Ints]:
    """What each request weighs and each activity needs."""
    requests = index.problem.requests
    return {
        "activity_ptr": pointers([len(r.activities) for r in requests]),
        "weight": ints([r.weight for r in requests]),
        "request_of": ints(index.request_of),
        "duration": ints([a.duration_slots for a in index.activities]),
        "rooms_needed": ints([a.rooms_needed for a in index.activities]),
        "needed_capacity": ints([a.capacity for a in index.activities]),
        "needs_channel": ints([a.needs_channel for a in index.activities]),
        "kind_of": ints([index.kinds[a.kind] for a in index.activities]),
    }


def start_arrays(index: SeasonIndex) -> dict[str, Ints]:
    """Starts by activity and day; days with the same starts and preferences share a pattern."""
    patterns: dict[tuple[int, ...], int] = {}
    rows: list[int] = []
    bonus: list[int] = []
    first_day, last_day, row_ptr = [], [], [0]
    for a in index.activities:
        first = min((w.first_day for w in a.windows), default=0)
        last = max((w.last_day for w in a.windows), default=-1)
        rows += day_patterns(index, a, range(first, last + 1), patterns)
        target = a.target
        if target is None:
            bonus += [0] * (last + 1 - first)
        else:
            bonus += [max(0, target.value - target.per_day * abs(d - target.day)) for d in range(first, last + 1)]
        first_day.append(first)
        last_day.append(last)
        row_ptr.append(len(rows))
    values = np.array(list(patterns) or [(-1,) * index.slots], dtype=np.int64)
    return {
        "first_day": ints(first_day),
        "last_day": ints(last_day),
        "row_ptr": ints(row_ptr),
        "row_pattern": ints(rows),
        "row_bonus": ints(bonus),
        "pattern_starts": masks_from_bits(values >= 0),
        "pattern_preference": np.maximum(values, 0),
    }


def day_patterns(
    index: SeasonIndex, activity: Activity, days: range, patterns: dict[tuple[int, ...], int]
) -> list[int]:
    """The pattern of each day of an activity; -1: no start."""
    windows = activity.windows
    bans = [f for f in activity.forbidden if f.room is None]
    if not bans and all(w.first_day == days.start and w.last_day == days.stop - 1 for w in windows):
        return [pattern(index, windows, [], patterns)] * len(days) if days else []
    return [
        pattern(
            index,
            [w for w in windows if w.first_day <= day <= w.last_day],
            [f.start for f in bans if f.day in (None, day)],
            patterns,
        )
        for day in days
    ]


def pattern(
    index: SeasonIndex, windows: Sequence[Window], banned: list[int | None], patterns: dict[tuple[int, ...], int]
) -> int:
    """Number of a day's starts with their preferences: one entry per slot, -1 where there is none."""
    values = [-1] * index.slots
    for window in windows:
        for start in window.starts:
            values[start] = max(values[start], window.preference)
    if None in banned:
        return -1
    for ban in banned:
        if ban is not None and ban < index.slots:
            values[ban] = -1
    if max(values) < 0:
        return -1
    return patterns.setdefault(tuple(values), len(patterns))


def link_arrays(index: SeasonIndex) -> dict[str, Ints]:
    """Links by activity, at both of their ends."""
    links = [*index.problem.links, *(link for r in index.problem.requests for link in r.links)]
    of: list[list[tuple[int, int, Link]]] = [[] for _ in index.activities]
    for link in links:
        before, after = index.activity_index[link.before], index.activity_index[link.after]
        of[after].append((before, 1, link))
        of[before].append((after, 0, link))
    return link_rows(of)


def link_rows(of: Sequence[Sequence[tuple[int, int, Link]]]) -> dict[str, Ints]:
    """Arrays of the links of each activity: the other's index, 1 where the activity follows it, the link."""
    flat = [entry for own in of for entry in own]
    gaps = [
        (
            link.min_gap_slots,
            UNLIMITED if link.max_gap_slots is None else link.max_gap_slots,
            link.min_days,
            0 if link.same_day else UNLIMITED if link.max_days is None else link.max_days,
        )
        for _, _, link in flat
    ]
    return {
        "link_ptr": pointers([len(own) for own in of]),
        "link_other": ints([other for other, _, _ in flat]),
        "link_follows": ints([follows for _, follows, _ in flat]),
        "link_gaps": np.array(gaps, dtype=np.int64).reshape(-1, 4),
        "link_same_campus": ints([link.same_campus for _, _, link in flat]),
    }


def audience_arrays(index: SeasonIndex) -> dict[str, Ints]:
    """Majors by activity, their cohorts, and the week of each day."""
    majors = [[index.major_index[m] for m in a.audience] for a in index.activities]
    return {
        "audience_ptr": pointers([len(m) for m in majors]),
        "audience_major": ints([i for m in majors for i in m]),
        "cohort": ints([m.cohort for m in index.problem.majors]),
        "week": ints([d.week for d in index.problem.grid.days]),
    }
