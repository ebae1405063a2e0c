"""What the season board shows: the drawing, what the version changes, and what has no placement."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

import msgspec

from app.blockings.domain import BlockingRow
from app.blockings.repository import list_blockings
from app.clock import Clock, end_moment
from app.database import Connection
from app.kinds import Kind
from app.locales import Translator
from app.requests import repository as requests
from app.schedules import repository, run_repository
from app.schedules.domain import LeftOut, PlacedRequest, SolveRun, Version
from app.schedules.pages.board_geometry import Board, Mark, Row, board_rows, day_columns, draw_board
from app.schedules.pages.unplaced import UnplacedView, view_unplaced
from app.schedules.placed_season import PlacedSeason, read_placed_season, shown_version
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.venues.closure_domain import Closure
from app.venues.closure_repository import list_closures
from app.venues.named import read_named_venues

UNPLACED_SHOWN = 100
_SHOWN_CLOSURES = ("exam", "maintenance", "event")


class SolveStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The version that the board shows, and the latest solve."""

    version: Version | None
    run: SolveRun | None


class BoardView(SolveStatus, frozen=True, kw_only=True):
    """The whole board; `counts` are activities by kind, `waiting` approved requests, `changes` those of a draft.

    Of `unplaced_count` requests without a place the first ones are shown: the version's page has all of them. Of those
    that the version leaves out too, `placed_since` got a place and `ended_since` do not want one any more.
    """

    board: Board
    counts: dict[str, int]
    waiting: int
    changes: dict[str, int]
    unplaced: list[UnplacedView]
    unplaced_count: int
    placed_since: int
    ended_since: int


async def read_solve_status(connection: Connection, season_id: UUID) -> SolveStatus:
    """Read which version is shown and how far the latest solve is."""
    versions = await repository.list_versions(connection, season_id)
    return SolveStatus(version=shown_version(versions), run=await run_repository.find_latest_run(connection, season_id))


async def read_board(connection: Connection, season: Season, *, translate: Translator, clock: Clock) -> BoardView:
    """Read a season's board for one reader."""
    status = await read_solve_status(connection, season.id)
    placed = await read_placed_season(connection, season, status.version)
    asked = await repository.list_placed_requests(connection, season.id, placed.draft_id)
    named = await read_named_venues(connection)
    rows = board_rows(
        list(named.campuses.values()),
        named.rooms,
        named.channels,
        locale=translate.locale,
        online_name=translate("Livestream channels"),
    )
    listed = [] if status.version is None else await repository.list_unplaced(connection, status.version.id)
    left_out = LeftOut.of(listed, losing={placement.request_id for placement in placed.lost})
    return BoardView(
        version=status.version,
        run=status.run,
        board=await _drawn(connection, season, rows, _marks(placed, asked, rows), clock),
        counts=Counter(placement.kind for placement in placed.placements),
        waiting=(await requests.count_by_state(connection, season.id)).get("approved", 0),
        changes=_change_counts(placed),
        unplaced=await view_unplaced(
            connection, left_out.waiting[:UNPLACED_SHOWN], named, translate=translate, clock=clock
        ),
        unplaced_count=len(left_out.waiting),
        placed_since=len(left_out.placed),
        ended_since=len(left_out.ended),
    )


async def _drawn(connection: Connection, season: Season, rows: list[Row], marks: list[Mark], clock: Clock) -> Board:
    calendar = await seasons.get_calendar(connection, season.first_day, season.last_day)
    starts_at = datetime.combine(season.first_day, season.day_opens, clock.zone)
    ends_at = end_moment(season.last_day, season.day_closes, clock.zone)
    closures = await list_closures(connection, starts_at=starts_at, ends_at=ends_at)
    waiting = await list_blockings(connection, states=["asked"], ends_after=max(starts_at, clock.now()))
    position = {row.resource_id: index for index, row in enumerate(rows) if row.resource_id is not None}
    closed = {
        (position[closure.resource_id], day)
        for closure in closures
        if closure.resource_id in position and (closure.reason_code in _SHOWN_CLOSURES or closure.blocking_id)
        for day in _days(closure, season, clock)
    }
    asked = {
        (position[blocking.resource_id], day)
        for blocking in waiting
        if blocking.resource_id in position
        for day in _days(blocking, season, clock)
    }
    columns = day_columns(season, calendar)
    return draw_board(
        columns,
        rows,
        marks,
        sorted(closed),
        asked=sorted(asked - closed),
        zone=clock.zone,
        term_first_day=season.term_first_day,
    )


def _days(closure: Closure | BlockingRow, season: Season, clock: Clock) -> list[date]:
    """List the days of a season that a closure or a blocking touches; midnight ends the day before."""
    first = max(season.first_day, clock.local(closure.starts_at).date())
    last = min(season.last_day, clock.local(closure.ends_at - timedelta(microseconds=1)).date())
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _marks(placed: PlacedSeason, asked: dict[UUID, PlacedRequest], rows: list[Row]) -> list[Mark]:
    position = {row.resource_id: index for index, row in enumerate(rows) if row.resource_id is not None}
    marks: list[Mark] = []
    for placement in placed.placements:
        resources = (*placement.room_ids, *([placement.channel_id] if placement.channel_id else []))
        marks.extend(
            Mark(
                placement.activity_id,
                placement.request_id,
                cast("Kind", placement.kind),
                asked[placement.request_id].title,
                placed.state(placement),
                placed.change(placement) if placed.promised else "",
                position[resource],
                placement.starts_at,
                placement.ends_at,
            )
            for resource in resources
            if resource in position
        )
    return marks


def _change_counts(placed: PlacedSeason) -> dict[str, int]:
    changes = [placed.change(placement) for placement in placed.placements] if placed.is_draft else []
    return {"new": changes.count("new"), "moved": changes.count("move"), "lost": len(placed.lost)}
