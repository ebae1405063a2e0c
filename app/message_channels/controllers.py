"""Channels over HTTP, for organisers."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, delete, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.actors import Actor
from app.database import Database
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.message_channels import repository, service
from app.message_channels.domain import (
    AddMessageChannel,
    ChangeMessageChannel,
    MessageChannel,
    PostLine,
    ResumeMessageChannel,
)

POSTS_SHOWN = 50


class MessageChannelController(Controller):
    """WeCom group robots and signed webhooks that are told of events."""

    path = "/api/message-channels"
    tags = ("Message channels",)
    guards = (May("change_channels"),)

    @get("/", summary="Every channel")
    async def list_channels(self, database: NamedDependency[Database]) -> list[MessageChannel]:
        """For organisers. Keys and secrets are in no answer."""
        async with database.read() as connection:
            return await repository.list_channels(connection)

    @post("/", summary="Add a channel")
    async def add(
        self,
        data: JSONBody[AddMessageChannel],
        state: State,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> MessageChannel:
        """For organisers. A webhook is signed after Standard Webhooks with the secret that is sent here."""
        may_be_private = state.settings.channels_may_be_private
        return await database.transact(service.add_channel, data, may_be_private=may_be_private, actor=actor, now=now)

    @get("/{message_channel_id:uuid}", summary="One channel")
    async def read(
        self, message_channel_id: FromPath[UUID], database: NamedDependency[Database]
    ) -> Response[MessageChannel]:
        """For organisers."""
        async with database.read() as connection:
            channel = await repository.get_channel(connection, message_channel_id)
        return Response(channel, headers={"ETag": etag(channel.row_version)})

    @put("/{message_channel_id:uuid}", summary="Change a channel")
    async def change(
        self,
        message_channel_id: FromPath[UUID],
        data: JSONBody[ChangeMessageChannel],
        state: State,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> MessageChannel:
        """Needs If-Match. Without an address or a secret those stay as they are."""
        return await database.transact(
            service.change_channel,
            message_channel_id,
            data,
            seen=expected_version(if_match),
            may_be_private=state.settings.channels_may_be_private,
            actor=actor,
            now=now,
        )

    @delete("/{message_channel_id:uuid}", summary="Remove a channel", status_code=204)
    async def remove(
        self,
        message_channel_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> None:
        """Needs If-Match. What it was still to be told goes with it."""
        seen = expected_version(if_match)
        await database.transact(service.remove_channel, message_channel_id, seen=seen, actor=actor, now=now)

    @get("/{message_channel_id:uuid}/posts", summary="The last messages to a channel")
    async def list_posts(
        self, message_channel_id: FromPath[UUID], database: NamedDependency[Database]
    ) -> list[PostLine]:
        """For organisers; the newest first."""
        async with database.read() as connection:
            await repository.get_channel(connection, message_channel_id)
            return await repository.list_posts(connection, message_channel_id, batch=POSTS_SHOWN)

    @post("/{message_channel_id:uuid}/test", summary="Send a channel a test message", status_code=202)
    async def test(
        self,
        message_channel_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> MessageChannel:
        """It comes after what waits; what became of it is among the last messages."""
        return await database.transact(service.try_channel, message_channel_id, actor=actor, now=now)

    @post("/{message_channel_id:uuid}/resume", summary="Go on with a paused channel", status_code=200)
    async def resume(
        self,
        message_channel_id: FromPath[UUID],
        data: JSONBody[ResumeMessageChannel],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> MessageChannel:
        """Needs If-Match. With what has waited, or, with `drop`, without."""
        seen = expected_version(if_match)
        return await database.transact(
            service.resume_channel, message_channel_id, data, seen=seen, actor=actor, now=now
        )
