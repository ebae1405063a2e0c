"""The organiser's inbox: what waits for a decision, the longest waiting first."""

from datetime import time
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.database import Database
from app.http.guards import May, Searches
from app.layout.page import Answer, Page
from app.pages.inbox_view import read_inbox
from app.seasons.domain import Season


class InboxPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("see_inbox")]

    @get("/seasons/{code:str}/inbox", guards=[Searches("q")])
    async def inbox(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        tab: str = "waiting",
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        part: int = 1,
    ) -> Answer:
        """List requests by what they wait for."""
        async with database.read() as connection:
            view = await read_inbox(
                connection, season.id, tab=tab, search=q.strip(), actor=page.person, clock=page.clock, part=part
            )
        return page.render("inbox.html", view, season=season, midnight=time())
