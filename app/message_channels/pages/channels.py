"""Channels as organisers see them: the list with a form for a new one, and each with what it was told."""

import secrets
from base64 import b64encode
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.database import Database
from app.errors import NotFound
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, every, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.message_channels import repository, service
from app.message_channels.domain import (
    KIND_NAMES,
    POST_STATES,
    AddMessageChannel,
    ChangeMessageChannel,
    ResumeMessageChannel,
)
from app.message_channels.topics import SHORT_TEXTS, TOPIC_NAMES

_HERE = "/message-channels"
_POSTS_SHOWN = 30


class MessageChannelPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("change_channels")]

    @get("/message-channels")
    async def channels(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """List the channels, with a form for a new one."""
        return await _list_page(page, database, EMPTY_FORM)

    @post("/message-channels")
    async def add(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Add a channel, then show it."""
        values = await submitted_values(request)

        async def add() -> Answer:
            given = {**values, "topics": every(values, "topics"), "locale": page.translate.locale}
            if given.get("kind") == "wecom_robot":
                given.pop("secret", None)  # the form suggests one for webhooks
            command = as_command(given, AddMessageChannel)
            channel = await database.transact(
                service.add_channel, command, may_be_private=_may_be_private(request), actor=actor, now=now
            )
            return see_other(f"{_HERE}/{channel.id}")

        return await carry_out(add, page=page, values=values, again=partial(_list_page, page, database))

    @get("/message-channels/{message_channel_id:uuid}")
    async def channel(
        self, message_channel_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show a channel with its last messages."""
        return await _channel_page(page, database, message_channel_id, EMPTY_FORM)

    @post("/message-channels/{message_channel_id:uuid}/{act:str}")
    async def act(
        self,
        request: AnyRequest,
        message_channel_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Change, test, resume or remove a channel."""
        values = await submitted_values(request)
        seen = seen_version(values)
        who: Any = {"actor": actor, "now": now}

        async def carry() -> Answer:
            match act:
                case "change":
                    given = {**values, "topics": every(values, "topics"), "locale": page.translate.locale}
                    command = as_command(given, ChangeMessageChannel)
                    private = _may_be_private(request)
                    await database.transact(
                        service.change_channel, message_channel_id, command, seen=seen, may_be_private=private, **who
                    )
                case "test":
                    await database.transact(service.try_channel, message_channel_id, **who)
                case "resume":
                    resume = as_command(values, ResumeMessageChannel)
                    await database.transact(service.resume_channel, message_channel_id, resume, seen=seen, **who)
                case "remove":
                    await database.transact(service.remove_channel, message_channel_id, seen=seen, **who)
                    return see_other(_HERE)
                case _:
                    raise NotFound
            return see_other(f"{_HERE}/{message_channel_id}")

        again = partial(_channel_page, page, database, message_channel_id)
        return await carry_out(carry, page=page, values=values, again=again)


def _may_be_private(request: AnyRequest) -> bool:
    may: bool = request.app.state.settings.channels_may_be_private
    return may


async def _list_page(page: Page, database: Database, form: Form) -> Answer:
    async with database.read() as connection:
        channels = await repository.list_channels(connection)
    new_secret = f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"
    return page.render(
        "message_channels.html",
        channels=channels,
        new_secret=new_secret,
        form=form,
        status_code=form.status_code,
        **_words(page),
    )


async def _channel_page(page: Page, database: Database, channel_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        channel = await repository.get_channel(connection, channel_id)
        posts = await repository.list_posts(connection, channel_id, batch=_POSTS_SHOWN)
    values = {**form.values} or {"name": channel.name, "topics": list(channel.topics)}
    shown = Form(values=values, errors=form.errors, message=form.message, refusal=form.refusal)
    return page.render(
        "message_channel.html", channel=channel, posts=posts, form=shown, status_code=form.status_code, **_words(page)
    )


def _words(page: Page) -> dict[str, Any]:
    return {
        "kind_names": KIND_NAMES,
        "kind_options": [(kind, page.translate(name)) for kind, name in KIND_NAMES.items()],
        "topic_options": [(topic, page.translate(name)) for topic, name in TOPIC_NAMES.items()],
        "short_texts": SHORT_TEXTS,
        "post_states": POST_STATES,
    }
