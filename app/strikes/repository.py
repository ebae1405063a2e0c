"""Strikes and appeals in PostgreSQL."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all, fetch_one
from app.events import Cause
from app.strikes.domain import (
    Appeal,
    AppealFileNotFound,
    AppealNotFound,
    AppealState,
    OpenAppeal,
    Strike,
    StrikeNotFound,
)

_queries = load_queries(__file__)


class Standing(msgspec.Struct, frozen=True):
    """What decides whether an employer is held back, beside its strikes."""

    id: UUID
    suspended_until: date | None
    strikes_waived_at: datetime | None


class KeptFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an appeal with its bytes, and whose it is."""

    employer_id: UUID
    name: str
    content_type: str
    content: bytes


async def insert_strike(
    connection: Connection,
    *,
    employer_id: UUID,
    request_id: UUID,
    season_id: UUID,
    cause: Cause,
    now: datetime,
    expires_on: date,
) -> UUID:
    """Note that something counts against an employer."""
    strike_id: UUID = await _queries.insert_strike(
        connection,
        employer_id=employer_id,
        request_id=request_id,
        season_id=season_id,
        cause=cause,
        now=now,
        expires_on=expires_on,
    )
    return strike_id


async def list_strikes(
    connection: Connection, employer_ids: Sequence[UUID], *, with_removed: bool = False
) -> list[Strike]:
    """List what counts, or expired, against some employers, the newest first."""
    rows = _queries.list_strikes(connection, employer_ids=list(employer_ids), with_removed=with_removed)
    return await fetch_all(Strike, rows)


async def get_employer_of_strike(connection: Connection, strike_id: UUID) -> UUID:
    """Give whose strike it is. Raises StrikeNotFound."""
    found: UUID | None = await _queries.find_employer_of_strike(connection, strike_id=strike_id)
    if found is None:
        raise StrikeNotFound
    return found


async def get_strike_of_appeal(connection: Connection, appeal_id: UUID) -> UUID:
    """Give against which strike an appeal is. Raises AppealNotFound."""
    found: UUID | None = await _queries.find_strike_of_appeal(connection, appeal_id=appeal_id)
    if found is None:
        raise AppealNotFound
    return found


async def remove_strike(
    connection: Connection, strike_id: UUID, *, removed_by: UUID, reason: str, now: datetime
) -> None:
    """Let a strike count no more."""
    await _queries.remove_strike(connection, strike_id=strike_id, removed_by=removed_by, reason=reason, now=now)


async def insert_appeal(connection: Connection, strike_id: UUID, *, note: str, made_by: UUID, now: datetime) -> UUID:
    """Note an appeal against a strike."""
    appeal_id: UUID = await _queries.insert_appeal(connection, strike_id=strike_id, note=note, made_by=made_by, now=now)
    return appeal_id


async def decide_appeal(
    connection: Connection, appeal_id: UUID, state: AppealState, *, answer: str, decided_by: UUID, now: datetime
) -> None:
    """Note how an appeal was decided, and why."""
    await _queries.decide_appeal(
        connection, appeal_id=appeal_id, state=state, answer=answer, decided_by=decided_by, now=now
    )


async def list_open_appeals(connection: Connection) -> list[OpenAppeal]:
    """List the appeals that wait for a decision, the longest waiting first."""
    rows = [dict(row) async for row in _queries.list_open_appeals(connection)]
    return [msgspec.convert({**row, "appeal": msgspec.convert(row, Appeal)}, OpenAppeal) for row in rows]


async def list_standing(connection: Connection, employer_ids: Sequence[UUID]) -> list[Standing]:
    """List what decides whether some employers are held back, beside their strikes."""
    return await fetch_all(Standing, _queries.list_standing(connection, employer_ids=list(employer_ids)))


async def put_file(
    connection: Connection, appeal_id: UUID, *, name: str, content_type: str, content: bytes, now: datetime
) -> None:
    """Keep what is shown with an appeal, instead of what was."""
    await _queries.put_file(
        connection, appeal_id=appeal_id, name=name, content_type=content_type, content=content, now=now
    )
    await _queries.raise_version(connection, appeal_id=appeal_id)


async def get_file(connection: Connection, appeal_id: UUID) -> KeptFile:
    """Give the file of an appeal with its bytes. Raises AppealFileNotFound."""
    row = _queries.find_file(connection, appeal_id=appeal_id)
    return await fetch_one(KeptFile, row, missing=AppealFileNotFound)


async def delete_old_files(connection: Connection, *, now: datetime, keep_days: int) -> int:
    """Delete files of appeals that were decided long enough ago; give how many."""
    return len([row async for row in _queries.delete_old_files(connection, now=now, keep_days=keep_days)])
