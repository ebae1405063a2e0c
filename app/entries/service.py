"""Use cases of campus entry: enter who comes, name who receives them, list a day for the gate, forget in time."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.entries import repository
from app.entries.domain import CampusEntry, EntryClosed, GateLine, NotOnCampus, PutHost, PutVisitors
from app.entries.repository import EntryRow
from app.events import HostNamed, VisitorsEntered
from app.outbox import append
from app.permissions import may, must
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import ActivityNotFound, Request
from app.seasons import repository as seasons
from app.seasons.policies import DEFAULT_POLICIES


async def list_entries(connection: Connection, request_id: UUID, *, actor: Actor, clock: Clock) -> list[CampusEntry]:
    """List what is entered for a request's activities on campus. Raises RequestNotFound, Forbidden."""
    request = await requests.get_request(connection, request_id)
    must_see(actor, request)
    must(actor, "enter_visitors", own=True)
    rows = await repository.list_entries(connection, request_id=request_id)
    return [await _entry(connection, request, row, actor=actor, clock=clock) for row in rows]


async def put_visitors(
    connection: Connection, activity_id: UUID, command: PutVisitors, *, seen: int | None, actor: Actor, clock: Clock
) -> CampusEntry:
    """Enter everybody who comes for an activity.

    Raises ActivityNotFound, NotOnCampus, EntryClosed, PreconditionFailed.
    """
    request, row = await _lock(connection, activity_id, actor)
    must(actor, "enter_visitors", own=True)
    entry = await _entry(connection, request, row, actor=actor, clock=clock)
    if not entry.is_open:
        raise EntryClosed(until=clock.local(entry.until))
    must_be_seen(row.row_version, seen)
    await repository.upsert_visitors(connection, activity_id, command.visitors, now=clock.now())
    # Who they are is nobody's business but the gate's: the history says how many.
    event = VisitorsEntered(
        subject_id=request.id, season_id=request.season_id, activity_id=activity_id, count=len(command.visitors)
    )
    await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return await _read_again(connection, request, activity_id, actor=actor, clock=clock)


async def put_host(
    connection: Connection, activity_id: UUID, command: PutHost, *, seen: int | None, actor: Actor, clock: Clock
) -> CampusEntry:
    """Name who receives the visitors of an activity on site.

    Raises ActivityNotFound, Forbidden, NotOnCampus, PreconditionFailed.
    """
    request, row = await _lock(connection, activity_id, actor)
    must(actor, "name_host", own=request.department_id is not None)
    must_be_seen(row.host_version, seen)
    await repository.upsert_host(connection, activity_id, command, now=clock.now())
    event = HostNamed(subject_id=request.id, season_id=request.season_id, activity_id=activity_id)
    await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return await _read_again(connection, request, activity_id, actor=actor, clock=clock)


async def list_gate(
    connection: Connection, season_id: UUID, day: date, *, actor: Actor, clock: Clock
) -> list[GateLine]:
    """List who comes to campus on a day, for the gate."""
    must(actor, "see_gate")
    midnight = datetime.combine(day, time(), clock.zone)
    until = datetime.combine(day + timedelta(days=1), time(), clock.zone)
    return await repository.list_gate(connection, season_id, starts_at=midnight, ends_at=until)


async def forget_visitors(connection: Connection, *, now: datetime) -> int:
    """Delete who came to activities that are over as long as the seasons' rules say; give for how many activities."""
    return await repository.delete_over(connection, now=now, keep_days=DEFAULT_POLICIES.campus_entry_keep_days)


async def _lock(connection: Connection, activity_id: UUID, actor: Actor) -> tuple[Request, EntryRow]:
    request_id = await requests.get_request_of_activity(connection, activity_id)
    request = await requests.lock_request(connection, request_id)
    must_see(actor, request, hidden=ActivityNotFound)
    for row in await repository.list_entries(connection, activity_id=activity_id):
        return request, row
    raise NotOnCampus


async def _read_again(
    connection: Connection, request: Request, activity_id: UUID, *, actor: Actor, clock: Clock
) -> CampusEntry:
    (row,) = await repository.list_entries(connection, activity_id=activity_id)
    return await _entry(connection, request, row, actor=actor, clock=clock)


async def _entry(connection: Connection, request: Request, row: EntryRow, *, actor: Actor, clock: Clock) -> CampusEntry:
    policies = await seasons.get_policies(connection, request.season_id)
    until = await entry_closes_at(connection, row.starts_at, policies.campus_entry_until_working_days, clock)
    now = clock.now()
    in_time = now < (row.starts_at if may(actor, "enter_visitors", own=False) else until)
    return CampusEntry(**msgspec.structs.asdict(row), until=until, is_open=in_time)


async def entry_closes_at(connection: Connection, starts_at: datetime, working_days: int, clock: Clock) -> datetime:
    """Give until when visitors are entered by their owner: so many working days before, at the same hour."""
    first = clock.local(starts_at)
    day = await seasons.working_days_before(connection, first.date(), working_days)
    return datetime.combine(day, first.time(), clock.zone)
