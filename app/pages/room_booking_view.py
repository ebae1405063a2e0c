"""What is seen where an activity is booked by hand: the activity, and the rooms and channels that fit it."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.bookings.filing import could_file
from app.database import Connection
from app.requests import repository as requests
from app.requests import service
from app.requests.access import must_see
from app.requests.domain import Activity, ActivityNotFound, RequestDetail
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.venues.domain import Campus, Channel, CodeEntry, Room
from app.venues.named import read_code_entries, read_named_venues

BOOKABLE_STATES: Final = ("approved", "waitlisted", "scheduled")


class RoomBookingView(msgspec.Struct, frozen=True, kw_only=True):
    """An activity, its booking and its earliest wish.

    `files`: booking it files it with the career centre; `fitting`: the rooms that fit it, of those that the reader may
    book; `rooms`: all rooms and channels by id as text.
    """

    season: Season
    detail: RequestDetail
    activity: Activity
    bookable: bool
    files: bool
    objection_days: int
    booking: Booking | None
    first_wish: date | None
    fitting: list[Room]
    channels: list[Channel]
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]
    reasons: dict[str, CodeEntry]


async def read_room_booking(
    connection: Connection, activity_id: UUID, *, actor: Actor, now: datetime
) -> RoomBookingView:
    """Read what department staff or an organiser can book for an activity. Raises ActivityNotFound."""
    request_id = await requests.get_request_of_activity(connection, activity_id)
    must_see(actor, await requests.get_request(connection, request_id), hidden=ActivityNotFound)
    detail = await service.get_detail(connection, request_id, actor=actor)
    activity = next(activity for activity in detail.activities if activity.id == activity_id)
    season = await seasons.get_season(connection, detail.request.season_id)
    named = await read_named_venues(connection)
    policies = await seasons.get_policies(connection, season.id)
    longest = policies.room_max_minutes
    files = await could_file(connection, actor, detail.request, detail.activities, policies)
    standing = await bookings.list_standing(connection, season.id, activity_ids=[activity_id])
    return RoomBookingView(
        season=season,
        detail=detail,
        activity=activity,
        bookable=files or detail.request.state in BOOKABLE_STATES,
        files=files,
        objection_days=policies.filing_objection_working_days,
        booking=standing[0] if standing else None,
        first_wish=min((window.first_day for window in activity.windows), default=None),
        fitting=[
            room
            for room in named.rooms
            if room.is_in_use(now) and _may_take(actor, detail, activity, room) and _fits(room, activity, longest)
        ],
        channels=named.channels if activity.needs_channel else [],
        rooms=named.by_id,
        campuses=named.campuses,
        reasons=await read_code_entries(connection, "closure") if actor.organises else {},
    )


def _may_take(actor: Actor, detail: RequestDetail, activity: Activity, room: Room) -> bool:
    if activity.asked_room_ids and room.id not in activity.asked_room_ids:
        return False
    if actor.organises:
        return room.department_id in (None, detail.request.department_id) or bool(activity.asked_room_ids)
    return room.department_id == actor.department_id and not room.needs_approval


def _fits(room: Room, activity: Activity, longest: int) -> bool:
    if activity.duration_minutes > (longest if room.max_minutes is None else room.max_minutes):
        return False
    each = -(-activity.attendance // max(1, activity.rooms_needed))
    return room.capacity >= each and room.booths >= activity.booths and set(activity.features) <= set(room.features)
