"""Who holds what in a solution, and what stands in the way of one more activity: exact, without compiled code."""

from collections import defaultdict
from collections.abc import Collection, Iterator

import msgspec

from scheduling.problem import Activity, Channel, Group, Problem, Request, Room, StaffLimit, turnover_slots
from scheduling.solution import Placement


class Obstacle(msgspec.Struct, frozen=True):
    """A rule that a place would break, on which resource, and which activities hold it."""

    rule: str
    resource: str | None = None
    held_by: tuple[str, ...] = ()


class Stand(msgspec.Struct, frozen=True):
    """A placed activity as resources see it; ``until`` is the end of its bare time."""

    activity: str
    day: int
    start: int
    until: int
    campus: str | None


class Occupancy:
    """The places of a solution by resource; activities can be put and taken."""

    def __init__(self, problem: Problem, placements: Collection[Placement] = ()) -> None:
        self.problem = problem
        self.rooms = {room.id: room for room in problem.rooms}
        self.channels = {channel.id: channel for channel in problem.channels}
        self.groups = {group.id: group for group in problem.groups}
        self.activities = {activity.id: activity for request in problem.requests for activity in request.activities}
        self.owners = {activity.id: request.owner for request in problem.requests for activity in request.activities}
        self.placements: dict[str, Placement] = {}
        self._by_resource: dict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
        self._by_group: dict[str, list[Stand]] = defaultdict(list)
        self._starts: dict[tuple[str, int], list[tuple[int, str]]] = defaultdict(list)
        self._campus = {campus.id: index for index, campus in enumerate(problem.campuses)}
        for placement in placements:
            self.put(placement)

    def put(self, placement: Placement) -> None:
        """Hold everything that an activity takes at a place."""
        activity = self.activities.get(placement.activity)
        if activity is None:
            return
        self.placements[activity.id] = placement
        until = placement.start + activity.duration_slots
        for resource in self._resources(placement):
            hold = (placement.start, until + turnover_slots(resource, activity.kind), activity.id)
            self._by_resource[resource.id, placement.day].append(hold)
        campus = self.campus_of(placement)
        stand = Stand(activity.id, placement.day, placement.start, until, campus)
        for group in activity.groups:
            self._by_group[group].append(stand)
        if campus is not None:
            self._starts[campus, placement.day].append((placement.start, activity.id))

    def take(self, activity_id: str) -> Placement | None:
        """Give back everything that an activity holds; its place, or None."""
        placement = self.placements.pop(activity_id, None)
        if placement is None:
            return None
        activity = self.activities[activity_id]
        for resource in self._resources(placement):
            holds = self._by_resource[resource.id, placement.day]
            holds[:] = [hold for hold in holds if hold[2] != activity_id]
        for group in activity.groups:
            self._by_group[group] = [stand for stand in self._by_group[group] if stand.activity != activity_id]
        campus = self.campus_of(placement)
        if campus is not None:
            starts = self._starts[campus, placement.day]
            starts[:] = [entry for entry in starts if entry[1] != activity_id]
        return placement

    def campus_of(self, placement: Placement) -> str | None:
        """The campus of its rooms."""
        return self.rooms[placement.rooms[0]].campus if placement.rooms else None

    def fitting_rooms(self, activity: Activity, owner: str) -> dict[str, list[Room]]:
        """Rooms that could ever hold an activity, by campus, the closest fit first."""
        found: dict[str, list[Room]] = defaultdict(list)
        for room in self.problem.rooms:
            if not static_obstacles(activity, owner, room):
                found[room.campus].append(room)
        for rooms in found.values():
            rooms.sort(key=lambda room: (room.capacity + room.cost, room.id))
        return {campus: rooms for campus, rooms in found.items() if len(rooms) >= activity.rooms_needed}

    def try_place(
        self, activity: Activity, day: int, start: int, campus: str | None, rooms: list[Room]
    ) -> tuple[Placement | None, list[Obstacle]]:
        """The place with the closest fitting free rooms and a free channel, or every obstacle."""
        obstacles = list(self._group_obstacles(activity, day, start, campus))
        free: list[str] = []
        if activity.rooms_needed:
            obstacles += self._staff_obstacles(day, start, campus)
            blocked: list[Obstacle] = []
            for room in rooms:
                found = self._resource_obstacle(activity, room, day, start, "room")
                if found is None:
                    free.append(room.id)
                else:
                    blocked.append(found)
            if len(free) < activity.rooms_needed:
                obstacles += blocked
        channel = None
        if activity.needs_channel:
            channel, blocked = self._free_channel(activity, day, start)
            obstacles += blocked if channel is None else []
        if obstacles:
            return None, obstacles
        chosen = tuple(free[: activity.rooms_needed])
        return Placement(activity=activity.id, day=day, start=start, rooms=chosen, channel=channel), []

    def _resources(self, placement: Placement) -> Iterator[Room | Channel]:
        for room in placement.rooms:
            yield self.rooms[room]
        if placement.channel is not None:
            yield self.channels[placement.channel]

    def _resource_obstacle(
        self, activity: Activity, resource: Room | Channel, day: int, start: int, name: str
    ) -> Obstacle | None:
        until = start + activity.duration_slots
        hold_until = until + turnover_slots(resource, activity.kind)
        if resource.open is not None and not any(
            span.day == day and span.from_slot <= start and until <= span.to_slot for span in resource.open
        ):
            return Obstacle(f"{name}_closed", resource.id)
        if any(span.day == day and span.from_slot < hold_until and start < span.to_slot for span in resource.blocked):
            return Obstacle(f"{name}_blocked", resource.id)
        holders = tuple(
            holder
            for held_from, held_until, holder in self._by_resource[resource.id, day]
            if held_from < hold_until and start < held_until and holder != activity.id
        )
        return Obstacle(f"{name}_overlap", resource.id, holders) if holders else None

    def _free_channel(self, activity: Activity, day: int, start: int) -> tuple[str | None, list[Obstacle]]:
        blocked: list[Obstacle] = []
        for channel in self.problem.channels:
            if activity.channels is not None and channel.id not in activity.channels:
                continue
            if not set(activity.channel_features) <= set(channel.features):
                continue
            found = self._resource_obstacle(activity, channel, day, start, "channel")
            if found is None:
                return channel.id, []
            blocked.append(found)
        return None, blocked or [Obstacle("channel_features")]

    def _staff_obstacles(self, day: int, start: int, campus: str | None) -> Iterator[Obstacle]:
        for limit in self.problem.staff_limits:
            if limit.campus != campus or not _in_force(limit, day, start):
                continue
            holders = tuple(holder for at, holder in self._starts[campus, day] if limit.from_slot <= at < limit.to_slot)
            if len(holders) >= limit.limit:
                yield Obstacle("staff_limit", campus, holders)

    def _group_obstacles(self, activity: Activity, day: int, start: int, campus: str | None) -> Iterator[Obstacle]:
        until = start + activity.duration_slots
        for name in activity.groups:
            group = self.groups[name]
            if any(span.day == day and span.from_slot < until and start < span.to_slot for span in group.busy):
                yield Obstacle("group_busy", name)
            others = [stand for stand in self._by_group[name] if stand.activity != activity.id]
            if group.exclusive:
                yield from self._together(group, others, day, start, until, campus)
            yield from _counted(group, others, day)

    def _together(
        self, group: Group, others: list[Stand], day: int, start: int, until: int, campus: str | None
    ) -> Iterator[Obstacle]:
        for stand in others:
            if stand.day != day:
                continue
            if stand.start < until and start < stand.until:
                yield Obstacle("group_overlap", group.id, (stand.activity,))
            elif group.travel and campus and stand.campus and campus != stand.campus and self.problem.travel_slots:
                there, back = self._campus[stand.campus], self._campus[campus]
                pause = start - stand.until if start >= stand.until else stand.start - until
                first, second = (there, back) if start >= stand.until else (back, there)
                if pause < self.problem.travel_slots[first][second]:
                    yield Obstacle("group_travel", group.id, (stand.activity,))


