"""The board's text twin: every place of the season as a table, with filters in one address."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.clock import Clock
from app.database import Database
from app.kinds import KINDS, Kind
from app.layout.page import Answer, Page
from app.schedules import repository
from app.schedules.domain import PlacedActivity
from app.schedules.placed_season import PlacedSeason, read_placed_season, shown_version
from app.seasons.domain import Season
from app.venues import repository as venues
from app.venues import room_repository
from app.venues.domain import Channel, Room

ROWS_SHOWN = 200
_ONLINE = "online"
_STATES = ("confirmed", "tentative", "draft", "new", "move", "lost")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the address says the reader wants."""

    kind: Kind | None = None
    campus: str = ""
    day: date | None = None
    state: str = ""
    q: str = ""

    def query(self, **changes: object) -> str:
        """The address of the same list with something changed."""
        values = {**msgspec.structs.asdict(self), **changes}
        return urlencode({name: value for name, value in values.items() if value})


class PlaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line: an activity, where it is, what the draft does to it."""

    place: PlacedActivity
    before: PlacedActivity | None
    state: str
    change: str


class PlaceListPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/list")
    async def places(
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
        """The places that the board shows, or those of the version that is named, by time."""
        page.must("see_schedules")
        wanted = _wanted(kind, campus, day, in_state, q)
        async with database.read() as connection:
            versions = await repository.list_versions(connection, season.id)
            named = next((entry for entry in versions if str(entry.number) == version), None)
            placed = await read_placed_season(connection, season, named or shown_version(versions))
            campuses = await venues.list_campuses(connection)
            rooms: dict[UUID, Room | Channel] = {room.id: room for room in await room_repository.list_rooms(connection)}
            rooms |= {channel.id: channel for channel in await room_repository.list_channels(connection)}
        rows = sorted(_rows(placed), key=lambda row: (row.place.starts_at, row.place.request_id))
        codes = {entry.id: entry.code for entry in campuses}
        found = [row for row in rows if _fits(row, wanted, placed, rooms, codes, clock)]
        parts = max(1, -(-len(found) // ROWS_SHOWN))
        shown = min(max(1, part), parts)
        return page.render(
            "placement_list.html",
            season=season,
            version=placed.version,
            named=named,
            requests=placed.requests,
            wanted=wanted,
            rows=found[(shown - 1) * ROWS_SHOWN : shown * ROWS_SHOWN],
            found=len(found),
            total=len(rows),
            part=shown,
            parts=parts,
            kinds=[name for name in KINDS if any(row.place.kind == name for row in rows)],
            states=_states(rows),
            campuses={entry.id: entry for entry in campuses},
            rooms={str(key): thing for key, thing in rooms.items()},
        )


def _wanted(kind: str, campus: str, day: str, state: str, q: str) -> Wanted:
    # An address typed wrong shows everything rather than an error.
    known: dict[str, Any] = {"kind": kind if kind in KINDS else None, "day": None}
    try:
        known["day"] = date.fromisoformat(day) if day else None
    except ValueError:
        known["day"] = None
    return Wanted(campus=campus[:40], state=state if state in _STATES else "", q=q.strip(), **known)


def _rows(placed: PlacedSeason) -> list[PlaceRow]:
    rows = []
    for place in placed.places:
        change = placed.change(place) if placed.is_draft else ""
        before = placed.promised[place.activity_id] if change == "move" else None
        rows.append(PlaceRow(place=place, before=before, state=placed.state(place), change=change))
    lost = [
        PlaceRow(place=place, before=None, state=placed.states[place.activity_id], change="lost")
        for place in placed.lost
    ]
    return rows + lost


def _states(rows: list[PlaceRow]) -> list[str]:
    present = {row.state for row in rows} | {row.change for row in rows}
    return [state for state in _STATES if state in present]


def _fits(
    row: PlaceRow,
    wanted: Wanted,
    placed: PlacedSeason,
    rooms: dict[UUID, Room | Channel],
    campuses: dict[UUID, str],
    clock: Clock,
) -> bool:
    place = row.place
    used = [rooms[key] for key in (*place.room_ids, place.channel_id) if key is not None and key in rooms]
    where = {campuses[thing.campus_id] for thing in used if isinstance(thing, Room)} or {_ONLINE}
    request = placed.requests[place.request_id]
    words = (request.title, request.reference, request.owner_name_zh, request.owner_name_en)
    names = [name for thing in used for name in (thing.name_zh, thing.name_en, thing.code)]
    return (
        (wanted.kind is None or place.kind == wanted.kind)
        and (not wanted.campus or wanted.campus in where)
        and (wanted.day is None or clock.local(place.starts_at).date() == wanted.day)
        and (not wanted.state or wanted.state in (row.state, row.change))
        and (not wanted.q or any(wanted.q.lower() in word.lower() for word in (*words, *names)))
    )
