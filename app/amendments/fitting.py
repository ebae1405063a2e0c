"""Whether changed steps fit where they are booked: the same start and place, with fewer rooms or another end."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from app.amendments.steps import Step, Steps
from app.bookings.domain import Booking, Placement
from app.bookings.itinerary_rules import broken_order
from app.bookings.repository import Step as TimedStep
from app.clock import Clock, end_minute, start_minute
from app.offers.domain import OfferedPlacement
from app.requests.domain import Activity, Window
from app.seasons.calendar import Calendar
from app.seasons.domain import Season
from app.venues.domain import Channel, Room


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """What decides how long a room or channel can be had: its hours on the season's calendar, and its limit.

    `longest`: minutes that a room without a limit of its own is given for; `department_id`: whose request it is.
    """

    venues: Mapping[UUID, Room | Channel]
    calendar: Calendar
    longest: int
    department_id: UUID | None

    def room(self, room_id: UUID) -> Room | None:
        """Give a room."""
        found = self.venues.get(room_id)
        return found if isinstance(found, Room) else None

    def may_keep(self, room: Room, step: Step) -> bool:
        """Whether a step may stay in a room that a department has, asking for it no more."""
        asked_for = step.activity.asked_room_ids
        asks_for_the_same = step.before is not None and step.before.asked_room_ids == asked_for
        return asks_for_the_same or bool(asked_for) or room.department_id in (None, self.department_id)

    def are_open(self, placement: Placement, clock: Clock) -> bool:
        """Whether all that a placement takes is open for all of it."""
        starts, ends = clock.local(placement.starts_at), clock.local(placement.ends_at)
        weekday = self.calendar.weekday(starts.date())
        return all(
            not venue.opening_hours
            or any(
                hours.weekday == weekday
                and hours.opens <= starts.time()
                and end_minute(ends.time()) <= end_minute(hours.closes)
                for hours in venue.opening_hours
            )
            for resource_id in placement.resource_ids
            if (venue := self.venues.get(resource_id)) is not None
        )


def placements_in_place(
    steps: Steps, standing: Mapping[UUID, Booking], places: Places, *, season: Season, clock: Clock
) -> tuple[OfferedPlacement, ...] | None:
    """Give where the steps of a changed wish would be if all of them stay; None where one of them cannot.

    Whether longer ones run into others, the database says when they are booked.
    """
    found = _staying(steps, standing, places, season=season, clock=clock)
    if len(found) < len(steps.steps):
        return None
    return tuple(found) if _keeps_order(steps.activities, found, clock) else None


def missing_step(
    steps: Steps, standing: Mapping[UUID, Booking], places: Places, *, season: Season, clock: Clock
) -> Activity | None:
    """Give the one step that needs a place while every other stays exactly where it is; None where there are more."""
    found = {placed.activity_id: placed for placed in _staying(steps, standing, places, season=season, clock=clock)}
    missing = [activity for activity in steps.activities if activity.id not in found]
    stay = all(
        (placed.starts_at, placed.ends_at, placed.room_ids)
        == (standing[key].starts_at, standing[key].ends_at, standing[key].room_ids)
        for key, placed in found.items()
    )
    return missing[0] if found and stay and len(missing) == 1 else None


def _staying(
    steps: Steps, standing: Mapping[UUID, Booking], places: Places, *, season: Season, clock: Clock
) -> list[OfferedPlacement]:
    found: list[OfferedPlacement] = []
    for step in steps.steps:
        booking = standing.get(step.activity.id)
        placement = None if booking is None else _in_place(step, booking, places, season=season, clock=clock)
        if placement is not None:
            found.append(OfferedPlacement(activity_id=step.activity.id, **msgspec.structs.asdict(placement)))
    return found


def _in_place(step: Step, booking: Booking, places: Places, *, season: Season, clock: Clock) -> Placement | None:
    activity = step.activity
    ends_at = booking.starts_at + timedelta(minutes=activity.duration_minutes)
    starts, ends = clock.local(booking.starts_at), clock.local(ends_at)
    if ends.date() != starts.date() or end_minute(ends.time()) > end_minute(season.day_closes):
        return None
    # What was agreed outside the wishes stays as long as neither it nor they become others.
    same = step.before is not None and step.before.windows == activity.windows and ends_at <= booking.ends_at
    if not same and not _is_wished(activity.windows, booking, activity.duration_minutes, clock):
        return None
    standing = [room for room_id in booking.room_ids if (room := places.room(room_id)) is not None]
    booked = [room for room in standing if places.may_keep(room, step)]
    chosen = _rooms(activity, booked, places.longest)
    if chosen is None or activity.needs_channel != (booking.channel_id is not None):
        return None
    placement = Placement(
        starts_at=booking.starts_at,
        ends_at=ends_at,
        room_ids=tuple(room.id for room in chosen),
        channel_id=booking.channel_id,
    )
    # What it has already it keeps, whatever became of the hours.
    return placement if ends_at <= booking.ends_at or places.are_open(placement, clock) else None


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
        and (not activity.asked_room_ids or room.id in activity.asked_room_ids)
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
