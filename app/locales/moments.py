"""Writes dates and times: 3月8日 周三 14:00-16:00 / Wed 8 Mar 14:00-16:00, in the school's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.clock import end_text

_WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_LONG_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def weekday_name(day: date, locale: str) -> str:
    """周三 / Wed."""
    return weekday_word(day.isoweekday(), locale)


def weekday_word(number: int, locale: str) -> str:
    """周三 / Wed of 3: 1 Monday to 7 Sunday."""
    return (_WEEKDAYS_EN if locale == "en" else _WEEKDAYS_ZH)[number - 1]


def weekday_long(number: int, locale: str) -> str:
    """周三 / Wednesday of 3."""
    return (_WEEKDAYS_LONG_EN if locale == "en" else _WEEKDAYS_ZH)[number - 1]


def month_name(day: date, locale: str) -> str:
    """3月 / Mar."""
    return _MONTHS_EN[day.month - 1] if locale == "en" else f"{day.month}月"


def short_date(day: date, locale: str) -> str:
    """3月8日 / 8 Mar."""
    return f"{day.day} {_MONTHS_EN[day.month - 1]}" if locale == "en" else f"{day.month}月{day.day}日"


def long_date(day: date, locale: str) -> str:
    """3月8日 周三 / Wed 8 Mar."""
    if locale == "en":
        return f"{weekday_name(day, locale)} {short_date(day, locale)}"
    return f"{short_date(day, locale)} {weekday_name(day, locale)}"


def full_date(day: date, locale: str) -> str:
    """With the year, for mails and files: 2023年3月8日 周三 / Wed 8 Mar 2023."""
    if locale == "en":
        return f"{long_date(day, locale)} {day.year}"
    return f"{day.year}年{long_date(day, locale)}"


def date_range(first: date, last: date, locale: str) -> str:
    """3月14-16日 / 14-16 Mar; over two months 2月2日 - 4月30日 / 2 Feb - 30 Apr."""
    if first == last:
        return short_date(first, locale)
    if (first.year, first.month) == (last.year, last.month):
        month = short_date(last, locale)
        return f"{first.day}-{month}" if locale == "en" else f"{first.month}月{first.day}-{last.day}日"
    return f"{short_date(first, locale)} - {short_date(last, locale)}"


def clock_time(moment: datetime, zone: ZoneInfo, *, is_end: bool = False) -> str:
    """14:00; 24:00 where something ends with the day."""
    local = moment.astimezone(zone)
    return end_text(local.time()) if is_end else f"{local:%H:%M}"


def time_span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, locale: str) -> str:
    """3月8日 周三 14:00-16:00 / Wed 8 Mar 14:00-16:00."""
    day = long_date(starts_at.astimezone(zone).date(), locale)
    return f"{day} {clock_time(starts_at, zone)}-{clock_time(ends_at, zone, is_end=True)}"


def moment_text(moment: datetime, zone: ZoneInfo, locale: str) -> str:
    """3月10日 周五 17:00 / Fri 10 Mar 17:00."""
    return f"{long_date(moment.astimezone(zone).date(), locale)} {clock_time(moment, zone)}"
