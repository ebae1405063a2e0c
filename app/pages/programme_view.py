"""What students see: a season's activities day by day, and one of them with its notice and posts."""

from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from app.clock import Clock
from app.database import Connection
from app.kinds import KINDS, Kind
from app.layout.paging import Part
from app.programme import repository
from app.programme.domain import Counts, Entry, EntryNotFound, Filter, ShownNotice
from app.requests import repository as requests
from app.requests.domain import Post
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.venues import repository as venues
from app.venues.domain import Campus, Major
from app.venues.named import read_majors

DAYS_SHOWN: Final = 7
FOUND_SHOWN: Final = 60
_LAST_PART: Final = 100_000  # whatever stands in an address
PUBLIC_KINDS: Final = tuple(kind for kind in KINDS if kind != "interview_block")


class Chosen(msgspec.Struct, frozen=True):
    """What the address asks for."""

    day: date | None
    kinds: tuple[Kind, ...]
    campuses: tuple[str, ...]
    major: str
    search: str

    def query(self, **changes: object) -> str:
        """Give the address of the same view with something changed."""
        values = {"day": self.day, "kind": self.kinds, "campus": self.campuses, "major": self.major, "q": self.search}
        kept = {name: value for name, value in {**values, **changes}.items() if value not in (None, (), "")}
        return urlencode(kept, doseq=True)


class ProgrammeView(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the `found` entries by day from the `first` one on, its `week`, and how many there are in the season.

    `next_day` is the next one with an entry after those that are shown; `campus_order` numbers campuses by code.
    """

    first: date
    days: dict[date, list[Entry]]
    found: int
    part: int
    parts: int
    week: list[date]
    next_day: date | None
    counts: Counts
    campuses: list[Campus]
    campus_order: dict[str, int]
    majors: dict[str, Major]


class ActivityView(msgspec.Struct, frozen=True, kw_only=True):
    """An activity with its `siblings`: every activity of its request, itself included."""

    season: Season
    entry: Entry
    siblings: list[Entry]
    notice: ShownNotice
    posts: list[Post]
    majors: dict[str, Major]


async def read_programme(
    connection: Connection, season: Season, chosen: Chosen, *, part: int = 1, clock: Clock
) -> ProgrammeView:
    """Read a week at a time from the chosen day; a search looks through the whole season, and is shown in parts."""
    counts = await repository.count_entries(connection, season.id, zone=clock.zone)
    first = _first_day(chosen.day, clock.local(clock.now()).date(), season, counts.by_day)
    monday = first - timedelta(days=first.weekday())
    wanted = wanted_entries(chosen, first, monday + timedelta(days=DAYS_SHOWN - 1))
    if chosen.search:
        shown = await _find(connection, season, chosen, part, clock)
    else:
        entries = await repository.list_entries(connection, season.id, wanted, zone=clock.zone)
        shown = Part(rows=entries, found=len(entries), part=1, parts=1)
    days: dict[date, list[Entry]] = {}
    for entry in shown.rows:
        days.setdefault(clock.local(entry.starts_at).date(), []).append(entry)
    campuses = await venues.list_campuses(connection)
    return ProgrammeView(
        first=first,
        days=days,
        found=shown.found,
        part=shown.part,
        parts=shown.parts,
        week=[monday + timedelta(days=offset) for offset in range(7)],
        next_day=None if chosen.search else min((day for day in counts.by_day if day > wanted.last_day), default=None),
        counts=counts,
        campuses=campuses,
        campus_order={campus.code: index for index, campus in enumerate(campuses)},
        majors=await read_majors(connection),
    )


async def _find(connection: Connection, season: Season, chosen: Chosen, part: int, clock: Clock) -> Part[Entry]:
    whole = wanted_entries(chosen, season.first_day, season.last_day)
    for asked in (min(part, _LAST_PART), 1):
        entries, found = await repository.list_some_entries(
            connection, season.id, whole, zone=clock.zone, part=asked, size=FOUND_SHOWN
        )
        if entries:
            return Part(rows=entries, found=found, part=max(1, asked), parts=-(-found // FOUND_SHOWN))
    return Part(rows=[], found=0, part=1, parts=1)


async def read_activity(connection: Connection, activity_id: UUID, *, clock: Clock) -> ActivityView:
    """Read an activity as everybody may see it. Raises EntryNotFound."""
    notice = await repository.get_notice(connection, activity_id)
    season = await seasons.get_season(connection, notice.season_id)
    of_request = Filter(first_day=season.first_day, last_day=season.last_day, request_id=notice.request_id)
    siblings = await repository.list_entries(connection, season.id, of_request, zone=clock.zone)
    entry = next((entry for entry in siblings if entry.activity_id == activity_id), None)
    if entry is None:
        raise EntryNotFound
    return ActivityView(
        season=season,
        entry=entry,
        siblings=siblings,
        notice=notice,
        posts=(await requests.list_posts(connection, [notice.request_id]))[notice.request_id],
        majors=await read_majors(connection),
    )


def wanted_entries(chosen: Chosen, first_day: date, last_day: date) -> Filter:
    """Give the filter for what is chosen, within some days."""
    return Filter(
        first_day=first_day,
        last_day=last_day,
        kinds=chosen.kinds,
        campuses=chosen.campuses,
        major=chosen.major,
        search=chosen.search,
    )


def _first_day(wanted: date | None, today: date, season: Season, by_day: dict[date, int]) -> date:
    if wanted is not None:
        return min(max(wanted, season.first_day), season.last_day)
    coming = [day for day in sorted(by_day) if day >= today]
    return coming[0] if coming else min(max(today, season.first_day), season.last_day)
