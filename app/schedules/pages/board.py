"""The season board: the solved season, what has no place and why, and a running solve."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.clock import Clock
from app.database import Connection, Database
from app.errors import DomainError, NotFound
from app.kinds import Kind
from app.layout.forms import EMPTY_FORM
from app.layout.page import Answer, Page, see_other
from app.requests import repository as requests
from app.schedules import repository, run_repository, solve
from app.schedules.domain import AskSolve, Version
from app.schedules.pages.board_geometry import Board, Mark, Row, board_rows, day_columns, draw_board
from app.schedules.pages.selection import read_selection
from app.schedules.pages.unplaced import unplaced_view
from app.schedules.placed_season import PlacedSeason, read_placed_season, shown_version
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.venues import repository as venues
from app.venues import room_repository
from app.venues.domain import Channel, Room
from app.venues.schedule_view import get_school_venues

_SHOWN_CLOSURES = ("exam", "maintenance", "event")


class BoardPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/seasons/{code:str}/board")
    async def board(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
        selected: str = "",
    ) -> Answer:
        """The newest draft, or what is released; `selected` is the activity that is looked at."""
        page.must("see_schedules")
        async with database.read() as connection:
            context = await _board_context(connection, season, page, clock)
            context |= await _selected(connection, context["version"], selected)
        return page.render("board.html", **{"season": season, "form": EMPTY_FORM, "broken": [], **context})

    @post("/seasons/{code:str}/solve")
    async def ask_solve(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Then the board shows its progress."""
        actor = page.must("solve")
        command = AskSolve(season_id=season.id)
        await database.transact(solve.ask_solve, command, actor=actor, now=now)
        return see_other(f"/seasons/{season.code}/board")

    @post("/solve-runs/{run_id:uuid}/cancel")
    async def cancel_solve(
        self,
        run_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Stop, keep the best."""
        actor = page.must("solve")
        try:
            run = await database.transact(solve.cancel_solve, run_id, actor=actor, now=now)
        except DomainError:
            # It ended meanwhile: the board shows what came of it.
            async with database.read() as connection:
                run = await run_repository.get_run(connection, run_id)
        season = page.season_link(run.season_id)
        return see_other(f"/seasons/{season.code}/board")

    @get("/seasons/{code:str}/solve-status")
    async def solve_status(
        self, season: NamedDependency[Season], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """The strip above the board, swapped in while a solve runs; when it has ended, the page loads anew."""
        page.must("see_schedules")
        async with database.read() as connection:
            run = await run_repository.find_latest_run(connection, season.id)
            version = await _shown(connection, season)
        if run is None or run.state not in ("queued", "running"):
            return Response("", headers={"HX-Refresh": "true"})
        return page.render("solve_status.html", season=season, run=run, version=version)


async def _shown(connection: Connection, season: Season) -> Version | None:
    return shown_version(await repository.list_versions(connection, season.id))


async def _board_context(connection: Connection, season: Season, page: Page, clock: Clock) -> dict[str, Any]:
    placed = await read_placed_season(connection, season, await _shown(connection, season))
    version, places = placed.version, placed.places
    campuses = await venues.list_campuses(connection)
    rooms = await room_repository.list_rooms(connection)
    channels = await room_repository.list_channels(connection)
    rows = board_rows(
        campuses, rooms, channels, locale=page.translate.locale, online_name=page.translate("Livestream channels")
    )
    marks = _marks(placed, rows)
    board = await _drawn(connection, season, rows, marks, clock)
    unplaced = [] if version is None else await repository.list_unplaced(connection, version.id)
    all_activities = await requests.list_activities(connection, [entry.request_id for entry in unplaced])
    by_id: dict[str, Room | Channel] = {str(room.id): room for room in rooms}
    by_id |= {str(channel.id): channel for channel in channels}
    counts: dict[str, int] = {}
    for place in places:
        counts[place.kind] = counts.get(place.kind, 0) + 1
    request_counts = await requests.count_by_state(connection, season.id)
    return {
        "board": board,
        "version": version,
        "run": await run_repository.find_latest_run(connection, season.id),
        "counts": counts,
        "waiting": request_counts.get("approved", 0),
        "changes": _change_counts(placed),
        "unplaced": [unplaced_view(entry, all_activities.get(entry.request_id, []), by_id, page) for entry in unplaced],
    }


async def _selected(connection: Connection, version: Version | None, selected: str) -> dict[str, Any]:
    try:
        return await read_selection(connection, version.id, UUID(selected)) if version and selected else {}
    except (ValueError, NotFound):
        return {}


async def _drawn(connection: Connection, season: Season, rows: list[Row], marks: list[Mark], clock: Clock) -> Board:
    calendar = await seasons.get_calendar(connection, season.first_day, season.last_day)
    starts_at = datetime.combine(season.first_day, season.day_opens, clock.zone)
    ends_at = datetime.combine(season.last_day, season.day_closes, clock.zone)
    school = await get_school_venues(connection, starts_at=starts_at, ends_at=ends_at)
    position = {row.resource_id: index for index, row in enumerate(rows) if row.resource_id is not None}
    closed = {
        (position[resource], closure.starts_at.astimezone(clock.zone).date())
        for resource, closures in school.closures.items()
        for closure in closures
        if closure.reason_code in _SHOWN_CLOSURES and resource in position
    }
    columns = day_columns(season, calendar)
    return draw_board(columns, rows, marks, sorted(closed), zone=clock.zone, term_first_day=season.term_first_day)


def _marks(placed: PlacedSeason, rows: list[Row]) -> list[Mark]:
    position = {row.resource_id: index for index, row in enumerate(rows) if row.resource_id is not None}
    marks: list[Mark] = []
    for place in placed.places:
        resources = (*place.room_ids, *([place.channel_id] if place.channel_id else []))
        marks.extend(
            Mark(
                place.activity_id,
                place.request_id,
                msgspec.convert(place.kind, Kind),
                placed.requests[place.request_id].title,
                placed.state(place),
                placed.change(place) if placed.promised else "",
                position[resource],
                place.starts_at,
                place.ends_at,
            )
            for resource in resources
            if resource in position
        )
    return marks


def _change_counts(placed: PlacedSeason) -> dict[str, int]:
    changes = [placed.change(place) for place in placed.places] if placed.is_draft else []
    return {"new": changes.count("new"), "moved": changes.count("move"), "lost": len(placed.lost)}
