"""Gathers once a day, at the school's hour, what waits for digests. A worker may die at any moment: each digest is one
transaction with its event, so that a message is in one digest or still waits.
"""

from datetime import date, datetime, time
from uuid import UUID

from app.clock import Clock
from app.database import Connection, Database
from app.events import DigestGathered, InboxCounted
from app.notifications.digests import repository
from app.outbox import append
from app.seasons import repository as seasons


async def gather_digests(database: Database, *, clock: Clock, hour: int, batch: int) -> int:
    """Gather the digests of today, if its hour has come; give how many. What happens later is for tomorrow."""
    now = clock.now()
    today = clock.local(now).date()
    due = datetime.combine(today, time(hour), clock.zone)
    if now < due:
        return 0
    count = 0
    while True:
        async with database.read() as connection:
            recipients = await repository.list_recipients_due(connection, before=due, day=today, batch=batch)
        for recipient in recipients:
            count += await database.transact(_gather, recipient, due, today, now=now)
        if len(recipients) < batch:
            break
    async with database.read() as connection:
        season_ids = await repository.list_unread_seasons(connection, today)
    return count + sum([await database.transact(_count_inbox, season_id, today, now=now) for season_id in season_ids])


async def _gather(connection: Connection, recipient: str, due: datetime, today: date, *, now: datetime) -> bool:
    digest_id = await repository.gather_lines(connection, recipient, before=due, day=today)
    if digest_id is None:
        return False
    await append(connection, DigestGathered(subject_id=digest_id), actor_id=None, now=now)
    return True


async def _count_inbox(connection: Connection, season_id: UUID, today: date, *, now: datetime) -> bool:
    calendar = await seasons.get_calendar(connection, today, today)
    if not calendar.is_working(today):
        return False
    counts = (await repository.count_inbox(connection, [season_id], now=now))[season_id]
    if not counts.total or not await repository.note_inbox(connection, season_id, today):
        return False
    event = InboxCounted(subject_id=season_id, season_id=season_id)
    await append(connection, event, actor_id=None, now=now)
    return True
