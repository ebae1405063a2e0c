"""Merging on a page: find the double, look what moves, one press."""

from functools import partial
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.employers import repository as employers
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.merging import service
from app.merging.service import Merge


class MergePages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("review_employers")]

    @get("/employers/{employer_id:uuid}/merge")
    async def merge_page(
        self,
        employer_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        code: Annotated[str, QueryParameter(max_length=40)] = "",
        other: UUID | None = None,
    ) -> Answer:
        """Show which entries are alike; of a chosen one, what would move."""
        return await _merge_page(page, database, employer_id, other, code, EMPTY_FORM)

    @post("/employers/{employer_id:uuid}/merge")
    async def merge(
        self,
        request: AnyRequest,
        employer_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Let the chosen entry go into this one."""
        values = await submitted_values(request)
        command = as_command(values, Merge)

        async def merge() -> Answer:
            await database.transact(
                service.merge_employers,
                employer_id,
                command,
                seen=seen_version(values),
                actor=actor,
                clock=clock,
            )
            return see_other(f"/employers/{employer_id}")

        again = partial(_merge_page, page, database, employer_id, command.from_id, "")
        return await carry_out(merge, page=page, values=values, again=again)


async def _merge_page(
    page: Page, database: Database, employer_id: UUID, other: UUID | None, code: str, form: Form
) -> Answer:
    async with database.read() as connection:
        into = await employers.get_employer(connection, employer_id)
        alike = await service.list_alike(connection, employer_id, code)
        preview = None if other is None else await service.preview_merge(connection, employer_id, other)
    return page.render(
        "employer_merge.html",
        employer=into,
        alike=alike,
        preview=preview,
        code=code,
        form=form,
        status_code=form.status_code,
    )
