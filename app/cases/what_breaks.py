"""The one table of the facts that can break a promise, and in which direction; other changes check nothing."""

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, Final
from uuid import UUID

import msgspec

from app.clock import end_minute
from app.seasons.calendar import Calendar
from app.seasons.domain import Season
from app.seasons.policies import Policies
from app.venues.domain import Campus, Channel, Room

# Whether a change from an old value to a new one can break a promise.
Breaks = Callable[[Any, Any], bool]


def _less(old: int, new: int) -> bool:
    return new < old


def _more(old: int, new: int) -> bool:
    return new > old


def _differs(old: object, new: object) -> bool:
    return old != new


def _loses(old: list[str], new: list[str]) -> bool:
    return not set(old) <= set(new)


def _is_given(old: UUID | None, new: UUID | None) -> bool:
    return new is not None and new != old


def _may_shorten(old: int | None, new: int | None) -> bool:
    # None is the season's rule, which may be longer or shorter.
    return old != new and (old is None or new is None or new < old)


def _limits_hours(old: list[Any], new: list[Any]) -> bool:
    return bool(new) and new != old


def _is_earlier(old: time, new: time) -> bool:
    return end_minute(new) < end_minute(old)


_VENUE: Final[dict[str, Breaks]] = {
    "turnover_minutes": _more,
    "turnover_by_kind": _differs,
    "opening_hours": _limits_hours,
}
ROOM: Final[dict[str, Breaks]] = _VENUE | {
    "capacity": _less,
    "booths": _less,
    "features": _loses,
    "max_minutes": _may_shorten,
    "campus_id": _differs,
    "department_id": _is_given,
}
CHANNEL: Final[dict[str, Breaks]] = _VENUE
CAMPUS: Final[dict[str, Breaks]] = {"travel_minutes": _differs}
SEASON: Final[dict[str, Breaks]] = {
    "first_day": _more,
    "last_day": _less,
    "day_opens": _differs,  # slots are counted from here
    "day_closes": _is_earlier,
    "grid_minutes": _differs,
}
POLICY: Final[dict[str, Breaks]] = {
    "talks_per_day_per_employer": _less,
    "fairs_per_month_per_employer": _less,
    "fairs_minimum_gap_days": _more,
    "fairs_per_day_per_department": _less,
    "activities_per_campus_day": _less,
    "activities_per_campus_evening": _less,
    "room_max_minutes": _less,
    "evening_from": _differs,
    "travel_minutes_between_campuses": _more,
    "usual_starts": _loses,  # where no others are allowed
    "only_usual_starts": _more,
}


class SchoolFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What can break promises. Closures: those with exceptions, which are made over bookings; `exemptions`: what may be
    in one because somebody said so.
    """

    rooms: dict[UUID, Room]
    channels: dict[UUID, Channel]
    campuses: dict[UUID, Campus]
    closures: frozenset[UUID]
    exemptions: frozenset[str] = frozenset()


class SeasonRules(msgspec.Struct, frozen=True, kw_only=True):
    """A season's own part: its dates and hours, its policies, its calendar."""

    season: Season
    policies: Policies
    calendar: Calendar


def school_breaks(old: SchoolFacts, new: SchoolFacts) -> bool:
    """Whether a change of venues can break a promise, of whatever season."""
    return (
        any(_thing_breaks(ROOM, room, new.rooms.get(key)) for key, room in old.rooms.items())
        or any(_thing_breaks(CHANNEL, channel, new.channels.get(key)) for key, channel in old.channels.items())
        or any(_thing_breaks(CAMPUS, campus, new.campuses.get(key)) for key, campus in old.campuses.items())
        or not new.closures <= old.closures
        or not old.exemptions <= new.exemptions
    )


def season_breaks(old: SeasonRules, new: SeasonRules) -> bool:
    """Whether a change of a season can break a promise of it."""
    days = {
        day for day in {*old.calendar.days, *new.calendar.days} if old.season.first_day <= day <= old.season.last_day
    }
    return (
        _thing_breaks(SEASON, old.season, new.season)
        or _thing_breaks(POLICY, old.policies, new.policies)
        or any(_day_breaks(old.calendar, new.calendar, day) for day in days)
    )


def _thing_breaks(table: Mapping[str, Breaks], old: object, new: object | None) -> bool:
    return new is None or any(breaks(getattr(old, name), getattr(new, name)) for name, breaks in table.items())


def _day_breaks(old: Calendar, new: Calendar, day: date) -> bool:
    stops = (old.is_working(day) and not new.is_working(day)) or (new.is_off(day) and not old.is_off(day))
    return stops or old.weekday(day) != new.weekday(day)
