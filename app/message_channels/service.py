"""Use cases of channels: add, change, test, resume, remove; write what each is told; pause a dead one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.actors import Actor
from app.database import Connection
from app.database.rows import must_be_seen
from app.events import ChannelAdded, ChannelChanged, ChannelPaused, ChannelRemoved, ChannelResumed, ChannelTested, Event
from app.message_channels import repository
from app.message_channels.domain import (
    AddMessageChannel,
    ChangeMessageChannel,
    MessageChannel,
    NotPaused,
    ResumeMessageChannel,
    check_address,
    check_secret,
)
from app.outbox import append
from app.outbox import repository as outbox
from app.permissions import must


async def add_channel(
    connection: Connection, command: AddMessageChannel, *, may_be_private: bool, actor: Actor, now: datetime
) -> MessageChannel:
    """Add a channel. Raises Forbidden, Invalid."""
    must(actor, "change_channels")
    check_address(command.kind, command.address, may_be_private=may_be_private)
    check_secret(command.kind, command.secret)
    channel_id = await repository.insert_channel(connection, command)
    event = ChannelAdded(subject_id=channel_id, kind=command.kind)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_channel(connection, channel_id)


async def change_channel(
    connection: Connection,
    channel_id: UUID,
    command: ChangeMessageChannel,
    *,
    seen: int | None,
    may_be_private: bool,
    actor: Actor,
    now: datetime,
) -> MessageChannel:
    """Change a channel. Raises Forbidden, Invalid, ChannelNotFound, PreconditionFailed."""
    await _lock(connection, channel_id, seen, actor)
    kind = (await repository.get_channel(connection, channel_id)).kind
    if command.address:
        check_address(kind, command.address, may_be_private=may_be_private)
    if command.secret or kind == "wecom_robot":
        check_secret(kind, command.secret)
    await repository.update_channel(connection, channel_id, command)
    return await _done(connection, ChannelChanged(subject_id=channel_id), actor, now)


async def remove_channel(
    connection: Connection, channel_id: UUID, *, seen: int | None, actor: Actor, now: datetime
) -> None:
    """Remove a channel with what it was still to be told. Raises Forbidden, ChannelNotFound, PreconditionFailed."""
    await _lock(connection, channel_id, seen, actor)
    await repository.delete_channel(connection, channel_id)
    await append(connection, ChannelRemoved(subject_id=channel_id), actor_id=actor.account_id, now=now)


async def try_channel(connection: Connection, channel_id: UUID, *, actor: Actor, now: datetime) -> MessageChannel:
    """Send a channel a test message, after what waits. Raises Forbidden, ChannelNotFound."""
    await _lock(connection, channel_id, None, actor)
    return await _done(connection, ChannelTested(subject_id=channel_id), actor, now)


async def resume_channel(
    connection: Connection,
    channel_id: UUID,
    command: ResumeMessageChannel,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> MessageChannel:
    """Go on with a paused channel. Raises Forbidden, ChannelNotFound, NotPaused, PreconditionFailed."""
    await _lock(connection, channel_id, seen, actor)
    if not await repository.resume(connection, channel_id):
        raise NotPaused
    if command.drop:
        await repository.drop_waiting(connection, channel_id, now=datetime.now(UTC))
    return await _done(connection, ChannelResumed(subject_id=channel_id, dropped=command.drop), actor, now)


async def write_posts(connection: Connection, event_ids: Sequence[int]) -> None:
    """Insert what the channels are told of some events; a second time adds none."""
    stored = await outbox.list_events(connection, event_ids)
    await repository.insert_posts(connection, [(one.id, one.type) for one in stored])


async def pause_channel(connection: Connection, channel_id: UUID, *, now: datetime) -> None:
    """Pause a channel that takes nothing, and have it told."""
    name = await repository.pause(connection, channel_id)
    if name is not None:
        await append(connection, ChannelPaused(subject_id=channel_id, name=name), actor_id=None, now=now)


async def _lock(connection: Connection, channel_id: UUID, seen: int | None, actor: Actor) -> None:
    must(actor, "change_channels")
    must_be_seen(await repository.lock_channel(connection, channel_id), seen)


async def _done(connection: Connection, event: Event, actor: Actor, now: datetime) -> MessageChannel:
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await repository.get_channel(connection, event.subject_id)
