"""Use cases of asking: which days are possible, a new series, more days of one, and sending its drafts."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.decisions.decide import withdraw_request
from app.employers import repository as employers
from app.employers.keeping import must_have_room
from app.events import SeriesExtended, SeriesMade, SeriesSubmitted
from app.outbox import append
from app.requests import repository as requests
from app.requests import service
from app.requests.domain import RequestWish
from app.requests.near import tell_near_deciders
from app.requests.repository import Owner
from app.requests.wishes import check_new_wish, completed, must_be_free_to_ask, must_have_verified_address
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.seasons.policies import Policies
from app.series import repository
from app.series.days import check_hours, days_of
from app.series.domain import (
    LIVE,
    AddDays,
    CreateSeries,
    DayOfSeries,
    DaysChanged,
    NoDayLeft,
    NothingToDo,
    Repeat,
    SeriesDate,
    SeriesDetail,
    SeriesEnded,
    state_of,
)
from app.series.looking import Asked, look_at_days
from app.series.reading import Opened, get_detail, ids_of, lock_opened, open_series
from app.series.wishes import check_one_day, on_day, owner_of, wish_of_stored


class _Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A checked wish for some days, with what was found about each of them."""

    season: Season
    policies: Policies
    owner: Owner
    wish: RequestWish
    repeat: Repeat
    days: list[DayOfSeries]

    @property
    def possible(self) -> tuple[date, ...]:
        """Give the days that do not drop out."""
        return tuple(day.day for day in self.days if day.reason is None)


async def preview_series(
    connection: Connection, command: CreateSeries, *, actor: Actor, clock: Clock
) -> list[DayOfSeries]:
    """Say which days would be asked for and why others drop out; nothing is stored. Raises what create_series raises
    before it stores, but for NoDayLeft and DaysChanged.
    """
    asking = await _look(connection, command, actor=actor, clock=clock)
    if asking.owner.employer_id is not None and not command.draft:
        employer = await employers.get_employer(connection, asking.owner.employer_id)
        await must_be_free_to_ask(
            connection,
            asking.season.id,
            employer.id,
            suspended_until=employer.suspended_until,
            policies=asking.policies,
            actor=actor,
            clock=clock,
        )
    return asking.days


async def create_series(connection: Connection, command: CreateSeries, *, actor: Actor, clock: Clock) -> SeriesDetail:
    """Ask for a wish on several days: one request a day, of one series; days that cannot be drop out with the reason.

    Raises Invalid, NoDayLeft, DaysChanged, SeasonNotFound, EmployerPaused, EmployerMayNotAsk, TooManyOpenRequests,
    TooManyDrafts, KeepsTooMuch, EmailNotVerified.
    """
    asking = await _look(connection, command, actor=actor, clock=clock)
    _must_be_expected(asking, command.expected_days)
    series_id = await repository.insert_series(connection, asking.season.id, now=clock.now())
    made = await _ask(connection, series_id, asking, draft=command.draft, actor=actor, clock=clock)
    event = SeriesMade(subject_id=series_id, season_id=asking.season.id, request_ids=made)
    await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return await get_detail(connection, series_id, actor=actor, now=clock.now())


async def preview_days(
    connection: Connection, series_id: UUID, command: AddDays, *, actor: Actor, clock: Clock
) -> list[DayOfSeries]:
    """Say which more days a series could have, and why others drop out. Raises SeriesNotFound, SeriesEnded, Invalid."""
    opened = await open_series(connection, series_id, actor=actor, now=clock.now())
    return (await _look_for_more(connection, opened, command, actor=actor, clock=clock)).days


async def add_days(
    connection: Connection, series_id: UUID, command: AddDays, *, seen: int | None, actor: Actor, clock: Clock
) -> SeriesDetail:
    """Ask for more days of what a series asks for: as drafts while all of it is one.

    Raises SeriesNotFound, SeriesEnded, NoDayLeft, DaysChanged, PreconditionFailed, and what create_series raises.
    """
    now = clock.now()
    opened = await lock_opened(connection, series_id, seen=seen, actor=actor, now=now)
    asking = await _look_for_more(connection, opened, command, actor=actor, clock=clock)
    _must_be_expected(asking, command.expected_days)
    live = {date.request.state for date in opened.dates} & LIVE
    draft = live == {"draft"}
    made = await _ask(connection, series_id, asking, draft=draft, actor=actor, clock=clock)
    event = SeriesExtended(subject_id=series_id, season_id=asking.season.id, request_ids=made)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await get_detail(connection, series_id, actor=actor, now=now)


async def submit_series(
    connection: Connection, series_id: UUID, *, seen: int | None, actor: Actor, clock: Clock
) -> SeriesDetail:
    """Send what of a series is a draft or was returned; dates that are impossible by now are withdrawn with the reason.

    Raises SeriesNotFound, NothingToDo, NoDayLeft, PreconditionFailed, and what submit_request raises.
    """
    now = clock.now()
    opened = await lock_opened(connection, series_id, seen=seen, actor=actor, now=now)
    looked = await _drafts_by_day(connection, opened, actor=actor, clock=clock)
    if not looked:
        raise NothingToDo
    dropped = [day for _, day in looked if day.reason is not None]
    if len(dropped) == len(looked):
        raise _none_left(dropped)
    sent = [date_of.request.id for date_of, day in looked if day.reason is None]
    for date_of, day in looked:
        if day.reason is not None:
            await withdraw_request(connection, date_of.request.id, actor=actor, now=now)
    await repository.drop_days(connection, series_id, dropped)
    for request_id in sent:
        is_first = request_id == sent[0]  # a series is told as one
        await service.submit_draft(connection, request_id, actor=actor, clock=clock, tells_deciders=is_first)
    event = SeriesSubmitted(subject_id=series_id, season_id=opened.row.season_id, request_ids=tuple(sent))
    await append(connection, event, actor_id=actor.account_id, now=now)
    return await get_detail(connection, series_id, actor=actor, now=now)


