"""Campuses with the minutes between them, and departments: add, change."""

from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.database import Database
from app.facts.writing import FactWriter
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, author_of, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.venues import repository, service
from app.venues.domain import AddCampus, AddDepartment, ChangeCampus, PutDepartment
from app.venues.pages.venue_form import at_list_fields

_WAY = "way_to_"


class CampusPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("change_venues")]

    @get("/venues/campuses/new")
    async def new_campus(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """Show an empty form."""
        return await _campus_page(page, database, None, EMPTY_FORM)

    @post("/venues/campuses/new")
    async def add_campus(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Add a campus, with the minutes to the others."""
        values = await submitted_values(request)

        async def add() -> Answer:
            command = as_command(_with_ways(values), AddCampus)
            await database.transact(service.add_campus, command, actor=actor, now=now)
            return see_other("/venues?tab=campuses")

        return await carry_out(add, page=page, values=values, again=partial(_campus_page, page, database, None))

    @get("/venues/campuses/{code:str}")
    async def campus(
        self, code: FromPath[str], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show a campus as a form."""
        async with database.read() as connection:
            campus = await repository.get_campus(connection, code)
        ways = {f"{_WAY}{other}": minutes for other, minutes in campus.travel_minutes.items()}
        return await _campus_page(page, database, code, Form(values=msgspec.to_builtins(campus) | ways))

    @post("/venues/campuses/{code:str}")
    async def change_campus(
        self,
        request: AnyRequest,
        code: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Change a campus; refused if somebody changed it since the form was opened."""
        values = await submitted_values(request)

        async def change() -> Answer:
            command = as_command(_with_ways(values), ChangeCampus)
            await facts.write(
                lambda connection: service.change_campus(
                    connection, code, command, expected_version=seen_version(values), actor=actor, now=now
                ),
                author_of(page, values),
            )
            return see_other("/venues?tab=campuses")

        return await carry_out(change, page=page, values=values, again=partial(_campus_page, page, database, code))

    @get("/venues/departments/new")
    async def new_department(self, page: NamedDependency[Page]) -> Answer:
        """Show an empty form."""
        return await _department_page(page, None, EMPTY_FORM)

    @post("/venues/departments/new")
    async def add_department(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Add a department with its team."""
        values = await submitted_values(request)

        async def add() -> Answer:
            await database.transact(service.add_department, as_command(values, AddDepartment), actor=actor, now=now)
            return see_other("/venues?tab=departments")

        return await carry_out(add, page=page, values=values, again=partial(_department_page, page, None))

    @get("/venues/departments/{code:str}")
    async def department(
        self, code: FromPath[str], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show a department as a form."""
        async with database.read() as connection:
            department = await repository.get_department(connection, code)
        return await _department_page(page, code, Form(values=msgspec.to_builtins(department)))

    @post("/venues/departments/{code:str}")
    async def change_department(
        self,
        request: AnyRequest,
        code: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Change a department; refused if somebody changed it since the form was opened."""
        values = await submitted_values(request)

        async def change() -> Answer:
            command = as_command(values, PutDepartment)
            await database.transact(
                service.change_department, code, command, expected_version=seen_version(values), actor=actor, now=now
            )
            return see_other("/venues?tab=departments")

        return await carry_out(change, page=page, values=values, again=partial(_department_page, page, code))


def _with_ways(values: dict[str, Any]) -> dict[str, Any]:
    ways = {name.removeprefix(_WAY): value for name, value in values.items() if name.startswith(_WAY)}
    return {name: value for name, value in values.items() if not name.startswith(_WAY)} | {"travel_minutes": ways}


async def _campus_page(page: Page, database: Database, code: str | None, form: Form) -> Answer:
    async with database.read() as connection:
        campuses = await repository.list_campuses(connection)
    others = [campus for campus in campuses if campus.code != code]
    form = msgspec.structs.replace(at_list_fields(form), values={"ordinal": len(others), **form.values})
    return page.render("campus_form.html", code=code, others=others, way=_WAY, form=form, status_code=form.status_code)


async def _department_page(page: Page, code: str | None, form: Form) -> Answer:
    return page.render("department_form.html", code=code, form=at_list_fields(form), status_code=form.status_code)
