"""Rooms, channels, campuses and staff limits for the engine."""

from datetime import date, time
from uuid import UUID

import msgspec

from app.clock import end_minute
from app.schedules.problem.facts import SeasonFacts
from app.schedules.problem.season_grid import SeasonGrid
from app.seasons.calendar import Calendar
from app.venues.domain import Channel as SchoolChannel
from app.venues.domain import OpeningHours
from app.venues.domain import Room as SchoolRoom
from scheduling import Campus, Channel, Interval, Room, StaffLimit


class EngineVenues(msgspec.Struct, frozen=True, kw_only=True):
    """The school's venues and what limits their use, as the engine reads them."""

    campuses: tuple[Campus, ...]
    travel_slots: tuple[tuple[int, ...], ...]
    rooms: tuple[Room, ...]
    channels: tuple[Channel, ...]
    staff_limits: tuple[StaffLimit, ...]


def build_venues(facts: SeasonFacts, grid: SeasonGrid) -> EngineVenues:
    """Build the engine's venues on the season's grid."""
    index = grid.index()
    venues, otherwise = facts.venues, facts.policies.travel_minutes_between_campuses
    return EngineVenues(
        campuses=tuple(Campus(id=str(campus.id)) for campus in venues.campuses),
        travel_slots=tuple(
            tuple(grid.slots(venues.travel_minutes(origin, other, otherwise=otherwise)) for other in venues.campuses)
            for origin in venues.campuses
        ),
        rooms=tuple(_room(facts, grid, index, room) for room in venues.rooms),
        channels=tuple(_channel(facts, grid, index, channel) for channel in venues.channels),
        staff_limits=_staff_limits(facts, grid),
    )


def _room(facts: SeasonFacts, grid: SeasonGrid, index: dict[date, int], room: SchoolRoom) -> Room:
    return Room(
        id=str(room.id),
        campus=str(room.campus_id),
        capacity=room.capacity,
        features=tuple(room.features),
        restricted_to=None if room.department_id is None else (f"department:{room.department_id}",),
        open=_open(facts.calendar, grid, room.opening_hours),
        blocked=_blocked(facts, grid, index, room.id),
        turnover_slots=grid.slots(room.turnover_minutes),
        turnover_by_kind={kind: grid.slots(minutes) for kind, minutes in room.turnover_by_kind.items()},
    )


def _channel(facts: SeasonFacts, grid: SeasonGrid, index: dict[date, int], channel: SchoolChannel) -> Channel:
    return Channel(
        id=str(channel.id),
        features=tuple(channel.features),
        open=_open(facts.calendar, grid, channel.opening_hours),
        blocked=_blocked(facts, grid, index, channel.id),
        turnover_slots=grid.slots(channel.turnover_minutes),
        turnover_by_kind={kind: grid.slots(minutes) for kind, minutes in channel.turnover_by_kind.items()},
    )


def _open(calendar: Calendar, grid: SeasonGrid, hours: list[OpeningHours]) -> tuple[Interval, ...] | None:
    if not hours:
        return None
    return tuple(
        Interval(position, start, end)
        for position, day in enumerate(grid.days)
        for opening in hours
        if opening.weekday == calendar.weekday(day)
        and (start := grid.slot_at_or_after(opening.opens)) < (end := _last_slot(grid, opening.closes))
    )


def _last_slot(grid: SeasonGrid, closes: time) -> int:
    return min(grid.slots_per_day, (end_minute(closes) - grid.opens) // grid.minutes)


def _blocked(facts: SeasonFacts, grid: SeasonGrid, index: dict[date, int], resource_id: UUID) -> tuple[Interval, ...]:
    spans = [(closure.starts_at, closure.ends_at) for closure in facts.venues.closures.get(resource_id, [])]
    spans += [
        (occupancy.starts_at, occupancy.ends_at) for occupancy in facts.outside if occupancy.resource_id == resource_id
    ]
    return tuple(interval for starts, ends in spans for interval in grid.intervals(starts, ends, index))


def evening_slot(facts: SeasonFacts, grid: SeasonGrid) -> int:
    """Give the first slot of the evening; past the day's last where the day closes before."""
    hour, minute = (int(part) for part in facts.policies.evening_from.split(":"))
    return grid.slot_at_or_after(time(hour, minute))


def _staff_limits(facts: SeasonFacts, grid: SeasonGrid) -> tuple[StaffLimit, ...]:
    evening = evening_slot(facts, grid)
    limits = []
    for campus in facts.venues.campuses:
        day_limit, evening_limit = (
            facts.policies.activities_per_campus_day,
            facts.policies.activities_per_campus_evening,
        )
        limits.append(StaffLimit(campus=str(campus.id), from_slot=0, to_slot=grid.slots_per_day, limit=day_limit))
        if evening < grid.slots_per_day:
            limits.append(
                StaffLimit(campus=str(campus.id), from_slot=evening, to_slot=grid.slots_per_day, limit=evening_limit)
            )
    return tuple(limits)
