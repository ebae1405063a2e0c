"""The calendars that somebody subscribes to: links to copy, to renew, to end."""

from functools import partial
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.errors import NotFound
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.permissions import may_at_all
from app.programme import feeds
from app.programme.feed_domain import AskFeed
from app.venues import repository as venues
from app.venues import room_repository as rooms

PATH = "/my/calendars"


class FeedPages(Controller):
    """For everybody who is signed in."""

    include_in_schema = False
    guards = [May("own_feeds")]

    @get(PATH)
    async def calendars(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """Show the reader's calendars, and of what they may have others."""
        return await _calendars_page(page, database, EMPTY_FORM)

    @post(PATH)
    async def ask(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Make a calendar."""
        values = await submitted_values(request)

        async def ask() -> Answer:
            command = as_command(values, AskFeed)
            settings = request.app.state.settings
            await database.transact(feeds.ask_feed, command, actor=actor, settings=settings, now=clock.now())
            return see_other(PATH)

        return await carry_out(ask, page=page, values=values, again=partial(_calendars_page, page, database))

    @post(PATH + "/{feed_id:uuid}/{act:str}")
    async def change(
        self,
        request: AnyRequest,
        feed_id: FromPath[UUID],
        act: FromPath[str],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Renew or end a link."""
        if act == "renew":
            settings = request.app.state.settings
            await database.transact(feeds.renew_feed, feed_id, actor=actor, settings=settings, now=clock.now())
        elif act == "end":
            await database.transact(feeds.end_feed, feed_id, actor=actor, now=clock.now())
        else:
            raise NotFound
        return see_other(PATH)


async def _calendars_page(page: Page, database: Database, form: Form) -> Answer:
    actor = page.person
    shares = may_at_all(actor, "feed_venues")
    async with database.read() as connection:
        own = await feeds.list_feeds(connection, actor=actor, settings=page.request.app.state.settings)
        departments = await venues.list_departments(connection) if shares else []
        listed = await rooms.list_rooms(connection, department_id=actor.department_id) if shares else []
        majors = await venues.list_majors(connection) if shares else []
    if not actor.organises:
        departments = [department for department in departments if department.id == actor.department_id]
    return page.render(
        "calendars.html",
        feeds=own,
        has_own=any(feed.scope == "person" for feed in own),
        shares=shares,
        choices={
            "room": ("resource_id", [(room.id, page.translate.name(room)) for room in listed]),
            "department": ("department_id", [(one.id, page.translate.name(one)) for one in departments]),
            "major": ("major_code", [(one.code, page.translate.name(one)) for one in majors]),
        },
        form=form,
        status_code=form.status_code,
    )
