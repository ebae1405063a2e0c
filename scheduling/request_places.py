"""Whole places for a request: each activity in turn, steps in their order, by depth-first search with a limit."""

from collections.abc import Iterator

from scheduling.occupancy import Obstacle, Occupancy, allowed_starts
from scheduling.problem import Activity, Link, Request
from scheduling.solution import Placement

Choice = tuple[int, int, str | None]
DEFAULT_LIMIT = 20_000


def activity_choices(occupancy: Occupancy, activity: Activity, owner: str) -> Iterator[tuple[Choice, list[str]]]:
    """(day, start, campus) with the rooms that could serve there; campus None without rooms."""
    if activity.rooms_needed == 0:
        for day, start in allowed_starts(occupancy.problem, activity):
            yield (day, start, None), []
        return
    by_campus = occupancy.fitting_rooms(activity, owner)
    for day, start in allowed_starts(occupancy.problem, activity):
        for campus, rooms in by_campus.items():
            yield (day, start, campus), [room.id for room in rooms]


def free_places(
    occupancy: Occupancy, request: Request, *, most: int = 1, limit: int = DEFAULT_LIMIT
) -> list[tuple[Placement, ...]]:
    """Up to `most` free places of a whole request, different in the first activity's day, start or campus.

    The search gives up after trying `limit` (activity, day, start, campus) choices.
    """
    found: list[tuple[Placement, ...]] = []
    budget = [limit]
    first, *rest = request.activities
    for placement in _free(occupancy, first, request.owner, budget):
        occupancy.put(placement)
        tail = _complete(occupancy, request, rest, [placement], budget)
        occupancy.take(first.id)
        if tail is not None:
            found.append((placement, *tail))
            if len(found) >= most:
                break
        if budget[0] <= 0:
            break
    return found


def _complete(
    occupancy: Occupancy, request: Request, rest: list[Activity], placed: list[Placement], budget: list[int]
) -> list[Placement] | None:
    if not rest:
        return []
    activity, *later = rest
    for placement in _free(occupancy, activity, request.owner, budget):
        if not _linked(occupancy, request, [*placed, placement]):
            continue
        occupancy.put(placement)
        tail = _complete(occupancy, request, later, [*placed, placement], budget)
        occupancy.take(activity.id)
        if tail is not None:
            return [placement, *tail]
        if budget[0] <= 0:
            return None
    return None


def _free(occupancy: Occupancy, activity: Activity, owner: str, budget: list[int]) -> Iterator[Placement]:
    by_campus = occupancy.fitting_rooms(activity, owner) if activity.rooms_needed else {}
    out = {(entry.day, entry.start, entry.room) for entry in activity.forbidden if entry.room is not None}
    for (day, start, campus), _ in activity_choices(occupancy, activity, owner):
        budget[0] -= 1
        if budget[0] < 0:
            return
        rooms = [
            room
            for room in by_campus.get(campus or "", [])
            if not out & {(day, start, room.id), (day, None, room.id), (None, start, room.id), (None, None, room.id)}
        ]
        placement, _obstacles = occupancy.try_place(activity, day, start, campus, rooms)
        if placement is not None:
            yield placement


def _linked(occupancy: Occupancy, request: Request, placed: list[Placement]) -> bool:
    by_id = {placement.activity: placement for placement in placed}
    return all(
        link_holds(occupancy, link, by_id[link.before], by_id[link.after])
        for link in request.links
        if link.before in by_id and link.after in by_id
    )


def link_holds(occupancy: Occupancy, link: Link, before: Placement, after: Placement) -> bool:
    """Whether two places keep a link: days first, then the pause on one day, then the campus."""
    days = after.day - before.day
    if days < link.min_days or (link.max_days is not None and days > link.max_days):
        return False
    if days < 0 or (link.same_day and days != 0):
        return False
    if days == 0:
        end = before.start + _duration(occupancy, before)
        pause = after.start - end
        if pause < link.min_gap_slots or (link.max_gap_slots is not None and pause > link.max_gap_slots):
            return False
    campuses = occupancy.campus_of(before), occupancy.campus_of(after)
    return not (link.same_campus and None not in campuses and campuses[0] != campuses[1])


def _duration(occupancy: Occupancy, placement: Placement) -> int:
    return occupancy.activities[placement.activity].duration_slots


def obstacles_of(occupancy: Occupancy, request: Request) -> Iterator[tuple[Activity, Choice, list[Obstacle]]]:
    """Every choice of every activity with what stands in its way (nothing: it is free by itself)."""
    for activity in request.activities:
        by_campus = occupancy.fitting_rooms(activity, request.owner) if activity.rooms_needed else {}
        for choice, _ in activity_choices(occupancy, activity, request.owner):
            day, start, campus = choice
            rooms = by_campus.get(campus or "", [])
            _, obstacles = occupancy.try_place(activity, day, start, campus, rooms)
            yield activity, choice, obstacles
