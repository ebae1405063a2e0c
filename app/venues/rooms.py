"""Use cases of rooms and livestream channels: add, change."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.database import Connection
from app.errors import N_, FieldError, Invalid
from app.facts.domain import changes_of
from app.facts.locks import lock_every_season
from app.venues import repository, room_repository
from app.venues.announce import must_change_venues, tell_change
from app.venues.commands import AddChannel, AddRoom, ChangeChannel, ChangeRoom
from app.venues.domain import Channel, Room, check_opening_hours


async def add_room(connection: Connection, command: AddRoom, *, actor: Actor | None, now: datetime) -> Room:
    """Add a room. Raises Invalid, CodeTaken."""
    must_change_venues(actor)
    await _check_room(connection, command)
    room_id = await room_repository.insert_room(connection, command)
    await tell_change(connection, room_id, "room", actor=actor, now=now)
    return await room_repository.get_room(connection, room_id)


async def change_room(
    connection: Connection,
    room_id: UUID,
    command: ChangeRoom,
    *,
    expected_version: int | None,
    actor: Actor | None,
    now: datetime,
) -> Room:
    """Change some of a room. Raises Invalid, RoomNotFound, PreconditionFailed, CodeTaken."""
    must_change_venues(actor)
    await lock_every_season(connection)
    room = await room_repository.get_room(connection, room_id)
    changes = changes_of(command)
    changed = msgspec.structs.replace(room, **changes)
    await _check_room(connection, changed)
    await room_repository.update_room(connection, changed, expected_version=expected_version)
    await tell_change(connection, room_id, "room", tuple(changes), actor=actor, now=now)
    return await room_repository.get_room(connection, room_id)


async def add_channel(connection: Connection, command: AddChannel, *, actor: Actor | None, now: datetime) -> Channel:
    """Add a livestream channel. Raises Invalid, CodeTaken."""
    must_change_venues(actor)
    check_opening_hours(command.opening_hours)
    await _check_features(connection, command.features)
    channel_id = await room_repository.insert_channel(connection, command)
    await tell_change(connection, channel_id, "channel", actor=actor, now=now)
    return await room_repository.get_channel(connection, channel_id)


async def change_channel(
    connection: Connection,
    channel_id: UUID,
    command: ChangeChannel,
    *,
    expected_version: int | None,
    actor: Actor | None,
    now: datetime,
) -> Channel:
    """Change some of a livestream channel. Raises Invalid, ChannelNotFound, PreconditionFailed, CodeTaken."""
    must_change_venues(actor)
    await lock_every_season(connection)
    channel = await room_repository.get_channel(connection, channel_id)
    changes = changes_of(command)
    changed = msgspec.structs.replace(channel, **changes)
    check_opening_hours(changed.opening_hours)
    await _check_features(connection, changed.features)
    await room_repository.update_channel(connection, changed, expected_version=expected_version)
    await tell_change(connection, channel_id, "channel", tuple(changes), actor=actor, now=now)
    return await room_repository.get_channel(connection, channel_id)


async def _check_room(connection: Connection, room: AddRoom | Room) -> None:
    check_opening_hours(room.opening_hours)
    await _check_features(connection, room.features)
    if room.campus_id not in {campus.id for campus in await repository.list_campuses(connection)}:
        raise Invalid.at("campus_id", N_("There is no such campus."), "unknown-campus")
    if room.department_id is None:
        return
    if room.department_id not in {department.id for department in await repository.list_departments(connection)}:
        raise Invalid.at("department_id", N_("There is no such department."), "unknown-department")


async def _check_features(connection: Connection, features: list[str]) -> None:
    known = {entry.code for entry in await repository.list_code_entries(connection, "feature")}
    unknown = [
        FieldError(
            f"features[{index}]", N_("“{value}” is not one of the choices."), {"value": feature}, "unknown-value"
        )
        for index, feature in enumerate(features)
        if feature not in known
    ]
    if unknown:
        raise Invalid(*unknown)
