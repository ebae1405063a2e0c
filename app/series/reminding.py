"""Tells owners some days before that their series ends, once for each end, while there is time to ask for more."""

from datetime import date, timedelta
from typing import Final

from app.clock import Clock
from app.database import Connection
from app.events import SeriesEndsSoon
from app.outbox import append
from app.requests import repository as requests
from app.seasons import repository as seasons
from app.series import repository
from app.series.repository import EndingSeries

# As the query has them: what was decided and not given up.
DECIDED: Final = ("approved", "waitlisted", "scheduled", "took_place", "no_show")


async def remind_of_ends(connection: Connection, *, clock: Clock, batch: int) -> int:
    """Tell the owners of the series that run and end within the season's days; give how many there were."""
    today = clock.local(clock.now()).date()
    listed = await repository.list_ending(connection, today=today, batch=batch)
    return sum([await _look_at(connection, ending, today, clock=clock) for ending in listed])


async def _look_at(connection: Connection, ending: EndingSeries, today: date, *, clock: Clock) -> bool:
    await repository.lock_series(connection, ending.series_id)
    row = await repository.get_series(connection, ending.series_id)
    days = (await seasons.get_policies(connection, row.season_id)).series_end_notice_days
    season = await seasons.get_season(connection, row.season_id)
    if days == 0 or ending.last_day > today + timedelta(days=days) or ending.last_day >= season.last_day:
        return False
    await repository.mark_end_told(connection, ending.series_id, ending.last_day)
    # Whoever had the dates that are over may have handed the others on.
    listed = await requests.list_requests(connection, row.season_id, states=DECIDED, request_ids=row.request_ids)
    coming = sorted((one.series_day, one.id) for one in listed if one.series_day and one.series_day >= today)
    if not coming:
        return False
    event = SeriesEndsSoon(
        subject_id=ending.series_id,
        season_id=row.season_id,
        request_ids=tuple(request_id for _, request_id in coming),
        last_day=ending.last_day,
    )
    await append(connection, event, actor_id=None, now=clock.now())
    return True
