"""Dates, times, names, numbers as templates write them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.locales import Translator, moments
from app.requests.kinds import KINDS, Kind


class Writing:
    """Writes for one reader."""

    def __init__(self, translate: Translator, zone: ZoneInfo) -> None:
        self._translate = translate
        self._zone = zone
        self._locale = translate.locale

    def day(self, moment: date | datetime) -> str:
        """3月8日 周三 / Wed 8 Mar."""
        return moments.long_date(self._date(moment), self._locale)

    def short_day(self, moment: date | datetime) -> str:
        """3月8日 / 8 Mar."""
        return moments.short_date(self._date(moment), self._locale)

    def weekday(self, moment: date | datetime) -> str:
        """周三 / Wed."""
        return moments.weekday_name(self._date(moment), self._locale)

    def days(self, first: date, last: date) -> str:
        """3月14-16日 / 14-16 Mar."""
        return moments.date_range(first, last, self._locale)

    def time(self, moment: datetime) -> str:
        """14:00."""
        return moments.clock_time(moment, self._zone)

    def span(self, starts_at: datetime, ends_at: datetime) -> str:
        """3月8日 周三 14:00-16:00."""
        return moments.time_span(starts_at, ends_at, self._zone, self._locale)

    def moment(self, moment: datetime) -> str:
        """3月10日 周五 17:00."""
        return moments.moment_text(moment, self._zone, self._locale)

    def name(self, thing: Any) -> str:
        """The name of a thing that has one in each language."""
        return self._translate.name(thing)

    def owner(self, thing: Any) -> str:
        """Whose request it is."""
        return str(thing.owner_name_en if self._locale == "en" else thing.owner_name_zh)

    def kind(self, kind: Kind) -> str:
        """宣讲会 / Info session."""
        return self._translate(KINDS[kind].name)

    def mark(self, kind: Kind) -> str:
        """宣 / T."""
        rule = KINDS[kind]
        return rule.mark_en if self._locale == "en" else rule.mark_zh

    def percent(self, share: float, digits: int = 1) -> str:
        """0.9 %."""
        text = f"{share * 100:.{digits}f}"
        return f"{text}%"

    def number(self, value: float) -> str:
        """9,318."""
        return f"{value:,.0f}"

    def hours(self, minutes: int) -> str:
        """2 小时 / 2 h."""
        whole, rest = divmod(minutes, 60)
        if self._locale == "en":
            return " ".join(part for part in (f"{whole} h" if whole else "", f"{rest} min" if rest else "") if part)
        return "".join(part for part in (f"{whole} 小时" if whole else "", f"{rest} 分钟" if rest else "") if part)

    def shift(self, day: date, days: int) -> date:
        """So many days later."""
        return day + timedelta(days=days)

    def iso_day(self, moment: datetime) -> str:
        """2023-03-08, for addresses."""
        return self._date(moment).isoformat()

    def _date(self, moment: date | datetime) -> date:
        return moment.astimezone(self._zone).date() if isinstance(moment, datetime) else moment
