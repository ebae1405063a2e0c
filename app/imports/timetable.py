"""Reads class timetables: teaching weeks, a weekday and periods (第1-16周(单) 周二 3-4节) become closed hours."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

import msgspec

from app.errors import N_
from app.imports.known import Known
from app.tables.cells import Cell, halfwidth, plain
from app.tables.errors import CellError
from app.tables.phrases import weekday
from app.tables.reading_notes import Guessed, guessed

_WHEN = re.compile(
    r"^(?P<weeks>\S.*?周(?:\s*[(]?[单双][)]?周?)?)\s+(?P<weekday>(?:周|星期|礼拜)\S)\s*(?P<periods>.+?节?)$"
)
_RANGE = re.compile(r"^(\d{1,2})(?:\s*[-~]\s*(\d{1,2}))?$")
_TAKEN_FOR_A_DAY = re.compile(r"^(\d{1,2})月(\d{1,2})日$")
LAST_WEEK = 53
T = TypeVar("T")


class ClassTime(msgspec.Struct, frozen=True):
    """Teaching weeks, one weekday, and the first and last period."""

    weeks: tuple[int, ...]
    weekday: int
    first_period: int
    last_period: int


def class_times(cell: Cell) -> tuple[ClassTime, ...]:
    """Read all times of one cell, separated by semicolons."""
    found = []
    for part in re.split(r"[;\n]+", halfwidth(cell)):
        if not part.strip():
            continue
        match = _WHEN.match(part.strip())
        if match is None:
            sentence = N_("“{value}” is not a class time such as “第1-16周(单) 周二 3-4节”.")
            raise CellError(sentence, "wrong-class-time", value=part.strip()[:60])
        first, last = periods(match["periods"])
        found.append(ClassTime(weeks(match["weeks"]), weekday(match["weekday"]), first, last))
    return tuple(found)


def weeks(cell: Cell) -> tuple[int, ...]:
    """Read numbers of teaching weeks: 第1-16周(单), 1-8,10-16周, 3; 单 takes odd weeks only, 双 even ones."""
    value = _undated(cell)
    odd, even = bool(re.search(r"单|odd", value, re.IGNORECASE)), bool(re.search(r"双|even", value, re.IGNORECASE))
    bare = re.sub(r"[第周单双()\s]|odd|even|weeks?", "", value, flags=re.IGNORECASE)
    numbers = _numbers(bare, N_("“{value}” is not teaching weeks such as “第1-16周(单)”."), "wrong-weeks", value)
    chosen = tuple(number for number in numbers if not (odd and number % 2 == 0) and not (even and number % 2 == 1))
    if not chosen or max(chosen) > LAST_WEEK:
        raise CellError(N_("“{value}” is not teaching weeks such as “第1-16周(单)”."), "wrong-weeks", value=value[:60])
    return chosen


def periods(cell: Cell) -> tuple[int, int]:
    """Read the first and the last period: 3-4节, 第3节, 3,4."""
    value = _undated(cell)
    bare = re.sub(r"[第节\s]|periods?", "", value, flags=re.IGNORECASE)
    numbers = _numbers(bare, N_("“{value}” is not periods such as “3-4节”."), "wrong-periods", value)
    if numbers != list(range(numbers[0], numbers[-1] + 1)):
        raise CellError(N_("“{value}” is not periods such as “3-4节”."), "wrong-periods", value=value[:60])
    return numbers[0], numbers[-1]


def _undated(cell: Cell) -> str:
    # Spreadsheets take 3-4 for the fourth of March, and show it as 3月4日.
    if isinstance(cell, date):
        return f"{cell.month}-{cell.day}"
    return _TAKEN_FOR_A_DAY.sub(r"\1-\2", halfwidth(cell))


def numbers_of_a_day(read: Callable[[Cell], T]) -> Callable[[Cell], T | Guessed]:
    """Give a reader of weeks or periods that says where a spreadsheet had made a day of them."""

    def parse(cell: Cell) -> T | Guessed:
        found = read(cell)
        if not isinstance(cell, date) and not _TAKEN_FOR_A_DAY.match(halfwidth(cell)):
            return found
        sentence = N_("The spreadsheet made a day of this (“{value}”); it was read as {numbers}.")
        return Guessed(found, guessed("taken-for-a-day", sentence, value=plain(cell), numbers=_undated(cell)))

    return parse


def _numbers(bare: str, sentence: str, code: str, shown: str) -> list[int]:
    found: set[int] = set()
    for piece in re.split(r"[,、]", bare):
        match = _RANGE.match(piece)
        first = int(match[1]) if match else 0
        last = int(match[2] or match[1]) if match else 0
        if not 1 <= first <= last:
            raise CellError(sentence, code, value=shown[:60])
        found.update(range(first, last + 1))
    return sorted(found)


def class_spans(when: ClassTime, known: Known) -> list[tuple[datetime, datetime]]:
    """Give the hours of a class time within the season, without days off. Raises CellError."""
    season, table = known.season, known.policies.class_periods
    if season is None or season.term_first_day is None:
        sentence = N_("The season does not say on which Monday teaching week 1 begins.")
        raise CellError(sentence, "no-term")
    if when.last_period > len(table):
        sentence = N_("There are {count} periods in a day; period {period} does not exist.")
        raise CellError(sentence, "unknown-period", count=len(table), period=when.last_period)
    opens, closes = (
        time.fromisoformat(table[when.first_period - 1][0]),
        time.fromisoformat(table[when.last_period - 1][1]),
    )
    monday = season.term_first_day - timedelta(days=season.term_first_day.weekday())
    days = (monday + timedelta(weeks=week - 1, days=when.weekday - 1) for week in when.weeks)
    return [
        (datetime.combine(day, opens, known.zone), datetime.combine(day, closes, known.zone))
        for day in days
        if season.first_day <= day <= season.last_day and not _is_day_off(day, known)
    ]


def _is_day_off(day: date, known: Known) -> bool:
    entry = known.calendar.days.get(day)
    return entry is not None and not entry.is_working
