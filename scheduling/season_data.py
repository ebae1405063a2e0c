"""A problem compiled to arrays: what the kernels read and never write.

Index spaces: ``q`` requests, ``a`` activities (those of a request adjoin, in the order of their links), ``r``
rooms, ``c`` campuses, ``d`` days, ``g`` groups, ``l`` staff limits. A ``*_ptr`` array of length ``n + 1`` delimits
each owner's stretch of the arrays that follow it (compressed rows). Masks have a last axis of words, see
`scheduling.time_grid`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.problem import Activity, Channel, Link, Problem, Request, Room, Window, turnover_slots
from scheduling.room_choice import RoomChooser
from scheduling.run_worth import run_worth
from scheduling.time_grid import bits_from_masks, fitting_masks, interval_bits, masks_from_bits, words_for

Ints = npt.NDArray[np.int64]

UNLIMITED = 1 << 40


class SeasonData(NamedTuple):
    """The arrays; all are int64."""

    days: int
    slots: int  # width of a day's row, room for the longest turnover after the last slot included
    words: int
    campuses: int
    room_places: int  # width of a row of rooms: the most that one activity uses
    # requests
    activity_ptr: Ints
    weight: Ints
    # activities
    request_of: Ints
    duration: Ints
    rooms_needed: Ints
    needed_capacity: Ints
    needs_channel: Ints
    kind_of: Ints
    first_day: Ints
    last_day: Ints
    row_ptr: Ints  # (a + 1,) first row of the activity's days
    row_pattern: Ints  # (rows,) -1: no start on that day
    row_bonus: Ints  # (rows,) preference of the day
    pattern_starts: Ints  # (patterns, words)
    pattern_preference: Ints  # (patterns, slots)
    # rooms
    room_campus: Ints
    room_free: Ints  # (r, d, words) slots not blocked
    room_cost: Ints
    room_capacity: Ints
    room_turnover: Ints  # (r, kinds) slots
    fit_bare: Ints  # (classes,) bare slots
    fit_total: Ints  # (classes,) with turnover
    open_starts: Ints  # (classes, r, d, words) starts whose bare time lies in the opening hours
    candidate_ptr: Ints  # (a * c + 1,) rooms of an activity on a campus, cheapest first
    candidate_room: Ints
    candidate_class: Ints
    run_worth: Ints  # (r, slots + 1) what a free run of so many slots is worth to those who could use the room
    ban_ptr: Ints  # (a + 1,) forbidden starts in a room
    ban_room: Ints
    ban_day: Ints
    ban_starts: Ints  # (bans, words)
    # channels: interchangeable ones of one day form a pool
    channel_ptr: Ints  # (a + 1,) channel classes of an activity
    channel_class: Ints
    pool_ptr: Ints  # (channel classes * days + 1,)
    pool_size: Ints
    pool_free: Ints  # (pools, words)
    pool_open: Ints  # (pools, words)
    pool_turnover: Ints  # (pools, kinds) slots
    # staff
    staff_ptr: Ints  # (c + 1,)
    staff_starts: Ints  # (l, words)
    staff_size: Ints  # (l, d)
    # groups
    exclusive_ptr: Ints  # (a + 1,) groups whose busy times bind the activity
    exclusive_group: Ints
    busy_row: Ints  # (g,) first row in the busy masks
    group_exclusive: Ints
    group_travel: Ints
    travel: Ints  # (c, c) slots
    busy_base: Ints  # (rows, d, words) times taken outside the problem
    member_ptr: Ints  # (g + 1,)
    member: Ints
    counted_ptr: Ints  # (a + 1,) groups that count the activity
    counted_group: Ints
    group_per_day: Ints
    group_gap: Ints
    period_ptr: Ints  # (g + 1,)
    period_first: Ints
    period_last: Ints
    period_limit: Ints
    # links
    link_ptr: Ints  # (a + 1,)
    link_other: Ints
    link_follows: Ints  # 1: the activity follows the other, 0: goes before it
    link_gaps: Ints  # (links, 4) min and max pause in slots, min and max days
    link_same_campus: Ints
    # held places
    held_day: Ints  # -1: not held
    held_start: Ints
    held_campus: Ints
    held_pool: Ints
    held_rooms: Ints  # (a, room_places)
    held_room_count: Ints
    held_fixed: Ints  # 1: never moves
    held_tentative: Ints  # 1: may move, never dropped
    # audience
    audience_ptr: Ints  # (a + 1,)
    audience_major: Ints
    cohort: Ints
    week: Ints  # (d,)


@dataclass(frozen=True)
class Season:
    """A problem, its arrays, and the names behind the indices."""

    problem: Problem
    data: SeasonData
    activities: tuple[Activity, ...]
    activity_index: dict[str, int]
    pool_channels: tuple[tuple[int, ...], ...]
    compiler: "_Compiler"

    @property
    def total_weight(self) -> int:
        """Weight of all requests."""
        return int(self.data.weight.sum())


def compile_season(problem: Problem) -> Season:
    """Compile a valid problem.

    Parameters
    ----------
    problem
        As `scheduling.validation.validate` lets it through.
    """
    return _Compiler(problem).season()


class _Compiler:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.days = len(problem.grid.days)
        resources: list[Room | Channel] = [*problem.rooms, *problem.channels]
        longest = max(
            (t for r in resources for t in (r.turnover_slots, *r.turnover_by_kind.values())),
            default=0,
        )
        self.slots = problem.grid.slots_per_day + longest
        self.words = words_for(self.slots)
        self.campus_index = {c.id: i for i, c in enumerate(problem.campuses)}
        self.room_index = {r.id: i for i, r in enumerate(problem.rooms)}
        self.channel_index = {c.id: i for i, c in enumerate(problem.channels)}
        self.group_index = {g.id: i for i, g in enumerate(problem.groups)}
        self.major_index = {m.id: i for i, m in enumerate(problem.majors)}
        self.use_requests()
        self.chooser = RoomChooser(problem)
        self.channel_groups: list[list[int]] = []
        self.opening: Ints | None = None
        self.binding = [g.exclusive or bool(g.busy) for g in problem.groups]
        self.counting = [
            g.max_per_day is not None or bool(g.period_limits) or g.min_gap_days > 0 for g in problem.groups
        ]

    def use_requests(self) -> None:
        """Number activities and kinds."""
        self.activities: list[Activity] = []
        self.request_of: list[int] = []
        for q, request in enumerate(self.problem.requests):
            ordered = in_link_order(request)
            self.activities += ordered
            self.request_of += [q] * len(ordered)
        self.kinds = {kind: i for i, kind in enumerate(dict.fromkeys(a.kind for a in self.activities))}
        self.activity_index = {a.id: i for i, a in enumerate(self.activities)}

    def season(self) -> Season:
        fields: dict[str, Ints | int] = {
            "days": self.days,
            "slots": self.slots,
            "words": self.words,
            "campuses": len(self.problem.campuses),
            "room_places": max(
                [1, *(a.rooms_needed for a in self.activities), *(len(h.rooms) for h in self.problem.held)]
            ),
        }
        fields |= self.request_arrays()
        fields |= self.start_arrays()
        fields |= self.room_arrays()
        pools, channel_arrays = self.channel_arrays()
        fields |= channel_arrays
        fields |= self.staff_arrays()
        fields |= self.group_arrays()
        fields |= self.link_arrays()
        fields |= self.held_arrays(pools, int(fields["room_places"]))
        fields |= self.audience_arrays()
        fields["run_worth"] = run_worth(fields)
        data = SeasonData(**fields)  # type: ignore[arg-type]
        return Season(self.problem, data, tuple(self.activities), self.activity_index, tuple(pools), self)

    def request_arrays(self) -> dict[str, Ints]:
        requests = self.problem.requests
        return {
            "activity_ptr": _pointers([len(r.activities) for r in requests]),
            "weight": _ints([r.weight for r in requests]),
            "request_of": _ints(self.request_of),
            "duration": _ints([a.duration_slots for a in self.activities]),
            "rooms_needed": _ints([a.rooms_needed for a in self.activities]),
            "needed_capacity": _ints([a.capacity for a in self.activities]),
            "needs_channel": _ints([a.needs_channel for a in self.activities]),
            "kind_of": _ints([self.kinds[a.kind] for a in self.activities]),
        }

    def start_arrays(self) -> dict[str, Ints]:
        """Starts by activity and day; days with the same starts and preferences share a pattern."""
        patterns: dict[tuple[int, ...], int] = {}
        rows: list[int] = []
        bonus: list[int] = []
        first_day, last_day, row_ptr = [], [], [0]
        for a in self.activities:
            first = min((w.first_day for w in a.windows), default=0)
            last = max((w.last_day for w in a.windows), default=-1)
            rows += self.day_patterns(a, range(first, last + 1), patterns)
            target = a.target
            if target is None:
                bonus += [0] * (last + 1 - first)
            else:
                bonus += [max(0, target.value - target.per_day * abs(d - target.day)) for d in range(first, last + 1)]
            first_day.append(first)
            last_day.append(last)
            row_ptr.append(len(rows))
        values = np.array(list(patterns) or [(-1,) * self.slots], dtype=np.int64)
        return {
            "first_day": _ints(first_day),
            "last_day": _ints(last_day),
            "row_ptr": _ints(row_ptr),
            "row_pattern": _ints(rows),
            "row_bonus": _ints(bonus),
            "pattern_starts": masks_from_bits(values >= 0),
            "pattern_preference": np.maximum(values, 0),
        }

    def day_patterns(self, activity: Activity, days: range, patterns: dict[tuple[int, ...], int]) -> list[int]:
        """The pattern of each day of an activity; -1: no start."""
        windows = activity.windows
        bans = [f for f in activity.forbidden if f.room is None]
        if not bans and all(w.first_day == days.start and w.last_day == days.stop - 1 for w in windows):
            return [self.pattern(windows, [], patterns)] * len(days) if days else []
        return [
            self.pattern(
                [w for w in windows if w.first_day <= day <= w.last_day],
                [f.start for f in bans if f.day in (None, day)],
                patterns,
            )
            for day in days
        ]

    def pattern(self, windows: Sequence[Window], banned: list[int | None], patterns: dict[tuple[int, ...], int]) -> int:
        """Number of a day's starts with their preferences: one entry per slot, -1 where there is none."""
        values = [-1] * self.slots
        for window in windows:
            for start in window.starts:
                values[start] = max(values[start], window.preference)
        if None in banned:
            return -1
        for ban in banned:
            if ban is not None and ban < self.slots:
                values[ban] = -1
        if max(values) < 0:
            return -1
        return patterns.setdefault(tuple(values), len(patterns))

    def room_arrays(self) -> dict[str, Ints]:
        rooms = self.problem.rooms
        rows = np.ones((len(rooms), self.days, self.slots), dtype=np.bool_)
        for r, room in enumerate(rooms):
            rows[r] = ~interval_bits(room.blocked, self.days, self.slots)
        return {
            "room_campus": _ints([self.campus_index[r.campus] for r in rooms]),
            "room_free": masks_from_bits(rows),
            "room_cost": _ints([r.cost for r in rooms]),
            "room_capacity": _ints([r.capacity for r in rooms]),
        } | self.candidate_arrays()

    def candidate_arrays(self) -> dict[str, Ints]:
        """Rooms by activity and campus, with the lengths they are taken for, and rooms forbidden at times."""
        rooms = self.problem.rooms
        classes: dict[tuple[int, int], int] = {}
        counts: list[int] = []
        candidates: list[int] = []
        candidate_class: list[int] = []
        bans: list[tuple[int, int, npt.NDArray[np.bool_]]] = []
        ban_counts = []
        class_of: dict[tuple[int, str, int], int] = {}
        for i, a in enumerate(self.activities):
            owner = self.problem.requests[self.request_of[i]].owner
            by_campus = self.chooser.rooms_by_campus(a, owner)
            for campus in self.problem.campuses:
                here = by_campus.get(campus.id, ()) if a.rooms_needed else ()
                counts.append(len(here))
                candidates += here
                for r in here:
                    key = a.duration_slots, a.kind, r
                    if key not in class_of:
                        total = a.duration_slots + turnover_slots(rooms[r], a.kind)
                        class_of[key] = classes.setdefault((a.duration_slots, total), len(classes))
                    candidate_class.append(class_of[key])
            before = len(bans)
            for place in a.forbidden:
                if place.room is not None and (place.day is not None or place.start is not None):
                    starts = np.zeros(self.slots, dtype=np.bool_)
                    starts[slice(None) if place.start is None else slice(place.start, place.start + 1)] = True
                    bans.append((self.room_index[place.room], -1 if place.day is None else place.day, starts))
            ban_counts.append(len(bans) - before)
        lengths = list(classes) or [(1, 1)]
        return {
            "room_turnover": self.turnovers(rooms),
            "fit_bare": _ints([bare for bare, _ in lengths]),
            "fit_total": _ints([total for _, total in lengths]),
            "open_starts": self.open_starts([bare for bare, _ in lengths]),
            "candidate_ptr": _pointers(counts),
            "candidate_room": _ints(candidates),
            "candidate_class": _ints(candidate_class),
            "ban_ptr": _pointers(ban_counts),
            "ban_room": _ints([room for room, _, _ in bans]),
            "ban_day": _ints([day for _, day, _ in bans]),
            "ban_starts": masks_from_bits(np.array([s for _, _, s in bans]).reshape(-1, self.slots)),
        }

    def open_starts(self, bare: Sequence[int]) -> Ints:
        """Starts whose bare time lies in the opening hours, shape ``(classes, r, d, words)``."""
        if self.opening is None:
            rows = np.ones((len(self.problem.rooms), self.days, self.slots), dtype=np.bool_)
            for r, room in enumerate(self.problem.rooms):
                if room.open is not None:
                    rows[r] = interval_bits(room.open, self.days, self.slots)
            self.opening = masks_from_bits(rows)
        by_length = {length: fitting_masks(self.opening, length) for length in set(bare)}
        return np.ascontiguousarray(np.stack([by_length[length] for length in bare]))

    def turnovers(self, resources: Sequence[Room | Channel]) -> Ints:
        """Turnover by resource and kind, in slots."""
        table = [[turnover_slots(r, kind) for kind in self.kinds or ("",)] for r in resources]
        return np.array(table, dtype=np.int64).reshape(len(resources), max(1, len(self.kinds)))

    def channel_arrays(self) -> tuple[list[tuple[int, ...]], dict[str, Ints]]:
        """Channels that nothing tells apart form a class; those alike on a day and free of holds, a pool.

        Only numbers count inside a pool; names are given at the end, which always succeeds: intervals of one
        day overlapping at most ``size`` times can be coloured with ``size`` colours from left to right.
        """
        channels = self.problem.channels
        listed = defaultdict(list)
        for i, a in enumerate(self.activities):
            for channel_id in a.channels or ():
                listed[channel_id].append(i)
        classes: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for i, channel in enumerate(channels):
            key = (
                tuple(sorted(channel.features)),
                channel.turnover_slots,
                tuple(sorted(channel.turnover_by_kind.items())),
                tuple(listed[channel.id]),
            )
            classes[key].append(i)
        groups = list(classes.values())
        self.channel_groups = groups
        named = {(h.channel, h.day) for h in self.problem.held if h.channel is not None}
        blocked = {i: interval_bits(c.blocked, self.days, self.slots) for i, c in enumerate(channels)}
        opened = {
            i: np.ones((self.days, self.slots), dtype=np.bool_)
            if c.open is None
            else interval_bits(c.open, self.days, self.slots)
            for i, c in enumerate(channels)
        }
        pools: list[tuple[int, ...]] = []
        pool_counts: list[int] = []
        free: list[npt.NDArray[np.bool_]] = []
        opening: list[npt.NDArray[np.bool_]] = []
        for group in groups:
            for day in range(self.days):
                alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
                for i in group:
                    name = channels[i].id if (channels[i].id, day) in named else None
                    alike[name, blocked[i][day].tobytes(), opened[i][day].tobytes()].append(i)
                for members in alike.values():
                    pools.append(tuple(members))
                    free.append(~blocked[members[0]][day])
                    opening.append(opened[members[0]][day])
                pool_counts.append(len(alike))
        return pools, self.channel_choice() | {
            "pool_ptr": _pointers(pool_counts),
            "pool_size": _ints([len(p) for p in pools]),
            "pool_free": masks_from_bits(np.array(free).reshape(-1, self.slots)),
            "pool_open": masks_from_bits(np.array(opening).reshape(-1, self.slots)),
            "pool_turnover": self.turnovers([channels[p[0]] for p in pools]),
        }

    def channel_choice(self) -> dict[str, Ints]:
        """Channel classes by activity."""
        usable = [self.usable_channels(a) for a in self.activities]
        return {
            "channel_ptr": _pointers([len(own) for own in usable]),
            "channel_class": _ints([k for own in usable for k in own]),
        }

    def usable_channels(self, activity: Activity) -> list[int]:
        if not activity.needs_channel:
            return []
        usable = []
        for k, group in enumerate(self.channel_groups):
            channel = self.problem.channels[group[0]]
            allowed = activity.channels is None or channel.id in activity.channels
            if allowed and set(activity.channel_features) <= set(channel.features):
                usable.append(k)
        return usable

    def staff_arrays(self) -> dict[str, Ints]:
        limits = sorted(self.problem.staff_limits, key=lambda limit: self.campus_index[limit.campus])
        starts = np.zeros((len(limits), self.slots), dtype=np.bool_)
        size = np.full((len(limits), self.days), UNLIMITED, dtype=np.int64)
        for i, limit in enumerate(limits):
            starts[i, limit.from_slot : limit.to_slot] = True
            days = list(range(self.days)) if limit.days is None else list(limit.days)
            size[i, days] = limit.limit
        per_campus = np.bincount(
            [self.campus_index[limit.campus] for limit in limits], minlength=len(self.problem.campuses)
        )
        return {
            "staff_ptr": _pointers(per_campus.tolist()),
            "staff_starts": masks_from_bits(starts),
            "staff_size": size,
        }

    def group_arrays(self) -> dict[str, Ints]:
        groups = self.problem.groups
        campuses = len(self.problem.campuses)
        travel = np.zeros((max(1, campuses), max(1, campuses)), dtype=np.int64)
        if self.problem.travel_slots:
            travel[:] = self.problem.travel_slots
        of = self.groups_of_activities()
        members: list[list[int]] = [[] for _ in groups]
        for i, own in enumerate(of):
            for g in own:
                members[g].append(i)
        travels = [g.exclusive and g.travel and bool(travel.any()) for g in groups]
        rows = [(campuses + 1 if travels[i] else 1) if self.binding[i] else 0 for i in range(len(groups))]
        row_ptr = _pointers(rows)
        base = np.zeros((int(row_ptr[-1]), self.days, self.slots), dtype=np.bool_)
        for i, group in enumerate(groups):
            if group.busy:
                # the last row of a group holds what has no campus
                base[row_ptr[i + 1] - 1] = interval_bits(group.busy, self.days, self.slots)
        periods = [p for g in groups for p in g.period_limits]
        return self.membership() | {
            "busy_row": row_ptr,
            "group_exclusive": _ints([g.exclusive for g in groups]),
            "group_travel": _ints(travels),
            "travel": travel,
            "busy_base": masks_from_bits(base),
            "member_ptr": _pointers([len(m) for m in members]),
            "member": _ints([a for m in members for a in m]),
            "group_per_day": _ints([UNLIMITED if g.max_per_day is None else g.max_per_day for g in groups]),
            "group_gap": _ints([g.min_gap_days for g in groups]),
            "period_ptr": _pointers([len(g.period_limits) for g in groups]),
            "period_first": _ints([p.first_day for p in periods]),
            "period_last": _ints([p.last_day for p in periods]),
            "period_limit": _ints([p.limit for p in periods]),
        }

    def groups_of_activities(self) -> list[list[int]]:
        """Group indices by activity; names the problem does not know bind nobody."""
        known = self.group_index
        return [[known[g] for g in dict.fromkeys(a.groups) if g in known] for a in self.activities]

    def membership(self) -> dict[str, Ints]:
        """Groups by activity, those with times and those with counts."""
        of = self.groups_of_activities()
        return {
            "exclusive_ptr": _pointers([sum(self.binding[g] for g in own) for own in of]),
            "exclusive_group": _ints([g for own in of for g in own if self.binding[g]]),
            "counted_ptr": _pointers([sum(self.counting[g] for g in own) for own in of]),
            "counted_group": _ints([g for own in of for g in own if self.counting[g]]),
        }

    def link_arrays(self) -> dict[str, Ints]:
        links = [*self.problem.links, *(link for r in self.problem.requests for link in r.links)]
        of: list[list[tuple[int, int, Link]]] = [[] for _ in self.activities]
        for link in links:
            before, after = self.activity_index[link.before], self.activity_index[link.after]
            of[after].append((before, 1, link))
            of[before].append((after, 0, link))
        return link_rows(of)

    def held_arrays(self, pools: list[tuple[int, ...]], room_places: int) -> dict[str, Ints]:
        count = len(self.activities)
        held_day = np.full(count, -1, dtype=np.int64)
        start, campus, pool = np.zeros(count, np.int64), np.full(count, -1), np.full(count, -1)
        rooms, room_count = np.full((count, room_places), -1), np.zeros(count, np.int64)
        tentative, fixed = np.zeros(count, np.int64), np.zeros(count, np.int64)
        singles: dict[tuple[int, int], int] = {}
        for p, (members, day) in enumerate(zip(pools, self.pool_days(pools), strict=True)):
            if len(members) == 1:
                singles[members[0], day] = p
        held_ids = {h.activity for h in self.problem.held}
        for held in self.problem.held:
            a = self.activity_index[held.activity]
            held_day[a], start[a] = held.day, held.start
            indices = [self.room_index[r] for r in held.rooms]
            rooms[a, : len(indices)] = indices
            room_count[a] = len(indices)
            if indices:
                campus[a] = self.campus_index[self.problem.rooms[indices[0]].campus]
            if held.channel is not None:
                pool[a] = singles[self.channel_index[held.channel], held.day]
            siblings = self.problem.requests[self.request_of[a]].activities
            # a request held only in part cannot be ejected as a whole, so its held part stays
            whole = all(s.id in held_ids for s in siblings)
            tentative[a] = held.state == "tentative" and whole
            fixed[a] = not tentative[a]
        return {
            "held_day": held_day,
            "held_start": start,
            "held_campus": campus.astype(np.int64),
            "held_pool": pool.astype(np.int64),
            "held_rooms": rooms.astype(np.int64),
            "held_room_count": room_count,
            "held_fixed": fixed,
            "held_tentative": tentative,
        }

    def pool_days(self, pools: list[tuple[int, ...]]) -> list[int]:
        """Day of each pool: a channel is in exactly one pool a day, and pools are listed day by day."""
        seen: dict[int, int] = defaultdict(int)
        days = []
        for members in pools:
            days.append(seen[members[0]])
            for channel in members:
                seen[channel] += 1
        return days

    def audience_arrays(self) -> dict[str, Ints]:
        majors = [[self.major_index[m] for m in a.audience] for a in self.activities]
        return {
            "audience_ptr": _pointers([len(m) for m in majors]),
            "audience_major": _ints([i for m in majors for i in m]),
            "cohort": _ints([m.cohort for m in self.problem.majors]),
            "week": _ints([d.week for d in self.problem.grid.days]),
        }


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
        "link_ptr": _pointers([len(own) for own in of]),
        "link_other": _ints([other for other, _, _ in flat]),
        "link_follows": _ints([follows for _, follows, _ in flat]),
        "link_gaps": np.array(gaps, dtype=np.int64).reshape(-1, 4),
        "link_same_campus": _ints([link.same_campus for _, _, link in flat]),
    }


def in_link_order(request: Request) -> list[Activity]:
    """Activities so that each comes after those it follows; otherwise as given."""
    before: dict[str, set[str]] = defaultdict(set)
    for link in request.links:
        before[link.after].add(link.before)
    ordered: list[Activity] = []
    waiting = list(request.activities)
    done: set[str] = set()
    while waiting:
        ready = next(a for a in waiting if before[a.id] <= done)
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.id)
    return ordered


def _ints(values: Iterable[int | bool]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _pointers(lengths: Sequence[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(np.array(lengths, dtype=np.int64))]).astype(np.int64)


def slot_bits(data: SeasonData, masks: Ints) -> npt.NDArray[np.bool_]:
    """Masks of this season as booleans over its slots."""
    return bits_from_masks(masks, data.slots)
