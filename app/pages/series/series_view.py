"""What the page of a series shows, and how a series stands in lists."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.outbox.repository import HistoryLine, list_history
from app.requests import repository as requests
from app.requests.domain import Request, Window
from app.requests.states import RequestState
from app.seasons import repository as seasons
from app.seasons.policies import Policies
from app.series.domain import LIVE, SeriesDate, SeriesDetail
from app.series.reading import get_detail
from app.venues import repository as venues
from app.venues.domain import Campus, Channel, CodeEntry, Room
from app.venues.named import read_named_venues


class SeriesView(msgspec.Struct, frozen=True, kw_only=True):
    """A series with its dates, what happened to it, and what its acts need; `hours` are those of its last date
    to come, or of the day of the season.
    """

    series: SeriesDetail
    ahead: list[SeriesDate]
    hours: Window
    history: list[HistoryLine]
    reasons: list[CodeEntry]
    policies: Policies
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]


async def read_series(connection: Connection, series_id: UUID, *, actor: Actor, clock: Clock) -> SeriesView:
    """Read a series as one reader may see it. Raises SeriesNotFound."""
    detail = await get_detail(connection, series_id, actor=actor, now=clock.now())
    named = await read_named_venues(connection)
    ahead = [one for one in detail.dates if one.is_live]
    return SeriesView(
        series=detail,
        ahead=ahead,
        hours=await _hours(connection, detail, (ahead or detail.dates)[-1]),
        history=await list_history(connection, series_id),
        reasons=await venues.list_code_entries(connection, "request_refusal"),
        policies=await seasons.get_policies(connection, detail.season_id),
        rooms=named.by_id,
        campuses=named.campuses,
    )


async def _hours(connection: Connection, detail: SeriesDetail, pattern: SeriesDate) -> Window:
    activities = (await requests.list_activities(connection, [pattern.request.id]))[pattern.request.id]
    windows = [window for activity in activities for window in activity.windows]
    if windows:
        return windows[0]
    season = await seasons.get_season(connection, detail.season_id)
    return Window(first_day=pattern.day, last_day=pattern.day, from_time=season.day_opens, until_time=season.day_closes)


class SeriesLine(msgspec.Struct, frozen=True, kw_only=True):
    """A series in its owner's list: how many dates are in which state, and when the next one is."""

    id: UUID
    title: str
    dates: int
    states: dict[RequestState, int]
    next_day: date | None


def series_lines(requests: Sequence[Request]) -> list[SeriesLine]:
    """Give the series that some requests belong to, those with a date to come first, in the order of these dates."""
    groups: dict[UUID, list[Request]] = {}
    for request in requests:
        if request.series_id is not None:
            groups.setdefault(request.series_id, []).append(request)
    return sorted(
        (_line(series_id, group) for series_id, group in groups.items()),
        key=lambda line: (line.next_day is None, line.next_day or date.max, line.title),
    )


def _line(series_id: UUID, group: list[Request]) -> SeriesLine:
    ordered = sorted(group, key=lambda request: (request.series_day or date.max, request.reference))
    live = [request for request in ordered if request.state in LIVE]
    return SeriesLine(
        id=series_id,
        title=(live or ordered)[0].title,
        dates=len(ordered),
        states=dict(Counter(request.state for request in ordered)),
        next_day=live[0].series_day if live else None,
    )
