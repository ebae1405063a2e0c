"""Messages and their fate in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
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


class Due(msgspec.Struct, frozen=True):
    """A message to send; with its number of attempts it names one attempt."""

    id: UUID
    attempts: int


async def insert_deliveries(
    connection: Connection,
    *,
    event_id: int,
    purpose: Purpose,
    activity_id: UUID | None,
    recipients: Sequence[Recipient],
    message_domain: str,
) -> None:
    """A row a recipient; those that the event has already stay as they are."""
    await _queries.insert_deliveries(
        connection,
        event_id=event_id,
        purpose=purpose,
        activity_id=activity_id,
        recipients=[recipient.email for recipient in recipients],
        locales=[recipient.locale for recipient in recipients],
        message_domain=message_domain,
    )


async def list_due_of_event(connection: Connection, event_id: int) -> list[Due]:
    """What an event still has to send."""
    return [msgspec.convert(row, Due) async for row in _queries.list_due_of_event(connection, event_id=event_id)]


async def list_due(connection: Connection, *, batch: int) -> list[Due]:
    """Messages whose next attempt has come."""
    return [msgspec.convert(row, Due) async for row in _queries.list_due(connection, batch=batch)]


async def try_lock(connection: Connection, delivery_id: UUID) -> bool:
    """True for one sender at a time. A killed sender's lock ends with its connection."""
    return bool(await _queries.try_lock(connection, delivery_id=delivery_id))


async def unlock(connection: Connection, delivery_id: UUID) -> None:
    """Let others try."""
    await _queries.unlock(connection, delivery_id=delivery_id)


async def find_sendable(connection: Connection, delivery_id: UUID) -> Delivery | None:
    """A message whose attempt has come; None when it is sent, refused or not due yet."""
    row = await _queries.find_sendable(connection, delivery_id=delivery_id)
    return None if row is None else msgspec.convert(row, Delivery)


async def claim_delivery(connection: Connection, delivery_id: UUID, *, lease_seconds: float) -> int | None:
    """From here on it may arrive: how often it may have arrived before; None when it is not due any more."""
    repeats: int | None = await _queries.claim_delivery(
        connection, delivery_id=delivery_id, lease_seconds=lease_seconds
    )
    return repeats


async def get_rate_limit(connection: Connection, delivery_id: UUID) -> int:
    """How many messages a minute may be sent."""
    limit: int | None = await _queries.find_rate_limit(connection, delivery_id=delivery_id)
    return DEFAULT_POLICIES.smtp_messages_per_minute if limit is None else limit


async def mark_sent(connection: Connection, delivery_id: UUID) -> None:
    """The server has taken it."""
    await _queries.mark_sent(connection, delivery_id=delivery_id)


async def mark_failed(connection: Connection, delivery_id: UUID, *, error: str) -> None:
    """The server refused it for good."""
    await _queries.mark_failed(connection, delivery_id=delivery_id, error=error)


async def mark_deferred(connection: Connection, delivery_id: UUID, *, error: str, delay_seconds: float) -> None:
    """Not now: try again later."""
    await _queries.mark_deferred(connection, delivery_id=delivery_id, error=error, delay_seconds=delay_seconds)


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
    rows = _queries.list_deliveries(
        connection,
        states=None if states is None else list(states),
        purpose=purpose,
        season_id=season_id,
        search=pattern,
        before=before,
        batch=batch,
    )
    return [msgspec.convert(row, DeliveryLine) async for row in rows]


async def count_deliveries(connection: Connection, season_id: UUID | None = None) -> DeliveryCounts:
    """How many messages are in each state."""
    rows = [row async for row in _queries.count_deliveries(connection, season_id=season_id)]
    counts = {row["state"]: row["messages"] for row in rows}
    return DeliveryCounts(**counts, repeats=sum(row["repeats"] for row in rows))
