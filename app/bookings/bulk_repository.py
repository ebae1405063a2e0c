"""Many bookings in PostgreSQL, each step in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.bookings.domain import BookingState, Placement
from app.bookings.repository import MadeBooking
from app.database import Connection, load_queries
from app.database.rows import fetch_all, struct_of
from app.requests.states import RequestState

_queries = load_queries(__file__)


class Progress(msgspec.Struct, frozen=True):
    """How far a request is: `is_complete` where all of its activities stand."""

    id: UUID
    state: RequestState
    is_complete: bool


async def insert_bookings(
    connection: Connection,
    placements: Mapping[UUID, Placement],
    *,
    season_id: UUID,
    state: BookingState,
    version_id: UUID | None,
    made_by: UUID | None,
    now: datetime,
    answer_until: datetime | None = None,
) -> dict[UUID, MadeBooking]:
    """Insert a booking for each activity, with the resources that it takes.

    Raises ResourceTaken, ResourceClosed: at once, or at the end of the transaction where constraints are deferred.
    """
    taken = [(key, resource) for key, placement in placements.items() for resource in placement.resource_ids]
    rows = _queries.insert_bookings(
        connection,
        season_id=season_id,
        activity_ids=list(placements),
        starts=[placement.starts_at for placement in placements.values()],
        ends=[placement.ends_at for placement in placements.values()],
        state=state,
        version_id=version_id,
        made_by=made_by,
        now=now,
        answer_until=answer_until,
        taking_ids=[activity_id for activity_id, _ in taken],
        resource_ids=[resource_id for _, resource_id in taken],
    )
    return {row["activity_id"]: struct_of(MadeBooking, row) async for row in rows}


async def give_back_bookings(connection: Connection, booking_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Give bookings back; give the iCalendar SEQUENCE of the message about each one's activity."""
    rows = _queries.give_back_bookings(connection, booking_ids=list(booking_ids))
    return {row["id"]: row["invitation_sequence"] async for row in rows}


async def release_bookings(connection: Connection, booking_ids: Sequence[UUID]) -> None:
    """Release bookings that other ones of their activities replace, which are told in their place."""
    await _queries.release_bookings(connection, booking_ids=list(booking_ids))


async def list_progress(connection: Connection, request_ids: Sequence[UUID]) -> list[Progress]:
    """List how far some requests are, by id."""
    return await fetch_all(Progress, _queries.list_progress(connection, request_ids=list(request_ids)))
