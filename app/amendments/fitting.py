"""Whether changed steps fit where they are booked: the same start and place, with fewer rooms or another end."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from app.amendments.steps import Steps
from app.bookings.domain import Booking, Placement
from app.bookings.itinerary_rules import broken_order
from app.bookings.repository import Step as TimedStep
from app.clock import Clock, end_minute, start_minute
from app.offers.domain import OfferedPlacement
from app.requests.domain import Activity, Window
from app.seasons.domain import Season
from app.venues.domain import Room


def placements_in_place(
    steps: Steps,
    standing: Mapping[UUID, Booking],
    rooms: Mapping[UUID, Room],
    *,
    season: Season,
    longest: int,
    clock: Clock,
) -> tuple[OfferedPlacement, ...] | None:
    """Give where the steps of a changed wish would be if all of them stay; None where one of them cannot.

    `longest`: minutes that a room without a limit of its own is given for. Whether longer ones run into others, the
    database says when they are booked.
    """
    found: list[OfferedPlacement] = []
    for step in steps.steps:
        booking = standing.get(step.activity.id)
        placement = (
            None
            if booking is None
            else _in_place(step.activity, booking, rooms, season=season, longest=longest, clock=clock)
        )
        if placement is None:
            return None
        found.append(OfferedPlacement(activity_id=step.activity.id, **msgspec.structs.asdict(placement)))
    return tuple(found) if _keeps_order(steps.activities, found, clock) else None


def _in_place(
    activity: Activity, booking: Booking, rooms: Mapping[UUID, Room], *, season: Season, longest: int, clock: Clock
) -> Placement | None:
    ends_at = booking.starts_at + timedelta(minutes=activity.duration_minutes)
    starts, ends = clock.local(booking.starts_at), clock.local(ends_at)
    if ends.date() != starts.date() or end_minute(ends.time()) > end_minute(season.day_closes):
        return None
    if not _is_wished(activity.windows, booking, activity.duration_minutes, clock):
        return None
    chosen = _rooms(activity, [rooms[room_id] for room_id in booking.room_ids if room_id in rooms], longest)
    if chosen is None or activity.needs_channel != (booking.channel_id is not None):
        return None
    return Placement(
        starts_at=booking.starts_at,
        ends_at=ends_at,
        room_ids=tuple(room.id for room in chosen),
        channel_id=booking.channel_id,
    )


def _is_wished(windows: Sequence[Window], booking: Booking, minutes: int, clock: Clock) -> bool:
    starts = clock.local(booking.starts_at)
    begins = start_minute(starts.time())
    return not windows or any(
        window.first_day <= starts.date() <= window.last_day
        and start_minute(window.from_time) <= begins
        and begins + minutes <= end_minute(window.until_time)
        for window in windows
    )


def _rooms(activity: Activity, rooms: Sequence[Room], longest: int) -> list[Room] | None:
    """Choose the smallest of the booked rooms that do, in the order of their codes."""
    each = -(-activity.attendance // max(1, activity.rooms_needed))
    fitting = [
        room
        for room in rooms
        if room.capacity >= each
        and room.booths >= activity.booths
        and set(activity.features) <= set(room.features)
        and (not activity.campus_ids or room.campus_id in activity.campus_ids)
        and activity.duration_minutes <= (longest if room.max_minutes is None else room.max_minutes)
    ]
    if len(fitting) < activity.rooms_needed:
        return None
    smallest = sorted(fitting, key=lambda room: (room.capacity, room.code))[: activity.rooms_needed]
    return sorted(smallest, key=lambda room: room.code)


def _keeps_order(activities: Sequence[Activity], placements: Sequence[OfferedPlacement], clock: Clock) -> bool:
    timed = [
        TimedStep(
            activity_id=activity.id,
            ordinal=activity.ordinal,
            gap_after_previous_minutes=activity.gap_after_previous_minutes,
            same_day_as_previous=activity.same_day_as_previous,
            starts_at=placement.starts_at,
            ends_at=placement.ends_at,
        )
        for activity, placement in zip(activities, placements, strict=True)
    ]
    return not any(
        broken_order(timed, placement.activity_id, placement.starts_at, placement.ends_at, clock)
        for placement in placements
    )
