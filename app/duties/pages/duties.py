"""Who decides near which rooms: the list, a new duty, a change, an end; and what departments decide by themselves."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.duties import repository, service
from app.duties.domain import KIND_NAMES, DepartmentLimits, GiveDuty, Holder, PutDuty
from app.http.guards import May
from app.kinds import KINDS
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, every, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.venues import repository as venues
from app.venues import room_repository
from app.venues.domain import DepartmentNotFound


class DutyPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("give_duties")]

    @get("/duties")
    async def duties(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """List duties, with the form of a new one."""
        return await _list_page(page, database, EMPTY_FORM)

    @post("/duties")
    async def give(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Give a duty."""
        values = await submitted_values(request)

        async def give() -> Answer:
            command = as_command(_with_scope(values), GiveDuty)
            await database.transact(service.give_duty, command, actor=actor, clock=clock)
            return see_other("/duties")

        return await carry_out(give, page=page, values=values, again=partial(_list_page, page, database))

    @get("/duties/{duty_id:uuid}")
    async def duty(
        self, duty_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show one duty to change."""
        return await _duty_page(page, database, duty_id, EMPTY_FORM)

    @post("/duties/{duty_id:uuid}")
    async def change(
        self,
        request: AnyRequest,
        duty_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Change its days, its deputy, its note."""
        values = await submitted_values(request)

        async def change() -> Answer:
            command, seen = as_command(values, PutDuty), seen_version(values)
            await database.transact(service.change_duty, duty_id, command, seen=seen, actor=actor, clock=clock)
            return see_other("/duties")

        return await carry_out(change, page=page, values=values, again=partial(_duty_page, page, database, duty_id))

    @post("/duties/{duty_id:uuid}/end")
    async def end(
        self,
        request: AnyRequest,
        duty_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """End it at once."""
        values = await submitted_values(request)

        async def end() -> Answer:
            seen = seen_version(values)
            await database.transact(service.end_duty, duty_id, seen=seen, actor=actor, clock=clock)
            return see_other("/duties")

        return await carry_out(end, page=page, values=values, again=partial(_duty_page, page, database, duty_id))

    @get("/departments/{department_id:uuid}/limits")
    async def limits(
        self, department_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show what a department decides by itself."""
        return await _limits_page(page, database, department_id, EMPTY_FORM)

    @post("/departments/{department_id:uuid}/limits")
    async def set_limits(
        self,
        request: AnyRequest,
        department_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Set it, or let the season's rules hold again."""
        values = await submitted_values(request)

        async def set_limits() -> Answer:
            given = {**values, "kinds": every(values, "kinds")}
            limits = None if "by_season" in values else as_command(given, DepartmentLimits)
            seen = seen_version(values)
            await database.transact(service.set_limits, department_id, limits, seen=seen, actor=actor, clock=clock)
            return see_other("/duties")

        again = partial(_limits_page, page, database, department_id)
        return await carry_out(set_limits, page=page, values=values, again=again)


def _with_scope(values: dict[str, Any]) -> dict[str, Any]:
    """Read the one choice of a department or a room."""
    kind, _, key = str(values.get("scope", "")).partition(":")
    return {**values, f"{kind}_id": key} if kind in ("department", "room") else values


async def _list_page(page: Page, database: Database, form: Form) -> Answer:
    today = page.clock.local(page.clock.now()).date()
    async with database.read() as connection:
        duties = await repository.list_duties(connection, today=today)
        holders = await repository.list_holders(connection)
        departments = await venues.list_departments(connection)
        rooms = [room for room in await room_repository.list_rooms(connection) if room.retired_at is None]
    return page.render(
        "duties.html",
        duties=duties,
        holders=_choices(holders),
        departments=departments,
        rooms=rooms,
        kinds=KIND_NAMES,
        today=today,
        form=form,
        status_code=form.status_code,
    )


def _choices(holders: Iterable[Holder]) -> list[tuple[str, str]]:
    return [(str(holder.id), holder.display_name) for holder in holders]


async def _duty_page(page: Page, database: Database, duty_id: UUID, form: Form) -> Answer:
    today = page.clock.local(page.clock.now()).date()
    async with database.read() as connection:
        duty = await repository.get_duty(connection, duty_id, today=today)
        holders = await repository.list_holders(connection)
    return page.render(
        "duty.html",
        duty=duty,
        holders=_choices(holder for holder in holders if holder.id != duty.account_id),
        kinds=KIND_NAMES,
        today=today,
        form=form,
        status_code=form.status_code,
    )


async def _limits_page(page: Page, database: Database, department_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        listed = await venues.list_departments(connection)
        limits = await repository.find_limits(connection, department_id)
    department = next((one for one in listed if one.id == department_id), None)
    if department is None:
        raise DepartmentNotFound
    return page.render(
        "department_limits.html",
        department=department,
        limits=limits,
        kinds=tuple(KINDS),
        form=Form(values={"kinds": limits.kinds}) if form is EMPTY_FORM and limits else form,
        status_code=form.status_code,
    )
