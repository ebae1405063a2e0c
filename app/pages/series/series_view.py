"""What the page of a series shows, and how a series stands in lists."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.outbox.repository import HistoryLine, list_history
from app.requests import repository as requests
from app.requests import service
from app.requests.domain import Activity, Post, Request, RequestDetail, Window, WordingFinding
from app.requests.states import RequestState
from app.requests.wording import find_banned_wording, fraud_signs, notice_texts
from app.seasons import repository as seasons
from app.seasons.policies import Policies
from app.series.domain import LIVE, SeriesDate, SeriesDetail
from app.series.reading import get_detail
from app.venues import repository as venues
from app.venues.domain import Campus, Channel, CodeEntry, Room
from app.venues.named import read_code_entries, read_named_venues

# What of an activity is its own on each date.
_OF_ONE_DATE: Final = frozenset({"id", "request_id", "invitation_sequence", "windows"})


class SeriesView(msgspec.Struct, frozen=True, kw_only=True):
    """A series with its dates, what happened to it, and what its acts need.

    `hours` are those of its last date to come, or of the day of the season; `wish` is what each date asks for but for
    those that are `differing`; `findings` are in the words of any of them, for organisers.
    """

    series: SeriesDetail
    ahead: list[SeriesDate]
    hours: Window
    wish: RequestDetail
    differing: set[UUID]
    findings: list[WordingFinding]
    features: dict[str, CodeEntry]
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
    ids = [one.request.id for one in detail.dates]
    activities = await requests.list_activities(connection, ids)
    posts = await requests.list_posts(connection, ids)
    shown = (ahead or detail.dates)[0].request
    asked = {
        one.request.id: _asked(one.request, activities[one.request.id], posts[one.request.id]) for one in detail.dates
    }
    return SeriesView(
        series=detail,
        ahead=ahead,
        hours=await _hours(connection, detail, activities, (ahead or detail.dates)[-1]),
        wish=await service.get_detail(connection, shown.id, actor=actor),
        differing={request_id for request_id, one in asked.items() if one != asked[shown.id]},
        findings=_findings(detail, posts) if actor.organises else [],
        features=await read_code_entries(connection, "feature"),
        history=await list_history(connection, series_id),
        reasons=await venues.list_code_entries(connection, "request_refusal"),
        policies=await seasons.get_policies(connection, detail.season_id),
        rooms=named.by_id,
        campuses=named.campuses,
    )


def _asked(request: Request, activities: Sequence[Activity], posts: Sequence[Post]) -> tuple[object, ...]:
    """Give what a date asks for beside its day, to tell whether others ask for the same."""
    steps = []
    for activity in activities:
        values = msgspec.structs.asdict(activity)
        hours = [(window.from_time, window.until_time) for window in activity.windows]
        steps.append({name: value for name, value in values.items() if name not in _OF_ONE_DATE} | {"hours": hours})
    return request.title, request.notice_text, request.remark, steps, list(posts)


def _findings(detail: SeriesDetail, posts: Mapping[UUID, Sequence[Post]]) -> list[WordingFinding]:
    found = [
        finding
        for one in detail.dates
        for finding in (
            *find_banned_wording(notice_texts(one.request.title, one.request.notice_text, posts[one.request.id])),
            *fraud_signs(one.request.contact_email, one.request.contact_phone),
        )
    ]
    return list({(finding.code, finding.words): finding for finding in found}.values())


async def _hours(
    connection: Connection, detail: SeriesDetail, activities: Mapping[UUID, Sequence[Activity]], pattern: SeriesDate
) -> Window:
    windows = [window for activity in activities[pattern.request.id] for window in activity.windows]
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
