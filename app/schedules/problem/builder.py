"""Builds the engine's problem from a season's rows. It has only ids and numbers, no names or addresses."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final
from uuid import UUID

import msgspec

from app.bookings.domain import Booking
from app.clock import Clock
from app.requests.domain import Activity as SeasonActivity
from app.requests.domain import Request as SeasonRequest
from app.requests.domain import pause_days
from app.requests.repository import Owner
from app.schedules.domain import PlacedActivity
from app.schedules.problem.facts import SeasonFacts
from app.schedules.problem.groups import GroupBook
from app.schedules.problem.placements import engine_placement
from app.schedules.problem.season_grid import SeasonGrid, season_grid
from app.schedules.problem.venues import build_venues, evening_slot
from app.schedules.problem.weights import weight_of
from app.schedules.problem.windows import build_windows
from scheduling import Activity, Fairness, Fixed, Forbidden, Goal, Link, Major, Policy, Problem, Request
from scheduling.model.contradictions import clashing_pins
from scheduling.model.problem import FixedState

_NO_REST_DAYS: Final[Mapping[int, frozenset[UUID]]] = MappingProxyType({})


class BuiltProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem, and the grid that turns its placements back into moments."""

    problem: Problem
    grid: SeasonGrid
    lost_pins: tuple[UUID, ...] = ()  # activities whose pin cannot be kept any more


def build_problem(facts: SeasonFacts, *, clock: Clock, with_standing: bool = True) -> BuiltProblem:
    """Build the engine's problem of a season.

    `with_standing=False` leaves the standing bookings out, so that the verifier judges them as chosen. Shares are then
    left out too: they belong to a new schedule, and no promise can keep or break them.
    """
    given: list[Booking | PlacedActivity] = [*facts.standing, *facts.pins]
    booked_days = frozenset(clock.local(placement.starts_at).date() for placement in given)
    grid = season_grid(facts.season, facts.calendar, clock.zone, also=booked_days)
    venues = build_venues(facts, grid)
    groups = GroupBook(facts, grid)
    standing_ids = {booking.activity_id for booking in facts.standing}
    rest_days = _rest_days(facts, grid, given)
    requests = tuple(
        _request(facts, grid, groups, request, clock=clock, standing_ids=standing_ids, rest_days=rest_days)
        for request in facts.requests
    )
    problem = Problem(
        grid=grid.engine_grid(),
        campuses=venues.campuses,
        travel_slots=venues.travel_slots,
        rooms=venues.rooms,
        channels=venues.channels,
        staff_limits=venues.staff_limits,
        groups=groups.built(),
        majors=tuple(Major(id=major.code, cohort=major.cohort_size) for major in facts.venues.majors),
        requests=requests,
        fixed=_fixed(facts, grid) if with_standing else (),
        policy=_policy(facts, _fairness(facts, grid) if with_standing else Fairness()),
    )
    return _without_lost_pins(BuiltProblem(problem=problem, grid=grid))


def _rest_days(
    facts: SeasonFacts, grid: SeasonGrid, given: Sequence[Booking | PlacedActivity]
) -> dict[int, frozenset[UUID]]:
    """Give the days of the grid that are not worked, each with what stands there all the same: nothing else may."""
    there: dict[date, set[UUID]] = {day: set() for day in grid.days if not facts.calendar.is_working(day)}
    if there:
        for placement in given:
            there.get(placement.starts_at.astimezone(grid.zone).date(), set()).add(placement.activity_id)
    return {position: frozenset(there[day]) for position, day in enumerate(grid.days) if day in there}


def _without_lost_pins(built: BuiltProblem) -> BuiltProblem:
    # A closure or a booking may have come over a pin since: it is no promise, and must not stop the whole season.
    fixed = built.problem.fixed
    lost = {index for index, _ in clashing_pins(built.problem)}
    return msgspec.structs.replace(
        built,
        problem=msgspec.structs.replace(
            built.problem, fixed=tuple(entry for index, entry in enumerate(fixed) if index not in lost)
        ),
        lost_pins=tuple(UUID(fixed[index].activity) for index in sorted(lost)),
    )


def _request(
    facts: SeasonFacts,
    grid: SeasonGrid,
    groups: GroupBook,
    request: SeasonRequest,
    *,
    clock: Clock,
    standing_ids: set[UUID],
    rest_days: Mapping[int, frozenset[UUID]],
) -> Request:
    activities = facts.activities[request.id]
    hosts = hosts_of(facts, request, activities)
    weight = weight_of(request, activities, facts.policies, key_group=request.id in facts.key_group_ids)
    return Request(
        id=str(request.id),
        owner=owner_id(request),
        host=host_id(hosts),
        weight=weight,
        small=request.small_or_medium,
        activities=tuple(
            build_activity(
                facts,
                grid,
                activity,
                groups=groups.of(request, activity),
                clock=clock,
                is_standing=activity.id in standing_ids,
                rest_days=rest_days,
                hosts=hosts,
            )
            for activity in activities
        ),
        links=build_links(grid, activities),
    )


def build_links(grid: SeasonGrid, activities: Sequence[SeasonActivity]) -> tuple[Link, ...]:
    """Build the links between the steps of a request, one after the other."""
    return tuple(
        Link(
            before=str(before.id),
            after=str(after.id),
            min_gap_slots=grid.slots(after.gap_after_previous_minutes),
            # Both can be stored; on one day so long a pause finds no place, and only this request is left over.
            min_days=0 if after.same_day_as_previous else pause_days(after.gap_after_previous_minutes),
            same_day=after.same_day_as_previous,
        )
        for before, after in pairwise(activities)
    )


