"""What the desk reads of PostgreSQL."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all
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


async def list_occupied(
    connection: Connection, *, starts_at: datetime, ends_at: datetime, booking_ids: Collection[UUID] | None = None
) -> list[Occupancy]:
    """List what is occupied in a stretch of time, by some bookings or by all."""
    ids = None if booking_ids is None else list(booking_ids)
    rows = _queries.list_occupied(connection, starts_at=starts_at, ends_at=ends_at, booking_ids=ids)
    return await fetch_all(Occupancy, rows)


async def find_team(connection: Connection, *, employer_id: UUID | None, department_id: UUID | None) -> UUID | None:
    """Give the team of an employer or a department; None where neither asks."""
    found: UUID | None = await _queries.find_team(connection, employer_id=employer_id, department_id=department_id)
    return found
