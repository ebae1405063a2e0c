"""The season board as a table: every placement of the season, with filters in the address."""

from datetime import date
from typing import Annotated, Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.clock import Clock
from app.database import Database
from app.http.guards import May, Searches
from app.http.unchanged import answer_unchanged
from app.kinds import KINDS
from app.layout.page import Answer, Page
from app.schedules.pages.placement_list_view import STATES, Wanted, read_placement_list
from app.seasons.domain import Season


class PlacementListPages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("see_schedules")]

    @get("/seasons/{code:str}/list", guards=[Searches("q")], before_request=answer_unchanged)
    async def placements(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        version: str = "",
        kind: str = "",
        campus: str = "",
        day: str = "",
        in_state: Annotated[str, QueryParameter(name="state")] = "",
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        part: int = 1,
    ) -> Answer:
        """Show the placements of the board's version, or of the version that is named, by time."""
        wanted = _wanted(kind, campus, day, in_state, q)
        async with database.read() as connection:
            view = await read_placement_list(connection, season, wanted, version=version, part=part, clock=clock)
        return page.render("placement_list.html", view, season=season, wanted=wanted)


def _wanted(kind: str, campus: str, day: str, state: str, q: str) -> Wanted:
    # An address typed wrong shows everything rather than an error.
    known: dict[str, Any] = {"kind": kind if kind in KINDS else None, "day": None}
    try:
        known["day"] = date.fromisoformat(day) if day else None
    except ValueError:
        known["day"] = None
    return Wanted(campus=campus[:40], state=state if state in STATES else "", q=q.strip(), **known)
