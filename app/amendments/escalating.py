"""Reminds of changes that wait for longer than the rules allow: the organisers, and who decides near the room."""

from collections import defaultdict
from uuid import UUID

from app.amendments import repository
from app.amendments.near import list_change_deciders
from app.clock import Clock
from app.database import Connection
from app.decisions.escalating import overdue_since
from app.events import DecisionsLate, DecisionsOverdue
from app.outbox import append, append_all
from app.requests import repository as requests
from app.seasons import repository as seasons


async def remind_of_overdue_changes(connection: Connection, *, clock: Clock, batch: int) -> int:
    """Tell who decides of the changes that became overdue, of each once; give how many there were."""
    now, count = clock.now(), 0
    for season in await seasons.list_seasons(connection):
        days = (await seasons.get_policies(connection, season.id)).request_decision_working_days
        before = await overdue_since(connection, days, clock=clock)
        if before is None:
            continue
        noted = await repository.note_overdue(connection, season.id, before=before, now=now, batch=batch)
        if not noted:
            continue
        near: dict[UUID, list[UUID]] = defaultdict(list)
        for amendment_id in noted:
            amendment = await repository.get_amendment(connection, amendment_id)
            request = await requests.get_request(connection, amendment.request_id)
            today = clock.local(now).date()
            for account_id in await list_change_deciders(connection, request, amendment, today=today):
                near[account_id].append(request.id)
        late = [
            DecisionsLate(subject_id=account_id, season_id=season.id, changed_ids=tuple(ids))
            for account_id, ids in near.items()
        ]
        await append_all(connection, late, actor_id=None, now=now)
        overdue = DecisionsOverdue(subject_id=season.id, season_id=season.id, changed_ids=tuple(noted.values()))
        await append(connection, overdue, actor_id=None, now=now)
        count += len(noted)
    return count
