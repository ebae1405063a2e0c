"""Which rules close which places of an activity, and who holds them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scheduling.ejection import link_holds
from scheduling.enlarged import Enlarged
from scheduling.problem import Activity, Problem, Request
from scheduling.season_data import SeasonData
from scheduling.solution import Blocking
from scheduling.state import BLOCKED, State
from scheduling.time_grid import bits_from_masks, fitting_masks

Flags = npt.NDArray[np.bool_]

MOST_HOLDERS = 8


@dataclass
class _Closed:
    """What one rule closes."""

    places: int = 0
    days: set[int] = field(default_factory=set)
    holders: Counter[int] = field(default_factory=Counter)


class Blockers:
    """The analysis of one activity in a season that is full for it."""

    def __init__(self, problem: Problem, names: list[str], enlarged: Enlarged, a: int) -> None:
        self.problem = problem
        self.names = names
        self.data: SeasonData = enlarged.data
        self.state: State = enlarged.state
        self.handles = (enlarged.data_handle, enlarged.state_handle)
        self.a = a
        self.duration = int(self.data.duration[a])
        self.closed: dict[tuple[str, str | None], _Closed] = defaultdict(_Closed)

    def find(self, activity: str) -> list[Blocking]:
        """Rules by the number of places they close."""
        data, state, a = self.data, self.state, self.a
        for c in range(data.campuses) if data.rooms_needed[a] else [-1]:
            for d in range(int(state.first_day[a]), int(state.last_day[a]) + 1):
                pattern = data.row_pattern[data.row_ptr[a] + d - data.first_day[a]]
                if pattern >= 0:
                    starts = bits_from_masks(data.pattern_starts[pattern], data.slots)
                    self._rooms(c, d, starts)
                    self._channels(d, starts)
                    self._staff(c, d, starts)
                    self._groups(c, d, starts)
                    self._counts(d, starts)
                    self._links(c, d, starts)
        ranked = sorted(self.closed.items(), key=lambda item: (-item[1].places, item[0][0]))
        return [
            Blocking(
                rule=rule,
                activity=activity,
                resource=resource,
                day=min(closed.days) if len(closed.days) == 1 else None,
                held_by=tuple(self.names[b] for b, _ in closed.holders.most_common(MOST_HOLDERS)),
                places=closed.places,
            )
            for (rule, resource), closed in ranked
        ]

    def _note(self, rule: str, resource: str | None, d: int, closed: Flags, holders: list[int]) -> None:
        count = int(closed.sum())
        if count:
            entry = self.closed[rule, resource]
            entry.places += count
            entry.days.add(d)
            entry.holders.update(holders)

    def _during(self, start_flags: Flags, d: int, among: list[int]) -> list[int]:
        """Activities of the day, among those given, that overlap a closed start."""
        starts = np.flatnonzero(start_flags)
        found = []
        for b in among:
            if self.state.day[b] == d:
                begin, end = int(self.state.start[b]), int(self.state.start[b] + self.data.duration[b])
                if ((starts < end) & (starts + self.duration > begin)).any():
                    found.append(b)
        return found

    def _rooms(self, c: int, d: int, starts: Flags) -> None:
        data, state, a = self.data, self.state, self.a
        needed = int(data.rooms_needed[a])
        if c < 0:
            return
        i = a * data.campuses + c
        rooms = data.candidate_room[data.candidate_ptr[i] : data.candidate_ptr[i + 1]]
        classes = data.candidate_class[data.candidate_ptr[i] : data.candidate_ptr[i + 1]]
        campus = self.problem.campuses[c].id
        if len(rooms) < needed:
            return
        now = bits_from_masks(state.fits[classes, rooms, d], data.slots).sum(axis=0)
        ever = np.zeros(data.slots, dtype=np.int64)
        for r, k in zip(rooms, classes, strict=True):
            fits = fitting_masks(data.room_free[r, d], int(data.fit_total[k])) & data.open_starts[k, r, d]
            ever += bits_from_masks(fits, data.slots)
        self._note("room_blocked", campus, d, starts & (ever < needed), [])
        taken = starts & (ever >= needed) & (now < needed)
        if taken.any():
            first, last = np.flatnonzero(taken)[[0, -1]]
            held = state.holder[rooms, d, first : last + int(data.fit_total[classes].max())]
            self._note("room_overlap", campus, d, taken, [int(b) for b in np.unique(held) if b > BLOCKED + 1])

    def _channels(self, d: int, starts: Flags) -> None:
        data, state, a = self.data, self.state, self.a
        if not data.needs_channel[a]:
            return
        open_now = np.zeros(data.slots, dtype=np.bool_)
        open_ever = np.zeros(data.slots, dtype=np.bool_)
        users: list[int] = []
        for k in data.channel_class[data.channel_ptr[a] : data.channel_ptr[a + 1]]:
            for pool in range(data.pool_ptr[k * data.days + d], data.pool_ptr[k * data.days + d + 1]):
                total = self.duration + int(data.pool_turnover[pool, data.kind_of[a]])
                bare = fitting_masks(data.pool_open[pool], self.duration)
                open_now |= bits_from_masks(fitting_masks(state.pool_open[pool], total) & bare, data.slots)
                open_ever |= bits_from_masks(fitting_masks(data.pool_free[pool], total) & bare, data.slots)
                users += np.flatnonzero((state.pool == pool) & (state.day == d)).tolist()
        self._note("channel_blocked", None, d, starts & ~open_ever, [])
        taken = starts & open_ever & ~open_now
        self._note("channel_overlap", None, d, taken, self._during(taken, d, users))

    def _staff(self, c: int, d: int, starts: Flags) -> None:
        data, state = self.data, self.state
        for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]) if c >= 0 else ():
            if state.staff_used[limit, d] >= data.staff_size[limit, d]:
                part = bits_from_masks(data.staff_starts[limit], data.slots)
                on_duty = np.flatnonzero((state.day == d) & (state.campus == c))
                holders = [int(b) for b in on_duty if part[state.start[b]]]
                self._note("staff_limit", self.problem.campuses[c].id, d, starts & part, holders)

    def _groups(self, c: int, d: int, starts: Flags) -> None:
        data, state, a = self.data, self.state, self.a
        for g in data.exclusive_group[data.exclusive_ptr[a] : data.exclusive_ptr[a + 1]]:
            name = self.problem.groups[g].id
            base = data.busy_base[data.busy_row[g] : data.busy_row[g + 1], d]
            outside = self._meets(np.logical_or.reduce(bits_from_masks(base, data.slots), axis=0))
            self._note("group_busy", name, d, starts & outside, [])
            if not data.group_exclusive[g]:
                continue
            for b in data.member[data.member_ptr[g] : data.member_ptr[g + 1]]:
                if b == a or state.day[b] != d:
                    continue
                after, before = 0, 0
                if data.group_travel[g] and c >= 0 and state.campus[b] >= 0:
                    after, before = int(data.travel[state.campus[b], c]), int(data.travel[c, state.campus[b]])
                slots = np.arange(data.slots)
                end = int(state.start[b] + data.duration[b])
                met = (slots < end + after) & (slots + self.duration + before > state.start[b])
                self._note("group_overlap", name, d, starts & met, [int(b)])

    def _meets(self, busy: Flags) -> Flags:
        """Starts whose bare time meets a busy slot."""
        met = np.zeros_like(busy)
        for offset in range(self.duration):
            met[: len(busy) - offset] |= busy[offset:]
        return met

    def _counts(self, d: int, starts: Flags) -> None:
        data, state, a = self.data, self.state, self.a
        for g in data.counted_group[data.counted_ptr[a] : data.counted_ptr[a + 1]]:
            name = self.problem.groups[g].id
            members = data.member[data.member_ptr[g] : data.member_ptr[g + 1]]
            members = members[(members != a) & (state.day[members] >= 0)]
            days = state.day[members]
            if (days == d).sum() >= data.group_per_day[g]:
                self._note("group_max_per_day", name, d, starts, members[days == d].tolist())
            near = np.abs(days - d) < data.group_gap[g]
            if near.any():
                self._note("group_min_gap_days", name, d, starts, members[near].tolist())
            for p in range(data.period_ptr[g], data.period_ptr[g + 1]):
                first, last = data.period_first[p], data.period_last[p]
                inside = (days >= first) & (days <= last)
                if first <= d <= last and inside.sum() >= data.period_limit[p]:
                    self._note("group_period_limit", name, d, starts, members[inside].tolist())

    def _links(self, c: int, d: int, starts: Flags) -> None:
        data, state, a = self.handles[0], self.handles[1], self.a
        for j in range(self.data.link_ptr[a], self.data.link_ptr[a + 1]):
            b = int(self.data.link_other[j])
            if self.state.day[b] >= 0:
                slots = range(self.data.slots)
                kept = np.array([link_holds(data, state, a, j, c, d, s) for s in slots], dtype=np.bool_)
                self._note("link_order", None, d, starts & ~kept, [b])


def static_reasons(problem: Problem, request: Request, activity: Activity) -> list[Blocking]:
    """Wishes that leave fewer rooms than needed on every campus, each dropped in turn to see whether it is to blame.

    Empty if there are rooms enough.
    """
    if activity.rooms_needed == 0:
        missing = activity.needs_channel and not any(
            (activity.channels is None or c.id in activity.channels)
            and set(activity.channel_features) <= set(c.features)
            for c in problem.channels
        )
        return [Blocking(rule="channel_features", activity=activity.id)] if missing else []
    tests = {
        "room_capacity": [r.capacity >= activity.capacity for r in problem.rooms],
        "room_features": [set(activity.features) <= set(r.features) for r in problem.rooms],
        "campus_not_allowed": [activity.campuses is None or r.campus in activity.campuses for r in problem.rooms],
        "room_not_allowed": [activity.rooms is None or r.id in activity.rooms for r in problem.rooms],
        "room_restricted": [r.restricted_to is None or request.owner in r.restricted_to for r in problem.rooms],
    }

    def enough(rules: list[str]) -> bool:
        fitting = Counter(r.campus for i, r in enumerate(problem.rooms) if all(tests[rule][i] for rule in rules))
        return any(count >= activity.rooms_needed for count in fitting.values())

    if enough(list(tests)):
        return []
    alone = [rule for rule in tests if enough([other for other in tests if other != rule])]
    rules = alone or [rule for rule in tests if not enough([rule])] or ["room_count"]
    return [Blocking(rule=rule, activity=activity.id) for rule in rules]