def static_obstacles(activity: Activity, owner: str, room: Room) -> list[str]:
    """Rules that keep an activity out of a room at any time."""
    found = []
    if room.capacity < activity.capacity:
        found.append("room_capacity")
    if not set(activity.features) <= set(room.features):
        found.append("room_features")
    if activity.campuses is not None and room.campus not in activity.campuses:
        found.append("campus_not_allowed")
    if activity.rooms is not None and room.id not in activity.rooms:
        found.append("room_not_allowed")
    if room.restricted_to is not None and owner not in room.restricted_to:
        found.append("room_restricted")
    return found


def allowed_starts(problem: Problem, activity: Activity) -> list[tuple[int, int]]:
    """(day, start) pairs inside the windows and the day, places forbidden for every room left out."""
    latest = problem.grid.slots_per_day - activity.duration_slots
    out = {(forbidden.day, forbidden.start) for forbidden in activity.forbidden if forbidden.room is None}
    found = {
        (day, start)
        for window in activity.windows
        for day in range(window.first_day, min(window.last_day, len(problem.grid.days) - 1) + 1)
        for start in window.starts
        if start <= latest and not out & {(day, start), (day, None), (None, start)}
    }
    return sorted(found)


def request_of(problem: Problem, request_id: str) -> Request:
    """The request of an id; KeyError where there is none."""
    for request in problem.requests:
        if request.id == request_id:
            return request
    raise KeyError(request_id)


def _in_force(limit: StaffLimit, day: int, start: int) -> bool:
    return limit.from_slot <= start < limit.to_slot and (limit.days is None or day in limit.days)


def _counted(group: Group, others: list[Stand], day: int) -> Iterator[Obstacle]:
    if group.max_per_day is not None:
        same_day = tuple(stand.activity for stand in others if stand.day == day)
        if len(same_day) >= group.max_per_day:
            yield Obstacle("group_max_per_day", group.id, same_day)
    for period in group.period_limits:
        if period.first_day <= day <= period.last_day:
            inside = tuple(stand.activity for stand in others if period.first_day <= stand.day <= period.last_day)
            if len(inside) >= period.limit:
                yield Obstacle("group_period_limit", group.id, inside)
    if group.min_gap_days:
        close = tuple(stand.activity for stand in others if abs(stand.day - day) < group.min_gap_days)
        if close:
            yield Obstacle("group_min_gap_days", group.id, close)
