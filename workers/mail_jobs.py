"""Mail: an event becomes delivery rows, a row becomes one message. Every job may run twice and does its work once.

The order of a sending: lock the row's number (a killed sender's lock ends with its connection), claim the row, send,
mark. Between the server's 250 and our mark lies the one moment in which a kill makes a message arrive twice, with the
same Message-ID; the next claim counts it.
"""

import time
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import structlog

from app.accounts.repository import count_hit
from app.database import Connection
from app.notifications import repository, service
from app.notifications.domain import GIVE_UP_AFTER_SECONDS, Delivery
from app.outbox import repository as outbox
from workers.context import Context, context_of, queue_of
from workers.queues import enqueue_sending
from workers.retries import LONGEST_DELAY_SECONDS, delay_seconds, try_again
from workers.smtp import RefusedForGood, TryLater

log = structlog.get_logger(__name__)

LEASE_SECONDS = 15.0
_RATE_WINDOW_SECONDS = 60
_LONGEST_ERROR = 500


async def write_mails(ctx: dict[str, Any], event_id: int) -> None:
    """The delivery rows of an event, then a sending job for each."""
    context = context_of(ctx)
    async with context.database.pool.acquire() as connection, connection.transaction():
        stored = await outbox.get_event(connection, event_id)
        await service.write_deliveries(connection, stored, settings=context.settings)
        await outbox.insert_receipt(connection, event_id=event_id, job="write_mails")
        due = await repository.list_due_of_event(connection, event_id)
    for delivery in due:
        await enqueue_sending(queue_of(ctx), delivery)


async def send_again(ctx: dict[str, Any], event_id: int) -> None:
    """A refused message that an organiser sends again."""
    async with context_of(ctx).database.pool.acquire() as connection, connection.transaction():
        stored = await outbox.get_event(connection, event_id)
        await outbox.insert_receipt(connection, event_id=event_id, job="send_again")
    if stored.subject_id is not None:
        await enqueue_sending(queue_of(ctx), repository.Due(stored.subject_id, 0))


async def send_mail(ctx: dict[str, Any], delivery_id: str) -> None:
    """One attempt at one message. Raises Retry when the server is away, busy or asked too often."""
    context, row = context_of(ctx), UUID(delivery_id)
    async with context.database.pool.acquire() as connection:
        if not await repository.try_lock(connection, row):
            return
        try:
            delivery = await repository.find_sendable(connection, row)
            if delivery is not None:
                await _keep_rate(connection, row)
                await _send(context, connection, delivery)
        finally:
            await repository.unlock(connection, row)


async def _send(context: Context, connection: Connection, delivery: Delivery) -> None:
    told = log.bind(delivery_id=str(delivery.id), purpose=delivery.purpose, attempt=delivery.attempts + 1)
    message = await _compose(context, connection, delivery)
    if message is None:
        return
    repeats = await repository.claim_delivery(connection, delivery.id, lease_seconds=LEASE_SECONDS)
    if repeats is None:
        return
    if repeats:
        told.warning("an earlier sending of this message was cut off: it may arrive twice", repeats=repeats)
    try:
        await context.mail_server.send(message, sender=context.settings.mail_from, recipient=delivery.recipient)
    except RefusedForGood as error:
        await repository.mark_failed(connection, delivery.id, error=str(error)[:_LONGEST_ERROR])
        told.warning("the mail server refused a message for good", answer=str(error)[:3])
    except TryLater as error:
        if _is_too_old(delivery):
            await repository.mark_failed(connection, delivery.id, error=str(error)[:_LONGEST_ERROR])
            told.warning("a message was given up")
            return
        delay = delay_seconds(delivery.attempts + 1)
        await repository.mark_deferred(connection, delivery.id, error=str(error)[:_LONGEST_ERROR], delay_seconds=delay)
        told.info("a message waits", seconds=round(delay))
        raise try_again(delay) from error
    else:
        await repository.mark_sent(connection, delivery.id)
        told.info("sent")


async def _compose(context: Context, connection: Connection, delivery: Delivery) -> EmailMessage | None:
    # A message that cannot be written is our fault: it waits with its reason, and in the end is listed as failed.
    try:
        return await service.compose_delivery(connection, delivery, settings=context.settings)
    except Exception as error:
        log.exception("a message could not be written", delivery_id=str(delivery.id), purpose=delivery.purpose)
        reason = f"could not be written: {type(error).__name__}"
        if _is_too_old(delivery):
            await repository.mark_failed(connection, delivery.id, error=reason)
        else:
            await repository.mark_deferred(connection, delivery.id, error=reason, delay_seconds=LONGEST_DELAY_SECONDS)
        return None


def _is_too_old(delivery: Delivery) -> bool:
    return time.time() - delivery.created_at.timestamp() > GIVE_UP_AFTER_SECONDS


async def _keep_rate(connection: Connection, delivery_id: UUID) -> None:
    limit = await repository.get_rate_limit(connection, delivery_id)
    if await count_hit(connection, "smtp", window_seconds=_RATE_WINDOW_SECONDS) > limit:
        raise try_again(_RATE_WINDOW_SECONDS - time.time() % _RATE_WINDOW_SECONDS)
