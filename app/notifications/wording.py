"""When and where as letters write them; the body and the calendar part take them from the same Spot."""

from datetime import date, datetime, time
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from app.clock import end_minute, end_text
from app.errors import N_
from app.events import Rows, StepChange
from app.kinds import KINDS, MODE_NAMES
from app.locales import Translator
from app.locales.moments import clock_time, date_range, full_date, time_span
from app.notifications.letters import Named, Spot, Stop

_ZONES = {"Asia/Shanghai": N_("Beijing time")}
_PARTS: Final = {
    "attendance": N_("people"),
    "duration_minutes": N_("length in minutes"),
    "rooms_needed": N_("rooms at once"),
    "booths": N_("booths"),
    "outsiders": N_("people from outside"),
    "windows": N_("days and hours"),
    "attendance_mode": N_("how it is held"),
    "features": N_("equipment"),
    "campus_ids": N_("campus"),
    "asked_room_ids": N_("rooms asked for"),
    "audience": N_("majors"),
    "needs": N_("what it needs"),  # as events of earlier versions have it
    "gap_after_previous_minutes": N_("pause before it in minutes"),
    "same_day": N_("step"),
    "any_day": N_("step"),
    "added": N_("new step"),
    "dropped": N_("step"),
    "order": N_("order of the steps"),
    "title": N_("title"),
    "posts": N_("posts"),
    "notice_text": N_("recruitment notice"),
    "remark": N_("remark for the career centre"),
    "contact": N_("contact"),
}
# What a step has that names nothing.
_UNNAMED: Final = {
    "features": N_("none"),
    "campus_ids": N_("any campus"),
    "asked_room_ids": N_("any room"),
    "audience": N_("all majors"),
}
_NAMES_SHOWN: Final = 8
_WITHOUT_VALUES: Final = {
    "needs": N_("changed: equipment, campus, majors or how it is held"),
    "same_day": N_("on the day of the step before it"),
    "any_day": N_("also on another day than the step before it"),
    "added": N_("added"),
    "dropped": N_("dropped"),
    "order": N_("changed"),
    "posts": N_("changed"),
    "notice_text": N_("changed"),
    "remark": N_("changed"),
    "contact": N_("changed"),
}


def when_text(spot: Spot, zone: ZoneInfo, translate: Translator) -> str:
    """Wed 8 Mar 2023 14:00-16:00 (Beijing time): with year and zone, as only mails write it."""
    return translate(
        N_("{day} {starts}-{ends} ({zone})"),
        day=full_date(spot.starts_at.astimezone(zone).date(), translate.locale),
        starts=clock_time(spot.starts_at, zone),
        ends=clock_time(spot.ends_at, zone),
        zone=zone_name(zone.key, translate),
    )


def short_when_text(spot: Spot, zone: ZoneInfo, translate: Translator) -> str:
    """Wed 8 Mar 14:00-16:00, for subjects."""
    return time_span(spot.starts_at, spot.ends_at, zone, translate.locale)


def until_text(moment: datetime, zone: ZoneInfo, translate: Translator) -> str:
    """Fri 10 Mar 2023 17:00 (Beijing time)."""
    return translate(
        N_("{day} {time} ({zone})"),
        day=full_date(moment.astimezone(zone).date(), translate.locale),
        time=clock_time(moment, zone),
        zone=zone_name(zone.key, translate),
    )


def changed_part(change: StepChange, translate: Translator) -> str:
    """Info session, people: which step, and what of it is another; of the whole request only what."""
    part = translate(_PARTS[change.part])
    if not change.kind:
        return part
    kind = translate(KINDS[change.kind].name)  # type: ignore[index]  # stored by us
    return f"{kind}{comma(translate)}{part}"


def changed_value(change: StepChange, translate: Translator) -> str:
    """80 → 60: old and new, where they can be said."""
    if change.part in _WITHOUT_VALUES:
        return translate(_WITHOUT_VALUES[change.part])
    return f"{_value_text(change.part, change.old, translate)} → {_value_text(change.part, change.new, translate)}"


def _value_text(part: str, value: int | Rows | str | None, translate: Translator) -> str:
    if part == "attendance_mode":
        return translate(MODE_NAMES[str(value)])
    if isinstance(value, int | str):
        return str(value)
    if part in _UNNAMED:
        names = [english if translate.locale == "en" else chinese for chinese, english in value or ()]
        listed = comma(translate).join(names[:_NAMES_SHOWN]) + ("…" if len(names) > _NAMES_SHOWN else "")
        return listed or translate(_UNNAMED[part])
    spans = [
        f"{date_range(date.fromisoformat(first), date.fromisoformat(last), translate.locale)} "
        f"{from_time[:5]}-{end_text(time.fromisoformat(until))}"
        for first, last, from_time, until in value or ()
    ]
    return comma(translate).join(spans) or translate(N_("on any day of the season"))


def wish_text(stop: Stop, translate: Translator) -> str:
    """14-16 Mar 18:00-22:00: when it was asked for, without hours that nobody narrowed."""
    if stop.first_day is None or stop.last_day is None:
        return ""
    days = date_range(stop.first_day, stop.last_day, translate.locale)
    if stop.from_time is None or stop.until_time is None:
        return days
    if stop.from_time <= time(8) and end_minute(stop.until_time) >= end_minute(time(22)):
        return days
    return f"{days} {stop.from_time:%H:%M}-{end_text(stop.until_time)}"


def where_text(spot: Spot, translate: Translator) -> str:
    """Give rooms with their campus and the channel with its address; without either it is at the organiser's."""
    parts = []
    if spot.rooms:
        rooms = names_text(spot.rooms, translate)
        campus = translate.name(spot.rooms[0].campus)
        parts.append(f"{rooms}（{campus}）" if translate.locale == "zh-CN" else f"{rooms} ({campus})")
    if spot.channel is not None:
        parts.append(" ".join(part for part in (translate.name(spot.channel), spot.channel.url) if part))
    return comma(translate).join(parts) or translate(N_("At the organiser's own place"))


def comma(translate: Translator) -> str:
    """Give what separates two things."""
    return "，" if translate.locale == "zh-CN" else ", "


def writer_name(school: Named | None, translate: Translator) -> str:
    """Give the name of the career centre that signs the mails."""
    career_centre = translate(N_("Career centre"))
    if school is None:
        return career_centre
    between = "" if translate.locale == "zh-CN" else " "
    return f"{translate.name(school)}{between}{career_centre}"


def names_text(names: tuple[Named, ...], translate: Translator) -> str:
    """Give several names in a row."""
    return comma(translate).join(translate.name(name) for name in names)


def zone_name(key: str, translate: Translator) -> str:
    """Beijing time."""
    return translate(_ZONES[key]) if key in _ZONES else _babel_zone_name(key, translate.locale)


@cache
def _babel_zone_name(key: str, locale: str) -> str:
    return str(get_timezone_name(key, locale=locale.replace("-", "_")))
