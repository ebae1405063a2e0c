"""Tells owners of approvals that no place has followed; of the others the message about the place says enough."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.database import Connection, Database
from app.decisions.escalating import overdue_since
from app.events import RequestAwaitsPlace, SeriesAwaitsPlaces
from app.notifications.approvals import repository
from app.outbox import append
from app.requests import repository as requests
from app.seasons import repository as seasons


async def tell_approvals(database: Database, *, clock: Clock, batch: int) -> int:
    """Tell of what was approved so long ago as each season waits for a place; give how many messages there were."""
    today = clock.local(clock.now()).date()
    async with database.read() as connection:
        going_on = [season for season in await seasons.list_seasons(connection) if season.last_day >= today]
    return sum([await _tell_season(database, season.id, clock=clock, batch=batch) for season in going_on])


async def _tell_season(database: Database, season_id: UUID, *, clock: Clock, batch: int) -> int:
    async with database.read() as connection:
        days = (await seasons.get_policies(connection, season_id)).approval_told_after_working_days
        before = await overdue_since(connection, days, clock=clock) or clock.now()
        untold = await repository.list_untold(connection, season_id, before=before, batch=batch)
    together: dict[UUID, list[UUID]] = {}
    for one in untold:
        together.setdefault(one.series_id or one.request_id, []).append(one.request_id)
    return sum(
        [
            await database.transact(_tell, season_id, request_ids, before, now=clock.now())
            for request_ids in together.values()
        ]
    )


async def _tell(
    connection: Connection, season_id: UUID, request_ids: Sequence[UUID], before: datetime, *, now: datetime
) -> bool:
    """Tell of one request or of the dates of a series, unless somebody else has, or a place came just now."""
    await requests.lock_requests(connection, sorted(request_ids))
    untold = await repository.list_untold(
        connection, season_id, before=before, batch=len(request_ids), request_ids=request_ids
    )
    if not untold:
        return False
    ids, series_id = tuple(one.request_id for one in untold), untold[0].series_id
    event = (
        RequestAwaitsPlace(subject_id=ids[0], season_id=season_id)
        if series_id is None
        else SeriesAwaitsPlaces(subject_id=series_id, season_id=season_id, request_ids=ids)
    )
    await append(connection, event, actor_id=None, now=now)
    return True
