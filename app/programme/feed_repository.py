"""Subscribed calendars in PostgreSQL."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.programme.domain import Scheduled
from app.programme.feed_domain import AskFeed, FeedNotFound, FeedRow

_queries = load_queries(__file__)


class StandingEvent(Scheduled, frozen=True, kw_only=True):
    """What stands in a subscribed calendar; `joined`: another employer's session in which its reader takes part."""

    request_id: UUID
    state: str
    joined: bool

    @property
    def status(self) -> str:
        """Give the STATUS of RFC 5545, as invitations have it."""
        return "CONFIRMED" if self.state == "confirmed" else "TENTATIVE"


async def list_feeds(connection: Connection, account_id: UUID) -> list[FeedRow]:
    """List somebody's calendars, their own first."""
    return await _list(connection, account_id=account_id)


async def get_feed(connection: Connection, feed_id: UUID) -> FeedRow:
    """Give a calendar. Raises FeedNotFound."""
    for row in await _list(connection, feed_id=feed_id):
        return row
    raise FeedNotFound


async def get_feed_of_link(connection: Connection, nonce: UUID) -> FeedRow:
    """Give the calendar of a link's nonce. Raises FeedNotFound."""
    for row in await _list(connection, nonce=nonce):
        return row
    raise FeedNotFound


async def _list(
    connection: Connection,
    *,
    account_id: UUID | None = None,
    nonce: UUID | None = None,
    feed_id: UUID | None = None,
) -> list[FeedRow]:
    rows = _queries.list_feeds(connection, account_id=account_id, nonce=nonce, feed_id=feed_id)
    return await fetch_all(FeedRow, rows)


async def insert_feed(
    connection: Connection, account_id: UUID, command: AskFeed, *, nonce: UUID, now: datetime
) -> UUID:
    """Insert a calendar, or find the one that is there."""
    feed_id: UUID = await _queries.insert_feed(
        connection, account_id=account_id, nonce=nonce, now=now, **msgspec.structs.asdict(command)
    )
    return feed_id


async def renew_feed(connection: Connection, feed_id: UUID, *, nonce: UUID, now: datetime) -> None:
    """Give a calendar another nonce."""
    await _queries.renew_feed(connection, feed_id=feed_id, nonce=nonce, now=now)


async def delete_feed(connection: Connection, feed_id: UUID) -> None:
    """End a calendar."""
    await _queries.delete_feed(connection, feed_id=feed_id)


async def list_scheduled(connection: Connection, row: FeedRow, *, since: datetime) -> list[StandingEvent]:
    """List what stands and may belong into a calendar, by time."""
    rows = _queries.list_scheduled(
        connection,
        scope=row.scope,
        since=since,
        account_id=row.account_id,
        email=row.email,
        employer_id=row.employer_id if row.scope == "person" else None,
        department_id=row.own_department_id if row.scope == "person" else row.department_id,
        resource_id=row.resource_id,
        major=row.major_code,
        centre=row.role in ("organiser", "administrator"),
    )
    return await fetch_all(StandingEvent, rows)
