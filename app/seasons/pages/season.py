"""A new season."""

from datetime import datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency

from app.database import Database
from app.errors import DomainError
from app.layout.forms import EMPTY_FORM, as_command, refused, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.seasons import service
from app.seasons.domain import CreateSeason


class SeasonPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/new")
    async def new(self, page: NamedDependency[Page]) -> Answer:
        """Dates, hours and grid."""
        page.must("change_seasons")
        return page.render("season_form.html", season=None, form=EMPTY_FORM)

    @post("/seasons/new")
    async def create(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Then files can be imported."""
        actor = page.must("change_seasons")
        values = await submitted_values(request)
        try:
            command = as_command(values, CreateSeason)
            season = await database.transact(service.create_season, command, actor=actor, now=now)
        except DomainError as error:
            form = refused(error, values, page.translate)
            return page.render("season_form.html", season=None, form=form, status_code=422)
        return see_other(f"/seasons/{season.code}/import")
