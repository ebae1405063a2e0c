"""What the list beside the board shows: the placements of a version that the reader asks for."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from app.clock import Clock
from app.database import Connection
from app.kinds import KINDS, Kind
from app.layout.paging import Part, part_of
from app.schedules import repository
from app.schedules.domain import PlacedActivity, PlacedRequest, Version
from app.schedules.placed_season import PlacedSeason, read_placed_season, shown_version
from app.seasons.domain import Season
from app.texts import is_found
from app.venues.domain import Campus, Channel, Room
from app.venues.named import NamedVenues, read_named_venues

STATES: Final = ("confirmed", "tentative", "draft", "new", "move", "lost")
ROWS_SHOWN: Final = 100
_ONLINE = "online"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which placements the address asks for."""

    kind: Kind | None = None
    campus: str = ""
    day: date | None = None
    state: str = ""
    q: str = ""

    def query(self, **changes: object) -> str:
        """Give the address of the same list with something changed."""
        values = {**msgspec.structs.asdict(self), **changes}
        return urlencode({name: value for name, value in values.items() if value})


class PlacementRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row: an activity, when and where it is, what the draft does to it."""

    placement: PlacedActivity
    before: PlacedActivity | None
    state: str
    change: str


class PlacementListView(Part[PlacementRow], frozen=True, kw_only=True):
    """A part of the wanted ones of `total` placements, by time.

    `version` is shown, `named` if the address asks for it; `requests` has those of the rows.
    """

    version: Version | None
    named: Version | None
    total: int
    kinds: list[Kind]
    states: list[str]
    requests: dict[UUID, PlacedRequest]
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]


async def read_placement_list(
    connection: Connection, season: Season, wanted: Wanted, *, version: str, part: int = 1, clock: Clock
) -> PlacementListView:
    """Read the placements of the version with that number, or of the one that the board shows."""
    versions = await repository.list_versions(connection, season.id)
    named = next((entry for entry in versions if str(entry.number) == version), None)
    placed = await read_placed_season(connection, season, named or shown_version(versions))
    venues = await read_named_venues(connection)
    # Only a search looks into the words of every request.
    asked = await repository.list_placed_requests(connection, season.id, placed.draft_id) if wanted.q else {}
    rows = sorted(_rows(placed), key=lambda row: (row.placement.starts_at, row.placement.request_id))
    present = {row.placement.kind for row in rows}
    shown = part_of([row for row in rows if _fits(row, wanted, asked, venues, clock)], part, size=ROWS_SHOWN)
    return PlacementListView(
        rows=shown.rows,
        found=shown.found,
        part=shown.part,
        parts=shown.parts,
        version=placed.version,
        named=named,
        total=len(rows),
        kinds=[name for name in KINDS if name in present],
        states=_states(rows),
        requests=asked or await repository.list_requests_of_ids(connection, _request_ids(shown.rows)),
        rooms=venues.by_id,
        campuses=venues.campuses,
    )


def _request_ids(rows: Sequence[PlacementRow]) -> set[UUID]:
    return {row.placement.request_id for row in rows}


def _rows(placed: PlacedSeason) -> list[PlacementRow]:
    rows = []
    for placement in placed.placements:
        change = placed.change(placement) if placed.is_draft else ""
        before = placed.promised[placement.activity_id] if change == "move" else None
        rows.append(PlacementRow(placement=placement, before=before, state=placed.state(placement), change=change))
    lost = [
        PlacementRow(placement=placement, before=None, state=placement.state, change="lost")
        for placement in placed.lost
    ]
    return rows + lost


def _states(rows: list[PlacementRow]) -> list[str]:
    present = {row.state for row in rows} | {row.change for row in rows}
    return [state for state in STATES if state in present]


def _fits(
    row: PlacementRow, wanted: Wanted, asked: dict[UUID, PlacedRequest], venues: NamedVenues, clock: Clock
) -> bool:
    placement = row.placement
    used = [venues.by_id[key] for key in map(str, (*placement.room_ids, placement.channel_id)) if key in venues.by_id]
    return (
        (wanted.kind is None or placement.kind == wanted.kind)
        and (not wanted.campus or wanted.campus in _campuses(used, venues))
        and (wanted.day is None or clock.local(placement.starts_at).date() == wanted.day)
        and (not wanted.state or wanted.state in (row.state, row.change))
        and (not wanted.q or is_found(wanted.q, *_words(asked[placement.request_id], used)))
    )


def _campuses(used: list[Room | Channel], venues: NamedVenues) -> set[str]:
    return {venues.campuses[venue.campus_id].code for venue in used if isinstance(venue, Room)} or {_ONLINE}


def _words(request: PlacedRequest, used: list[Room | Channel]) -> list[str]:
    names = [name for venue in used for name in (venue.name_zh, venue.name_en, venue.code)]
    return [request.title, request.reference, request.owner_name_zh, request.owner_name_en, *names]
