"""A room's hall plan: seen, drawn, started from a number of booths, removed."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.database import Database
from app.errors import DomainError
from app.halls import repository, service
from app.halls.domain import MOST_BOOTHS, HallPlan, PlanQuestioned, RoomOutOfUse
from app.halls.drafting import PutHallPlan
from app.halls.editing import editing_of
from app.halls.layouts import empty_hall
from app.halls.pages.starting import StartPlan, started_plan
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, every, refused, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other

HISTORY_SHOWN = 10
# Asked for where the room does not say how many fit in.
USUAL_BOOTHS = 24


class HallPlanPages(Controller):
    """For organisers, and department staff in their own rooms."""

    include_in_schema = False
    guards = [May("change_hall_plans")]

    @get("/venues/{resource_id:uuid}/hall-plan")
    async def hall_plan(
        self, resource_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show a room's plan in its editor, or ask for how many booths one is drawn."""
        return await _plan_page(page, database, resource_id, EMPTY_FORM)

    @get("/venues/{resource_id:uuid}/hall-plan/start")
    async def start(
        self,
        request: AnyRequest,
        resource_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Show a plan of so many booths in the editor; it is not kept before somebody saves it."""
        asked = {name: value for name, value in request.query_params.items() if value}
        try:
            started = started_plan(as_command(asked, StartPlan))
        except DomainError as error:
            form = refused(error, asked, page.translate)
            return await _plan_page(page, database, resource_id, EMPTY_FORM, start_form=form)
        return await _plan_page(page, database, resource_id, EMPTY_FORM, started=started, start_form=Form(values=asked))

    @post("/venues/{resource_id:uuid}/hall-plan")
    async def save(
        self,
        request: AnyRequest,
        resource_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Keep the plan; what is found on it is shown first."""
        values = await plan_values(request)

        async def save() -> Answer:
            command = as_command(values, PutHallPlan)
            await database.transact(
                service.put_plan, resource_id, command, seen=seen_version(values), actor=actor, now=now
            )
            return see_other(f"/venues/{resource_id}/hall-plan")

        again = partial(_plan_page, page, database, resource_id)
        return await carry_out(save, page=page, values=values, again=again)

    @post("/venues/{resource_id:uuid}/hall-plan/remove")
    async def remove(
        self,
        request: AnyRequest,
        resource_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Remove the plan that was looked at."""
        values = await submitted_values(request)

        async def remove() -> Answer:
            await database.transact(service.remove_plan, resource_id, seen=seen_version(values), actor=actor, now=now)
            return see_other(f"/venues/{resource_id}/hall-plan")

        again = partial(_plan_page, page, database, resource_id)
        return await carry_out(remove, page=page, values={}, again=again)


async def plan_values(request: AnyRequest) -> dict[str, Any]:
    """Give the editor's fields; of the cells the tabs at both ends stay, which are empty cells."""
    values = await submitted_values(request)
    if "cells" in values:
        values["cells"] = str((await request.form()).get("cells"))
    values["accept_findings"] = [code for given in every(values, "accept_findings") for code in str(given).split()]
    return values


async def _plan_page(
    page: Page,
    database: Database,
    resource_id: UUID,
    form: Form,
    *,
    started: HallPlan | None = None,
    start_form: Form = EMPTY_FORM,
) -> Answer:
    async with database.read() as connection:
        room = await service.read_room(connection, resource_id, actor=page.person)
        kept = await repository.find_plan(connection, resource_id)
        history = await service.list_changes(connection, resource_id)
    is_out_of_use = room.retired_at is not None and room.retired_at <= page.clock.now()
    if is_out_of_use and kept is None:
        raise RoomOutOfUse
    plan, editing, findings = started or (kept and kept.plan), None, None
    if isinstance(form.refusal, PlanQuestioned):
        # With the names that it would have.
        plan, form = form.refusal.plan, _without_cells(form)
    elif form.message:
        findings = ()  # what was typed may be another plan than the one that is drawn
    if plan is not None or "cells" in form.values:
        editing = editing_of(plan or empty_hall(1, 1), page.translate.name(room), page.translate, findings=findings)
    return page.render(
        "hall_plan.html",
        room=room,
        kept=kept,
        is_out_of_use=is_out_of_use,
        is_new=started is not None or (kept is None and editing is not None),
        is_drawn=plan is not None,
        editing=editing,
        history=history[:HISTORY_SHOWN],
        form=form,
        start_form=start_form,
        booths_asked=min(room.booths or USUAL_BOOTHS, MOST_BOOTHS),
        status_code=form.status_code if form.message else start_form.status_code,
    )


def _without_cells(form: Form) -> Form:
    return msgspec.structs.replace(form, values={key: value for key, value in form.values.items() if key != "cells"})
