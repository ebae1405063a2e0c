"""The starts that an activity's groups close: busy times, shared people, counts, distances in days."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season import Season
from scheduling.model.problem import Group
from scheduling.moves.state import State

Bits = npt.NDArray[np.bool_]


class Closed(NamedTuple):
    """Starts of one day that one rule closes, shape ``(slots,)``, on which resource, and who holds them."""

    rule: str
    resource: str | None
    day: int
    starts: Bits
    held_by: tuple[int, ...]


def closed_by_groups(season: Season, state: State, a: int, c: int) -> list[Closed]:
    """Every closing of an activity by its groups, were it on campus ``c`` (-1: on none)."""
    found: list[Closed] = []
    for name in dict.fromkeys(season.activities[a].groups):
        g = season.index.group_index.get(name)
        if g is None:
            continue
        group = season.problem.groups[g]
        own = season.data.member[season.data.member_ptr[g] : season.data.member_ptr[g + 1]]
        placed = own[(state.day[own] >= 0) & (own != a)]
        found += _busy(season, group, a)
        found += _counted(season, state, group, placed.tolist())
        if group.exclusive:
            found += _together(season, state, group, a, c, placed.tolist())
    return found


def _busy(season: Season, group: Group, a: int) -> Iterator[Closed]:
    length = int(season.data.duration[a])
    for interval in group.busy:
        starts = _stretch(season, interval.from_slot - length + 1, interval.to_slot)
        yield Closed("group_busy", group.id, interval.day, starts, ())


def _together(season: Season, state: State, group: Group, a: int, c: int, placed: list[int]) -> Iterator[Closed]:
    data = season.data
    travels = group.travel and bool(season.problem.travel_slots)
    for b in placed:
        day, start, other = int(state.day[b]), int(state.start[b]), int(state.campus[b])
        first, last = start - int(data.duration[a]) + 1, start + int(data.duration[b])
        yield Closed("group_overlap", group.id, day, _stretch(season, first, last), (b,))
        if travels and c >= 0 and other >= 0 and c != other:
            before = _stretch(season, first - int(data.travel[c, other]), first)
            after = _stretch(season, last, last + int(data.travel[other, c]))
            yield Closed("group_travel", group.id, day, before | after, (b,))


def _counted(season: Season, state: State, group: Group, placed: list[int]) -> Iterator[Closed]:
    whole = np.ones(season.data.slots, dtype=np.bool_)
    day_of = {b: int(state.day[b]) for b in placed}
    for day in range(season.data.days):
        today = tuple(b for b in placed if day_of[b] == day)
        if group.max_per_day is not None and len(today) >= group.max_per_day:
            yield Closed("group_max_per_day", group.id, day, whole, today)
        close = tuple(b for b in placed if abs(day_of[b] - day) < group.min_gap_days)
        if close:
            yield Closed("group_min_gap_days", group.id, day, whole, close)
        for period in group.period_limits:
            inside = tuple(b for b in placed if period.first_day <= day_of[b] <= period.last_day)
            if period.first_day <= day <= period.last_day and len(inside) >= period.limit:
                yield Closed("group_period_limit", group.id, day, whole, inside)


def _stretch(season: Season, first: int, last: int) -> Bits:
    starts = np.zeros(season.data.slots, dtype=np.bool_)
    starts[max(0, first) : max(0, last)] = True
    return starts
