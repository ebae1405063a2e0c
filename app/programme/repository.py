"""The programme in PostgreSQL."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.database import Connection, load_queries
from app.database.rows import fetch_one, struct_of
from app.database.searching import pattern_of
from app.programme.domain import Counts, Entry, EntryNotFound, Filter, ShownNotice

_queries = load_queries(__file__)


async def list_entries(connection: Connection, season_id: UUID, wanted: Filter, *, zone: ZoneInfo) -> list[Entry]:
    """List what a reader wants to see, by time."""
    entries, _ = await _find(connection, season_id, wanted, zone, skip=0, most=None)
    return entries


async def list_some_entries(
    connection: Connection, season_id: UUID, wanted: Filter, *, zone: ZoneInfo, part: int, size: int
) -> tuple[list[Entry], int]:
    """List a part (from 1) of what a reader wants to see, and how much there is; beyond the last part there is none."""
    return await _find(connection, season_id, wanted, zone, skip=(max(1, part) - 1) * size, most=size)


async def _find(
    connection: Connection, season_id: UUID, wanted: Filter, zone: ZoneInfo, *, skip: int, most: int | None
) -> tuple[list[Entry], int]:
    rows = _queries.list_entries(
        connection,
        season_id=season_id,
        starts_at=datetime.combine(wanted.first_day, time(), zone),
        ends_at=datetime.combine(wanted.last_day + timedelta(days=1), time(), zone),
        kinds=list(wanted.kinds) or None,
        campus_codes=list(wanted.campuses) or None,
        major=wanted.major or None,
        search=pattern_of(wanted.search),
        request_id=wanted.request_id,
        skip=skip,
        most=most,
    )
    found = [row async for row in rows]
    return [struct_of(Entry, row) for row in found], found[0]["total"] if found else 0


async def count_entries(connection: Connection, season_id: UUID, *, zone: ZoneInfo) -> Counts:
    """Count the activities that students can go to."""
    return await fetch_one(Counts, _queries.count_entries(connection, season_id=season_id, zone=zone.key))


async def get_notice(connection: Connection, activity_id: UUID) -> ShownNotice:
    """Give the notice of a confirmed activity. Raises EntryNotFound."""
    return await fetch_one(ShownNotice, _queries.find_entry(connection, activity_id=activity_id), missing=EntryNotFound)
