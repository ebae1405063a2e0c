"""What the desk reads of PostgreSQL."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all, find_one
from app.desk.domain import LikelyPlacements
from app.kinds import Kind

_queries = load_queries(__file__)


class Occupancy(msgspec.Struct, frozen=True, kw_only=True):
    """What one booking occupies, turnovers included, and whose it is; after `held_until` it occupies nothing."""

    booking_id: UUID
    season_id: UUID
    request_id: UUID
    kind: Kind
    employer_id: UUID | None
    department_id: UUID | None
    starts_at: datetime
    held_until: datetime | None
    resource_ids: tuple[UUID, ...]
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]


async def list_occupied(connection: Connection, *, starts_at: datetime, ends_at: datetime) -> list[Occupancy]:
    """List what is occupied in a stretch of time."""
    return await fetch_all(Occupancy, _queries.list_occupied(connection, starts_at=starts_at, ends_at=ends_at))


async def list_occupied_by(
    connection: Connection, booking_ids: Collection[UUID], *, starts_at: datetime, ends_at: datetime
) -> list[Occupancy]:
    """List what some bookings occupy in a stretch of time; those that were given back are left out."""
    rows = _queries.list_occupied_by(connection, booking_ids=list(booking_ids), starts_at=starts_at, ends_at=ends_at)
    return await fetch_all(Occupancy, rows)


async def find_team(connection: Connection, *, employer_id: UUID | None, department_id: UUID | None) -> UUID | None:
    """Give the team of an employer or a department; None where neither asks."""
    found: UUID | None = await _queries.find_team(connection, employer_id=employer_id, department_id=department_id)
    return found


class ShownPlacements(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody was shown before they sent or changed a request, and when."""

    shown_at: datetime
    answer: LikelyPlacements


async def insert_shown(connection: Connection, found: LikelyPlacements, *, account_id: UUID) -> UUID:
    """Keep what somebody is shown; it is forgotten after a day where they ask for nothing."""
    shown_id: UUID = await _queries.insert_shown(
        connection, account_id=account_id, shown_at=found.answered_at, answer=msgspec.to_builtins(found)
    )
    return shown_id


async def attach_shown(connection: Connection, shown_id: UUID, request_id: UUID, *, account_id: UUID) -> None:
    """Keep with a request what this account was shown; what is not there, or another's, changes nothing."""
    await _queries.attach_shown(connection, shown_id=shown_id, account_id=account_id, request_id=request_id)


async def find_shown(connection: Connection, request_id: UUID) -> ShownPlacements | None:
    """Give what was shown last before a request was sent or changed."""
    return await find_one(ShownPlacements, _queries.find_shown(connection, request_id=request_id))


async def delete_unused_shown(connection: Connection) -> None:
    """Delete what led to no request."""
    await _queries.delete_unused_shown(connection)
