"""Reads cells that have small phrases, separated by semicolons or lines: weekdays, hours of a week."""

import re
from datetime import time

from app.errors import N_
from app.tables.cells import Cell, clock, end_clock, folded, halfwidth
from app.tables.errors import CellError

# weekday (1 Monday to 7 Sunday), from, until
WeeklyHours = tuple[int, time, time]

SEPARATED = re.compile(r"[;；\n]+")
RANGE = r"\s*(?:-|–|—|~|至|到|to)\s*"
HOURS = rf"(?P<opens>\d{{1,2}}:\d{{2}}){RANGE}(?P<closes>\d{{1,2}}:\d{{2}})"
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        ("一1 mon monday", "二2 tue tuesday", "三3 wed wednesday", "四4 thu thursday", "五5 fri friday",
         "六6 sat saturday", "日天7 sun sunday"),
        start=1,
    )
    for word in (*words.split()[0], *words.split()[1:])
}  # fmt: skip
_WEEKDAY_PREFIX = re.compile(r"^(?:星期|礼拜|周)")


def phrases(cell: Cell) -> list[str]:
    """Give the phrases of a cell, digits and signs in half width."""
    return [part.strip() for part in SEPARATED.split(halfwidth(cell)) if part.strip()]


def weekday(word: str) -> int:
    """Read 周二, 星期二, Tue, 2; give 1 for Monday to 7 for Sunday."""
    key = _WEEKDAY_PREFIX.sub("", folded(word))
    if key not in _WEEKDAYS:
        raise CellError(N_("“{value}” is not a weekday."), "wrong-weekday", value=word[:60])
    return _WEEKDAYS[key]


def weekly_hours(cell: Cell) -> list[WeeklyHours]:
    """Read 周一-周五 08:00-12:00,14:00-22:00; 周六 09:00-17:00."""
    found: list[WeeklyHours] = []
    for part in phrases(cell):
        days, _blank, hours = part.partition(" ")
        first, *rest = re.split(RANGE, days)
        if len(rest) > 1 or not hours:
            raise _wrong_hours(part)
        numbers = range(weekday(first), (weekday(rest[0]) if rest else weekday(first)) + 1)
        for span in re.split(r"[,，、]\s*", hours.strip()):
            ends = re.fullmatch(HOURS, span)
            if ends is None:
                raise _wrong_hours(part)
            found.extend((number, clock(ends["opens"]), end_clock(ends["closes"])) for number in numbers)
    return sorted(found)


def _wrong_hours(part: str) -> CellError:
    sentence = N_("“{value}” is not opening hours such as “周一-周五 08:00-22:00”.")
    return CellError(sentence, "wrong-hours", value=part[:60])
