"""Campus entry in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.entries.domain import GateLine, PutHost, Visitor
from app.kinds import Kind

_queries = load_queries(__file__)


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """An activity with a confirmed place on campus, and what was entered for it."""

    activity_id: UUID
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...]
    visitors: tuple[Visitor, ...]
    host_name: str
    host_phone: str
    row_version: int
    host_version: int


async def list_entries(
    connection: Connection, *, request_id: UUID | None = None, activity_id: UUID | None = None
) -> list[EntryRow]:
    """List the activities of a request, or one, that have a confirmed place on campus, by time."""
    rows = _queries.list_entries(connection, request_id=request_id, activity_id=activity_id)
    return await fetch_all(EntryRow, rows)


async def upsert_visitors(
    connection: Connection, activity_id: UUID, visitors: Sequence[Visitor], *, now: datetime
) -> None:
    """Keep who comes, instead of those before."""
    given = [msgspec.to_builtins(visitor) for visitor in visitors]
    await _queries.upsert_visitors(connection, activity_id=activity_id, visitors=given, now=now)


async def upsert_host(connection: Connection, activity_id: UUID, host: PutHost, *, now: datetime) -> None:
    """Keep who receives the visitors."""
    await _queries.upsert_host(connection, activity_id=activity_id, name=host.name, phone=host.phone, now=now)


async def list_gate(
    connection: Connection, season_id: UUID, *, starts_at: datetime, ends_at: datetime
) -> list[GateLine]:
    """List everybody who comes to campus for employers in a stretch, by time."""
    rows = _queries.list_gate(connection, season_id=season_id, starts_at=starts_at, ends_at=ends_at)
    return await fetch_all(GateLine, rows)


async def delete_over(connection: Connection, *, now: datetime, keep_days: int) -> int:
    """Delete what was entered for activities that are over long enough; give for how many."""
    rows = _queries.delete_over(connection, now=now, keep_days=keep_days)
    return len([row async for row in rows])
