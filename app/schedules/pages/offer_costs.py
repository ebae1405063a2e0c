"""What an offer gives up of the wishes, in words: 1 day later, 2 hours earlier, 60 seats fewer."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from app.clock import Clock, end_minute, start_minute
from app.layout.writing import Writing
from app.locales import Translator
from app.requests.domain import Activity, Window
from app.schedules.explanations import KeptOffer, OfferedPlacement
from app.schedules.reasons import COSTS

_ONLINE, _CAMPUS = COSTS["online"], COSTS["campus"]


def cost_words(
    offer: KeptOffer, activities: list[Activity], venues: dict[str, Any], translate: Translator, clock: Clock
) -> str:
    """Give each cost once; steps that cost the same are not repeated."""
    by_id = {activity.id: activity for activity in activities}
    writing = Writing(translate, clock.zone)
    words: list[str] = []
    for placement in offer.places:
        if (activity := by_id.get(placement.activity_id)) is not None:
            words += _of_placement(offer, placement, activity, venues, translate, writing, clock)
    if offer.moves:
        words.append(translate.plural("{count} other moves", "{count} others move", offer.moves))
    said = list(dict.fromkeys(words))
    return translate(", ").join(said or [translate(COSTS[name]) for name in offer.relaxed if name in COSTS])


def _of_placement(
    offer: KeptOffer,
    placement: OfferedPlacement,
    activity: Activity,
    venues: dict[str, Any],
    translate: Translator,
    writing: Writing,
    clock: Clock,
) -> Iterator[str]:
    start, end = clock.local(placement.starts_at), clock.local(placement.ends_at)
    nearest = min(activity.windows, key=lambda window: abs(_days_off(window, start.date())), default=None)
    days = 0 if nearest is None else _days_off(nearest, start.date())
    if days > 0:
        yield translate.plural("{count} day later", "{count} days later", days)
    elif days < 0:
        yield translate.plural("{count} day earlier", "{count} days earlier", -days)
    elif minutes := _minutes_off(activity.windows, start, end):
        time = writing.hours(abs(minutes))
        yield translate("{time} later", time=time) if minutes > 0 else translate("{time} earlier", time=time)
    rooms = [venues[str(key)] for key in placement.room_ids if str(key) in venues]
    if "online" in offer.relaxed and not rooms:
        yield translate(_ONLINE)
    if "campus" in offer.relaxed and rooms and rooms[0].campus_id not in activity.campus_ids:
        yield translate(_CAMPUS)
    if "capacity" in offer.relaxed and rooms:
        fewer = activity.attendance - sum(room.capacity for room in rooms)
        if fewer > 0:
            yield translate.plural("{count} seat fewer than people", "{count} seats fewer than people", fewer)
    if "fewer_rooms" in offer.relaxed and len(rooms) < activity.rooms_needed:
        fewer = activity.rooms_needed - len(rooms)
        yield translate.plural("{count} room fewer", "{count} rooms fewer", fewer)
    if "shorter" in offer.relaxed:
        shorter = activity.duration_minutes - round((placement.ends_at - placement.starts_at) / timedelta(minutes=1))
        if shorter > 0:
            yield translate("{time} shorter", time=writing.hours(shorter))


def _days_off(window: Window, day: date) -> int:
    if day > window.last_day:
        return (day - window.last_day).days
    return min(0, (day - window.first_day).days)


def _minutes_off(windows: tuple[Window, ...], start: datetime, end: datetime) -> int:
    """Give the minutes by which a time lies after (positive) or before the wished hours of its day."""
    found = []
    for window in windows:
        if window.first_day <= start.date() <= window.last_day:
            early = start_minute(window.from_time) - start_minute(start.time())
            late = end_minute(end.time()) - end_minute(window.until_time)
            found.append(-early if early > 0 else max(0, late))
    return min(found, key=abs, default=0)
