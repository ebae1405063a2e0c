"""What an employer sees of a session in which it was asked to take part."""

from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.clock import Clock
from app.database import Connection
from app.participations import service
from app.participations.domain import Participation
from app.requests import repository as requests
from app.requests.domain import Activity
from app.venues.domain import Campus, Channel, Room
from app.venues.named import read_named_venues


class ParticipationView(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation with what is planned, and where it stands; `standing` has the bookings by activity."""

    participation: Participation
    is_open: bool
    notice_text: str
    activities: list[Activity]
    standing: dict[UUID, Booking]
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]


async def read_participation(
    connection: Connection, request_id: UUID, *, actor: Actor, clock: Clock
) -> ParticipationView:
    """Read an invitation. Raises ParticipationNotFound."""
    participation = await service.get_own(connection, request_id, actor=actor)
    activities = (await requests.list_activities(connection, [request_id]))[request_id]
    ids = [activity.id for activity in activities]
    standing = await bookings.list_standing(connection, participation.season_id, activity_ids=ids)
    named = await read_named_venues(connection)
    return ParticipationView(
        participation=participation,
        is_open=participation.is_open(clock.now()),
        notice_text=(await requests.get_request(connection, request_id)).notice_text,
        activities=activities,
        standing={booking.activity_id: booking for booking in standing if booking.state == "confirmed"},
        rooms=named.by_id,
        campuses=named.campuses,
    )
