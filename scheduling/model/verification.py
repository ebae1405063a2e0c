"""The independent verifier: plain Python over the rules, sharing no code with the search.

Quadratic or linear where it does not matter, and never clever: what it says is what the rules say.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from scheduling.model.problem import Activity, Channel, Fixed, Group, Interval, Link, Problem, Request, Room
from scheduling.model.solution import Placement, Solution, Violation

RULES = {
    "unknown_activity": "the problem has no such activity",
    "unknown_room": "the problem has no such room",
    "unknown_channel": "the problem has no such channel",
    "unknown_day": "the day is outside the season",
    "placed_twice": "an activity has at most one place",
    "incomplete_request": "all activities of a request are placed, or none",
    "outside_day": "the bare time lies inside the day",
    "start_not_allowed": "day and start lie in a window",
    "forbidden_place": "no forbidden place is used",
    "room_count": "as many different rooms as needed",
    "rooms_on_one_campus": "rooms used at once lie on one campus",
    "campus_not_allowed": "the campus is among the activity's",
    "room_not_allowed": "the room is among the activity's",
    "room_restricted": "the owner may use the room",
    "room_capacity": "each room is large enough",
    "room_features": "each room has the features",
    "room_closed": "the bare time lies in the room's opening hours",
    "room_blocked": "time and turnover touch no closure of the room",
    "room_overlap": "two activities never share a room, turnover included",
    "channel_count": "a channel exactly where one is needed",
    "channel_not_allowed": "the channel is among the activity's",
    "channel_features": "the channel has the features",
    "channel_closed": "the bare time lies in the channel's hours",
    "channel_blocked": "time and turnover touch no closure of the channel",
    "channel_overlap": "two activities never share a channel, turnover included",
    "staff_limit": "no more starts with a room than staff on campus and day-part",
    "group_overlap": "activities of an exclusive group never overlap",
    "group_travel": "an exclusive group has the time to travel between campuses",
    "group_busy": "no activity of a group in its busy times",
    "group_max_per_day": "no more activities of a group on a day than allowed",
    "group_period_limit": "no more activities of a group in a period than allowed",
    "group_min_gap_days": "activities of a group are so many days apart",
    "link_order": "linked activities follow each other",
    "link_gap": "linked activities of one day keep the pause",
    "link_days": "linked activities keep the distance in days",
    "link_campus": "linked activities are on the same campus",
    "held_dropped": "held activities stay placed",
    "held_moved": "confirmed and pinned places stay where they are",
    "move_budget": "no more tentative places move than allowed",
    "small_share": "small owners have their share of the placed requests",
    "evening_share": "no more than their share of the placed activities are in the evening",
}


@dataclass(frozen=True)
class _Placed:
    """A placement with what the problem says about it; no rule is asked of a ``given`` one, which is fixed there."""

    placement: Placement
    activity: Activity
    request: Request
    rooms: tuple[Room, ...]
    channel: Channel | None
    given: bool

    @property
    def id(self) -> str:
        return self.activity.id

    @property
    def day(self) -> int:
        return self.placement.day

    @property
    def start(self) -> int:
        return self.placement.start

    @property
    def end(self) -> int:
        return self.placement.start + self.activity.duration_slots

    @property
    def campus(self) -> str | None:
        return self.rooms[0].campus if self.rooms else None


def verify(problem: Problem, solution: Solution) -> list[Violation]:
    """Every broken rule of a solution, in the order of `RULES` where they meet.

    Parameters
    ----------
    problem
        A valid problem.
    solution
        Any placements, also of unknown ids.

    Returns
    -------
    list of Violation
        Empty if and only if the solution is feasible. Fixed placements clashing among themselves are not reported.
    """
    found, placed = _resolve(problem, solution)
    by_id = {p.id: p for p in placed}
    found += _requests(problem, by_id)
    for p in placed:
        if not p.given:
            found += _own_placement(p)
            found += _rooms(p)
            found += _channel(p)
    found += _overlaps(placed)
    found += _staff(problem, placed)
    found += _groups(problem, placed)
    found += _links(problem, by_id)
    found += _held(problem, by_id)
    found += _fairness(problem, placed)
    return found


def fairness_violations(problem: Problem, solution: Solution) -> list[Violation]:
    """The broken rules about shares alone."""
    return list(_fairness(problem, _resolve(problem, solution)[1]))


def same_placement(placement: Placement, fixed: Fixed) -> bool:
    """Whether a placement is exactly a fixed one; the order of rooms does not count."""
    return (
        placement.day == fixed.day
        and placement.start == fixed.start
        and sorted(placement.rooms) == sorted(fixed.rooms)
        and placement.channel == fixed.channel
    )


def _resolve(problem: Problem, solution: Solution) -> tuple[list[Violation], list[_Placed]]:
    owners = {a.id: (a, r) for r in problem.requests for a in r.activities}
    rooms = {r.id: r for r in problem.rooms}
    channels = {c.id: c for c in problem.channels}
    fixed = {h.activity: h for h in problem.fixed}
    found: list[Violation] = []
    placed: dict[str, _Placed] = {}
    for p in solution.placements:
        unknown_rooms = [room for room in p.rooms if room not in rooms]
        if p.activity not in owners:
            found.append(_broken("unknown_activity", [p.activity]))
        elif unknown_rooms:
            found.append(_broken("unknown_room", [p.activity], resource=unknown_rooms[0]))
        elif p.channel is not None and p.channel not in channels:
            found.append(_broken("unknown_channel", [p.activity], resource=p.channel))
        elif not 0 <= p.day < len(problem.grid.days):
            found.append(_broken("unknown_day", [p.activity], day=p.day))
        elif p.activity in placed:
            found.append(_broken("placed_twice", [p.activity]))
        else:
            activity, request = owners[p.activity]
            entry = _Placed(
                p,
                activity,
                request,
                tuple(rooms[room] for room in p.rooms),
                None if p.channel is None else channels[p.channel],
                p.activity in fixed and same_placement(p, fixed[p.activity]),
            )
            placed[p.activity] = entry
            if entry.end > problem.grid.slots_per_day or p.start < 0:
                found.append(_broken("outside_day", [p.activity], day=p.day))
    return found, list(placed.values())


def _requests(problem: Problem, by_id: dict[str, _Placed]) -> Iterator[Violation]:
    fixed = {h.activity for h in problem.fixed}
    for request in problem.requests:
        ids = [a.id for a in request.activities]
        placed = [i for i in ids if i in by_id]
        if len(placed) < len(ids) and any(i not in fixed for i in placed):
            missing = [i for i in ids if i not in by_id]
            yield _broken("incomplete_request", placed, detail=f"{request.id}: {', '.join(missing)} not placed")


def _own_placement(p: _Placed) -> Iterator[Violation]:
    if not any(w.first_day <= p.day <= w.last_day and p.start in w.starts for w in p.activity.windows):
        yield _broken("start_not_allowed", [p.id], day=p.day, detail=f"start {p.start}")
    for placement in p.activity.forbidden:
        if (
            placement.day in (None, p.day)
            and placement.start in (None, p.start)
            and (placement.room is None or placement.room in p.placement.rooms)
        ):
            yield _broken("forbidden_place", [p.id], resource=placement.room, day=p.day)


def _rooms(p: _Placed) -> Iterator[Violation]:
    activity = p.activity
    if len(set(p.placement.rooms)) != activity.rooms_needed or len(p.rooms) != activity.rooms_needed:
        yield _broken("room_count", [p.id], detail=f"{len(p.rooms)} of {activity.rooms_needed}")
    if len({room.campus for room in p.rooms}) > 1:
        yield _broken("rooms_on_one_campus", [p.id])
    for room in p.rooms:
        if activity.campuses is not None and room.campus not in activity.campuses:
            yield _broken("campus_not_allowed", [p.id], resource=room.campus)
        if activity.rooms is not None and room.id not in activity.rooms:
            yield _broken("room_not_allowed", [p.id], resource=room.id)
        if not p.request.may_use(room):
            yield _broken("room_restricted", [p.id], resource=room.id)
        if room.capacity < activity.capacity:
            yield _broken("room_capacity", [p.id], resource=room.id, detail=f"{room.capacity} < {activity.capacity}")
        if not set(activity.features) <= set(room.features):
            yield _broken("room_features", [p.id], resource=room.id)
        yield from _resource_times("room", p, room)


def _channel(p: _Placed) -> Iterator[Violation]:
    activity, channel = p.activity, p.channel
    if (channel is not None) != activity.needs_channel:
        yield _broken("channel_count", [p.id])
    if channel is None:
        return
    if activity.channels is not None and channel.id not in activity.channels:
        yield _broken("channel_not_allowed", [p.id], resource=channel.id)
    if not set(activity.channel_features) <= set(channel.features):
        yield _broken("channel_features", [p.id], resource=channel.id)
    yield from _resource_times("channel", p, channel)


def _resource_times(noun: str, p: _Placed, resource: Room | Channel) -> Iterator[Violation]:
    if resource.open is not None and not _inside(p, resource.open):
        yield _broken(f"{noun}_closed", [p.id], resource=resource.id, day=p.day)
    end = p.end + _turnover(p, resource)
    if any(i.day == p.day and p.start < i.to_slot and i.from_slot < end for i in resource.blocked):
        yield _broken(f"{noun}_blocked", [p.id], resource=resource.id, day=p.day)


def _inside(p: _Placed, opening: Sequence[Interval]) -> bool:
    """Slot by slot, so that adjoining intervals count as one."""
    return all(
        any(i.day == p.day and i.from_slot <= slot < i.to_slot for i in opening) for slot in range(p.start, p.end)
    )


def _turnover(p: _Placed, resource: Room | Channel) -> int:
    return resource.turnover_by_kind.get(p.activity.kind, resource.turnover_slots)


def _overlaps(placed: list[_Placed]) -> Iterator[Violation]:
    rooms: dict[tuple[str, int], list[_Placed]] = defaultdict(list)
    channels: dict[tuple[str, int], list[_Placed]] = defaultdict(list)
    resources: dict[str, Room] = {}
    channel_by_id: dict[str, Channel] = {}
    for p in placed:
        for room in set(p.placement.rooms):
            rooms[room, p.day].append(p)
        resources |= {room.id: room for room in p.rooms}
        if p.channel is not None:
            channels[p.channel.id, p.day].append(p)
            channel_by_id[p.channel.id] = p.channel
    for (room_id, day), users in sorted(rooms.items()):
        yield from _clashes("room_overlap", resources[room_id], day, users)
    for (channel_id, day), users in sorted(channels.items()):
        yield from _clashes("channel_overlap", channel_by_id[channel_id], day, users)


def _clashes(rule: str, resource: Room | Channel, day: int, users: list[_Placed]) -> Iterator[Violation]:
    for a, b in combinations(users, 2):
        if a.given and b.given:
            continue
        if a.start < b.end + _turnover(b, resource) and b.start < a.end + _turnover(a, resource):
            yield _broken(rule, [a.id, b.id], resource=resource.id, day=day)


def _staff(problem: Problem, placed: list[_Placed]) -> Iterator[Violation]:
    starts: dict[tuple[str, int], list[_Placed]] = defaultdict(list)
    for p in placed:
        if p.campus is not None:
            starts[p.campus, p.day].append(p)
    for limit in problem.staff_limits:
        days = range(len(problem.grid.days)) if limit.days is None else sorted(set(limit.days))
        for day in days:
            here = [p for p in starts[limit.campus, day] if limit.from_slot <= p.start < limit.to_slot]
            yield from _too_many("staff_limit", here, limit.limit, limit.campus, day)


def _groups(problem: Problem, placed: list[_Placed]) -> Iterator[Violation]:
    members: dict[str, list[_Placed]] = defaultdict(list)
    for p in placed:
        for group_id in p.activity.groups:
            members[group_id].append(p)
    campuses = {campus.id: i for i, campus in enumerate(problem.campuses)}
    for group in problem.groups:
        here = members[group.id]
        if group.exclusive:
            yield from _exclusive(problem, campuses, group, here)
        for p in here:
            if not p.given and any(i.day == p.day and p.start < i.to_slot and i.from_slot < p.end for i in group.busy):
                yield _broken("group_busy", [p.id], resource=group.id, day=p.day)
        if group.max_per_day is not None:
            for day in sorted({p.day for p in here}):
                today = [p for p in here if p.day == day]
                yield from _too_many("group_max_per_day", today, group.max_per_day, group.id, day)
        for period in group.period_limits:
            inside = [p for p in here if period.first_day <= p.day <= period.last_day]
            yield from _too_many("group_period_limit", inside, period.limit, group.id, None)
        if group.min_gap_days:
            for a, b in combinations(here, 2):
                if abs(a.day - b.day) < group.min_gap_days and not (a.given and b.given):
                    yield _broken("group_min_gap_days", [a.id, b.id], resource=group.id, day=b.day)


def _exclusive(problem: Problem, campuses: dict[str, int], group: Group, members: list[_Placed]) -> Iterator[Violation]:
    for a, b in combinations(members, 2):
        if a.day != b.day or (a.given and b.given):
            continue
        if a.start < b.end and b.start < a.end:
            yield _broken("group_overlap", [a.id, b.id], resource=group.id, day=a.day)
        elif group.travel and problem.travel_slots and a.campus is not None and b.campus is not None:
            first, second = (a, b) if a.start < b.start else (b, a)
            needed = problem.travel_slots[campuses[first.campus or ""]][campuses[second.campus or ""]]
            if second.start - first.end < needed:
                yield _broken("group_travel", [first.id, second.id], resource=group.id, day=a.day)


def _links(problem: Problem, by_id: dict[str, _Placed]) -> Iterator[Violation]:
    links = [*problem.links, *(link for request in problem.requests for link in request.links)]
    for link in links:
        before, after = by_id.get(link.before), by_id.get(link.after)
        if before is None or after is None or (before.given and after.given):
            continue
        yield from _link(link, before, after)


def _link(link: Link, before: _Placed, after: _Placed) -> Iterator[Violation]:
    ids = [before.id, after.id]
    days = after.day - before.day
    pause = after.start - before.end
    if days < 0 or (days == 0 and pause < 0):
        yield _broken("link_order", ids, day=after.day)
        return
    if (link.same_day and days) or days < link.min_days or (link.max_days is not None and days > link.max_days):
        yield _broken("link_days", ids, day=after.day, detail=f"{days} days apart")
    if days == 0 and (pause < link.min_gap_slots or (link.max_gap_slots is not None and pause > link.max_gap_slots)):
        yield _broken("link_gap", ids, day=after.day, detail=f"{pause} slots apart")
    if link.same_campus and before.campus and after.campus and before.campus != after.campus:
        yield _broken("link_campus", ids, day=after.day)


def _held(problem: Problem, by_id: dict[str, _Placed]) -> Iterator[Violation]:
    moved = []
    for fixed in problem.fixed:
        placed = by_id.get(fixed.activity)
        if placed is None:
            yield _broken("held_dropped", [fixed.activity], day=fixed.day)
        elif not placed.given:
            if fixed.state == "tentative":
                moved.append(fixed.activity)
            else:
                yield _broken("held_moved", [fixed.activity], day=placed.day)
    budget = problem.policy.move_budget
    if budget is not None and len(moved) > budget:
        yield _broken("move_budget", moved, detail=f"{len(moved)} moved, {budget} allowed")


def _fairness(problem: Problem, placed: list[_Placed]) -> Iterator[Violation]:
    """Shares are broken only where something that nothing holds could give way."""
    fairness = problem.policy.fairness
    fixed = {h.activity for h in problem.fixed}
    at = {p.id for p in placed}
    requests = [r for r in problem.requests if all(a.id in at for a in r.activities)]
    least, small = fairness.small_share_at_least, [r for r in requests if r.small]
    if least is not None and len(small) < least * len(requests) - 1e-9:
        others = [r for r in requests if not r.small and not any(a.id in fixed for a in r.activities)]
        if others:
            ids = [a.id for r in others for a in r.activities]
            yield _broken("small_share", ids, detail=f"{len(small)} of {len(requests)}, {least:.0%} wanted")
    most, from_slot = fairness.evening_share_at_most, fairness.evening_from_slot
    if most is not None and from_slot is not None:
        evening = [p for p in placed if p.start >= from_slot]
        free = [p.id for p in evening if not any(a.id in fixed for a in p.request.activities)]
        if free and len(evening) > most * len(placed) + 1e-9:
            yield _broken("evening_share", free, detail=f"{len(evening)} of {len(placed)}, {most:.0%} allowed")


def _too_many(rule: str, members: list[_Placed], limit: int, resource: str, day: int | None) -> Iterator[Violation]:
    if len(members) > limit and not all(p.given for p in members):
        ids, excess = [p.id for p in members], len(members) - limit
        yield _broken(rule, ids, resource=resource, day=day, detail=f"{len(members)} > {limit}", excess=excess)


def _broken(rule: str, activities: list[str], **more: Any) -> Violation:
    return Violation(rule=rule, activities=tuple(activities), **{"detail": RULES[rule], **more})
