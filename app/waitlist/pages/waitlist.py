"""The waitlist of a season: who waits, in which order and why, and what is kept for whom."""

from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency

from app.database import Database
from app.http.guards import May
from app.layout.page import Answer, Page
from app.layout.paging import part_of
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.waitlist import service

ROWS_SHOWN: Final = 100


class WaitlistPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/waitlist", guards=[May("see_waitlist")])
    async def waitlist(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        part: int = 1,
    ) -> Answer:
        """List who waits, the first in line first."""
        async with database.read() as connection:
            listed = await service.list_waitlist(
                connection, season.id, actor=page.person, translate=page.translate, clock=page.clock
            )
            policies = await seasons.get_policies(connection, season.id)
        return page.render(
            "waitlist.html",
            part_of(listed, part, size=ROWS_SHOWN),
            season=season,
            kept=sum(line.kept_until is not None for line in listed),
            hours=policies.waitlist_hold_hours,
        )
