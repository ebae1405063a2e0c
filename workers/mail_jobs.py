"""Mail jobs: events become delivery rows, and rows become messages. A job may run twice and does its work once.

To send is: compose, claim the row (the lock ends with the connection of a killed sender), send, mark. A kill between
the server's 250 and our mark makes a message arrive twice, with the same Message-ID; the next claim counts it. See
docs/decisions.
"""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog

from app.database import Connection
from app.notifications import repository, service
from app.notifications.domain import GIVE_UP_AFTER_SECONDS, Delivery
from app.outbox import repository as outbox
from workers.context import Context, context_of
from workers.retries import LONGEST_DELAY_SECONDS, delay_seconds, try_again
from workers.smtp import RefusedForGood, ServerAway, TryLater

log = structlog.get_logger(__name__)

LEASE_SECONDS = 10.0
_BEGIN_WITHIN_SECONDS = 30.0
_LONGEST_ERROR = 500


async def write_mails(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Insert the delivery rows of some events, and send them."""
    context = context_of(ctx)
    async with context.database.pool.acquire() as connection, connection.transaction():
        await service.write_deliveries(connection, event_ids, settings=context.settings)
        await outbox.insert_receipts(connection, event_ids, job="write_mails")
        due = await repository.list_due_of_events(connection, event_ids)
    await _send_all(context, due)


async def send_again(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Send refused messages again, because an organiser asked for it."""
    context = context_of(ctx)
    async with context.database.pool.acquire() as connection, connection.transaction():
        events = await outbox.list_events(connection, event_ids)
        await outbox.insert_receipts(connection, event_ids, job="send_again")
    await _send_all(context, [event.subject_id for event in events if event.subject_id is not None])


async def send_mails(ctx: dict[str, Any], delivery_ids: list[str]) -> None:
    """Send messages that wait."""
    await _send_all(context_of(ctx), [UUID(id_) for id_ in delivery_ids])


async def _send_all(context: Context, delivery_ids: Sequence[UUID]) -> None:
    """Send messages one after the other; one that fails does not stop the rest. Raises Retry if some have to wait."""
    begun = time.monotonic()
    waits: list[float] = []
    async with context.database.pool.acquire() as connection:
        due = await repository.list_sendable(connection, delivery_ids)
        ready = await _within_rate(connection, due, waits) if due else []
        messages = await _compose(context, connection, ready) if ready else {}
        for position, delivery in enumerate(ready):
            if delivery.id not in messages:
                continue
            if time.monotonic() - begun > _BEGIN_WITHIN_SECONDS:
                waits.append(0)
                break
            try:
                await _send(context, connection, delivery, messages[delivery.id])
            except ServerAway as error:
                # The others would not get through either.
                waits.append(await _put_off(connection, ready[position:], error))
                break
            except TryLater as error:
                waits.append(await _put_off(connection, [delivery], error))
    if waits:
        raise try_again(min(waits))


async def _send(context: Context, connection: Connection, delivery: Delivery, message: bytes) -> None:
    repeats = await repository.claim_delivery(connection, delivery.id, lease_seconds=LEASE_SECONDS)
    if repeats is None:
        return
    told = log.bind(delivery_id=str(delivery.id), purpose=delivery.purpose, attempt=delivery.attempts + 1)
    if repeats:
        told.warning("an earlier sending of this message was cut off: it may arrive twice", repeats=repeats)
    try:
        await context.mail_server.send(message, sender=context.settings.mail_from, recipient=delivery.recipient)
    except RefusedForGood as error:
        await repository.mark_not_taken(connection, delivery.id)
        await repository.mark_failed(connection, delivery.id, error=str(error)[:_LONGEST_ERROR])
        await repository.unlock_delivery(connection, delivery.id)
        told.warning("the mail server refused a message for good", answer=str(error)[:3])
    except TryLater as error:
        if not error.in_doubt:
            await repository.mark_not_taken(connection, delivery.id)
        await repository.unlock_delivery(connection, delivery.id)
        raise
    else:
        await repository.mark_sent(connection, delivery.id)
        told.info("sent")


async def _put_off(connection: Connection, deliveries: Sequence[Delivery], error: TryLater) -> float:
    """Put messages off, or give them up after days; give the shortest delay in seconds."""
    reason = str(error)[:_LONGEST_ERROR]
    delay = delay_seconds(min(delivery.attempts for delivery in deliveries) + 1)
    waiting = []
    for delivery in deliveries:
        if time.time() - delivery.created_at.timestamp() > GIVE_UP_AFTER_SECONDS:
            await repository.mark_failed(connection, delivery.id, error=reason)
            log.warning("a message was given up", delivery_id=str(delivery.id))
        else:
            waiting.append(delivery.id)
    await repository.mark_deferred(connection, waiting, error=reason, delay_seconds=delay)
    log.info("messages wait", messages=len(waiting), seconds=round(delay))
    return delay


async def _compose(context: Context, connection: Connection, deliveries: Sequence[Delivery]) -> dict[UUID, bytes]:
    try:
        return await service.compose_deliveries(connection, deliveries, settings=context.settings)
    except Exception as error:
        if len(deliveries) > 1:
            # One of them cannot be written: the others can.
            alone = [await _compose(context, connection, [delivery]) for delivery in deliveries]
            return {id_: message for messages in alone for id_, message in messages.items()}
        (delivery,) = deliveries
        log.exception("a message could not be written", delivery_id=str(delivery.id), purpose=delivery.purpose)
        reason = f"could not be written: {type(error).__name__}"
        await repository.mark_deferred(connection, [delivery.id], error=reason, delay_seconds=LONGEST_DELAY_SECONDS)
        return {}


async def _within_rate(connection: Connection, due: Sequence[Delivery], waits: list[float]) -> Sequence[Delivery]:
    allowed = await repository.reserve_sendings(connection, [delivery.id for delivery in due])
    if allowed < len(due):
        next_minute = 60 - time.time() % 60
        late = [delivery.id for delivery in due[allowed:]]
        await repository.mark_deferred(connection, late, error="", delay_seconds=next_minute)
        waits.append(next_minute)
    return due[:allowed]
