"""What time does to requests without a decision or a place: once their days are over they expire, with notice."""

from datetime import date
from uuid import UUID

from app.clock import Clock
from app.database import Connection, Database
from app.decisions import repository
from app.decisions.endings import end_request
from app.events import RequestLapsed, RequestLapsesSoon
from app.outbox import append
from app.requests import repository as requests
from app.requests.domain import Request
from app.requests.states import MOVES
from app.seasons import repository as seasons


async def lapse_requests(database: Database, *, clock: Clock, batch: int) -> int:
    """Let requests expire whose last day is over, and tell the owners of those for whom it comes near.

    Give how many there were. A request is over as soon as one of its steps is. Each is locked for itself.
    """
    today = clock.local(clock.now()).date()
    async with database.read() as connection:
        ending = await repository.list_ending(connection, today=today, batch=batch)
    return sum([await database.transact(_look_at, entry.request_id, today, clock=clock) for entry in ending])


async def _look_at(connection: Connection, request_id: UUID, today: date, *, clock: Clock) -> bool:
    request = await requests.lock_request(connection, request_id)
    entry = await repository.find_ending(connection, request_id)
    if request.state not in MOVES["lapse"].before or entry is None:
        return False
    if entry.last_day < today:
        await _lapse(connection, request, entry.last_day, clock=clock)
        return True
    policies = await seasons.get_policies(connection, request.season_id)
    calendar = await seasons.get_calendar(connection, today, entry.last_day)
    is_near = entry.last_day <= calendar.add_working_days(today, policies.lapse_notice_working_days)
    if not is_near or entry.is_told or policies.lapse_notice_working_days == 0:
        return False
    event = RequestLapsesSoon(subject_id=request.id, season_id=request.season_id, last_day=entry.last_day)
    await append(connection, event, actor_id=None, now=clock.now())
    return True


async def _lapse(connection: Connection, request: Request, last_day: date, *, clock: Clock) -> None:
    event = RequestLapsed(subject_id=request.id, season_id=request.season_id, last_day=last_day)
    await end_request(connection, request, (), "expired", event, note="", actor=None, now=clock.now())
