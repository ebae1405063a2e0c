"""What somebody has the duty to decide, their duties, and the days on which they are away."""

from datetime import time
from functools import partial
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.amendments.near import list_changes_near
from app.blockings.service import list_waiting
from app.clock import Clock
from app.database import Database
from app.duties import repository, service
from app.duties.domain import KIND_NAMES, AddAbsence
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.requests import repository as requests
from app.requests.near import list_near


class MyDutyPages(Controller):
    """For people of the school."""

    include_in_schema = False
    guards = [May("own_absences")]

    @get("/my/duties")
    async def duties(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """Show what waits, the duties and the absences."""
        return await _page(page, database, EMPTY_FORM)

    @post("/my/absences")
    async def add_absence(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Enter days on which one is away."""
        values = await submitted_values(request)

        async def add() -> Answer:
            await database.transact(service.add_absence, as_command(values, AddAbsence), actor=actor, clock=clock)
            return see_other("/my/duties")

        return await carry_out(add, page=page, values=values, again=partial(_page, page, database))

    @post("/my/absences/{absence_id:uuid}/end")
    async def end_absence(
        self,
        absence_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Take an absence back."""
        await database.transact(service.end_absence, absence_id, actor=actor, clock=clock)
        return see_other("/my/duties")


async def _page(page: Page, database: Database, form: Form) -> Answer:
    actor, season = page.person, page.current_season
    today = page.clock.local(page.clock.now()).date()
    async with database.read() as connection:
        near = [] if season is None else await list_near(connection, season.id, actor=actor)
        blockings = await list_waiting(connection, actor=actor, now=page.clock.now())
        changes = [] if season is None else await list_changes_near(connection, season.id, actor=actor)
        activities = await requests.list_activities(connection, [request.id for request in near])
        duties = await repository.list_duties(connection, account_id=actor.account_id, today=today)
        absences = await repository.list_absences(connection, actor.account_id, today=today)
    changed = {change.request_id for change in changes}
    return page.render(
        "my_duties.html",
        waiting=[request for request in near if request.state == "submitted"],
        changed=[request for request in near if request.id in changed],
        decided=[request for request in near if request.state != "submitted" and request.id not in changed],
        blockings=blockings,
        midnight=time(),
        activities=activities,
        duties=duties,
        absences=absences,
        kinds=KIND_NAMES,
        today=today,
        form=form,
        status_code=form.status_code,
    )
