"""Series in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all, fetch_one
from app.series.domain import DayOfSeries, DayReason, SeriesNotFound, SeriesRow

_queries = load_queries(__file__)


async def insert_series(connection: Connection, season_id: UUID, *, now: datetime) -> UUID:
    """Insert a series without dates."""
    series_id: UUID = await _queries.insert_series(connection, season_id=season_id, now=now)
    return series_id


async def add_request(connection: Connection, series_id: UUID, request_id: UUID, day: date) -> None:
    """Make a request the one of a day."""
    await _queries.add_request(connection, series_id=series_id, request_id=request_id, day=day)


async def drop_days(connection: Connection, series_id: UUID, days: Sequence[DayOfSeries]) -> None:
    """Keep which days drop out, and why."""
    if days:
        await _queries.drop_days(
            connection,
            series_id=series_id,
            days=[day.day for day in days],
            reasons=[day.reason for day in days],
            bounds=[day.bound for day in days],
        )


async def take_days_in(connection: Connection, series_id: UUID, days: Sequence[date]) -> None:
    """Forget that days had dropped out."""
    await _queries.take_days_in(connection, series_id=series_id, days=list(days))


async def raise_version(connection: Connection, series_id: UUID) -> None:
    """Raise a series' own version."""
    await _queries.raise_version(connection, series_id=series_id)


async def lock_series(connection: Connection, series_id: UUID) -> None:
    """Lock a series until this transaction ends; its requests are locked after it."""
    await _queries.lock_series(connection, series_id=series_id)


async def get_series(connection: Connection, series_id: UUID) -> SeriesRow:
    """Give a series. Raises SeriesNotFound."""
    return await fetch_one(SeriesRow, _queries.find_series(connection, series_id=series_id), missing=SeriesNotFound)


async def list_dropped(connection: Connection, series_id: UUID) -> list[DayOfSeries]:
    """List the days that dropped out."""
    return await fetch_all(DayOfSeries, _queries.list_dropped(connection, series_id=series_id))


async def count_dates(
    connection: Connection, series_ids: Sequence[UUID], *, states: Sequence[str] | None = None
) -> dict[UUID, int]:
    """Count the dates of some series, only those in some states."""
    if not series_ids:
        return {}
    given = None if states is None else list(states)
    rows = _queries.count_dates(connection, series_ids=list(series_ids), states=given)
    return {row["series_id"]: row["dates"] async for row in rows}


class Counted(msgspec.Struct):
    """How many requests there are, and how many decisions: one for a series, however many of its dates are there."""

    requests: int = 0
    decisions: int = 0


async def count_decisions(
    connection: Connection, season_id: UUID, groups: Mapping[str, Sequence[str]]
) -> dict[str, Counted]:
    """Count requests, and what is decided together, in each group of states."""
    counted, seen = {name: Counted() for name in groups}, set[tuple[str, UUID]]()
    async for row in _queries.count_decisions(connection, season_id=season_id):
        for name in (name for name, states in groups.items() if row["state"] in states):
            of_series = row["series_id"]
            counted[name].requests += row["requests"]
            if of_series is None:
                counted[name].decisions += row["requests"]
            elif (name, of_series) not in seen:
                counted[name].decisions += 1
                seen.add((name, of_series))
    return counted


class EndingSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A series that runs, with its first and its last decided day."""

    series_id: UUID
    first_day: date
    last_day: date


async def list_ending(connection: Connection, *, today: date, batch: int) -> list[EndingSeries]:
    """List running series whose owner was not told of their last day."""
    return await fetch_all(EndingSeries, _queries.list_ending(connection, today=today, batch=batch))


async def mark_end_told(connection: Connection, series_id: UUID, last_day: date) -> None:
    """Note that the owner was told of the last day."""
    await _queries.mark_end_told(connection, series_id=series_id, last_day=last_day)


async def look_at_days(connection: Connection, **given: Any) -> dict[date, DayReason | None]:
    """Give for each day why an activity could not be on it."""
    return {row["day"]: row["reason"] async for row in _queries.look_at_days(connection, **given)}
