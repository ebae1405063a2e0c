"""Use cases of seasons: open, change, set a policy, change the calendar."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from app.actors import Actor, account_of
from app.database import Connection
from app.errors import PreconditionFailed
from app.events import CalendarChanged, PolicyChanged, SeasonChanged, SeasonCreated
from app.facts.domain import changes_of
from app.facts.locks import lock_every_season, lock_season
from app.outbox import append
from app.permissions import must
from app.seasons import repository
from app.seasons.calendar import CalendarDay, national_days
from app.seasons.domain import ChangeSeason, CreateSeason, Season, check_season
from app.seasons.policies import DEFAULT_POLICIES, Policies, check_policy


async def create_season(connection: Connection, command: CreateSeason, *, actor: Actor | None, now: datetime) -> Season:
    """Open a season, with the national calendar of its years.

    `actor` is None for the command line. Raises Invalid, SeasonCodeTaken.
    """
    if actor is not None:
        must(actor, "change_seasons")
    check_season(command)
    await lock_every_season(connection)
    season = await repository.insert_season(connection, command, now=now)
    await _learn_years(connection, season.first_day, season.last_day)
    event = SeasonCreated(subject_id=season.id, season_id=season.id)
    await append(connection, event, actor_id=account_of(actor), now=now)
    return season


async def change_season(
    connection: Connection,
    season_id: UUID,
    command: ChangeSeason,
    *,
    expected_version: int | None,
    actor: Actor,
    now: datetime,
) -> Season:
    """Change some of a season. Raises Invalid, SeasonNotFound, PreconditionFailed."""
    must(actor, "change_seasons")
    await lock_every_season(connection)  # a year that is learnt is the calendar of all of them
    season = await repository.get_season(connection, season_id)
    changes = changes_of(command)
    changed = msgspec.structs.replace(season, **changes)
    check_season(changed)
    changed = await repository.update_season(connection, changed, expected_version=expected_version)
    await _learn_years(connection, changed.first_day, changed.last_day)
    event = SeasonChanged(subject_id=season_id, season_id=season_id, changed=tuple(changes))
    await append(connection, event, actor_id=actor.account_id, now=now)
    return changed


async def set_policy(
    connection: Connection,
    season_id: UUID,
    name: str,
    value: Any,
    *,
    reason: str,
    actor: Actor | None,
    now: datetime,
    seen: Any = UNSET,
) -> Policies:
    """Set one policy, with who and why. `seen` is the value that the person changes, if it was shown.

    Raises UnknownPolicy, SeasonNotFound, PreconditionFailed, Invalid, msgspec.ValidationError.
    """
    if actor is not None:
        must(actor, "change_seasons")
    await lock_season(connection, season_id)
    await repository.get_season(connection, season_id)
    stored = check_policy(name, value)
    lines = {line.name: line.value for line in await repository.list_policies(connection, season_id)}
    old = lines.get(name, msgspec.to_builtins(getattr(DEFAULT_POLICIES, name)))
    if seen is not UNSET and seen != old:
        raise PreconditionFailed
    actor_id = account_of(actor)
    await repository.upsert_policy(connection, season_id, name, stored, set_by=actor_id, now=now, reason=reason)
    event = PolicyChanged(subject_id=season_id, season_id=season_id, policy=name, old=old, new=stored)
    await append(connection, event, actor_id=actor_id, now=now, reason=reason)
    return await repository.get_policies(connection, season_id)


async def set_calendar_day(connection: Connection, day: CalendarDay, *, actor: Actor, now: datetime) -> None:
    """Set whether a day is worked, by the school; its year counts as known from then on."""
    must(actor, "change_seasons")
    await lock_every_season(connection)
    await repository.upsert_school_day(connection, day)
    await repository.mark_year_known(connection, day.day.year)
    event = CalendarChanged(subject_id=actor.account_id, day=day.day.isoformat(), is_working=day.is_working)
    await append(connection, event, actor_id=actor.account_id, now=now)


async def _learn_years(connection: Connection, first_day: date, last_day: date) -> None:
    # A year before and after too: lead times and deadlines reach beyond the season's ends.
    for year in range(first_day.year - 1, last_day.year + 2):
        days = national_days(year)
        if days is not None:
            await repository.insert_national_year(connection, year, days)
