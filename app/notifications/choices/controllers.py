"""Choices of messages over HTTP."""

from datetime import datetime

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from app.actors import Actor
from app.database import Database
from app.http.guards import signed_in
from app.http.preconditions import IfMatch, etag, expected_version
from app.notifications.choices import service
from app.notifications.choices.domain import ChooseMessages, MessageChoices


class MessageChoiceController(Controller):
    """Which messages somebody gets, and how."""

    path = "/api/message-choices"
    tags = ("Notifications",)
    guards = (signed_in,)

    @get("/", summary="How messages reach you")
    async def read(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[MessageChoices]:
        """The kinds that can be chosen, and those that always come; `refused_at` where your address takes none."""
        async with database.read() as connection:
            choices = await service.read_choices(connection, actor)
        return Response(choices, headers={"ETag": etag(choices.row_version)})

    @put("/", summary="Choose how messages reach you")
    async def choose(
        self,
        data: JSONBody[ChooseMessages],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Response[MessageChoices]:
        """Needs If-Match. Kinds that are not named stay as they are; promises and security cannot be turned off."""
        seen = expected_version(if_match)
        choices = await database.transact(service.choose, data, seen=seen, actor=actor, now=now)
        return Response(choices, headers={"ETag": etag(choices.row_version)})

    @post("/test", summary="Send yourself a test message", status_code=202)
    async def send_test(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> None:
        """A mail to your own address; so often an hour."""
        await service.send_test(database, actor=actor, now=now)
