"""What a department sees of its own rooms: what is in them, day by day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.clock import Clock, end_moment
from app.database import Connection
from app.requests import repository as requests
from app.requests.domain import Request
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.venues import closure_repository, room_repository
from app.venues.closure_domain import Closure
from app.venues.domain import Campus, CodeEntry, Room
from app.venues.named import read_campuses, read_code_entries


class RoomUse(msgspec.Struct, frozen=True, kw_only=True):
    """A booking in a room, or a closure that may last until a later day."""

    room: Room
    first_day: date
    last_day: date
    starts_at: datetime
    ends_at: datetime
    booking: Booking | None = None
    closure: Closure | None = None


class OwnRoomsView(msgspec.Struct, frozen=True, kw_only=True):
    """A department's rooms, and by day what is in them; `reasons` are those of closures."""

    season: Season | None
    own: list[Room]
    days: dict[date, list[RoomUse]]
    requests: dict[UUID, Request]
    reasons: dict[str, CodeEntry]
    campuses: dict[UUID, Campus]


async def read_own_rooms(
    connection: Connection, department_id: UUID | None, season_id: UUID | None, *, clock: Clock
) -> OwnRoomsView:
    """Read what is in a department's rooms from today on, or from the season's first day."""
    own = await room_repository.list_rooms(connection, department_id=department_id)
    season = None if season_id is None else await seasons.get_season(connection, season_id)
    uses = [] if season is None else await _list_uses(connection, own, season, clock)
    booked = [use.booking.request_id for use in uses if use.booking is not None]
    listed = [] if season is None else await requests.list_requests(connection, season.id, request_ids=booked)
    return OwnRoomsView(
        season=season,
        own=own,
        days=_by_day(uses),
        requests={request.id: request for request in listed},
        reasons=await read_code_entries(connection, "closure"),
        campuses=await read_campuses(connection),
    )


async def _list_uses(connection: Connection, own: list[Room], season: Season, clock: Clock) -> list[RoomUse]:
    rooms = {room.id: room for room in own}
    first = max(season.first_day, clock.local(clock.now()).date())
    starts_at = datetime.combine(first, season.day_opens, clock.zone)
    ends_at = end_moment(season.last_day, season.day_closes, clock.zone)
    standing = await bookings.list_standing(connection, season.id)
    closures = await closure_repository.list_closures(connection, starts_at=starts_at, ends_at=ends_at)
    booked = [use for booking in standing if booking.ends_at > starts_at for use in _booked(booking, rooms, clock)]
    closed = [
        _closed(closure, rooms[closure.resource_id], first, clock)
        for closure in closures
        if closure.resource_id in rooms
    ]
    return booked + closed


def _booked(booking: Booking, rooms: dict[UUID, Room], clock: Clock) -> list[RoomUse]:
    day = clock.local(booking.starts_at).date()
    return [
        RoomUse(
            room=rooms[key],
            first_day=day,
            last_day=day,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            booking=booking,
        )
        for key in booking.room_ids
        if key in rooms
    ]


def _closed(closure: Closure, room: Room, first: date, clock: Clock) -> RoomUse:
    return RoomUse(
        room=room,
        first_day=max(first, clock.local(closure.starts_at).date()),
        last_day=clock.local(closure.ends_at - timedelta(microseconds=1)).date(),  # midnight ends the day before
        starts_at=closure.starts_at,
        ends_at=closure.ends_at,
        closure=closure,
    )


def _by_day(uses: Iterable[RoomUse]) -> dict[date, list[RoomUse]]:
    days: dict[date, list[RoomUse]] = {}
    for use in sorted(uses, key=lambda use: (use.first_day, use.starts_at, use.room.code)):
        days.setdefault(use.first_day, []).append(use)
    return days
