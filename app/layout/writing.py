"""Writes dates, times, names and numbers in templates."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from datetime import time as TimeOfDay  # noqa: N812 - `time` is a method here
from typing import Any
from zoneinfo import ZoneInfo

from app.clock import end_text
from app.errors import N_
from app.kinds import KINDS, MODE_NAMES, Kind
from app.layout.words import FIELD_WORDS
from app.locales import Translator, moments

# A field of a request's form: of a step, or of one of a step's wishes.
_STEP_FIELD = re.compile(r"a\d+_(?P<window>w\d+_)?(?P<name>\w+)")


class Writing:
    """Writes for one reader."""

    def __init__(self, translate: Translator, zone: ZoneInfo) -> None:
        self._translate = translate
        self._zone = zone
        self._locale = translate.locale

    @property
    def gap(self) -> str:
        """Give what separates two sentences: nothing in Chinese."""
        return " " if self._locale == "en" else ""

    def day(self, moment: date | datetime) -> str:
        """3月8日 周三 / Wed 8 Mar."""
        return moments.long_date(self._date(moment), self._locale)

    def full_day(self, moment: date | datetime) -> str:
        """2023年3月8日 周三 / Wed 8 Mar 2023."""
        return moments.full_date(self._date(moment), self._locale)

    def short_day(self, moment: date | datetime) -> str:
        """3月8日 / 8 Mar."""
        return moments.short_date(self._date(moment), self._locale)

    def weekday(self, moment: date | datetime) -> str:
        """周三 / Wed."""
        return moments.weekday_name(self._date(moment), self._locale)

    def weekday_word(self, weekday: int) -> str:
        """周三 / Wed; 1 is Monday."""
        return moments.weekday_word(weekday, self._locale)

    def weekday_long(self, weekday: int) -> str:
        """周三 / Wednesday; 1 is Monday."""
        return moments.weekday_long(weekday, self._locale)

    def days(self, first: date, last: date) -> str:
        """3月14-16日 / 14-16 Mar."""
        return moments.date_range(first, last, self._locale)

    def full_days(self, first: date, last: date) -> str:
        """2023年3月14-16日 / 14-16 Mar 2023, the year of the first day."""
        days = moments.date_range(first, last, self._locale)
        return f"{days} {first.year}" if self._locale == "en" else f"{first.year}年{days}"

    def time(self, moment: datetime) -> str:
        """14:00."""
        return moments.clock_time(moment, self._zone)

    def end(self, moment: datetime) -> str:
        """16:00; 24:00 where something ends with the day."""
        return moments.clock_time(moment, self._zone, is_end=True)

    def between(self, opens: TimeOfDay, closes: TimeOfDay) -> str:
        """08:00-22:00, 20:00-24:00."""
        return f"{opens:%H:%M}-{end_text(closes)}"

    def span(self, starts_at: datetime, ends_at: datetime) -> str:
        """3月8日 周三 14:00-16:00."""
        return moments.time_span(starts_at, ends_at, self._zone, self._locale)

    def moment(self, moment: datetime, *, real: bool = False) -> str:
        """3月10日 周五 17:00; a `real` moment (of a log), which business time does not set, also has a year."""
        if real:
            return f"{self.full_day(moment)} {self.time(moment)}"
        return moments.moment_text(moment, self._zone, self._locale)

    def name(self, thing: Any) -> str:
        """Give the name of a thing that has one in each language."""
        return self._translate.name(thing)

    def owner(self, thing: Any) -> str:
        """Give the name of a request's owner."""
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

    def codes(self, entries: Iterable[Any]) -> list[tuple[str, str]]:
        """Give the choices of a code table."""
        return [(entry.code, self._translate.name(entry)) for entry in entries]

    def code(self, entries: Iterable[Any], code: str) -> str:
        """Give the name of one entry of a code table."""
        return next((self._translate.name(entry) for entry in entries if entry.code == code), code)

    def reason(self, entries: Iterable[Any], code: str) -> str:
        """Give the name of one entry of a code table; nothing for what is no entry of it."""
        return next((self._translate.name(entry) for entry in entries if entry.code == code), "")

    def names(self, entries: Iterable[Any], codes: Iterable[str]) -> str:
        """Give the names of some entries of a code table, one after the other."""
        listed = list(entries)
        return self._translate(", ").join(self.code(listed, code) for code in codes)

    def kinds(self, kinds: Iterable[Kind]) -> list[tuple[str, str]]:
        """Give the kinds as choices."""
        return [(kind, self.kind(kind)) for kind in kinds]

    def modes(self) -> list[tuple[str, str]]:
        """Give the modes of attendance as choices."""
        return self.pairs(MODE_NAMES)

    def pairs(self, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """Give named codes as choices."""
        return [(code, self._translate(name)) for code, name in names.items()]

    def things(self, things: Iterable[Any]) -> list[tuple[str, str]]:
        """Give things with an id as choices."""
        return [(str(thing.id), self._translate.name(thing)) for thing in things]

    def rooms(self, rooms: Iterable[Any]) -> list[tuple[str, str]]:
        """Give rooms with their seats as choices."""
        seats = self._translate
        return [
            (
                str(room.id),
                f"{seats.name(room)} · {seats.plural(N_('{count} seat'), N_('{count} seats'), room.capacity)}",
            )
            for room in rooms
        ]

    def field(self, name: str) -> str:
        """Give a form's label of a field; nothing where it has no label of its own."""
        step = _STEP_FIELD.fullmatch(name)
        label = FIELD_WORDS.get("windows" if step and step["window"] else step["name"] if step else name, "")
        return self._translate(label)

    def shift(self, day: date, days: int) -> date:
        """Give the date so many days later."""
        return day + timedelta(days=days)

    def month(self, day: date) -> str:
        """3月 / Mar."""
        return moments.month_name(day, self._locale)

    def date_of(self, moment: datetime) -> date:
        """Give the date of a moment in the school's zone."""
        return self._date(moment)

    def iso_day(self, moment: datetime) -> str:
        """2023-03-08, for addresses."""
        return self._date(moment).isoformat()

    def _date(self, moment: date | datetime) -> date:
        return moment.astimezone(self._zone).date() if isinstance(moment, datetime) else moment
