"""Messages and their fate in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.notifications.domain import (
    Delivery,
    DeliveryCounts,
    DeliveryLine,
    DeliveryNotFound,
    DeliveryState,
    Purpose,
    Recipient,
)
from app.seasons.policies import DEFAULT_POLICIES

_queries = load_queries(__file__)


class NewDelivery(msgspec.Struct, frozen=True):
    """A message that an event asks for."""

    event_id: int
    purpose: Purpose
    activity_id: UUID | None
    recipient: Recipient


async def insert_deliveries(connection: Connection, wanted: Sequence[NewDelivery], *, message_domain: str) -> None:
    """A row for each event and recipient; those that are there already stay as they are."""
    await _queries.insert_deliveries(
        connection,
        event_ids=[new.event_id for new in wanted],
        purposes=[new.purpose for new in wanted],
        activity_ids=[new.activity_id for new in wanted],
        recipients=[new.recipient.email for new in wanted],
        locales=[new.recipient.locale for new in wanted],
        message_domain=message_domain,
    )


async def list_due_of_events(connection: Connection, event_ids: Sequence[int]) -> list[UUID]:
    """What some events still have to send."""
    return [row["id"] async for row in _queries.list_due_of_events(connection, event_ids=list(event_ids))]


async def list_due(connection: Connection, *, batch: int) -> list[UUID]:
    """Messages whose next attempt has come."""
    return [row["id"] async for row in _queries.list_due(connection, batch=batch)]


async def list_sendable(connection: Connection, delivery_ids: Sequence[UUID]) -> list[Delivery]:
    """Of some messages those that are not sent or refused, and whose attempt has come."""
    return await fetch_all(Delivery, _queries.list_sendable(connection, delivery_ids=list(delivery_ids)))


async def reserve_sendings(connection: Connection, delivery_ids: Sequence[UUID]) -> int:
    """How many of some messages may be sent in this minute of real time."""
    limit: int | None = await _queries.find_rate_limit(connection, delivery_ids=list(delivery_ids))
    reserved: int = await _queries.reserve_sendings(
        connection,
        wanted=len(delivery_ids),
        rate_limit=DEFAULT_POLICIES.smtp_messages_per_minute if limit is None else limit,
    )
    return reserved


async def claim_delivery(connection: Connection, delivery_id: UUID, *, lease_seconds: float) -> int | None:
    """Lock a message for this connection: from here on it may arrive. How often it may have arrived before.

    None when another sender has it or it is not due any more. `mark_sent` or `unlock_delivery` gives it free.
    """
    row = await _queries.claim_delivery(connection, delivery_id=delivery_id, lease_seconds=lease_seconds)
    if row["is_ours"] and row["repeats"] is None:
        await unlock_delivery(connection, delivery_id)
    repeats: int | None = row["repeats"]
    return repeats


async def unlock_delivery(connection: Connection, delivery_id: UUID) -> None:
    """Let others try."""
    await _queries.unlock_delivery(connection, delivery_id=delivery_id)


async def mark_sent(connection: Connection, delivery_id: UUID) -> None:
    """The server has taken it; others may look at it again."""
    await _queries.mark_sent(connection, delivery_id=delivery_id)


async def mark_failed(connection: Connection, delivery_id: UUID, *, error: str) -> None:
    """The server refused it for good."""
    await _queries.mark_failed(connection, delivery_id=delivery_id, error=error)


async def mark_deferred(
    connection: Connection,
    delivery_ids: Sequence[UUID],
    *,
    error: str,
    delay_seconds: float,
    doubtful_id: UUID | None = None,
) -> None:
    """Not now: try again later. `doubtful_id` may have arrived, which its next claim counts."""
    await _queries.mark_deferred(
        connection,
        delivery_ids=list(delivery_ids),
        doubtful_id=doubtful_id,
        error=error,
        delay_seconds=delay_seconds,
    )


async def lock_delivery(connection: Connection, delivery_id: UUID) -> DeliveryState:
    """The state of a message that nobody else changes until this transaction ends. Raises DeliveryNotFound."""
    row = await _queries.lock_delivery(connection, delivery_id=delivery_id)
    if row is None:
        raise DeliveryNotFound
    state: DeliveryState = row["state"]
    return state


async def mark_due(connection: Connection, delivery_id: UUID) -> None:
    """Send it again."""
    await _queries.mark_due(connection, delivery_id=delivery_id)


async def list_deliveries(
    connection: Connection,
    *,
    states: Sequence[DeliveryState] | None = None,
    purpose: Purpose | None = None,
    season_id: UUID | None = None,
    search: str | None = None,
    before: UUID | None = None,
    batch: int = 100,
) -> list[DeliveryLine]:
    """Messages, the newest first; `before` is the last one of the page before."""
    pattern = None
    if search:
        escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"%{escaped}%"
    return await fetch_all(
        DeliveryLine,
        _queries.list_deliveries(
            connection,
            states=None if states is None else list(states),
            purpose=purpose,
            season_id=season_id,
            search=pattern,
            before=before,
            batch=batch,
        ),
    )


async def count_deliveries(connection: Connection, season_id: UUID | None = None) -> DeliveryCounts:
    """How many messages are in each state."""
    rows = [row async for row in _queries.count_deliveries(connection, season_id=season_id)]
    counts = {row["state"]: row["messages"] for row in rows}
    return DeliveryCounts(**counts, repeats=sum(row["repeats"] for row in rows))
