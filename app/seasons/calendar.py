"""The working calendar: Monday to Friday, national holidays and make-up days (调休), the school's exceptions."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

Weekday = Annotated[int, Meta(ge=1, le=7)]


class CalendarDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day that differs from its weekday, or is named; a make-up day may have the hours of another weekday."""

    day: date
    is_working: bool
    name_zh: str = ""
    name_en: str = ""
    source: str = "national"
    follows_weekday: Weekday | None = None


class Calendar(msgspec.Struct, frozen=True):
    """Which days are worked; of `unknown_years` only weekdays are known until somebody enters their swaps."""

    days: dict[date, CalendarDay]
    unknown_years: tuple[int, ...] = ()

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        known = self.days.get(day)
        return known.is_working if known is not None else day.weekday() < 5

    def is_off(self, day: date) -> bool:
        """Whether somebody declared that day off."""
        known = self.days.get(day)
        return known is not None and not known.is_working

    def weekday(self, day: date) -> int:
        """Give the weekday, Monday is 1, whose hours a day has."""
        known = self.days.get(day)
        return day.isoweekday() if known is None or known.follows_weekday is None else known.follows_weekday

    def add_working_days(self, day: date, count: int) -> date:
        """Give the day `count` working days after `day` (0: the day itself or the next one worked)."""
        while count > 0 or not self.is_working(day):
            day += timedelta(days=1)
            if self.is_working(day):
                count -= 1
        return day

    def subtract_working_days(self, day: date, count: int) -> date:
        """Give the day `count` working days before `day` (0: the day itself)."""
        while count > 0:
            day -= timedelta(days=1)
            count -= self.is_working(day)
        return day

    def due(self, asked_at: datetime, count: int, zone: ZoneInfo, *, at: time = time(17)) -> datetime:
        """Give the end of the `count`-th working day after a moment."""
        day = self.add_working_days(asked_at.astimezone(zone).date(), count)
        return datetime.combine(day, at, zone)


def each_day(first: date, last: date) -> Iterator[date]:
    """Give every date from first to last, both included."""
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


_HOLIDAY_ZH = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午",
    "National Day": "国庆",
    "Mid-autumn Festival": "中秋",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def national_days(year: int) -> list[CalendarDay] | None:
    """List a year's exceptions from Monday to Friday, as the State Council announced them.

    None for a year that is not known yet.
    """
    import chinese_calendar  # noqa: PLC0415 - takes 4 MB, and is asked once a year

    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return None
    found = []
    for day in each_day(date(year, 1, 1), date(year, 12, 31)):
        is_working = chinese_calendar.is_workday(day)
        _, holiday = chinese_calendar.get_holiday_detail(day)
        if is_working != (day.weekday() < 5) or (holiday and not is_working):
            name = str(holiday or "")
            found.append(CalendarDay(day=day, is_working=is_working, name_zh=_HOLIDAY_ZH.get(name, name), name_en=name))
    return found
