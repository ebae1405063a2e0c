"""A new season, and its rules."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.database import Database
from app.errors import DomainError
from app.seasons import repository, service
from app.seasons.domain import CreateSeason
from app.seasons.policies import Policies
from app.web.pages.forms import EMPTY_FORM, as_command, refused, submitted_values
from app.web.pages.page import Answer, AnyRequest, Page, see_other


class SeasonPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/new")
    async def new(self, page: NamedDependency[Page]) -> Answer:
        """Dates, hours and grid."""
        page.must_organise()
        return page.render("season_form.html", form=EMPTY_FORM)

    @post("/seasons/new")
    async def create(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Then files can be imported."""
        actor = page.must_organise()
        values = await submitted_values(request)
        try:
            command = as_command(values, CreateSeason)
            season = await database.transact(lambda c: service.create_season(c, command, actor=actor, now=now))
        except DomainError as error:
            form = refused(error, values, page.translate)
            return page.render("season_form.html", form=form, status_code=422)
        return see_other(f"/seasons/{season.code}/import")

    @get("/seasons/{code:str}/rules")
    async def rules(
        self, code: FromPath[str], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Every policy with its value, who changed it and why; and what the calendar knows."""
        page.must_organise()
        season = page.season(code)
        async with database.read() as connection:
            policies = await repository.get_policies(connection, season.id)
            changed = {line.name: line for line in await repository.list_policies(connection, season.id)}
            calendar = await repository.get_calendar(connection, season.first_day, season.last_day)
        values: dict[str, Any] = msgspec.to_builtins(policies)
        names = [field.name for field in msgspec.structs.fields(Policies)]
        return page.render("rules.html", season=season, names=names, values=values, changed=changed, calendar=calendar)
