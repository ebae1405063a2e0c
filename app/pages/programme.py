"""The public season page, one activity, and the calendar to subscribe to."""

from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.clock import Clock
from app.database import Database
from app.kinds import KINDS, Kind
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.programme import repository
from app.programme.calendar_feed import calendar_feed
from app.programme.domain import EntryNotFound, Filter
from app.requests import repository as requests
from app.seasons.domain import Season
from app.venues import repository as venues
from app.venues.named import read_majors

DAYS_SHOWN = 7
_PUBLIC_KINDS = tuple(kind for kind in KINDS if kind != "interview_block")


class Chosen(msgspec.Struct, frozen=True):
    """What the address says the reader wants."""

    day: date | None
    kinds: tuple[Kind, ...]
    campuses: tuple[str, ...]
    major: str
    search: str

    def query(self, **changes: object) -> str:
        """The address of the same view with something changed."""
        values = {"day": self.day, "kind": self.kinds, "campus": self.campuses, "major": self.major, "q": self.search}
        kept = {name: value for name, value in {**values, **changes}.items() if value not in (None, (), "")}
        return urlencode(kept, doseq=True)


class ProgrammePages(Controller):
    """For everybody."""

    include_in_schema = False

    @get("/")
    async def start(self, page: NamedDependency[Page]) -> Answer:
        """Each to their own first page."""
        if page.school is None:
            return see_other("/welcome")
        season = page.current_season
        if season is None:
            return see_other("/seasons/new" if page.actor and page.actor.organises else "/sign-in")
        if page.actor and page.actor.organises:
            return see_other(f"/seasons/{season.code}/inbox")
        if page.actor:
            return see_other("/my/requests")
        return see_other(f"/seasons/{season.code}")

    @get("/seasons/{code:str}")
    async def programme(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        day: str = "",
        kind: Annotated[list[str] | None, QueryParameter()] = None,
        campus: Annotated[list[str] | None, QueryParameter()] = None,
        major: str = "",
        q: Annotated[str, QueryParameter(max_length=100)] = "",
    ) -> Answer:
        """A week at a time from the chosen day; a search looks through the whole season."""
        chosen = _chosen(day, kind, campus, major, q)
        today = clock.local(clock.now()).date()
        async with database.read() as connection:
            by_day = await repository.count_by_day(connection, season.id, zone=clock.zone)
            first = _first_day(chosen.day, today, season, by_day)
            wanted = _filter(chosen, season, first)
            entries = await repository.list_entries(connection, season.id, wanted, zone=clock.zone)
            context: dict[str, Any] = {
                "kind_counts": await repository.count_by_kind(connection, season.id),
                "campus_counts": await repository.count_by_campus(connection, season.id),
                "campuses": await venues.list_campuses(connection),
                "majors": await read_majors(connection),
            }
        context["campus_order"] = {campus.code: index for index, campus in enumerate(context["campuses"])}
        days: dict[date, list[object]] = {}
        for entry in entries:
            days.setdefault(clock.local(entry.starts_at).date(), []).append(entry)
        monday = first - timedelta(days=first.weekday())
        later = [known for known in sorted(by_day) if known > wanted.last_day]
        return page.render(
            "programme.html",
            season=season,
            chosen=chosen,
            first=first,
            days=days,
            found=len(entries),
            week=[monday + timedelta(days=offset) for offset in range(7)],
            by_day=by_day,
            next_day=later[0] if later and not chosen.search else None,
            public_kinds=_PUBLIC_KINDS,
            **context,
        )

    @get("/seasons/{code:str}/calendar.ics")
    async def feed(
        self,
        request: AnyRequest,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        kind: Annotated[list[str] | None, QueryParameter()] = None,
        campus: Annotated[list[str] | None, QueryParameter()] = None,
        major: str = "",
        q: Annotated[str, QueryParameter(max_length=100)] = "",
    ) -> Response[bytes]:
        """The same filters as the page, for the whole season."""
        chosen = _chosen("", kind, campus, major, q)
        wanted = msgspec.structs.replace(
            _filter(chosen, season, season.first_day), first_day=season.first_day, last_day=season.last_day
        )
        async with database.read() as connection:
            entries = await repository.list_entries(connection, season.id, wanted, zone=clock.zone)
        content = calendar_feed(
            entries,
            name=page.translate.name(season),
            translate=page.translate,
            zone=clock.zone,
            base_url=request.app.state.settings.base_url,
            now=clock.now(),
        )
        return Response(content, media_type="text/calendar")

    @get("/activities/{activity_id:uuid}")
    async def activity(
        self,
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """One activity with its notice and posts."""
        async with database.read() as connection:
            request_id, season_id, notice = await repository.get_notice(connection, activity_id)
            season = page.season_link(season_id)
            whole = Filter(first_day=season.first_day, last_day=season.last_day)
            entries = await repository.list_entries(connection, season_id, whole, zone=clock.zone)
            posts = (await requests.list_posts(connection, [request_id]))[request_id]
            majors = await read_majors(connection)
        of_request = [entry for entry in entries if entry.request_id == request_id]
        entry = next((entry for entry in of_request if entry.activity_id == activity_id), None)
        if entry is None:
            raise EntryNotFound
        return page.render(
            "activity.html", season=season, entry=entry, siblings=of_request, notice=notice, posts=posts, majors=majors
        )


def _chosen(day: str, kind: list[str] | None, campus: list[str] | None, major: str, q: str) -> Chosen:
    # An address typed wrong shows everything rather than an error.
    try:
        wanted_day = date.fromisoformat(day) if day else None
    except ValueError:
        wanted_day = None
    kinds = tuple(name for name in _PUBLIC_KINDS if name in (kind or ()))
    return Chosen(wanted_day, kinds, tuple(campus or ()), major.strip()[:8], q.strip())


def _filter(chosen: Chosen, season: Season, first: date) -> Filter:
    whole = bool(chosen.search)
    return Filter(
        first_day=season.first_day if whole else first,
        last_day=season.last_day if whole else first + timedelta(days=DAYS_SHOWN - 1 - first.weekday()),
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
