"""Contradictions between fields that are right alone: links that no days keep, pins that exclude each other."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from scheduling.model.problem import Activity, Fixed, Interval, Link, Problem


class Contradiction(NamedTuple):
    """The path of what contradicts something else, and why."""

    path: str
    reason: str


class _Bound(NamedTuple):
    """At least so many days from one activity to another, by one of the links."""

    first: str
    second: str
    days: int
    link: int


def contradictory_links(paths: Sequence[str], links: Sequence[Link]) -> Contradiction | None:
    """Links that no days can keep together, or no pause where they allow one day only."""
    circle = _impossible_circle([bound for i, link in enumerate(links) for bound in _day_bounds(i, link)])
    if circle:
        *others, last = sorted({bound.link for bound in circle})
        return Contradiction(paths[last], f"no days keep it and {', '.join(paths[i] for i in others)}")
    by_pair: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, link in enumerate(links):
        by_pair[link.before, link.after].append(i)
    for own in by_pair.values():
        if any(_most_days(links[i]) == 0 for i in own):
            for i, j in combinations(own, 2):
                if max(links[i].min_gap_slots, links[j].min_gap_slots) > min(_most_gap(links[i]), _most_gap(links[j])):
                    return Contradiction(paths[j], f"no pause on one day keeps it and {paths[i]}")
    return None


def _day_bounds(index: int, link: Link) -> Iterator[_Bound]:
    yield _Bound(link.before, link.after, link.min_days, index)
    most = _most_days(link)
    if most is not None:
        yield _Bound(link.after, link.before, -most, index)


def _most_days(link: Link) -> int | None:
    return 0 if link.same_day else link.max_days


def _most_gap(link: Link) -> float:
    return float("inf") if link.max_gap_slots is None else link.max_gap_slots


def _impossible_circle(bounds: Sequence[_Bound]) -> list[_Bound]:
    """Bounds in a circle whose sum is above 0, so that no days keep them (Bellman and Ford); empty where none is."""
    day = {name: 0 for bound in bounds for name in (bound.first, bound.second)}
    raised_by: dict[str, _Bound] = {}
    raised = ""
    for _ in range(len(day) + 1):
        raised = ""
        for bound in bounds:
            if day[bound.first] + bound.days > day[bound.second]:
                day[bound.second] = day[bound.first] + bound.days
                raised_by[bound.second] = bound
                raised = bound.second
        if not raised:
            return []
    for _ in day:  # back along the bounds until surely in the circle
        raised = raised_by[raised].first
    circle = [raised_by[raised]]
    while circle[-1].first != raised:
        circle.append(raised_by[circle[-1].first])
    return circle


def clashing_pins(problem: Problem) -> Iterator[tuple[int, str]]:
    """Give the index in `problem.fixed` of each pin that cannot be kept, and why.

    It is on a placement that is forbidden, closed or its people's busy time, or on a resource of an earlier pin. Bare
    times count: a pin may leave out the turnover.
    """
    activities = {activity.id: activity for request in problem.requests for activity in request.activities}
    closed = {("room", room.id): room.blocked for room in problem.rooms}
    closed |= {("channel", channel.id): channel.blocked for channel in problem.channels}
    closed |= {("group", group.id): group.busy for group in problem.groups}
    shared = {("group", group.id) for group in problem.groups if not group.exclusive}
    users: dict[tuple[str, str, int], list[tuple[str, int, int]]] = defaultdict(list)
    for i, fixed in enumerate(problem.fixed):
        if fixed.state != "pinned":
            continue
        activity = activities[fixed.activity]
        end = fixed.start + activity.duration_slots
        resources = list(_resources(fixed, activity))
        if _is_forbidden(fixed, activity):
            yield i, f"{fixed.activity!r} is pinned to a placement forbidden to it"
        elif found := next((each for each in resources if _is_closed(closed[each], fixed.day, fixed.start, end)), None):
            yield i, f"{fixed.activity!r} is pinned where {found[0]} {found[1]!r} is closed or busy"
        elif clash := _other_user(users, [each for each in resources if each not in shared], fixed, end):
            other, noun, name = clash
            yield i, f"{fixed.activity!r} and {other!r} are pinned to {noun} {name!r} at once"
        else:
            for noun, name in resources:
                users[noun, name, fixed.day].append((fixed.activity, fixed.start, end))


def _other_user(
    users: dict[tuple[str, str, int], list[tuple[str, int, int]]],
    resources: Sequence[tuple[str, str]],
    fixed: Fixed,
    end: int,
) -> tuple[str, str, str] | None:
    for noun, name in resources:
        for other, start, until in users[noun, name, fixed.day]:
            if start < end and fixed.start < until:
                return other, noun, name
    return None


def _is_closed(intervals: Sequence[Interval], day: int, start: int, end: int) -> bool:
    return any(_covers(interval, day, start, end) for interval in intervals)


def _resources(fixed: Fixed, activity: Activity) -> Iterator[tuple[str, str]]:
    yield from (("room", room) for room in fixed.rooms)
    if fixed.channel is not None:
        yield "channel", fixed.channel
    yield from (("group", group) for group in activity.groups)


def _covers(interval: Interval, day: int, start: int, end: int) -> bool:
    return interval.day == day and start < interval.to_slot and interval.from_slot < end


def _is_forbidden(fixed: Fixed, activity: Activity) -> bool:
    return any(
        placement.day in (None, fixed.day)
        and placement.start in (None, fixed.start)
        and (placement.room is None or placement.room in fixed.rooms)
        for placement in activity.forbidden
    )
