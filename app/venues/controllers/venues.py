"""Rooms and livestream channels over HTTP."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.facts.writing import Author, FactWriter
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.locales import Translator
from app.venues import room_repository, rooms
from app.venues.commands import AddChannel, AddRoom, ChangeChannel, ChangeRoom
from app.venues.domain import Channel, Room


class RoomController(Controller):
    """Rooms."""

    path = "/api/rooms"
    tags = ("Venues",)

    @get("/", summary="Rooms, of one campus or department where asked")
    async def list_rooms(
        self,
        database: NamedDependency[Database],
        campus_id: FromQuery[UUID | None] = None,
        department_id: FromQuery[UUID | None] = None,
    ) -> list[Room]:
        """Public."""
        async with database.read() as connection:
            return await room_repository.list_rooms(connection, campus_id=campus_id, department_id=department_id)

    @get("/{room_id:uuid}", summary="One room")
    async def get_room(self, room_id: FromPath[UUID], database: NamedDependency[Database]) -> Response[Room]:
        """Public."""
        async with database.read() as connection:
            room = await room_repository.get_room(connection, room_id)
        return Response(room, headers={"ETag": etag(room.row_version)})

    @post("/", summary="Add a room", guards=[May("change_venues")])
    async def add_room(
        self,
        data: JSONBody[AddRoom],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Room:
        """For organisers."""
        return await database.transact(rooms.add_room, data, actor=actor, now=now)

    @patch("/{room_id:uuid}", summary="Change a room", guards=[May("change_venues")])
    async def change_room(
        self,
        room_id: FromPath[UUID],
        data: JSONBody[ChangeRoom],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
        if_match: IfMatch = None,
    ) -> Response[Room]:
        """For organisers; needs If-Match. 409 lists the promises that it breaks; `accept_broken` names them."""
        version = expected_version(if_match)
        room = await facts.write(
            lambda connection: rooms.change_room(
                connection, room_id, data, expected_version=version, actor=actor, now=clock.now()
            ),
            Author(actor=actor, clock=clock, translate=translate, accepted=frozenset(data.accept_broken)),
        )
        return Response(room, headers={"ETag": etag(room.row_version)})


class ChannelController(Controller):
    """Livestream channels."""

    path = "/api/channels"
    tags = ("Venues",)

    @get("/", summary="Every livestream channel")
    async def list_channels(self, database: NamedDependency[Database]) -> list[Channel]:
        """Public."""
        async with database.read() as connection:
            return await room_repository.list_channels(connection)

    @get("/{channel_id:uuid}", summary="One livestream channel")
    async def get_channel(self, channel_id: FromPath[UUID], database: NamedDependency[Database]) -> Response[Channel]:
        """Public."""
        async with database.read() as connection:
            channel = await room_repository.get_channel(connection, channel_id)
        return Response(channel, headers={"ETag": etag(channel.row_version)})

    @post("/", summary="Add a livestream channel", guards=[May("change_venues")])
    async def add_channel(
        self,
        data: JSONBody[AddChannel],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Channel:
        """For organisers."""
        return await database.transact(rooms.add_channel, data, actor=actor, now=now)

    @patch("/{channel_id:uuid}", summary="Change a livestream channel", guards=[May("change_venues")])
    async def change_channel(
        self,
        channel_id: FromPath[UUID],
        data: JSONBody[ChangeChannel],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
        if_match: IfMatch = None,
    ) -> Response[Channel]:
        """For organisers; needs If-Match. 409 lists the promises that it breaks; `accept_broken` names them."""
        version = expected_version(if_match)
        channel = await facts.write(
            lambda connection: rooms.change_channel(
                connection, channel_id, data, expected_version=version, actor=actor, now=clock.now()
            ),
            Author(actor=actor, clock=clock, translate=translate, accepted=frozenset(data.accept_broken)),
        )
        return Response(channel, headers={"ETag": etag(channel.row_version)})
