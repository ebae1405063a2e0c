"""Messages and their states in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.database.searching import pattern_of
from app.notifications.domain import (
    Delivery,
    DeliveryCounts,
    DeliveryLine,
    DeliveryNotFound,
    DeliveryState,
    NewDelivery,
    Unreached,
)
from app.notifications.purposes import Purpose
from app.seasons.policies import DEFAULT_POLICIES

_queries = load_queries(__file__)


async def insert_deliveries(connection: Connection, wanted: Sequence[NewDelivery], *, message_domain: str) -> None:
    """Insert a row for each event and recipient; rows that exist stay as they are."""
    await _queries.insert_deliveries(
        connection,
        event_ids=[new.event_id for new in wanted],
        purposes=[new.purpose for new in wanted],
        activity_ids=[new.activity_id for new in wanted],
        recipients=[new.recipient.email for new in wanted],
        locales=[new.recipient.locale for new in wanted],
        message_domain=message_domain,
    )


async def count_due(connection: Connection, *, most: int) -> int:
    """Count the messages whose next attempt is due, up to `most`."""
    count: int = await _queries.count_due(connection, most=most)
    return count


async def take_due(connection: Connection, *, batch: int, lease_seconds: float) -> list[Delivery]:
    """Lock the next messages whose attempt is due for this connection, until it goes back to its pool."""
    return await fetch_all(Delivery, _queries.take_due(connection, batch=batch, lease_seconds=lease_seconds))


async def reserve_sendings(connection: Connection, delivery_ids: Sequence[UUID]) -> int:
    """Give how many of some messages may be sent in this minute of real time."""
    reserved: int = await _queries.reserve_sendings(
        connection, delivery_ids=list(delivery_ids), rate_limit=DEFAULT_POLICIES.smtp_messages_per_minute
    )
    return reserved


async def mark_sent_and_claim(
    connection: Connection, sent: Sequence[Delivery], wanted: Sequence[UUID], *, lease_seconds: float
) -> dict[UUID, int]:
    """Note that the server has taken some messages, and claim others before they are sent.

    Gives how often each one may have arrived before; those that are not due any more are left out.
    """
    rows = _queries.mark_sent_and_claim(
        connection,
        sent_ids=[delivery.id for delivery in sent],
        reached=[delivery.recipient.lower() for delivery in sent],
        wanted_ids=list(wanted),
        lease_seconds=lease_seconds,
    )
    return {row["id"]: row["repeats"] async for row in rows}


async def mark_failed(connection: Connection, delivery_id: UUID, *, error: str) -> None:
    """Note that the server refused a message for good."""
    await _queries.mark_failed(connection, delivery_id=delivery_id, error=error)


async def mark_deferred(
    connection: Connection, delivery_ids: Sequence[UUID], *, error: str, delay_seconds: float
) -> None:
    """Put messages off; which of them may have arrived stays known, and their next claims count it."""
    await _queries.mark_deferred(connection, delivery_ids=list(delivery_ids), error=error, delay_seconds=delay_seconds)


async def mark_not_taken(connection: Connection, delivery_id: UUID) -> None:
    """Note that the server surely has not taken the message that this connection claimed."""
    await _queries.mark_not_taken(connection, delivery_id=delivery_id)


async def lock_delivery(connection: Connection, delivery_id: UUID) -> DeliveryState:
    """Lock a message until this transaction ends, and give its state. Raises DeliveryNotFound."""
    row = await _queries.lock_delivery(connection, delivery_id=delivery_id)
    if row is None:
        raise DeliveryNotFound
    state: DeliveryState = row["state"]
    return state


async def mark_due(connection: Connection, delivery_id: UUID) -> None:
    """Note that a message is to be sent again."""
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
    """List messages, the newest first; `before` is the last one of the page before."""
    return await fetch_all(
        DeliveryLine,
        _queries.list_deliveries(
            connection,
            states=None if states is None else list(states),
            purpose=purpose,
            season_id=season_id,
            search=pattern_of(search),
            before=before,
            batch=batch,
        ),
    )


async def list_unreached(connection: Connection, request_ids: Sequence[UUID]) -> list[Unreached]:
    """List the contacts of some requests whom messages do not reach."""
    return await fetch_all(Unreached, _queries.list_unreached(connection, request_ids=list(request_ids)))


async def count_deliveries(connection: Connection, season_id: UUID | None = None) -> DeliveryCounts:
    """Count the messages in each state."""
    rows = [row async for row in _queries.count_deliveries(connection, season_id=season_id)]
    counts = {row["state"]: row["messages"] for row in rows}
    return DeliveryCounts(**counts, repeats=sum(row["repeats"] for row in rows))
