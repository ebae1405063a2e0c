"""Free placements, looked for in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from app.bookings.domain import Placement
from app.bookings.repository import Bookable
from app.clock import END_OF_DAY, MINUTES_OF_A_DAY, start_minute
from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.kinds import FAIRS, TALKS
from app.seasons.calendar import Calendar

_queries = load_queries(__file__)


async def list_free_placements(
    connection: Connection,
    activity: Bookable,
    starts: Sequence[tuple[datetime, datetime]],
    *,
    calendar: Calendar,
    own_rooms_only: bool,
    rules: Mapping[str, Any],
    zone: ZoneInfo,
    batch: int,
) -> list[Placement]:
    """List the first free placements of an activity at some starts: (moment, the same on the school's clock).

    `rules` are the policies of a season that has no others.
    """
    is_fair = activity.kind in FAIRS
    ends = [_minutes_later(local, activity.duration_minutes) for _, local in starts]
    rows: Any = _queries.list_free_placements(
        connection,
        starts=[start for start, _ in starts],
        weekdays=[calendar.weekday(local.date()) for _, local in starts],
        from_times=[local.time() for _, local in starts],
        until_times=ends,
        duration_minutes=activity.duration_minutes,
        kind=activity.kind,
        capacity=activity.capacity_each if activity.rooms_needed else 0,
        booths=activity.booths,
        features=list(activity.features),
        campus_ids=list(activity.campus_ids),
        asked_for=list(activity.asked_room_ids),
        department_id=activity.department_id,
        own_rooms_only=own_rooms_only,
        rooms_needed=activity.rooms_needed,
        needs_channel=activity.needs_channel,
        team_ids=list(activity.team_ids),
        activity_id=activity.id,
        request_id=activity.request_id,
        season_id=activity.season_id,
        zone=zone.key,
        rules=dict(rules),
        counted_kinds=list(FAIRS if is_fair else TALKS if activity.kind in TALKS else ()),
        per_day=_limit_of_a_day(activity),
        are_spaced=is_fair and activity.owner_kind == "employer",
        batch=batch,
    )
    return await fetch_all(Placement, rows)


def _limit_of_a_day(activity: Bookable) -> str | None:
    if activity.owner_kind == "employer" and activity.kind in TALKS:
        return "talks_per_day_per_employer"
    if activity.owner_kind == "department" and activity.kind in FAIRS:
        return "fairs_per_day_per_department"
    return None


def _minutes_later(moment: datetime, minutes: int) -> time:
    total = min(start_minute(moment.time()) + minutes, MINUTES_OF_A_DAY)
    return END_OF_DAY if total == MINUTES_OF_A_DAY else time(total // 60, total % 60)
