"""A department's own rooms: what is in them, day by day."""

from litestar import Controller, get
from litestar.di import NamedDependency

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May
from app.layout.page import Answer, Page
from app.pages.staff.own_rooms_view import read_own_rooms


class DepartmentPages(Controller):
    """For department staff."""

    include_in_schema = False
    guards = [May("own_rooms")]

    @get("/my/rooms")
    async def my_rooms(
        self,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Show the days from today on, or from the season's first day."""
        season_id = page.current_season.id if page.current_season else None
        async with database.read() as connection:
            view = await read_own_rooms(connection, actor.department_id, season_id, clock=clock)
        return page.render("my_rooms.html", view)
