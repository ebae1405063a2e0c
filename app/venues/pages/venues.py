"""Where a season happens, as organisers keep it: rooms, livestream channels, campuses, departments."""

from collections.abc import Mapping, Sized
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.database import Database
from app.errors import N_
from app.layout.page import Answer, Page
from app.venues import repository, room_repository
from app.venues.domain import Room
from app.venues.pages.hours_text import hours_as_text

ROWS_SHOWN = 100
TABS = {
    "rooms": N_("Rooms"),
    "channels": N_("Livestream channels"),
    "campuses": N_("Campuses"),
    "departments": N_("Departments"),
}


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which rooms the address asks for."""

    campus: str = ""
    owner: str = ""
    seats: int = 0
    q: str = ""

    def query(self, **changes: object) -> str:
        """The address of the same list with something changed."""
        values = {**msgspec.structs.asdict(self), **changes}
        return urlencode({name: value for name, value in values.items() if value})

    def fits(self, room: Room, codes: Mapping[UUID, str]) -> bool:
        """Whether a room is one of them; `codes` are those of campuses and departments."""
        words = (room.code, room.name_zh, room.name_en)
        return (
            (not self.campus or codes.get(room.campus_id) == self.campus)
            and (not self.owner or self.owner == (codes.get(room.department_id, "") if room.department_id else "-"))
            and room.capacity >= self.seats
            and (not self.q or any(self.q.lower() in word.lower() for word in words))
        )


class VenuePages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/venues")
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
        """Rooms that fit the filters, or one of the shorter lists beside them."""
        page.must("change_venues")
        enough = min(int(seats), 100_000) if seats.isdecimal() and len(seats) < 7 else 0
        wanted = Wanted(campus=campus, owner=owner, seats=enough, q=q.strip())
        async with database.read() as connection:
            rooms = await room_repository.list_rooms(connection)
            channels = await room_repository.list_channels(connection)
            campuses = await repository.list_campuses(connection)
            departments = await repository.list_departments(connection)
            features = await repository.list_code_entries(connection, "feature")
        codes = {campus.id: campus.code for campus in campuses}
        codes |= {department.id: department.code for department in departments}
        found = [room for room in rooms if wanted.fits(room, codes)]
        parts = max(1, -(-len(found) // ROWS_SHOWN))
        shown = min(max(1, part), parts)
        lists: dict[str, Sized] = {
            "rooms": rooms,
            "channels": channels,
            "campuses": campuses,
            "departments": departments,
        }
        return page.render(
            "venues.html",
            tab=tab if tab in TABS else "rooms",
            tabs=TABS,
            counts={name: len(things) for name, things in lists.items()},
            wanted=wanted,
            rows=found[(shown - 1) * ROWS_SHOWN : shown * ROWS_SHOWN],
            found=len(found),
            seats=sum(room.capacity for room in found),
            part=shown,
            parts=parts,
            channels=channels,
            campuses={entry.id: entry for entry in campuses},
            departments={entry.id: entry for entry in departments},
            features={entry.code: entry for entry in features},
            hours_text=lambda thing: hours_as_text(thing.opening_hours, page.translate.locale),
        )
