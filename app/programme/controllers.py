"""Subscribed calendars over HTTP; the calendars themselves are read by their signed links, without an account."""

import asyncio
from hashlib import blake2b
from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.actors import Actor
from app.build import build
from app.clock import Clock
from app.database import Database
from app.database.facts import get_fact_state
from app.http.guards import May
from app.programme import feeds
from app.programme.feed_domain import AskFeed, Feed, FeedNotFound
from app.settings import Settings
from app.signed_links import read_link

_AnyRequest = Request[Any, Any, Any]


class FeedController(Controller):
    """Calendars to subscribe to."""

    path = "/api/feeds"
    tags = ("Calendars",)
    guards = [May("own_feeds")]

    @get("/", summary="Your calendars")
    async def list_feeds(
        self, request: _AnyRequest, database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[Feed]:
        """Each with its link, which is as good as a password for what the calendar shows."""
        async with database.read() as connection:
            return await feeds.list_feeds(connection, actor=actor, settings=_settings(request))

    @post("/", summary="Ask for a calendar")
    async def ask(
        self,
        request: _AnyRequest,
        data: JSONBody[AskFeed],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Feed:
        """Of oneself; of rooms, departments and majors for organisers, and for staff those of their department."""
        return await database.transact(feeds.ask_feed, data, actor=actor, settings=_settings(request), now=clock.now())

    @post("/{feed_id:uuid}/renew", summary="Renew the link", status_code=200)
    async def renew(
        self,
        request: _AnyRequest,
        feed_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Feed:
        """The link before is dead."""
        return await database.transact(
            feeds.renew_feed, feed_id, actor=actor, settings=_settings(request), now=clock.now()
        )

    @delete("/{feed_id:uuid}", summary="End a calendar", status_code=204)
    async def end(
        self,
        feed_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> None:
        """Its link is dead."""
        await database.transact(feeds.end_feed, feed_id, actor=actor, now=clock.now())


class FeedLinkController(Controller):
    """What calendar programs ask for again and again."""

    include_in_schema = False

    @get("/feeds/{token:str}")
    async def feed(
        self,
        request: _AnyRequest,
        token: FromPath[str],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Response[bytes] | Response[None]:
        """Give the calendar; 304 where nothing happened since it was read."""
        settings, now = _settings(request), clock.now()
        if not token.endswith(".ics"):
            raise FeedNotFound
        nonce = read_link(settings.signing_keys, "feed", token.removesuffix(".ics"), now=now)
        async with database.read() as connection:
            row = await feeds.find_feed(connection, nonce)
            facts = await get_fact_state(connection)
            today = clock.local(now).date()
            parts = (build(), facts.server_started_at, facts.revision, row, today)
            tag = f'W/"{blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'
            headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
            if tag in [known.strip() for known in request.headers.get("if-none-match", "").split(",")]:
                return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            shown = await feeds.read_shown(connection, row, settings=settings, now=now)
        # Beside the loop: the first calendar of many events takes a while.
        content = await asyncio.to_thread(feeds.draw_feed, row, shown, zone=clock.zone)
        return Response(content, media_type="text/calendar", headers=headers)


def _settings(request: _AnyRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings
