"""Tells channels what they are due, each in its order: one teller a channel, whose lock ends with its connection.

What a channel does not take is tried again, later and later, and everything after it waits. One that takes nothing for
too long is paused, which is told. Times are real ones, and passed in.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from app.database import Connection
from app.locales import translator
from app.message_channels import repository, service
from app.message_channels.repository import DuePost, Reached
from app.message_channels.writing import robot_body, robot_message, webhook_body, webhook_headers
from workers.context import Context
from workers.posts.web_posts import PostFailed, post
from workers.retries import delay_seconds

log = structlog.get_logger(__name__)

ROBOT_MESSAGES: Final = 20
ROBOT_WINDOW: Final = timedelta(minutes=1)
# A channel is paused after so many failures in a row over so long.
PAUSE_AFTER_FAILURES: Final = 10
PAUSE_AFTER: Final = timedelta(minutes=30)
_AT_ONCE: Final = 3
_MOST_FOLDED: Final = 100
_BEGIN_WITHIN_SECONDS: Final = 5.0
_GONE: Final = 410
_TOO_OFTEN: Final = 45009  # a robot's code for more than 20 messages a minute
Now = Callable[[], datetime]


def real_now() -> datetime:
    """Give the real time."""
    return datetime.now(UTC)


async def send_due_posts(context: Context, *, now: Now = real_now) -> None:
    """Tell every channel what it is due; one that is slow keeps no other waiting."""
    posting = context.posting
    posting.is_asked_again = True
    if posting.is_on:
        return
    posting.is_on = True
    try:
        while posting.is_asked_again:
            posting.is_asked_again = False
            async with context.database.pool.acquire() as connection:
                channels = await repository.list_due_channels(connection, now=now())
            places = asyncio.Semaphore(_AT_ONCE)
            telling = (_tell(context, places, channel_id, now) for channel_id in channels)
            # One that breaks stops no other; then it is an error of the job.
            for broken in await asyncio.gather(*telling, return_exceptions=True):
                if broken is not None:
                    raise broken
    finally:
        posting.is_on = False


async def _tell(context: Context, places: asyncio.Semaphore, channel_id: UUID, now: Now) -> None:
    async with places, context.database.pool.acquire() as connection:
        if not await repository.try_lock_posting(connection, channel_id):
            return
        try:
            end = time.monotonic() + _BEGIN_WITHIN_SECONDS
            while time.monotonic() < end and await _tell_next(context, connection, channel_id, now):
                pass
        finally:
            await repository.unlock_posting(connection, channel_id)


async def _tell_next(context: Context, connection: Connection, channel_id: UUID, now: Now) -> bool:
    """Tell a channel the next thing; give whether there may be more for it now."""
    channel, moment = await repository.find_reached(connection, channel_id), now()
    if channel is None or channel.state == "paused" or (channel.next_attempt_at and channel.next_attempt_at > moment):
        return False
    recent = sorted(at for at in channel.posted_at if at > moment - ROBOT_WINDOW)
    if channel.kind == "wecom_robot" and len(recent) >= ROBOT_MESSAGES:
        await repository.put_off(connection, channel_id, until=recent[-ROBOT_MESSAGES] + ROBOT_WINDOW)
        return False
    batch = _MOST_FOLDED if channel.kind == "wecom_robot" else 1
    posts = await repository.list_due_posts(connection, channel_id, batch=batch)
    if not posts:
        return False
    message = _message(context, channel, posts, moment)
    told = [one.id for one in posts[: message.count]]
    await repository.note_attempt(connection, channel_id, told, now=moment, since=moment - ROBOT_WINDOW)
    try:
        taken = await post(
            channel.address, message.body, message.headers, may_be_private=context.settings.channels_may_be_private
        )
        if channel.kind == "wecom_robot":
            _check_robot(taken.body)
    except PostFailed as error:
        await _note_failure(context, connection, channel, error, now())
        return False
    await repository.mark_sent(connection, channel_id, told, now=now())
    return True


class _Message(msgspec.Struct, frozen=True):
    body: bytes
    headers: dict[str, str]
    count: int


def _message(context: Context, channel: Reached, posts: Sequence[DuePost], moment: datetime) -> _Message:
    base_url = context.settings.base_url
    if channel.kind == "webhook":
        body = webhook_body(posts[0], base_url)
        return _Message(body, webhook_headers(posts[0], body, channel.secret, now=moment), 1)
    folded = robot_message(posts, translator(channel.locale), base_url)
    body = msgspec.json.encode(robot_body(folded.markdown))
    return _Message(body, {"content-type": "application/json"}, folded.count)


def _check_robot(answer: bytes) -> None:
    """Check that a robot took a message: it says so in its answer. Raises PostFailed."""
    try:
        told: Any = msgspec.json.decode(answer)
        code = told["errcode"]
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise PostFailed("not the answer of a robot") from error
    if code != 0:
        after = ROBOT_WINDOW.total_seconds() if code == _TOO_OFTEN else None
        raise PostFailed(f"errcode {code}", after_seconds=after)


async def _note_failure(
    context: Context, connection: Connection, channel: Reached, error: PostFailed, moment: datetime
) -> None:
    wait = error.after_seconds if error.after_seconds is not None else delay_seconds(channel.failures + 1)
    until = moment + timedelta(seconds=wait)
    failing = await repository.note_failure(connection, channel.id, error=str(error), until=until, now=moment)
    log.warning("a channel did not take a message", channel_id=str(channel.id), status=error.status)
    if failing is None:
        return
    is_dead = failing.failures >= PAUSE_AFTER_FAILURES and moment - failing.failing_since >= PAUSE_AFTER
    if is_dead or error.status == _GONE:
        await context.database.transact(service.pause_channel, channel.id, now=context.clock.now())
        log.warning("a channel was paused", channel_id=str(channel.id))
