"""Free placements near to a wish, which a refusal offers instead."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from app.bookings.domain import Placement
from app.bookings.free_repository import list_free_placements
from app.bookings.itinerary_rules import broken_order
from app.bookings.placement_rules import USUAL_RULES, grid_starts
from app.bookings.repository import Bookable, Step
from app.clock import Clock
from app.database import Connection
from app.seasons import repository as seasons
from app.seasons.calendar import each_day
from app.seasons.domain import Season

OFFERED = 3
# Days around the wish, the nearest first; the next ring is asked only when the last gave too few.
_RINGS = (0, 3, 14, 60)
# So many free starts are looked at for each that is offered: neighbours overlap.
_OF_EACH = 8


async def find_alternatives(
    connection: Connection,
    activity: Bookable,
    wished: datetime,
    *,
    season: Season,
    steps: list[Step],
    clock: Clock,
    own_rooms_only: bool = False,
    allowed: Callable[[datetime, datetime], bool] | None = None,
    limit: int = OFFERED,
) -> list[Placement]:
    """Find up to `limit` free placements on working days of the season within its limits, nearest to the wish first.

    None begins before an earlier one ends, as far as there are enough others: half an hour later is no other choice.
    `steps` are those of the activity's request. `own_rooms_only` leaves the school's rooms out: department staff book
    in their own only. `allowed` says of a start and an end whether they may be.
    """
    calendar = await seasons.get_calendar(connection, season.first_day, season.last_day)
    wished_day = clock.local(wished).date()
    found, apart = list[Placement](), list[Placement]()
    for ring in _RINGS:
        days = [day for day in _days_around(wished_day, ring, season) if calendar.is_working(day)]
        starts = [
            (start, local)
            for start, local in _starts(season, wished, days, activity, steps, clock)
            if allowed is None or allowed(start, start + timedelta(minutes=activity.duration_minutes))
        ]
        found = await list_free_placements(
            connection,
            activity,
            starts,
            calendar=calendar,
            own_rooms_only=own_rooms_only,
            rules=USUAL_RULES,
            zone=clock.zone,
            batch=limit * _OF_EACH,
        )
        apart = _apart(found, limit)
        if len(apart) >= limit:
            break
    return [*apart, *(placement for placement in found if placement not in apart)][:limit]


def _apart(found: list[Placement], limit: int) -> list[Placement]:
    """Give the first ones of which none overlaps an earlier one."""
    apart: list[Placement] = []
    for placement in found:
        if len(apart) < limit and all(
            placement.ends_at <= other.starts_at or other.ends_at <= placement.starts_at for other in apart
        ):
            apart.append(placement)
    return apart


def _days_around(day: date, reach: int, season: Season) -> list[date]:
    first = max(day - timedelta(days=reach), season.first_day)
    last = min(day + timedelta(days=reach), season.last_day)
    return list(each_day(first, last))


def _starts(
    season: Season, wished: datetime, days: list[date], activity: Bookable, steps: list[Step], clock: Clock
) -> list[tuple[datetime, datetime]]:
    midnights = [datetime.combine(day, time(), clock.zone) for day in days]
    now, duration = clock.now(), timedelta(minutes=activity.duration_minutes)
    return [
        (start, start)
        for start in grid_starts(season, wished, midnights, activity.duration_minutes)
        if start > now and not broken_order(steps, activity.id, start, start + duration, clock)
    ]
