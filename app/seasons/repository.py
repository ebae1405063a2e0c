"""Seasons in PostgreSQL."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all, fetch_one, find_one
from app.errors import PreconditionFailed
from app.seasons.calendar import Calendar, CalendarDay
from app.seasons.domain import CreateSeason, PolicyLine, Season, SeasonCodeTaken, SeasonNotFound
from app.seasons.policies import Policies, policies_from_rows

_queries = load_queries(__file__)
on_constraint("season_code_unique", lambda _: SeasonCodeTaken())


async def insert_season(connection: Connection, command: CreateSeason, *, now: datetime) -> Season:
    """Insert a season. Raises SeasonCodeTaken."""
    return await fetch_one(Season, _queries.insert_season(connection, **msgspec.structs.asdict(command), now=now))


async def get_season(connection: Connection, season_id: UUID) -> Season:
    """Give a season. Raises SeasonNotFound."""
    return await fetch_one(Season, _queries.find_season(connection, season_id=season_id), missing=SeasonNotFound)


async def find_season_by_code(connection: Connection, code: str) -> Season | None:
    """Give the season of a code."""
    return await find_one(Season, _queries.find_season_by_code(connection, code=code))


async def list_seasons(connection: Connection) -> list[Season]:
    """List every season, the newest first."""
    return await fetch_all(Season, _queries.list_seasons(connection))


async def update_season(connection: Connection, season: Season, *, expected_version: int | None) -> Season:
    """Change a season. Raises PreconditionFailed when somebody changed it meanwhile."""
    values = msgspec.structs.asdict(season)
    for name in ("id", "code", "row_version"):
        del values[name]
    return await fetch_one(
        Season,
        _queries.update_season(connection, season_id=season.id, expected_version=expected_version, **values),
        missing=PreconditionFailed,
    )


async def list_policies(connection: Connection, season_id: UUID) -> list[PolicyLine]:
    """List what people changed, with who and why."""
    return await fetch_all(PolicyLine, _queries.list_policies(connection, season_id=season_id))


async def get_policies(connection: Connection, season_id: UUID) -> Policies:
    """Give a season's policies."""
    return policies_from_rows({line.name: line.value for line in await list_policies(connection, season_id)})


async def find_policies_of_day(connection: Connection, today: date) -> Policies | None:
    """Give the policies for what belongs to no season: those of the season that runs, else of the newest one."""
    seasons = await list_seasons(connection)
    running = [season for season in seasons if season.first_day <= today <= season.last_day]
    return await get_policies(connection, (running or seasons)[0].id) if seasons else None


async def upsert_policy(
    connection: Connection, season_id: UUID, name: str, value: Any, *, set_by: UUID | None, now: datetime, reason: str
) -> None:
    """Set one policy."""
    await _queries.upsert_policy(
        connection, season_id=season_id, name=name, value=value, set_by=set_by, now=now, reason=reason
    )


async def get_calendar(connection: Connection, first_day: date, last_day: date) -> Calendar:
    """Give the working calendar between two dates."""
    row = await _queries.find_calendar(connection, first_day=first_day, last_day=last_day)
    days = {day.day: day for day in msgspec.convert(row["days"], list[CalendarDay])}
    years = range(first_day.year, last_day.year + 1)
    return Calendar(days, tuple(year for year in years if year not in row["years"]))


async def working_days_before(connection: Connection, day: date, count: int) -> date:
    """Give the day that lies so many working days before another one."""
    # No run of days off is as long.
    calendar = await get_calendar(connection, day - timedelta(days=count * 3 + 14), day)
    return calendar.subtract_working_days(day, count)


async def insert_national_year(connection: Connection, year: int, days: list[CalendarDay]) -> None:
    """Insert a year's national swaps; what the school set stays."""
    await _queries.insert_calendar_year(connection, year=year, source="national")
    for day in days:
        await _queries.insert_national_day(
            connection, day=day.day, is_working=day.is_working, name_zh=day.name_zh, name_en=day.name_en
        )


async def upsert_school_day(connection: Connection, day: CalendarDay) -> None:
    """Set whether a day is worked, by the school."""
    await _queries.upsert_school_day(
        connection,
        day=day.day,
        is_working=day.is_working,
        name_zh=day.name_zh,
        name_en=day.name_en,
        follows_weekday=day.follows_weekday if day.is_working else None,
    )


async def mark_year_known(connection: Connection, year: int) -> None:
    """Note that somebody entered the year's swaps by hand."""
    await _queries.insert_calendar_year(connection, year=year, source="school")
