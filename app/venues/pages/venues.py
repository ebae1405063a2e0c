"""The list of venues for organisers: rooms, livestream channels, campuses, departments."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.database import Database
from app.errors import N_
from app.http.guards import May, Searches
from app.layout.page import Answer, Page
from app.layout.paging import part_of
from app.venues.pages.hours_text import hours_as_text
from app.venues.pages.venues_view import Wanted, read_venues

ROWS_SHOWN = 100
TABS = {
    "rooms": N_("Rooms"),
    "channels": N_("Livestream channels"),
    "campuses": N_("Campuses"),
    "departments": N_("Departments"),
}


class VenuePages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("change_venues")]

    @get("/venues", guards=[Searches("q")])
    async def venues(
        self,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        tab: str = "rooms",
        campus: Annotated[str, QueryParameter(max_length=40)] = "",
        owner: Annotated[str, QueryParameter(max_length=40)] = "",
        seats: str = "",
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        part: int = 1,
    ) -> Answer:
        """Show the rooms that fit the filters, or one of the shorter lists beside them."""
        enough = min(int(seats), 100_000) if seats.isdecimal() and len(seats) < 7 else 0
        wanted = Wanted(campus=campus, owner=owner, seats=enough, q=q.strip())
        async with database.read() as connection:
            view = await read_venues(connection, wanted, now=page.clock.now())
        return page.render(
            "venues.html",
            view,
            part_of(view.rooms, part, size=ROWS_SHOWN),
            tab=tab if tab in TABS else "rooms",
            tabs=TABS,
            wanted=wanted,
            hours_text=lambda thing: hours_as_text(thing.opening_hours, page.translate.locale),
        )