def build_activity(
    facts: SeasonFacts,
    grid: SeasonGrid,
    activity: SeasonActivity,
    *,
    groups: tuple[str, ...],
    clock: Clock,
    is_standing: bool,
    rest_days: Mapping[int, frozenset[UUID]] = _NO_REST_DAYS,
    hosts: frozenset[UUID] = frozenset(),
) -> Activity:
    """Build an activity in the engine's form; on `rest_days` it is only where it stands there already.

    In rooms of its request's `hosts` it is only where it asks for them.
    """
    known_majors = {major.code for major in facts.venues.majors}
    return Activity(
        id=str(activity.id),
        kind=activity.kind,
        duration_slots=grid.slots(activity.duration_minutes),
        rooms_needed=activity.rooms_needed,
        capacity=-(-activity.attendance // max(1, activity.rooms_needed)) if activity.rooms_needed else 0,
        features=activity.features,
        campuses=tuple(str(campus) for campus in activity.campus_ids) or None,
        rooms=_allowed_rooms(facts, activity, hosts),
        needs_channel=activity.needs_channel,
        groups=groups,
        audience=tuple(code for code in activity.audience if code in known_majors),
        windows=build_windows(facts, grid, activity, clock=clock, is_standing=is_standing),
        forbidden=(
            *_forbidden(facts, grid, activity),
            *(Forbidden(day=day) for day, there in rest_days.items() if activity.id not in there),
        ),
    )


def _allowed_rooms(facts: SeasonFacts, activity: SeasonActivity, hosts: frozenset[UUID]) -> tuple[str, ...] | None:
    """Give the rooms that are asked for, with enough booths, that are given for so long; None where all are."""
    if not activity.rooms_needed:
        return None
    rooms, longest = facts.venues.rooms, facts.policies.room_max_minutes
    allowed = [
        str(room.id)
        for room in rooms
        if room.booths >= activity.booths
        and activity.duration_minutes <= (longest if room.max_minutes is None else room.max_minutes)
        and (room.id in activity.asked_room_ids if activity.asked_room_ids else room.department_id not in hosts)
    ]
    return None if len(allowed) == len(rooms) and not activity.booths else tuple(allowed)


def hosts_of(
    facts: SeasonFacts, request: SeasonRequest | Owner, activities: Sequence[SeasonActivity]
) -> frozenset[UUID]:
    """Give the departments of which a request asks for a room, without its own; checked to be one at most."""
    asked_for = {room_id for activity in activities for room_id in activity.asked_room_ids}
    departments = {room.department_id for room in facts.venues.rooms if asked_for and room.id in asked_for}
    return frozenset(department for department in departments if department not in (None, request.department_id))


def host_id(hosts: frozenset[UUID]) -> str:
    """Give the department whose guest a request is, in the form in which rooms name their owners; empty: of none."""
    return f"department:{min(hosts)}" if hosts else ""


def owner_id(request: SeasonRequest | Owner) -> str:
    """Give the owner of a request in the form in which rooms name their owners too."""
    owner = request.employer_id or request.department_id
    kind = request.kind if isinstance(request, Owner) else request.owner_kind
    return f"{kind}:{owner}" if owner else kind


def _forbidden(facts: SeasonFacts, grid: SeasonGrid, activity: SeasonActivity) -> tuple[Forbidden, ...]:
    index = grid.index()
    found = []
    for entry in facts.forbidden:
        if entry.activity_id != activity.id:
            continue
        day = entry.starts_at.astimezone(grid.zone).date() if entry.starts_at else entry.day
        if day is not None and day not in index:
            continue
        found.append(
            Forbidden(
                day=None if day is None else index[day],
                start=None if entry.starts_at is None else grid.floor_slot(entry.starts_at),
                room=None if entry.room_id is None else str(entry.room_id),
            )
        )
    return tuple(found)


def _fixed(facts: SeasonFacts, grid: SeasonGrid) -> tuple[Fixed, ...]:
    booked = {booking.activity_id for booking in facts.standing}
    inside = {activity.id for activities in facts.activities.values() for activity in activities}
    confirmed = [
        _fixed_placement(grid, booking, "confirmed" if booking.state == "confirmed" else "tentative")
        for booking in facts.standing
    ]
    pinned = [
        _fixed_placement(grid, pin, "pinned")
        for pin in facts.pins
        if pin.activity_id in inside and pin.activity_id not in booked
    ]
    return (*confirmed, *pinned)


def _fixed_placement(grid: SeasonGrid, given: Booking | PlacedActivity, state: FixedState) -> Fixed:
    placement = engine_placement(grid, given)
    return Fixed(
        activity=placement.activity,
        day=placement.day,
        start=placement.start,
        rooms=placement.rooms,
        channel=placement.channel,
        state=state,
    )


def _fairness(facts: SeasonFacts, grid: SeasonGrid) -> Fairness:
    policies = facts.policies
    evening = evening_slot(facts, grid)
    some_evenings = policies.evening_share_at_most < 1 and evening < grid.slots_per_day
    return Fairness(
        small_share_at_least=policies.small_share_at_least or None,
        evening_from_slot=evening if some_evenings else None,
        evening_share_at_most=policies.evening_share_at_most if some_evenings else None,
        every_major=policies.every_major_served,
    )


def _policy(facts: SeasonFacts, fairness: Fairness) -> Policy:
    policies = facts.policies
    return Policy(
        goals=(
            Goal(name="placed_weight"),
            Goal(name="preference", tolerance=policies.tolerance_preference),
            Goal(name="audience_clash", tolerance=policies.tolerance_audience_clash),
            Goal(name="week_spread", tolerance=policies.tolerance_audience_clash),
            Goal(name="room_fit", tolerance=policies.tolerance_audience_clash),
        ),
        move_budget=policies.move_budget,
        relaxations=policies.relaxations_offered,
        fairness=fairness,
    )
