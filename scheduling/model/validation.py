"""Refuses a problem that does not fit together, with the path of the field and why."""

from collections.abc import Container, Iterable, Sequence

import msgspec

from scheduling.model.contradictions import clashing_pins, contradictory_links
from scheduling.model.problem import Activity, Channel, Fixed, Interval, Link, Problem, Room


class ProblemError(ValueError):
    """The problem cannot be used; ``path`` names the field (``$.rooms[3].campus``), ``reason`` says why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def validate(problem: Problem) -> None:
    """Check every field and every reference.

    Raises
    ------
    ProblemError
        At the first thing that does not fit: a wrong type or range, an unknown or repeated id, an interval or day
        outside the grid, links that contradict each other, contradictory fixed placements.
    """
    try:
        msgspec.convert(msgspec.to_builtins(problem), Problem)
    except msgspec.ValidationError as error:
        raise from_msgspec(error) from None
    _Check(problem).all()


def from_msgspec(error: msgspec.ValidationError) -> ProblemError:
    """The same refusal with the path taken out of msgspec's message."""
    reason, _, path = str(error).partition(" - at `")
    return ProblemError(path.rstrip("`") or "$", reason)


class _Check:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.days = len(problem.grid.days)
        self.slots = problem.grid.slots_per_day
        self.campuses = _unique("$.campuses", [c.id for c in problem.campuses])
        self.rooms = _unique("$.rooms", [r.id for r in problem.rooms])
        self.channels = _unique("$.channels", [c.id for c in problem.channels])
        self.groups = _unique("$.groups", [g.id for g in problem.groups])
        self.majors = _unique("$.majors", [m.id for m in problem.majors])
        self.requests = _unique("$.requests", [r.id for r in problem.requests])
        self.activities: dict[str, Activity] = {}
        self.request_of: dict[str, str] = {}

    def all(self) -> None:
        self.campus_fields()
        self.resources()
        self.limits()
        self.group_fields()
        self.request_fields()
        self.all_links()
        self.fixed()
        self.goals()
        self.fairness()

    def goals(self) -> None:
        names = [goal.name for goal in self.problem.policy.goals]
        for i, name in enumerate(names):
            if name in names[:i]:
                raise ProblemError(f"$.policy.goals[{i}].name", f"the goal {name!r} is named twice")
        if names[:1] != ["placed_weight"]:
            raise ProblemError("$.policy.goals", "must begin with placed_weight: the others count below it")

    def fairness(self) -> None:
        fairness = self.problem.policy.fairness
        path = "$.policy.fairness.evening_from_slot"
        if fairness.evening_share_at_most is not None and fairness.evening_from_slot is None:
            raise ProblemError(path, "is missing: evening_share_at_most needs to know when the evening starts")
        if fairness.evening_from_slot is not None and fairness.evening_from_slot > self.slots:
            raise ProblemError(path, f"the day has {self.slots} slots")

    def campus_fields(self) -> None:
        travel = self.problem.travel_slots
        if not travel:
            return
        size = len(self.campuses)
        if len(travel) != size:
            raise ProblemError("$.travel_slots", f"needs {size} rows, one per campus, has {len(travel)}")
        for i, row in enumerate(travel):
            if len(row) != size:
                raise ProblemError(f"$.travel_slots[{i}]", f"needs {size} numbers, has {len(row)}")
            if row[i] != 0:
                raise ProblemError(f"$.travel_slots[{i}][{i}]", "travel within a campus must be 0")

    def resources(self) -> None:
        for i, room in enumerate(self.problem.rooms):
            _known(f"$.rooms[{i}].campus", room.campus, self.campuses, "campus")
            self.resource_times(f"$.rooms[{i}]", room)
        for i, channel in enumerate(self.problem.channels):
            self.resource_times(f"$.channels[{i}]", channel)

    def resource_times(self, path: str, resource: Room | Channel) -> None:
        self.intervals(f"{path}.blocked", resource.blocked, past_end=True)
        if resource.open is not None:
            self.intervals(f"{path}.open", resource.open, past_end=False)

    def intervals(self, path: str, intervals: Sequence[Interval], *, past_end: bool) -> None:
        for i, interval in enumerate(intervals):
            self.day(f"{path}[{i}][0]", interval.day)
            if interval.from_slot >= interval.to_slot:
                raise ProblemError(f"{path}[{i}]", "must end after it starts")
            if not past_end and interval.to_slot > self.slots:
                raise ProblemError(f"{path}[{i}][2]", f"the day has {self.slots} slots")

    def day(self, path: str, day: int) -> None:
        if not 0 <= day < self.days:
            raise ProblemError(path, f"day {day} is outside the season of {self.days} days")

    def day_range(self, path: str, first: int, last: int) -> None:
        self.day(f"{path}.first_day", first)
        self.day(f"{path}.last_day", last)
        if first > last:
            raise ProblemError(f"{path}.last_day", f"lies before first_day {first}")

    def limits(self) -> None:
        for i, limit in enumerate(self.problem.staff_limits):
            path = f"$.staff_limits[{i}]"
            _known(f"{path}.campus", limit.campus, self.campuses, "campus")
            if not limit.from_slot < limit.to_slot <= self.slots:
                raise ProblemError(f"{path}.to_slot", f"must lie after from_slot and within {self.slots} slots")
            for j, day in enumerate(limit.days or ()):
                self.day(f"{path}.days[{j}]", day)

    def group_fields(self) -> None:
        for i, group in enumerate(self.problem.groups):
            path = f"$.groups[{i}]"
            self.intervals(f"{path}.busy", group.busy, past_end=True)
            for j, period in enumerate(group.period_limits):
                self.day_range(f"{path}.period_limits[{j}]", period.first_day, period.last_day)

    def request_fields(self) -> None:
        for i, request in enumerate(self.problem.requests):
            for j, activity in enumerate(request.activities):
                path = f"$.requests[{i}].activities[{j}]"
                if activity.id in self.activities:
                    raise ProblemError(f"{path}.id", f"the activity id {activity.id!r} is used twice")
                self.activities[activity.id] = activity
                self.request_of[activity.id] = request.id
                self.activity_fields(path, activity)

    def activity_fields(self, path: str, activity: Activity) -> None:
        if activity.duration_slots > self.slots:
            raise ProblemError(f"{path}.duration_slots", f"the day has {self.slots} slots")
        for name, values, known, noun in (
            ("campuses", activity.campuses, self.campuses, "campus"),
            ("rooms", activity.rooms, self.rooms, "room"),
            ("channels", activity.channels, self.channels, "channel"),
            ("groups", activity.groups, self.groups, "group"),
            ("audience", activity.audience, self.majors, "major"),
        ):
            for k, value in enumerate(values or ()):
                _known(f"{path}.{name}[{k}]", value, known, noun)
            if len(set(values or ())) != len(values or ()):
                raise ProblemError(f"{path}.{name}", f"names a {noun} twice")
        last_start = self.slots - activity.duration_slots
        for k, window in enumerate(activity.windows):
            self.day_range(f"{path}.windows[{k}]", window.first_day, window.last_day)
            for m, start in enumerate(window.starts):
                if start > last_start:
                    raise ProblemError(
                        f"{path}.windows[{k}].starts[{m}]",
                        f"{activity.duration_slots} slots from {start} run past the day's {self.slots} slots",
                    )
        if activity.target is not None:
            self.day(f"{path}.target.day", activity.target.day)
        for k, placement in enumerate(activity.forbidden):
            here = f"{path}.forbidden[{k}]"
            if placement.day is None and placement.start is None and placement.room is None:
                raise ProblemError(here, "forbids every place: give a day, a start or a room")
            if placement.day is not None:
                self.day(f"{here}.day", placement.day)
            if placement.room is not None:
                _known(f"{here}.room", placement.room, self.rooms, "room")

    def all_links(self) -> None:
        edges: list[tuple[str, Link]] = [(f"$.links[{i}]", link) for i, link in enumerate(self.problem.links)]
        for i, request in enumerate(self.problem.requests):
            own = {activity.id for activity in request.activities}
            for j, link in enumerate(request.links):
                path = f"$.requests[{i}].links[{j}]"
                for name, end in (("before", link.before), ("after", link.after)):
                    if end not in own:
                        raise ProblemError(f"{path}.{name}", f"{end!r} is no activity of request {request.id!r}")
                edges.append((path, link))
        followers: dict[str, list[str]] = {}
        for path, link in edges:
            self.link_fields(path, link)
            followers.setdefault(link.before, []).append(link.after)
        self.no_cycle(edges, followers)
        found = contradictory_links([path for path, _ in edges], [link for _, link in edges])
        if found is not None:
            raise ProblemError(found.path, found.reason)

    def link_fields(self, path: str, link: Link) -> None:
        _known(f"{path}.before", link.before, self.activities, "activity")
        _known(f"{path}.after", link.after, self.activities, "activity")
        if link.before == link.after:
            raise ProblemError(f"{path}.after", "an activity cannot follow itself")
        if link.max_gap_slots is not None and link.max_gap_slots < link.min_gap_slots:
            raise ProblemError(f"{path}.max_gap_slots", f"is below min_gap_slots {link.min_gap_slots}")
        if link.max_days is not None and link.max_days < link.min_days:
            raise ProblemError(f"{path}.max_days", f"is below min_days {link.min_days}")
        if link.same_day and link.min_days > 0:
            raise ProblemError(f"{path}.min_days", "contradicts same_day")

    def no_cycle(self, edges: list[tuple[str, Link]], followers: dict[str, list[str]]) -> None:
        """Order of placement follows the links, so they must not run in a circle (depth-first, iterative)."""
        colour: dict[str, int] = {}
        for path, link in edges:
            if link.before in colour:
                continue
            colour[link.before] = 1
            stack = [(link.before, iter(followers.get(link.before, ())))]
            while stack:
                node, after = stack[-1]
                follower = next(after, None)
                if follower is None:
                    colour[node] = 2
                    stack.pop()
                elif colour.get(follower) == 1:
                    raise ProblemError(path, f"the links run in a circle through {follower!r}")
                elif follower not in colour:
                    colour[follower] = 1
                    stack.append((follower, iter(followers.get(follower, ()))))

    def fixed(self) -> None:
        seen: set[str] = set()
        for i, fixed in enumerate(self.problem.fixed):
            path = f"$.fixed[{i}]"
            _known(f"{path}.activity", fixed.activity, self.activities, "activity")
            if fixed.activity in seen:
                raise ProblemError(f"{path}.activity", f"{fixed.activity!r} is fixed twice")
            seen.add(fixed.activity)
            self.fixed_placement(path, fixed, self.activities[fixed.activity])
        for i, reason in clashing_pins(self.problem):
            raise ProblemError(f"$.fixed[{i}]", reason)

    def fixed_placement(self, path: str, fixed: Fixed, activity: Activity) -> None:
        self.day(f"{path}.day", fixed.day)
        if fixed.start + activity.duration_slots > self.slots:
            raise ProblemError(
                f"{path}.start", f"{activity.duration_slots} slots run past the day's {self.slots} slots"
            )
        campuses = set()
        for j, room in enumerate(fixed.rooms):
            _known(f"{path}.rooms[{j}]", room, self.rooms, "room")
            campuses.add(self.problem.rooms[self.rooms[room]].campus)
        if len(set(fixed.rooms)) != len(fixed.rooms):
            raise ProblemError(f"{path}.rooms", "names a room twice")
        if len(campuses) > 1:
            raise ProblemError(f"{path}.rooms", "rooms of one activity lie on one campus")
        if fixed.channel is not None:
            _known(f"{path}.channel", fixed.channel, self.channels, "channel")
        if len(fixed.rooms) != activity.rooms_needed:
            raise ProblemError(
                f"{path}.rooms", f"{activity.id!r} needs {activity.rooms_needed}, has {len(fixed.rooms)}"
            )
        if (fixed.channel is not None) != activity.needs_channel:
            raise ProblemError(
                f"{path}.channel", f"{activity.id!r} needs {'a' if activity.needs_channel else 'no'} channel"
            )
        if fixed.state == "pinned" and fixed.may_ask:
            raise ProblemError(f"{path}.may_ask", "contradicts a pinned place")


def _unique(path: str, ids: Iterable[str]) -> dict[str, int]:
    index: dict[str, int] = {}
    for i, id_ in enumerate(ids):
        if id_ in index:
            raise ProblemError(f"{path}[{i}].id", f"the id {id_!r} is used twice")
        index[id_] = i
    return index


def _known(path: str, value: str, known: Container[str], noun: str) -> None:
    if value not in known:
        raise ProblemError(path, f"there is no {noun} {value!r}")
