"""A season's names, dates, hours and grid: a new season, and a changed one."""

from datetime import datetime
from functools import partial
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency

from app.actors import Actor
from app.database import Database
from app.facts.writing import FactWriter
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, author_of, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.seasons import service
from app.seasons.domain import ChangeSeason, CreateSeason, Season

_FIELDS = ("name_zh", "name_en", "first_day", "last_day", "term_first_day", "grid_minutes")


class SeasonPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("change_seasons")]

    @get("/seasons/new")
    async def new(self, page: NamedDependency[Page]) -> Answer:
        """Show the form of a new season."""
        return await _form_page(page, None, EMPTY_FORM)

    @post("/seasons/new")
    async def create(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Open the season; files can be imported next."""
        values = await submitted_values(request)

        async def create() -> Answer:
            season = await database.transact(
                service.create_season, as_command(values, CreateSeason), actor=actor, now=now
            )
            return see_other(f"/seasons/{season.code}/import")

        return await carry_out(create, page=page, values=values, again=partial(_form_page, page, None))

    @get("/seasons/{code:str}/edit")
    async def edit(self, season: NamedDependency[Season], page: NamedDependency[Page]) -> Answer:
        """Show the season as a form."""
        values: dict[str, Any] = {name: getattr(season, name) or "" for name in _FIELDS}
        values |= {"day_opens": f"{season.day_opens:%H:%M}", "day_closes": f"{season.day_closes:%H:%M}"}
        form = Form(values={**values, "row_version": season.row_version})
        return await _form_page(page, season, form)

    @post("/seasons/{code:str}/edit")
    async def change(
        self,
        request: AnyRequest,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        facts: NamedDependency[FactWriter],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Change the season; refused if somebody changed it since the form was opened."""
        values = await submitted_values(request)

        async def change() -> Answer:
            command = as_command({"term_first_day": None, **values}, ChangeSeason)
            await facts.write(
                lambda connection: service.change_season(
                    connection, season.id, command, expected_version=seen_version(values), actor=actor, now=now
                ),
                author_of(page, values),
            )
            return see_other(f"/seasons/{season.code}/rules")

        return await carry_out(change, page=page, values=values, again=partial(_form_page, page, season))


async def _form_page(page: Page, season: Season | None, form: Form) -> Answer:
    return page.render("season_form.html", season=season, form=form, status_code=form.status_code)
