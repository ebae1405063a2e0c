"""Licences end: the employer is told some days before, and is reviewed again when its licence has ended.

What was promised stays. Each licence is looked at once: an organiser who verifies the employer afterwards decides.
"""

from datetime import date, datetime, timedelta
from typing import Any

from app.clock import Clock
from app.database import Connection, load_queries
from app.employers import repository
from app.employers.moving import start_review
from app.events import LicenceEnded, LicenceEndsSoon
from app.outbox import append
from app.seasons import repository as seasons
from app.seasons.policies import DEFAULT_POLICIES

_queries = load_queries(__file__)


async def look_at_licences(connection: Connection, *, clock: Clock, batch: int) -> int:
    """Tell whose licence ends soon, and review whose has ended; give how many there were."""
    now = clock.now()
    today = clock.local(now).date()
    policies = await seasons.find_policies_of_day(connection, today) or DEFAULT_POLICIES
    told = await _note_ending(connection, today, policies.licence_notice_days, now=now, batch=batch)
    for row in told:
        event = LicenceEndsSoon(subject_id=row["employer_id"], last_day=row["valid_until"])
        await append(connection, event, actor_id=None, now=now)
    ended = [row async for row in _queries.note_licences_ended(connection, today=today, now=now, batch=batch)]
    for row in ended:
        employer = await repository.lock_employer(connection, row["employer_id"])
        event_of_end = LicenceEnded(subject_id=employer.id, last_day=row["valid_until"])
        await append(connection, event_of_end, actor_id=None, now=now)
        await start_review(connection, employer, actor=None, clock=clock)
    return len(told) + len(ended)


async def _note_ending(connection: Connection, today: date, days: int, *, now: datetime, batch: int) -> list[Any]:
    if not days:
        return []
    until = today + timedelta(days=days)
    rows = _queries.note_licences_ending(connection, today=today, until=until, now=now, batch=batch)
    return [row async for row in rows]
