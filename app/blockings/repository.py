"""Blockings and exceptions of closures in PostgreSQL."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import msgspec

from app.blockings.domain import BlockingNotFound, BlockingRow, BlockingState, Exemption, FreeRoom
from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.venues.closure_domain import Closure
from app.venues.closure_repository import Spans

_queries = load_queries(__file__)


class BlockingDays(msgspec.Struct, frozen=True, kw_only=True):
    """When and why something is blocked, as it is stored."""

    first_day: date
    last_day: date
    from_time: time | None
    until_time: time | None
    starts_at: datetime
    ends_at: datetime
    reason_code: str
    note: str


class NamedActivity(msgspec.Struct, frozen=True):
    """An activity, and the request that it is of."""

    id: UUID
    request_id: UUID
    season_id: UUID


class ClosureInTheWay(msgspec.Struct, frozen=True, kw_only=True):
    """A closure in which an activity would be booked, and whose it is."""

    id: UUID
    resource_id: UUID
    blocking_id: UUID | None
    reason_code: str
    note: str
    department_zh: str | None
    department_en: str | None


class KeptCase(msgspec.Struct, frozen=True):
    """A case that ended with an exception, and its booking."""

    case_id: UUID
    booking_id: UUID


async def insert_blocking(
    connection: Connection,
    resource_id: UUID,
    days: BlockingDays,
    *,
    department_id: UUID | None,
    state: BlockingState,
    asked_by: UUID,
    now: datetime,
) -> UUID:
    """Insert a blocking that waits, or counts at once."""
    blocking_id: UUID = await _queries.insert_blocking(
        connection,
        resource_id=resource_id,
        department_id=department_id,
        state=state,
        asked_by=asked_by,
        now=now,
        **msgspec.structs.asdict(days),
    )
    return blocking_id


async def get_blocking(connection: Connection, blocking_id: UUID) -> BlockingRow:
    """Give a blocking. Raises BlockingNotFound."""
    found = await _list(connection, blocking_id=blocking_id)
    if not found:
        raise BlockingNotFound
    return found[0]


async def lock_blocking(connection: Connection, blocking_id: UUID) -> BlockingRow:
    """Give a blocking that nobody decides or changes meanwhile. Raises BlockingNotFound."""
    await _queries.lock_blocking(connection, blocking_id=blocking_id)
    return await get_blocking(connection, blocking_id)


async def list_blockings(connection: Connection, **which: Any) -> list[BlockingRow]:
    """List blockings, those that wait first: of one `resource_id`, in `states`, that end after or begin before."""
    return await _list(connection, **which)


async def list_blockings_of(connection: Connection, department_id: UUID | None, **which: Any) -> list[BlockingRow]:
    """List the blockings of a department, or of the career centre (None)."""
    return await _list(connection, any_department=False, department_id=department_id, **which)


async def _list(
    connection: Connection,
    *,
    blocking_id: UUID | None = None,
    resource_id: UUID | None = None,
    department_id: UUID | None = None,
    any_department: bool = True,
    states: Sequence[BlockingState] | None = None,
    ends_after: datetime | None = None,
    begins_before: datetime | None = None,
) -> list[BlockingRow]:
    rows = _queries.list_blockings(
        connection,
        blocking_id=blocking_id,
        resource_id=resource_id,
        department_id=department_id,
        any_department=any_department,
        states=None if states is None else list(states),
        ends_after=ends_after,
        begins_before=begins_before,
    )
    return await fetch_all(BlockingRow, rows)


async def update_blocking(connection: Connection, blocking_id: UUID, days: BlockingDays) -> None:
    """Change days, hours, reason and note of a locked blocking."""
    await _queries.update_blocking(connection, blocking_id=blocking_id, **msgspec.structs.asdict(days))


async def decide_blocking(
    connection: Connection,
    blocking_id: UUID,
    state: BlockingState,
    *,
    decided_by: UUID,
    now: datetime,
    note: str = "",
    instead_id: UUID | None = None,
) -> None:
    """Give a locked blocking another state."""
    await _queries.decide_blocking(
        connection,
        blocking_id=blocking_id,
        state=state,
        decided_by=decided_by,
        now=now,
        decision_note=note,
        instead_id=instead_id,
    )


async def list_closures_of(connection: Connection, blocking_id: UUID) -> list[Closure]:
    """List the closures that a blocking made."""
    return await fetch_all(Closure, _queries.list_closures_of(connection, blocking_id=blocking_id))


async def delete_closures_of(connection: Connection, blocking_id: UUID) -> None:
    """Delete the closures that a blocking made."""
    await _queries.delete_closures_of(connection, blocking_id=blocking_id)


async def list_free_rooms(
    connection: Connection, resource_id: UUID, spans: Spans, *, department_id: UUID | None
) -> list[FreeRoom]:
    """List the rooms like another one that are free in some spans: the school's, and a department's own."""
    rows = _queries.list_free_rooms(
        connection,
        resource_id=resource_id,
        department_id=department_id,
        starts=[starts_at for starts_at, _ in spans],
        ends=[ends_at for _, ends_at in spans],
    )
    return await fetch_all(FreeRoom, rows)


async def insert_exemptions(
    connection: Connection,
    closure_ids: Sequence[UUID],
    activity_id: UUID,
    *,
    reason: str,
    made_by: UUID | None,
    now: datetime,
) -> list[UUID]:
    """Let an activity be in some closures; give those in which that is new."""
    rows = _queries.insert_exemptions(
        connection, closure_ids=list(closure_ids), activity_id=activity_id, reason=reason, made_by=made_by, now=now
    )
    return sorted([row["closure_id"] async for row in rows])


async def keep_cases(
    connection: Connection, activity_id: UUID, resource_id: UUID, *, reason: str, ended_by: UUID, now: datetime
) -> list[KeptCase]:
    """End the open cases of an activity that are about closures which make an exception for it now; give them."""
    rows = _queries.keep_cases(
        connection, activity_id=activity_id, resource_id=resource_id, reason=reason, ended_by=ended_by, now=now
    )
    return await fetch_all(KeptCase, rows)


async def delete_exemptions(connection: Connection, closure_ids: Sequence[UUID], activity_id: UUID) -> list[UUID]:
    """Let an activity be in some closures no longer; give those in which it might."""
    rows = _queries.delete_exemptions(connection, closure_ids=list(closure_ids), activity_id=activity_id)
    return [row["closure_id"] async for row in rows]


async def list_exemptions(connection: Connection, closure_ids: Sequence[UUID]) -> list[Exemption]:
    """List what may be in some closures."""
    return await fetch_all(Exemption, _queries.list_exemptions(connection, closure_ids=list(closure_ids)))


async def list_activities_named(
    connection: Connection,
    *,
    activity_id: UUID | None,
    reference: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> list[NamedActivity]:
    """List an activity by its id, or those of the requests with a number in the seasons that a stretch touches."""
    rows = _queries.list_activities_named(
        connection, activity_id=activity_id, reference=reference, starts_at=starts_at, ends_at=ends_at
    )
    return await fetch_all(NamedActivity, rows)


async def list_closures_in_the_way(
    connection: Connection, activity_id: UUID, resource_ids: Sequence[UUID], starts_at: datetime, ends_at: datetime
) -> list[ClosureInTheWay]:
    """List the closures in which an activity would be booked; those of what is out of use are not among them."""
    rows = _queries.list_closures_in_the_way(
        connection,
        resource_ids=list(resource_ids),
        activity_id=activity_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return await fetch_all(ClosureInTheWay, rows)


async def list_deciders(connection: Connection, resource_id: UUID, *, today: date) -> list[UUID]:
    """List who has the duty to decide about a room on a day."""
    rows = _queries.list_deciders(connection, resource_id=resource_id, today=today)
    return [row["account_id"] async for row in rows]
