"""Rooms and livestream channels in PostgreSQL."""

from typing import Any
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all, fetch_one, find_one
from app.errors import PreconditionFailed
from app.venues.commands import AddChannel, AddRoom
from app.venues.domain import Channel, ChannelNotFound, OpeningHours, Room, RoomNotFound

_queries = load_queries(__file__)
_APART = ("turnover_by_kind", "opening_hours", "retired_at")


async def list_rooms(
    connection: Connection, *, campus_id: UUID | None = None, department_id: UUID | None = None
) -> list[Room]:
    """List rooms, campus by campus; of one campus or department where asked."""
    return await fetch_all(Room, _queries.list_rooms(connection, campus_id=campus_id, department_id=department_id))


async def get_room(connection: Connection, room_id: UUID) -> Room:
    """Give a room. Raises RoomNotFound."""
    return await fetch_one(Room, _queries.find_room(connection, room_id=room_id), missing=RoomNotFound)


async def insert_room(connection: Connection, command: AddRoom) -> UUID:
    """Insert a room with its hours and turnovers. Raises CodeTaken."""
    room_id: UUID = await _queries.insert_room(connection, **_columns(command))
    await _write_hours(connection, room_id, command.opening_hours)
    await _write_turnovers(connection, room_id, command.turnover_by_kind)
    return room_id


async def update_room(connection: Connection, room: Room, *, expected_version: int | None) -> None:
    """Change a room. Raises PreconditionFailed when somebody changed it meanwhile, CodeTaken."""
    values = _columns(room)
    found = await _queries.update_room(
        connection, room_id=values.pop("id"), expected_version=expected_version, **values
    )
    if found is None:
        raise PreconditionFailed
    await _write_hours(connection, room.id, room.opening_hours)
    await _write_turnovers(connection, room.id, room.turnover_by_kind)
    await renew_turnovers(connection, room.id)


async def list_channels(connection: Connection) -> list[Channel]:
    """List every livestream channel by code."""
    return await fetch_all(Channel, _queries.list_channels(connection))


async def get_channel(connection: Connection, channel_id: UUID) -> Channel:
    """Give a livestream channel. Raises ChannelNotFound."""
    for channel in await list_channels(connection):
        if channel.id == channel_id:
            return channel
    raise ChannelNotFound


async def get_venue(connection: Connection, resource_id: UUID) -> Room | Channel:
    """Give a room or livestream channel. Raises ChannelNotFound."""
    room = await find_one(Room, _queries.find_room(connection, room_id=resource_id))
    return await get_channel(connection, resource_id) if room is None else room


async def insert_channel(connection: Connection, command: AddChannel) -> UUID:
    """Insert a livestream channel with its hours and turnovers. Raises CodeTaken."""
    channel_id: UUID = await _queries.insert_channel(connection, **_columns(command))
    await _write_hours(connection, channel_id, command.opening_hours)
    await _write_turnovers(connection, channel_id, command.turnover_by_kind)
    return channel_id


async def update_channel(connection: Connection, channel: Channel, *, expected_version: int | None) -> None:
    """Change a livestream channel. Raises PreconditionFailed when somebody changed it meanwhile, CodeTaken."""
    values = _columns(channel)
    found = await _queries.update_channel(
        connection, channel_id=values.pop("id"), expected_version=expected_version, **values
    )
    if found is None:
        raise PreconditionFailed
    await _write_hours(connection, channel.id, channel.opening_hours)
    await _write_turnovers(connection, channel.id, channel.turnover_by_kind)
    await renew_turnovers(connection, channel.id)


async def renew_turnovers(connection: Connection, resource_id: UUID) -> None:
    """Give what occupies a locked room or channel the turnover of now, as far as nothing follows."""
    await _queries.renew_turnovers(connection, resource_id=resource_id)


def _columns(thing: AddRoom | Room | AddChannel | Channel) -> dict[str, Any]:
    fields = msgspec.structs.asdict(thing)
    return {name: value for name, value in fields.items() if name not in (*_APART, "row_version")}


async def _write_hours(connection: Connection, resource_id: UUID, hours: list[OpeningHours]) -> None:
    await _queries.delete_opening_hours(connection, resource_id=resource_id)
    if hours:
        await _queries.insert_opening_hours(
            connection,
            resource_id=resource_id,
            weekdays=[opening.weekday for opening in hours],
            opens=[opening.opens for opening in hours],
            closes=[opening.closes for opening in hours],
        )


async def _write_turnovers(connection: Connection, resource_id: UUID, minutes: dict[Any, int]) -> None:
    await _queries.delete_turnovers(connection, resource_id=resource_id)
    if minutes:
        await _queries.insert_turnovers(
            connection, resource_id=resource_id, kinds=list(minutes), minutes=list(minutes.values())
        )
