"""Which days of a series are possible, and why others drop out: the calendar's rules first, then rooms and people."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec

from app.bookings.placement_rules import grid_starts
from app.clock import END_OF_DAY, MINUTES_OF_A_DAY, Clock, end_minute, start_minute
from app.database import Connection
from app.kinds import FAIRS, TALKS
from app.requests.checks import asking_span, takes_channel
from app.requests.domain import ActivityWish
from app.requests.repository import Owner
from app.seasons import repository as seasons
from app.seasons.calendar import Calendar
from app.seasons.domain import Season
from app.seasons.policies import Policies
from app.series import repository
from app.series.domain import DayOfSeries, DayReason

# The greatest value of a limit is none.
_NO_LIMIT: Final = 1000


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for on each day: completed activities of an owner, within hours."""

    season: Season
    policies: Policies
    owner: Owner
    activities: tuple[ActivityWish, ...]
    from_time: time
    until_time: time


async def look_at_days(
    connection: Connection,
    asked: Asked,
    days: Sequence[date],
    *,
    already: Collection[date] = (),
    for_centre: bool,
    clock: Clock,
) -> list[DayOfSeries]:
    """Say of each day whether it is possible, and if not, why; `already` are in the series."""
    by_calendar = await _by_calendar(connection, asked, days, already, for_centre=for_centre, clock=clock)
    left = [day.day for day in by_calendar if day.reason is None]
    if not left:
        return by_calendar
    calendar = await seasons.get_calendar(connection, min(left), max(left))
    reasons: dict[date, DayReason] = {}
    for activity in asked.activities:
        found = await _by_place(connection, asked, activity, left, calendar, clock)
        for day in left:
            # A day without any start has hours in which the season is shut.
            if (reason := found.get(day, "not_open")) is not None:
                reasons.setdefault(day, reason)
    return [msgspec.structs.replace(day, reason=reasons.get(day.day, day.reason)) for day in by_calendar]


async def _by_calendar(
    connection: Connection,
    asked: Asked,
    days: Sequence[date],
    already: Collection[date],
    *,
    for_centre: bool,
    clock: Clock,
) -> list[DayOfSeries]:
    today, season = clock.local(clock.now()).date(), asked.season
    earliest, latest, _ = await asking_span(connection, season, asked.policies, today=today)
    calendar = await seasons.get_calendar(connection, min(days), max(days))

    def look(day: date) -> DayOfSeries:
        if day < today:
            return DayOfSeries(day=day, reason="past")
        if not season.first_day <= day <= season.last_day:
            return DayOfSeries(day=day, reason="outside_season")
        if day in already:
            return DayOfSeries(day=day, reason="asked")
        if not calendar.is_working(day):
            return DayOfSeries(day=day, reason="day_off")
        if day < earliest:
            return DayOfSeries(day=day, reason="near", bound=earliest)
        if day > latest and not for_centre:
            return DayOfSeries(day=day, reason="far", bound=latest)
        return DayOfSeries(day=day)

    return [look(day) for day in days]


async def _by_place(
    connection: Connection, asked: Asked, activity: ActivityWish, days: Sequence[date], calendar: Calendar, clock: Clock
) -> dict[date, DayReason | None]:
    starts = _starts(asked, activity, days, clock)
    rooms = activity.rooms_needed or 0
    local = [clock.local(start) for start in starts]
    return await repository.look_at_days(
        connection,
        starts=starts,
        days=[moment.date() for moment in local],
        weekdays=[calendar.weekday(moment.date()) for moment in local],
        from_times=[moment.time() for moment in local],
        until_times=[_ends(moment, activity.duration_minutes) for moment in local],
        duration_minutes=activity.duration_minutes,
        kind=activity.kind,
        capacity=-(-activity.attendance // rooms) if rooms else 0,
        booths=activity.booths,
        features=list(activity.features),
        campus_ids=list(activity.campus_ids),
        asked_for=list(activity.asked_room_ids),
        employer_id=asked.owner.employer_id,
        department_id=asked.owner.department_id,
        rooms_needed=rooms,
        needs_channel=takes_channel(activity),
        season_id=asked.season.id,
        zone=clock.zone.key,
        longest_minutes=asked.policies.room_max_minutes,
        counted_kinds=list(FAIRS if activity.kind in FAIRS else TALKS if activity.kind in TALKS else ()),
        per_day=_limit_of_a_day(asked, activity),
    )


def _starts(asked: Asked, activity: ActivityWish, days: Sequence[date], clock: Clock) -> list[datetime]:
    """List the starts on the season's grid at which the activity lies within the hours asked for."""
    opens, closes = start_minute(asked.from_time), end_minute(asked.until_time)
    usual = asked.policies.usual_starts if asked.policies.only_usual_starts else None
    midnights = [datetime.combine(day, time(), clock.zone) for day in days]
    found = []
    for start in grid_starts(asked.season, midnights[0], midnights, activity.duration_minutes):
        begins = start_minute(clock.local(start).time())
        within = opens <= begins and begins + activity.duration_minutes <= closes
        if within and (usual is None or f"{clock.local(start):%H:%M}" in usual):
            found.append(start)
    return found


def _ends(moment: datetime, minutes: int) -> time:
    ends = moment + timedelta(minutes=minutes)
    total = start_minute(moment.time()) + minutes
    return END_OF_DAY if total >= MINUTES_OF_A_DAY else ends.time()


def _limit_of_a_day(asked: Asked, activity: ActivityWish) -> int:
    if asked.owner.kind == "employer" and activity.kind in TALKS:
        return asked.policies.talks_per_day_per_employer
    if asked.owner.kind == "department" and activity.kind in FAIRS:
        return asked.policies.fairs_per_day_per_department
    return _NO_LIMIT
