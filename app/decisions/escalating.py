"""Reminds the deciders of what waits for longer than the rules allow: once of each request and each employer.

Of requests that are decided near the room, whoever has the duty to is told too.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from app.clock import Clock
from app.database import Connection
from app.decisions import repository
from app.events import DecisionsLate, DecisionsOverdue
from app.outbox import append, append_all
from app.requests.domain import Request
from app.requests.limits import is_within_limits
from app.requests.near import list_near_deciders
from app.requests.repository import get_request
from app.seasons import repository as seasons


async def remind_of_overdue(connection: Connection, *, clock: Clock, batch: int) -> int:
    """Tell the organisers of the requests and employers that became overdue; give how many there were.

    Employers belong to no season: they are told with the one that runs, else the newest one.
    """
    today = clock.local(clock.now()).date()
    listed = await seasons.list_seasons(connection)
    running = [season for season in listed if season.first_day <= today <= season.last_day] or listed[:1]
    count = 0
    for season in listed:
        days = (await seasons.get_policies(connection, season.id)).request_decision_working_days
        requests = await _overdue_requests(connection, season.id, days, clock=clock, batch=batch)
        employers = []
        if season.id == running[0].id:
            employers = await repository.note_overdue_employers(connection, now=clock.now(), batch=batch)
        if not requests and not employers:
            continue
        event = DecisionsOverdue(
            subject_id=season.id, season_id=season.id, request_ids=tuple(requests), employer_ids=tuple(employers)
        )
        await append(connection, event, actor_id=None, now=clock.now())
        await _tell_near(connection, season.id, requests, clock=clock)
        count += len(requests) + len(employers)
    return count


async def _tell_near(connection: Connection, season_id: UUID, request_ids: Sequence[UUID], *, clock: Clock) -> None:
    now, near = clock.now(), defaultdict[UUID, list[UUID]](list)
    for request_id in request_ids:
        deciders = await list_near_deciders(connection, request_id, today=clock.local(now).date())
        if deciders and await is_within_limits(connection, await get_request(connection, request_id)):
            for account_id in deciders:
                near[account_id].append(request_id)
    late = [
        DecisionsLate(subject_id=account_id, season_id=season_id, request_ids=tuple(ids))
        for account_id, ids in near.items()
    ]
    await append_all(connection, late, actor_id=None, now=now)


async def overdue_since(connection: Connection, days: int, *, clock: Clock) -> datetime | None:
    """Give the moment before which what waits was due by now; None where the rule sets no time."""
    if days == 0:
        return None
    now = clock.now()
    today = clock.local(now).date()
    calendar = await seasons.get_calendar(connection, today - timedelta(days=60 + 7 * days), today)
    day = today
    while calendar.due(datetime.combine(day, time(), clock.zone), days, clock.zone) > now:
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), clock.zone)


def is_overdue(request: Request, before: datetime | None) -> bool:
    """Whether a request waits for its decision since before a moment."""
    return (
        before is not None
        and request.state == "submitted"
        and request.submitted_at is not None
        and request.submitted_at < before
    )


async def _overdue_requests(
    connection: Connection, season_id: UUID, days: int, *, clock: Clock, batch: int
) -> list[UUID]:
    before = await overdue_since(connection, days, clock=clock)
    if before is None:
        return []
    return await repository.note_overdue_requests(connection, season_id, before=before, now=clock.now(), batch=batch)
