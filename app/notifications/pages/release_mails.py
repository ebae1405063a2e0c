"""The mails of a release before it is one: every recipient, what they would read, and a test to oneself."""

from functools import partial
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May, Searches
from app.layout.forms import EMPTY_FORM, Form, carry_out
from app.layout.page import Answer, Page, see_other
from app.layout.paging import part_of
from app.notifications.release_mails import read_release_mails, send_release_test

ROWS_SHOWN = 100


class ReleaseMailPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("release"), Searches()]

    @get("/versions/{version_id:uuid}/mails")
    async def mails(
        self,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        part: int = 1,
        told: str = "",
    ) -> Answer:
        """List who would be told what."""
        return await _mails_page(page, database, version_id, EMPTY_FORM, part=part, told=told)

    @post("/versions/{version_id:uuid}/mails/test")
    async def send_test(
        self,
        version_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Send the reader one of each sort."""

        async def send() -> Answer:
            await send_release_test(database, version_id, actor=actor, clock=clock)
            return see_other(f"/versions/{version_id}/mails?told=tested")

        return await carry_out(send, page=page, values={}, again=partial(_mails_page, page, database, version_id))


async def _mails_page(
    page: Page, database: Database, version_id: UUID, form: Form, *, part: int = 1, told: str = ""
) -> Answer:
    settings = page.request.app.state.settings
    async with database.read() as connection:
        view = await read_release_mails(connection, version_id, settings=settings, actor=page.person, clock=page.clock)
    return page.render(
        "release_mails.html",
        part_of(view.mails, part, size=ROWS_SHOWN),
        view=view,
        season=page.season_link(view.season_id),
        previews=view.previews,
        told=told,
        form=form,
        status_code=form.status_code,
    )
