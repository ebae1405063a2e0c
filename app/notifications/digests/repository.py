"""Digests in PostgreSQL."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.notifications.domain import NewDelivery, Recipient
from app.notifications.letters import InboxCounts
from app.requests.states import RequestState

_queries = load_queries(__file__)


class Line(msgspec.Struct, frozen=True):
    """An event in a digest, and the state in which its request is now."""

    digest_id: UUID
    event_id: int
    request_state: RequestState | None


async def insert_lines(connection: Connection, wanted: Collection[NewDelivery]) -> None:
    """Let messages wait for the digests of their recipients; those that wait already stay."""
    await _queries.insert_lines(
        connection,
        event_ids=[new.event_id for new in wanted],
        purposes=[new.purpose for new in wanted],
        recipients=[new.recipient.email.lower() for new in wanted],
        locales=[new.recipient.locale for new in wanted],
    )


async def list_recipients_due(connection: Connection, *, before: datetime, day: date, batch: int) -> list[str]:
    """List for whom something waits from before a moment, as far as they had no digest on that day."""
    rows = _queries.list_recipients_due(connection, before=before, day=day, batch=batch)
    return [row["recipient"] async for row in rows]


async def gather_lines(connection: Connection, recipient: str, *, before: datetime, day: date) -> UUID | None:
    """Put what waits for an address into its digest of a day; None where nothing waits, or the day had one."""
    digest_id: UUID | None = await _queries.gather_lines(connection, recipient=recipient, before=before, day=day)
    return digest_id


async def list_recipients(connection: Connection, digest_ids: Collection[UUID]) -> dict[UUID, Recipient]:
    """Give to whom some digests go."""
    if not digest_ids:
        return {}
    rows = _queries.list_recipients(connection, digest_ids=list(digest_ids))
    return {row["id"]: Recipient(row["email"], row["locale"]) async for row in rows}


async def list_lines(connection: Connection, digest_ids: Collection[UUID]) -> list[Line]:
    """List what is in some digests."""
    return await fetch_all(Line, _queries.list_lines(connection, digest_ids=list(digest_ids)))


async def list_unread_seasons(connection: Connection, day: date) -> list[UUID]:
    """List the seasons that are not over, and of whose inbox the centre was not told on a day."""
    return [row["id"] async for row in _queries.list_unread_seasons(connection, day=day)]


async def note_inbox(connection: Connection, season_id: UUID, day: date) -> bool:
    """Note that the centre is told of a season's inbox on a day; give whether this is the first time."""
    return bool(await _queries.note_inbox(connection, season_id=season_id, day=day))


async def count_inbox(
    connection: Connection, season_ids: Collection[UUID], *, now: datetime
) -> dict[UUID, InboxCounts]:
    """Count what waits in some seasons for the career centre."""
    rows = _queries.count_inbox(connection, season_ids=list(season_ids), now=now)
    return {row["id"]: msgspec.convert({**row}, InboxCounts) async for row in rows}
