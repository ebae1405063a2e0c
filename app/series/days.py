"""Which days a rule of repetition means."""

from datetime import date, timedelta
from typing import Final

from app.clock import end_minute, start_minute
from app.errors import N_, Invalid
from app.requests.domain import ActivityWish
from app.seasons.domain import Season
from app.series.domain import MOST_DAYS, Repeat
from app.texts import SECONDS_SENTENCE, is_whole_minute

# Further ahead nothing is planned; a rule without an end stops there.
_FURTHEST: Final = timedelta(days=730)


def days_of(repeat: Repeat, season: Season) -> list[date]:
    """List the days of a rule in their order, each once. Raises Invalid."""
    if repeat.days and repeat.first_day is not None:
        sentence = N_("Name single days or a repetition, not both.")
        raise Invalid.at("repeat.days", sentence, "contradiction")
    if repeat.days:
        return sorted(repeat.days)
    if repeat.first_day is None:
        raise Invalid.at("repeat.first_day", N_("Say on which days: name them, or the first of them."), "days-missing")
    if repeat.last_day is not None and repeat.last_day < repeat.first_day:
        raise Invalid.at("repeat.last_day", N_("The last day comes before the first."), "ends-before-start")
    if repeat.last_day is None and repeat.count is None:
        raise Invalid.at("repeat.last_day", N_("Say until which day, or how many times."), "end-missing")
    found = _weekly(repeat, repeat.first_day, season)
    if not found:
        raise Invalid.at("repeat.weekdays", N_("None of these weekdays lies between these days."), "days-missing")
    if len(found) > MOST_DAYS:
        sentence = N_("These are more than {limit} days. Ask for the first of them now.")
        raise Invalid.at("repeat.last_day", sentence, "too-many-days", limit=MOST_DAYS)
    return found


def _weekly(repeat: Repeat, first: date, season: Season) -> list[date]:
    weekdays = set(repeat.weekdays) or {first.isoweekday()}
    monday = first - timedelta(days=first.isoweekday() - 1)
    last = min(repeat.last_day or date.max, max(first, season.last_day) + _FURTHEST)
    most = repeat.count or MOST_DAYS + 1
    found: list[date] = []
    day = first
    while day <= last and len(found) < most:
        in_turn = (day - monday).days // 7 % repeat.every_weeks == 0
        if in_turn and day.isoweekday() in weekdays:
            found.append(day)
        day += timedelta(days=1)
    return found


def check_hours(repeat: Repeat, activities: tuple[ActivityWish, ...]) -> None:
    """Check that each activity fits within the hours of a day. Raises Invalid."""
    for name in ("from_time", "until_time"):
        if not is_whole_minute(getattr(repeat, name)):
            raise Invalid.at(f"repeat.{name}", SECONDS_SENTENCE, "seconds")
    minutes = end_minute(repeat.until_time) - start_minute(repeat.from_time)
    if minutes <= 0:
        raise Invalid.at("repeat.until_time", N_("The window ends before it starts."), "ends-before-start")
    longest = max(activity.duration_minutes for activity in activities)
    if minutes < longest:
        sentence = N_("The window is shorter than the activity ({minutes} minutes).")
        raise Invalid.at("repeat.until_time", sentence, "window-too-short", minutes=longest)