async def _look(connection: Connection, command: CreateSeries, *, actor: Actor, clock: Clock) -> _Asking:
    check_one_day(command)
    checked = await check_new_wish(connection, command, actor=actor)
    given = (connection, checked.season, checked.policies, checked.owner, checked.wish, command.repeat)
    return await _look_at(*given, already=(), actor=actor, clock=clock)


async def _look_for_more(
    connection: Connection, opened: Opened, command: AddDays, *, actor: Actor, clock: Clock
) -> _Asking:
    must_have_verified_address(actor)
    if state_of(opened.dates) == "cancelled":
        raise SeriesEnded
    season = await seasons.get_season(connection, opened.row.season_id)
    policies = await seasons.get_policies(connection, season.id)
    pattern = [date for date in opened.dates if date.request.state in LIVE][-1:] or opened.dates[-1:]
    request = pattern[0].request
    activities = (await requests.list_activities(connection, [request.id]))[request.id]
    posts = (await requests.list_posts(connection, [request.id]))[request.id]
    wish = completed(wish_of_stored(request, activities, posts), season)
    already = {date.day for date in opened.dates if date.request.state in LIVE}
    given = (connection, season, policies, owner_of(request), wish, command.repeat)
    return await _look_at(*given, already=already, actor=actor, clock=clock)


async def _look_at(
    connection: Connection,
    season: Season,
    policies: Policies,
    owner: Owner,
    wish: RequestWish,
    repeat: Repeat,
    *,
    already: Collection[date],
    actor: Actor,
    clock: Clock,
) -> _Asking:
    days = days_of(repeat, season)
    check_hours(repeat, wish.activities)
    asked = Asked(
        season=season,
        policies=policies,
        owner=owner,
        activities=wish.activities,
        from_time=repeat.from_time,
        until_time=repeat.until_time,
    )
    found = await look_at_days(connection, asked, days, already=already, for_centre=actor.organises, clock=clock)
    return _Asking(season=season, policies=policies, owner=owner, wish=wish, repeat=repeat, days=found)


async def _ask(
    connection: Connection, series_id: UUID, asking: _Asking, *, draft: bool, actor: Actor, clock: Clock
) -> tuple[UUID, ...]:
    hours = {"from_time": asking.repeat.from_time, "until_time": asking.repeat.until_time}
    made = []
    for day in asking.possible:
        wish = on_day(asking.wish, day, **hours)
        request_id = await service.insert_checked(
            connection, wish, asking.season, asking.owner, draft=draft, actor=actor, now=clock.now()
        )
        await repository.add_request(connection, series_id, request_id, day)
        made.append(request_id)
    await repository.take_days_in(connection, series_id, asking.possible)
    dropped = [day for day in asking.days if day.reason not in (None, "asked")]
    await repository.drop_days(connection, series_id, dropped)
    await repository.raise_version(connection, series_id)
    # Numbers are taken before the employer is locked, as by whoever asks for one request.
    given = (connection, asking.season, asking.policies, asking.owner)
    if draft:
        await service.must_have_few_drafts(*given, actor=actor)
    else:
        await service.lock_free_to_ask(*given, actor=actor, clock=clock, series_id=series_id)
        for request_id in made[:1]:  # a series is told as one
            await tell_near_deciders(connection, request_id, asking.season.id, actor=actor, clock=clock)
    await must_have_room(connection, asking.owner.id, actor=actor)
    return tuple(made)


async def _drafts_by_day(
    connection: Connection, opened: Opened, *, actor: Actor, clock: Clock
) -> list[tuple[SeriesDate, DayOfSeries]]:
    """List the dates that can be sent, each with whether it is still possible."""
    able = opened.able("submit")
    season = await seasons.get_season(connection, opened.row.season_id)
    policies = await seasons.get_policies(connection, season.id)
    stored = await requests.list_activities(connection, ids_of(able))
    found = []
    for date_of in able:
        activities = stored[date_of.request.id]
        windows = {window for activity in activities for window in activity.windows}
        looked = DayOfSeries(day=date_of.day)
        if len(windows) == 1 and all(activity.windows for activity in activities):
            (window,) = windows
            asked = Asked(
                season=season,
                policies=policies,
                owner=owner_of(date_of.request),
                activities=completed(wish_of_stored(date_of.request, activities, ()), season).activities,
                from_time=window.from_time,
                until_time=window.until_time,
            )
            # Who gave it other days by hand has left the series' pattern: its own rules are checked as it is sent.
            if window.first_day == window.last_day:
                days = [window.first_day]
                (looked,) = await look_at_days(connection, asked, days, for_centre=actor.organises, clock=clock)
        found.append((date_of, msgspec.structs.replace(looked, day=date_of.day)))
    return found


def _must_be_expected(asking: _Asking, expected: Sequence[date] | None) -> None:
    """Check that some day is possible, and the same ones as were looked at. Raises NoDayLeft, DaysChanged."""
    if not asking.possible:
        raise _none_left(asking.days)
    if expected is not None and {*expected} != {*asking.possible}:
        raise DaysChanged(extra={"days": msgspec.to_builtins(asking.days)})


def _none_left(days: Sequence[DayOfSeries]) -> NoDayLeft:
    return NoDayLeft(extra={"days": msgspec.to_builtins(days)})
