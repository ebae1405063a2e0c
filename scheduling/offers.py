"""What instead of no: the nearest free places when one or two wishes are given up, as far as the policy allows."""

from collections.abc import Iterator
from itertools import combinations

import msgspec

from scheduling.occupancy import Occupancy
from scheduling.problem import Activity, Problem, Relaxation, Request, Window, preference
from scheduling.request_places import free_places
from scheduling.solution import Offer, Placement

# What giving up a wish costs before distance; the order in which offers are looked for.
_COST: dict[Relaxation, float] = {
    "start": 1.0,
    "days": 2.0,
    "campus": 3.0,
    "shorter": 4.0,
    "capacity": 5.0,
    "fewer_rooms": 6.0,
    "online": 8.0,
}
_SEARCHED = 30_000
_ONLINE_KINDS = frozenset({"info_session", "joint_session", "guidance_event"})


def find_offers(
    occupancy: Occupancy, request: Request, most: int, free: list[tuple[Placement, ...]]
) -> tuple[Offer, ...]:
    """Up to `most` offers, the cheapest first: places free as they are, else with one wish given up, or two."""
    offers = [Offer(placements=places, preference=_preference(request, places)) for places in free]
    for relaxed in _relaxations(occupancy.problem):
        if len(offers) >= most:
            break
        changed = _relaxed(occupancy.problem, request, relaxed)
        if changed is None:
            continue
        with_changed = _swap(occupancy, changed)
        places = free_places(occupancy, changed, most=200, limit=_SEARCHED)
        _swap(occupancy, with_changed)
        nearest = sorted(places, key=lambda found: _distance(request, found))
        slot_minutes = occupancy.problem.grid.slot_minutes
        offers += _different(request, nearest, relaxed, most - len(offers), slot_minutes=slot_minutes)
    return tuple(sorted(offers, key=lambda offer: offer.cost)[:most])


def _relaxations(problem: Problem) -> Iterator[tuple[Relaxation, ...]]:
    offered = sorted(problem.policy.relaxations, key=lambda name: _COST[name])
    for name in offered:
        yield (name,)
    yield from sorted(combinations(offered, 2), key=lambda pair: sum(_COST[name] for name in pair))


def _swap(occupancy: Occupancy, request: Request) -> Request:
    """Let the occupancy know the request's activities in another form; the form they had."""
    old = tuple(occupancy.activities[activity.id] for activity in request.activities)
    for activity in request.activities:
        occupancy.activities[activity.id] = activity
    return msgspec.structs.replace(request, activities=old)


def _relaxed(problem: Problem, request: Request, relaxed: tuple[Relaxation, ...]) -> Request | None:
    activities = request.activities
    for name in relaxed:
        changed = tuple(_relax(problem, activity, name) for activity in activities)
        if changed == activities:
            return None
        activities = changed
    return msgspec.structs.replace(request, activities=activities)


def _relax(problem: Problem, activity: Activity, name: Relaxation) -> Activity:
    match name:
        case "days":
            reach, last = problem.policy.relaxed_days, len(problem.grid.days) - 1
            any_start = tuple(range(problem.grid.slots_per_day - activity.duration_slots + 1))
            windows = tuple(
                msgspec.structs.replace(
                    window,
                    first_day=max(0, window.first_day - reach),
                    last_day=min(last, window.last_day + reach),
                    starts=window.starts or any_start,  # a wish whose days are all off has no start left
                )
                for window in activity.windows
            )
            return msgspec.structs.replace(activity, windows=windows)
        case "start":
            starts = tuple(range(problem.grid.slots_per_day - activity.duration_slots + 1))
            windows = tuple(
                msgspec.structs.replace(window, starts=starts) for window in activity.windows if window.starts
            )
            return msgspec.structs.replace(activity, windows=_distinct(windows))
        case "campus":
            return msgspec.structs.replace(activity, campuses=None)
        case "capacity":
            capacity = int(activity.capacity * problem.policy.relaxed_capacity_share)
            return msgspec.structs.replace(activity, capacity=capacity)
        case "fewer_rooms":
            fewer = activity.rooms_needed - 1 if activity.rooms_needed > 1 else activity.rooms_needed
            return msgspec.structs.replace(activity, rooms_needed=fewer)
        case "online":
            if activity.kind not in _ONLINE_KINDS or activity.rooms_needed == 0:
                return activity
            return msgspec.structs.replace(activity, rooms_needed=0, needs_channel=True)
        case "shorter":
            shorter = max(1, activity.duration_slots - max(1, activity.duration_slots // 4))
            return msgspec.structs.replace(activity, duration_slots=shorter)


def _distinct(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    kept: dict[tuple[int, int], Window] = {}
    for window in windows:
        kept.setdefault((window.first_day, window.last_day), window)
    return tuple(kept.values())


def _distance(request: Request, places: tuple[Placement, ...]) -> float:
    """Days and hours between a place and the nearest wish: a day counts as much as three hours."""
    activities = {activity.id: activity for activity in request.activities}
    return sum(_from_wish(activities[place.activity], place) for place in places)


def _from_wish(activity: Activity, place: Placement) -> float:
    return min(
        (
            max(window.first_day - place.day, place.day - window.last_day, 0)
            + min((abs(start - place.start) for start in window.starts), default=0) / 6
            for window in activity.windows
        ),
        default=0.0,
    )


def _different(
    request: Request,
    places: list[tuple[Placement, ...]],
    relaxed: tuple[Relaxation, ...],
    most: int,
    *,
    slot_minutes: int,
) -> list[Offer]:
    """The nearest places, no two in the same two hours or so: three neighbouring half hours are one offer."""
    apart = max(1, 120 // slot_minutes)
    offers: list[Offer] = []
    times: set[tuple[tuple[int, int], ...]] = set()
    for found in places:
        when = tuple((place.day, place.start // apart) for place in found)
        if when in times or len(offers) >= most:
            continue
        times.add(when)
        cost = sum(_COST[name] for name in relaxed) + _distance(request, found)
        offers.append(
            Offer(placements=found, relaxed=relaxed, cost=round(cost, 3), preference=_preference(request, found))
        )
    return offers


def _preference(request: Request, places: tuple[Placement, ...]) -> int:
    activities = {activity.id: activity for activity in request.activities}
    return sum(preference(activities[place.activity], place.day, place.start) or 0 for place in places)
