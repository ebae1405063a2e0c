"""What decisions read beside requests and bookings."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.requests.states import RequestState

_queries = load_queries(__file__)


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A request without a place that could get one which becomes free."""

    id: UUID
    reference: str
    title: str
    state: RequestState
    owner_name_zh: str
    owner_name_en: str


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """Another request for the same rooms at the same time, by these steps; `loses`: an approval leaves it no place."""

    request_id: UUID
    reference: str
    title: str
    owner_name_zh: str
    owner_name_en: str
    state: RequestState
    row_version: int
    activity_ids: tuple[UUID, ...]
    loses: bool = False


async def list_rivals(connection: Connection, request_id: UUID, *, batch: int) -> list[Rival]:
    """List other requests without a place that ask for the same rooms at the same time, the longest waiting first."""
    return await fetch_all(Rival, _queries.list_rivals(connection, request_id=request_id, batch=batch))


async def list_waiting_for(
    connection: Connection, booking_ids: Sequence[UUID], *, request_id: UUID, zone: ZoneInfo, batch: int
) -> list[Waiting]:
    """List other requests that could be where some bookings of a request are now, those on the waitlist first."""
    rows = _queries.list_waiting_for(
        connection, booking_ids=list(booking_ids), request_id=request_id, zone=zone.key, batch=batch
    )
    return await fetch_all(Waiting, rows)


async def note_overdue_requests(
    connection: Connection, season_id: UUID, *, before: datetime, now: datetime, batch: int
) -> list[UUID]:
    """Note that the deciders are reminded of what waits since before a moment, and give it; each once."""
    rows = _queries.note_overdue_requests(connection, season_id=season_id, before=before, now=now, batch=batch)
    return [row["subject_id"] async for row in rows]


async def note_overdue_employers(connection: Connection, *, now: datetime, batch: int) -> list[UUID]:
    """Note that the deciders are reminded of employers whose review is overdue, and give them; each review once."""
    return [row["subject_id"] async for row in _queries.note_overdue_employers(connection, now=now, batch=batch)]


class Ending(msgspec.Struct, frozen=True):
    """When a request without a decision or a place ends, and whether its owner was told of that day."""

    request_id: UUID
    last_day: date
    is_told: bool


async def list_ending(connection: Connection, *, today: date, batch: int) -> list[Ending]:
    """List requests without a decision or a place that end within three weeks, the first to end first."""
    return await fetch_all(Ending, _queries.list_ending(connection, today=today, batch=batch))


async def find_ending(connection: Connection, request_id: UUID) -> Ending | None:
    """Give when a request ends; None where it is decided and does not wait."""
    found = await fetch_all(Ending, _queries.find_ending(connection, request_id=request_id))
    return found[0] if found else None


async def list_turnovers(connection: Connection, room_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Give the longest pause in minutes between two events of some rooms."""
    return {row["id"]: row["minutes"] async for row in _queries.list_turnovers(connection, room_ids=list(room_ids))}
