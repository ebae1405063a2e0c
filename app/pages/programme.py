"""The public page of a season, one activity, and the calendar feed."""

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.clock import Clock
from app.database import Database
from app.http.guards import Searches
from app.http.unchanged import answer_unchanged, page_headers
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.pages.programme_view import PUBLIC_KINDS, Chosen, read_activity, read_programme, wanted_entries
from app.permissions import may_at_all
from app.programme import repository
from app.programme.calendar_feed import calendar_feed
from app.seasons.domain import Season
from app.texts import halfwidth


class ProgrammePages(Controller):
    """For everybody."""

    include_in_schema = False

    @get("/")
    async def start(self, page: NamedDependency[Page]) -> Answer:
        """Redirect each reader to their first page."""
        if page.school is None:
            return see_other("/welcome")
        season = page.current_season
        if season is None:
            return see_other("/seasons/new" if page.actor and page.actor.organises else "/sign-in")
        if page.actor and page.actor.organises:
            return see_other(f"/seasons/{season.code}/inbox")
        if page.actor:
            return see_other("/my/requests" if may_at_all(page.actor, "own_requests") else "/my/duties")
        return see_other(f"/seasons/{season.code}")

    @get("/seasons/{code:str}", guards=[Searches("q")], before_request=answer_unchanged)
    async def programme(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        day: str = "",
        kind: Annotated[list[str] | None, QueryParameter()] = None,
        campus: Annotated[list[str] | None, QueryParameter()] = None,
        major: str = "",
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        part: int = 1,
    ) -> Answer:
        """Show a week from the chosen day; a search looks through the whole season."""
        chosen = _chosen(day, kind, campus, major, q)
        async with database.read() as connection:
            view = await read_programme(connection, season, chosen, part=part, clock=clock)
        return page.render("programme.html", view, season=season, chosen=chosen, public_kinds=PUBLIC_KINDS)

    @get("/seasons/{code:str}/calendar.ics", guards=[Searches("q")], before_request=answer_unchanged)
    async def feed(
        self,
        request: AnyRequest,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        kind: Annotated[list[str] | None, QueryParameter()] = None,
        campus: Annotated[list[str] | None, QueryParameter()] = None,
        major: str = "",
        q: Annotated[str, QueryParameter(max_length=100)] = "",
    ) -> Response[bytes]:
        """Give the calendar of the whole season, with the same filters as the page."""
        chosen = _chosen("", kind, campus, major, q)
        wanted = wanted_entries(chosen, season.first_day, season.last_day)
        async with database.read() as connection:
            entries = await repository.list_entries(connection, season.id, wanted, zone=clock.zone)
        # Beside the loop: the first feed of a season takes half a second.
        content = await asyncio.to_thread(
            calendar_feed,
            entries,
            name=page.translate.name(season),
            translate=page.translate,
            zone=clock.zone,
            base_url=request.app.state.settings.base_url,
        )
        return Response(content, media_type="text/calendar", headers=page_headers(request))

    @get("/activities/{activity_id:uuid}", before_request=answer_unchanged)
    async def activity(
        self,
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Show one activity with its notice and posts."""
        async with database.read() as connection:
            view = await read_activity(connection, activity_id, clock=clock)
        return page.render("activity.html", view)


def _chosen(day: str, kind: list[str] | None, campus: list[str] | None, major: str, q: str) -> Chosen:
    # An address typed wrong shows everything rather than an error.
    try:
        wanted_day = date.fromisoformat(day) if day else None
    except ValueError:
        wanted_day = None
    kinds = tuple(name for name in PUBLIC_KINDS if name in (kind or ()))
    return Chosen(wanted_day, kinds, tuple(campus or ()), halfwidth(major)[:8], q.strip())
