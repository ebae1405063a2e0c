"""Taking a room or livestream channel out of use for good."""

from functools import partial
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.facts.writing import FactWriter
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, author_of, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.venues import closures
from app.venues.closure_domain import RetireVenue
from app.venues.room_repository import get_venue


class RetirePages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("change_venues")]

    @get("/venues/{resource_id:uuid}/retire")
    async def ask_to_retire(
        self, resource_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Ask from when on a venue is out of use."""
        return await _retire_page(page, database, resource_id, EMPTY_FORM)

    @post("/venues/{resource_id:uuid}/retire")
    async def retire(
        self,
        request: AnyRequest,
        resource_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Take a venue out of use; what is booked there later is listed first."""
        values = await submitted_values(request)

        async def retire() -> Answer:
            command = as_command(values, RetireVenue)
            await facts.write(
                lambda connection: closures.retire_venue(
                    connection, resource_id, command, zone=clock.zone, actor=actor, now=clock.now()
                ),
                author_of(page, values, command.note),
            )
            return see_other(f"/venues/{resource_id}/closures")

        again = partial(_retire_page, page, database, resource_id)
        return await carry_out(retire, page=page, values=values, again=again)


async def _retire_page(page: Page, database: Database, resource_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        venue = await get_venue(connection, resource_id)
    today = page.clock.local(page.clock.now()).date()
    return page.render("retire.html", venue=venue, today=today, form=form, status_code=form.status_code)
