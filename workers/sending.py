"""Sends the messages that are due. Every worker takes the next few of them until there are none, whoever wrote them.

To send is: lock a batch for this connection (the locks of a killed sender end with its connection), compose it, and
for each message claim, send, mark. A kill between the server's 250 and our mark makes a message arrive twice, with the
same Message-ID; the next claim counts it. See docs/decisions.
"""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

import structlog

from app.accounts.reach import note_refused
from app.database import Connection
from app.notifications import repository, service
from app.notifications.domain import GIVE_UP_AFTER_SECONDS, Delivery
from workers.context import Context
from workers.retries import LONGEST_DELAY_SECONDS, delay_seconds, try_again
from workers.smtp import CONNECTIONS, AddressRefused, RefusedForGood, ServerAway, TryLater

log = structlog.get_logger(__name__)

LEASE_SECONDS = 10.0
# What is read for a batch is read once for all its messages; another worker gets the next batch.
BATCH = 20
# Then the job is enqueued again: a worker that is told to end waits for its jobs, but not for long.
_BEGIN_WITHIN_SECONDS = 5.0
_LONGEST_ERROR = 500


async def send_due(context: Context) -> None:
    """Send until nothing is due, one job of a process at a time. Raises Retry if some messages have to wait."""
    sending = context.sending
    sending.is_asked_again = True
    if sending.is_on:
        return
    sending.is_on = True
    try:
        waits = await _send_batches(context)
    finally:
        sending.is_on = False
    if waits:
        raise try_again(min(waits))


async def _send_batches(context: Context) -> list[float]:
    """Send batches until one is empty and nobody asked again; give the seconds after which to look for more."""
    end = time.monotonic() + _BEGIN_WITHIN_SECONDS
    waits: list[float] = []
    while context.sending.is_asked_again:
        context.sending.is_asked_again = False
        while await _send_batch(context, waits, end):
            if time.monotonic() > end:
                return [0]
    return waits


async def _send_batch(context: Context, waits: list[float], end: float) -> bool:
    """Send the next messages; give whether there were any."""
    async with context.database.pool.acquire() as connection:
        due = await repository.take_due(connection, batch=BATCH, lease_seconds=LEASE_SECONDS)
        if due:
            ready = await _within_rate(connection, due, waits)
            messages = await _compose(context, connection, ready) if ready else {}
            written = [delivery for delivery in ready if delivery.id in messages]
            await _Batch(context, connection, messages, waits).send(written, end=end)
        return bool(due)


class _Batch:
    """Messages that this connection has locked, sent over a few connections to the mail server at the same time."""

    def __init__(
        self, context: Context, connection: Connection, messages: dict[UUID, bytes], waits: list[float]
    ) -> None:
        self._context, self._connection, self._messages, self._waits = context, connection, messages, waits
        self._taken: list[Delivery] = []
        self._away: ServerAway | None = None

    async def send(self, deliveries: Sequence[Delivery], *, end: float) -> None:
        """Send messages, beginning none after the end; one that fails does not stop the rest."""
        left = list(reversed(deliveries))
        sendings: dict[asyncio.Task[None], Delivery] = {}
        try:
            while left or sendings or self._taken:
                if self._away is not None and left:
                    # The others would not get through either.
                    self._waits.append(await _put_off(self._connection, left, self._away))
                    left = []
                elif time.monotonic() > end:
                    left = []
                wanted = [left.pop() for _ in range(min(len(left), CONNECTIONS - len(sendings)))]
                for delivery in await self._claim(wanted):
                    sendings[asyncio.create_task(self._send(delivery))] = delivery
                if sendings:
                    done, _ = await asyncio.wait(sendings, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        await self._settle(sendings.pop(task), task)
        finally:
            for task in sendings:
                task.cancel()

    async def _claim(self, wanted: Sequence[Delivery]) -> list[Delivery]:
        """Mark what the server has taken, and give those of the wanted messages that may be sent now."""
        repeats = await repository.mark_sent_and_claim(
            self._connection,
            self._taken,
            [delivery.id for delivery in wanted],
            lease_seconds=LEASE_SECONDS,
        )
        self._taken = []
        for delivery in wanted:
            if repeats.get(delivery.id):
                _log_of(delivery).warning(
                    "an earlier sending of this message was cut off: it may arrive twice", repeats=repeats[delivery.id]
                )
        return [delivery for delivery in wanted if delivery.id in repeats]

    async def _send(self, delivery: Delivery) -> None:
        await self._context.mail_server.send(
            self._messages[delivery.id], sender=self._context.settings.mail_from, recipient=delivery.recipient
        )

    async def _settle(self, delivery: Delivery, sent: asyncio.Task[None]) -> None:
        try:
            sent.result()
        except RefusedForGood as error:
            await repository.mark_not_taken(self._connection, delivery.id)
            await repository.mark_failed(self._connection, delivery.id, error=str(error)[:_LONGEST_ERROR])
            if isinstance(error, AddressRefused):
                await note_refused(self._connection, delivery.recipient, refusal=str(error)[:_LONGEST_ERROR])
            _log_of(delivery).warning("the mail server refused a message for good", answer=str(error)[:3])
        except TryLater as error:
            if not error.in_doubt:
                await repository.mark_not_taken(self._connection, delivery.id)
            if isinstance(error, ServerAway):
                self._away = error
            self._waits.append(await _put_off(self._connection, [delivery], error))
        else:
            self._taken.append(delivery)
            _log_of(delivery).info("sent")


def _log_of(delivery: Delivery) -> structlog.stdlib.BoundLogger:
    bound: structlog.stdlib.BoundLogger = log.bind(
        delivery_id=str(delivery.id), purpose=delivery.purpose, attempt=delivery.attempts + 1
    )
    return bound


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
