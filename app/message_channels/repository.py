"""Channels and what each is told, in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.accounts.domain import LocaleCode
from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.events import ChannelTested
from app.message_channels.domain import (
    AddMessageChannel,
    ChangeMessageChannel,
    ChannelKind,
    ChannelNotFound,
    ChannelState,
    MessageChannel,
    PostLine,
    shown_address,
)
from app.message_channels.topics import TOPIC_OF

_queries = load_queries(__file__)


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A channel as its teller needs it: with what is secret."""

    id: UUID
    kind: ChannelKind
    address: str
    secret: str
    locale: LocaleCode
    state: ChannelState
    failures: int
    next_attempt_at: datetime | None
    posted_at: tuple[datetime, ...]


class DuePost(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a channel, with what its text names."""

    id: UUID
    event_id: int
    type: str
    occurred_at: datetime
    season_id: UUID | None
    subject_id: UUID | None
    request_id: UUID | None
    activity_id: UUID | None
    title: str
    owner: str


class Failing(msgspec.Struct, frozen=True):
    """How often in a row a channel took nothing, and since when."""

    failures: int
    failing_since: datetime


def _shown(row: Any) -> MessageChannel:
    return msgspec.convert({**row, "shown_address": shown_address(row["kind"], row["address"])}, MessageChannel)


async def list_channels(connection: Connection) -> list[MessageChannel]:
    """List every channel."""
    return [_shown(row) async for row in _queries.list_channels(connection)]


async def get_channel(connection: Connection, channel_id: UUID) -> MessageChannel:
    """Give a channel. Raises ChannelNotFound."""
    row = await _queries.find_channel(connection, channel_id=channel_id)
    if row is None:
        raise ChannelNotFound
    return _shown(row)


async def find_reached(connection: Connection, channel_id: UUID) -> Reached | None:
    """Give a channel with its secrets, for its teller; None where it was removed."""
    row = await _queries.find_channel(connection, channel_id=channel_id)
    return None if row is None else msgspec.convert({**row}, Reached)


async def lock_channel(connection: Connection, channel_id: UUID) -> int:
    """Lock a channel until this transaction ends, and give its version. Raises ChannelNotFound."""
    version: int | None = await _queries.lock_channel(connection, channel_id=channel_id)
    if version is None:
        raise ChannelNotFound
    return version


async def insert_channel(connection: Connection, command: AddMessageChannel) -> UUID:
    """Insert a channel."""
    values = msgspec.structs.asdict(command)
    inserted: UUID = await _queries.insert_channel(connection, **{**values, "topics": list(command.topics)})
    return inserted


async def update_channel(connection: Connection, channel_id: UUID, command: ChangeMessageChannel) -> None:
    """Change a channel."""
    values = {**msgspec.structs.asdict(command), "topics": list(command.topics)}
    await _queries.update_channel(connection, channel_id=channel_id, **values)


async def delete_channel(connection: Connection, channel_id: UUID) -> None:
    """Delete a channel with its messages."""
    await _queries.delete_channel(connection, channel_id=channel_id)


async def list_posts(connection: Connection, channel_id: UUID, *, batch: int) -> list[PostLine]:
    """List the last messages to a channel."""
    return await fetch_all(PostLine, _queries.list_posts(connection, channel_id=channel_id, batch=batch))


async def insert_posts(connection: Connection, told: Sequence[tuple[int, str]]) -> None:
    """Insert a message of each event, given with its type, for every channel that wants it."""
    await _queries.insert_posts(
        connection,
        event_ids=[event_id for event_id, _ in told],
        topics=[TOPIC_OF.get(kind, "") for _, kind in told],
        test_type=ChannelTested.type,
    )


async def list_due_channels(connection: Connection, *, now: datetime) -> list[UUID]:
    """List the channels that are to be told something now."""
    return [row["id"] async for row in _queries.list_due_channels(connection, now=now)]


async def try_lock_posting(connection: Connection, channel_id: UUID) -> bool:
    """Lock a channel for this connection, if nobody else tells it something."""
    locked: bool = await _queries.try_lock_posting(connection, channel_id=channel_id)
    return locked


async def unlock_posting(connection: Connection, channel_id: UUID) -> None:
    """Let others tell a channel something."""
    await _queries.unlock_posting(connection, channel_id=channel_id)


async def list_due_posts(connection: Connection, channel_id: UUID, *, batch: int) -> list[DuePost]:
    """List the next messages to a channel, in the order of their events."""
    return await fetch_all(DuePost, _queries.list_due_posts(connection, channel_id=channel_id, batch=batch))


async def note_attempt(
    connection: Connection, channel_id: UUID, post_ids: Collection[UUID], *, now: datetime, since: datetime
) -> None:
    """Note that a channel is told something; attempts since a moment are kept."""
    await _queries.note_attempt(connection, channel_id=channel_id, post_ids=list(post_ids), now=now, since=since)


async def mark_sent(connection: Connection, channel_id: UUID, post_ids: Collection[UUID], *, now: datetime) -> None:
    """Note that a channel took messages."""
    await _queries.mark_sent(connection, channel_id=channel_id, post_ids=list(post_ids), now=now)


async def put_off(connection: Connection, channel_id: UUID, *, until: datetime) -> None:
    """Let a channel wait."""
    await _queries.put_off(connection, channel_id=channel_id, until=until)


async def note_failure(
    connection: Connection, channel_id: UUID, *, error: str, until: datetime, now: datetime
) -> Failing | None:
    """Note that a channel did not take a message; None where it was removed meanwhile."""
    row = await _queries.note_failure(connection, channel_id=channel_id, error=error, until=until, now=now)
    return None if row is None else msgspec.convert({**row}, Failing)


async def pause(connection: Connection, channel_id: UUID) -> str | None:
    """Pause a channel, and give its name; None where it is not active."""
    name: str | None = await _queries.pause(connection, channel_id=channel_id)
    return name


async def resume(connection: Connection, channel_id: UUID) -> bool:
    """Let a channel go on; give whether it was paused."""
    return bool(await _queries.resume(connection, channel_id=channel_id))


async def drop_waiting(connection: Connection, channel_id: UUID, *, now: datetime) -> None:
    """Leave out what a channel was still to be told."""
    await _queries.drop_waiting(connection, channel_id=channel_id, now=now)
