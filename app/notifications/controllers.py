"""Messages over HTTP, for organisers."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May, Searches
from app.notifications import repository, service
from app.notifications.domain import DeliveryCounts, DeliveryLine, DeliveryState
from app.notifications.purposes import Purpose
from app.notifications.release_mails import ReleaseMails, read_release_mails, send_release_test


class Messages(msgspec.Struct, frozen=True):
    """How many messages are in each state, and those that were asked for; send `next` back as `before`."""

    counts: DeliveryCounts
    items: list[DeliveryLine]
    next: UUID | None


class NotificationController(Controller):
    """Messages that are due, sent or refused; refused ones can be sent again."""

    path = "/api/notifications"
    tags = ("Notifications",)
    guards = (May("see_mails"),)

    @get("/", summary="Messages, the newest first", guards=[Searches("search")])
    async def list_messages(
        self,
        database: NamedDependency[Database],
        states: Annotated[list[DeliveryState] | None, QueryParameter(name="state")] = None,
        purpose: FromQuery[Purpose | None] = None,
        season_id: FromQuery[UUID | None] = None,
        search: Annotated[str | None, QueryParameter(max_length=200)] = None,
        before: FromQuery[UUID | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=500)] = 100,
    ) -> Messages:
        """For organisers. A message without `last_error` that is due has not been tried yet."""
        async with database.read() as connection:
            counts = await repository.count_deliveries(connection, season_id)
            items = await repository.list_deliveries(
                connection,
                states=states,
                purpose=purpose,
                season_id=season_id,
                search=search,
                before=before,
                batch=limit,
            )
        return Messages(counts, items, items[-1].id if len(items) == limit else None)

    @post("/{delivery_id:uuid}/resend", summary="Send a refused message again", status_code=202)
    async def resend(
        self,
        delivery_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> None:
        """For organisers. The message keeps its Message-ID."""
        await database.transact(service.resend, delivery_id, actor=actor, clock=clock)


class ReleaseMailController(Controller):
    """The mails that the release of a draft would send."""

    path = "/api/versions"
    tags = ("Notifications",)
    guards = (May("release"), Searches())

    @get("/{version_id:uuid}/mails", summary="The mails that a release would send")
    async def read(
        self,
        version_id: FromPath[UUID],
        state: State,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> ReleaseMails:
        """For organisers: every recipient, and the text of one mail of each sort. A released version sends none."""
        async with database.read() as connection:
            return await read_release_mails(connection, version_id, settings=state.settings, actor=actor, clock=clock)

    @post("/{version_id:uuid}/mails/test", summary="Send yourself the mails of a release as a test", status_code=202)
    async def send_test(
        self,
        version_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> None:
        """One mail with one of each sort, to your own address."""
        await send_release_test(database, version_id, actor=actor, clock=clock)
