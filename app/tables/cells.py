"""Readers of cells as offices write them: texts, numbers, days, times, choices, lists."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import msgspec

from app import texts
from app.clock import END_OF_DAY
from app.errors import N_
from app.tables.errors import CellError
from app.tables.reading_notes import Guessed, guessed, not_used
from app.texts import visible


class ErrorCell(msgspec.Struct, frozen=True):
    """A cell without a value: an error (#N/A), or a formula that no program has computed yet (=A1+1)."""

    text: str


class ShownNumber(msgspec.Struct, frozen=True):
    """A number whose format shows other digits than it has: 7, shown as 007."""

    number: float
    shown: str


Cell = str | float | int | bool | date | datetime | time | timedelta | ErrorCell | ShownNumber | None

T = TypeVar("T")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 100_000)  # 1954 to 2173
_SEPARATORS = re.compile(r"[、，,；;|/\n]+")
_FULL_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?$")
_SHORT_DAY = re.compile(r"^(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?$")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?$")
_DAY_END = re.compile(r"24:00(?::00)?")
_NUMBER = re.compile(r"^[+-]?\d+(?:\.0+)?$")


class Year(msgspec.Struct, frozen=True):
    """The year of days that are written without one: the season's."""

    first_day: date
    last_day: date

    def of(self, month: int, day: int) -> int:
        """Give the year in which that day lies within the season, else the season's first."""
        for year in range(self.first_day.year, self.last_day.year + 1):
            try:
                if self.first_day <= date(year, month, day) <= self.last_day:
                    return year
            except ValueError:
                continue
        return self.first_day.year


def is_empty(cell: Cell) -> bool:
    """Whether a cell has nothing that is visible."""
    return cell is None or (isinstance(cell, str) and not visible(cell))


def plain(cell: Cell) -> str:
    """Give what a person sees in the cell, without blanks around it; a number without a needless fraction."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, ErrorCell):
        return cell.text
    if isinstance(cell, ShownNumber):
        return cell.shown
    return "" if cell is None else str(cell).strip()


def folded(text: str) -> str:
    """Give one form of a word, whatever its width, case and blanks."""
    return "".join(texts.halfwidth(text).casefold().split())


def halfwidth(cell: Cell) -> str:
    """Give digits and signs in half width, which means the same."""
    return texts.halfwidth(plain(cell))


def read_text(cell: Cell, read: texts.Reader) -> str:
    """Read a cell as a text of some kind. Raises CellError."""
    try:
        return read(plain(cell))
    except texts.TextFault as fault:
        raise CellError(fault.error.sentence, fault.error.code, **fault.error.values) from None


def text(*, longest: int = 120, read: texts.Reader = texts.line) -> Callable[[Cell], str]:
    """Give a parser of texts of at most `longest` characters, by default of one line."""

    def parse(cell: Cell) -> str:
        value = read_text(cell, read)
        if len(value) > longest:
            raise CellError(N_("At most {limit} characters fit here."), "too-long", limit=longest)
        return value

    return parse


def code(*, pattern: str, digits: int | None = None) -> Callable[[Cell], str]:
    """Give a parser of codes; with `digits` it restores zeros that spreadsheets cut off in front."""
    shape = re.compile(pattern)

    def parse(cell: Cell) -> str:
        value = halfwidth(cell)
        if digits is not None and value.isdecimal():
            value = value.zfill(digits)
        if not shape.fullmatch(value):
            raise CellError(N_("“{value}” is not a code of the expected form."), "wrong-code", value=value[:60])
        return value

    return parse


def integer(lowest: int, highest: int) -> Callable[[Cell], int]:
    """Give a parser of whole numbers between two."""

    def parse(cell: Cell) -> int:
        value = halfwidth(cell.number if isinstance(cell, ShownNumber) else cell)
        if isinstance(cell, bool) or not _NUMBER.match(value) or len(value) > 18:
            raise CellError(N_("“{value}” is not a whole number."), "not-a-number", value=value[:60])
        number = int(value.partition(".")[0])
        if not lowest <= number <= highest:
            raise CellError(
                N_("{value} is not between {lowest} and {highest}."),
                "out-of-range",
                value=number,
                lowest=lowest,
                highest=highest,
            )
        return number

    return parse


def day(cell: Cell, year: Year | None) -> date:
    """Read a date: 2023-03-08, 2023/3/8, 2023年3月8日, 3月8日 (the season's year), a spreadsheet's date or number."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    value = halfwidth(cell)
    if value.isdecimal() and int(value[:9]) in _EXCEL_DAYS:
        return _EXCEL_DAY_ZERO + timedelta(days=int(value))
    found = None
    if full := _FULL_DAY.match(value):
        found = (int(full[1]), int(full[2]), int(full[3]))
    elif (short := _SHORT_DAY.match(value)) and year is not None:
        month, day_of_month = int(short[1]), int(short[2])
        found = (year.of(month, day_of_month), month, day_of_month)
    try:
        if found is not None and 2000 <= found[0] <= 2199:
            return date(*found)
    except ValueError:
        pass
    raise CellError(N_("“{value}” is not a day that exists."), "wrong-date", value=value[:60])


def noted_day(cell: Cell, year: Year | None) -> date | Guessed:
    """Read a date as `day` does, and say where it is not what the cell shows."""
    found = day(cell, year)
    if isinstance(cell, datetime):
        unused = not_used("time-of-day", N_("The time of day beside this day was not read."))
        return Guessed(found, unused) if cell.time() != time() else found
    if isinstance(cell, date):
        return found
    value = plain(cell)
    if halfwidth(cell).isdecimal():
        return Guessed(found, guessed("serial-day", N_("“{value}” was read as {day}."), value=value, day=found))
    is_outside = year is not None and not year.first_day <= found <= year.last_day
    if is_outside and _SHORT_DAY.match(halfwidth(cell)):
        sentence = N_("“{value}” lies outside the season; it was read as {day}.")
        return Guessed(found, guessed("year", sentence, value=value, day=found))
    return found


def clock(cell: Cell) -> time:
    """Read a time of day: 19:00, 19：00, a spreadsheet's time or fraction of a day."""
    if isinstance(cell, datetime):
        return cell.time().replace(microsecond=0)
    if isinstance(cell, time):
        return cell.replace(microsecond=0)
    if isinstance(cell, timedelta):
        cell = cell / timedelta(days=1)
    if isinstance(cell, float) and 0 <= cell < 1:
        return (datetime.min + timedelta(seconds=round(cell * 86_400))).time()  # noqa: DTZ901 - only its clock
    value = halfwidth(cell)
    found = _CLOCK.match(value)
    try:
        if found is not None:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        pass
    raise CellError(N_("“{value}” is not a time of day."), "wrong-time", value=value[:60])


def end_clock(cell: Cell) -> time:
    """Read a time of day at which something ends; 24:00 is the end of the day. Raises CellError."""
    if cell == timedelta(days=1) or _DAY_END.fullmatch(halfwidth(cell)):
        return END_OF_DAY
    found = clock(cell)
    if found == END_OF_DAY:
        raise CellError(N_("00:00 is the beginning of a day; its end is written 24:00."), "ends-before-start")
    return found


_YES = frozenset({"是", "有", "yes", "y", "true", "1", "√", "✓"})
_NO = frozenset({"否", "无", "no", "n", "false", "0", "×", "✗"})


def yes_no(cell: Cell) -> bool:
    """Read 是/否, yes/no, 1/0."""
    value = folded(plain(cell))
    if value in _YES or value in _NO:
        return value in _YES
    raise CellError(N_("“{value}” is neither yes nor no."), "not-yes-no", value=plain(cell)[:60])


def pieces(cell: Cell) -> list[str]:
    """Give the parts of a list in one cell."""
    return [part for piece in _SEPARATORS.split(plain(cell)) if (part := visible(piece))]


def listed(cell: Cell, read: Callable[[str], T]) -> list[T]:
    """Read the parts of a list in one cell. Raises CellError where two of them are the same thing."""
    found: list[T] = []
    for word in pieces(cell):
        thing = read(word)
        if thing in found:
            raise CellError(N_("“{value}” stands in the list twice."), "doubled", value=word[:60])
        found.append(thing)
    return found


class Choices:
    """Words that stand for things: their codes and their names in both languages."""

    def __init__(self, entries: Iterable[tuple[Any, Iterable[str]]], sentence: str, error_code: str) -> None:
        self.sentence, self.error_code = sentence, error_code
        self._things: dict[str, Any] = {}
        self._by_code: dict[str, Any] = {}
        self._doubtful: set[str] = set()
        for thing, words in entries:
            self.learn(thing, words)

    def __len__(self) -> int:
        return len(self._by_code)

    def learn(self, thing: Any, words: Iterable[str]) -> None:
        """Add a thing by its code, which comes first, and its names; a name of two things stands for neither."""
        words = list(words)
        self._by_code[words[0]] = thing
        for word in words:
            key = folded(word)
            if key and self._things.setdefault(key, thing) != thing:
                self._doubtful.add(key)

    def with_code(self, code: str) -> Any:
        """Give the thing of exactly this code; None where there is none."""
        return self._by_code.get(code)

    def find(self, word: Cell) -> Any:
        """Give the thing that a word means, or None. Raises CellError where it has several meanings."""
        return self.get(word) if visible(plain(word)) in self._by_code or folded(plain(word)) in self._things else None

    def get(self, word: Cell) -> Any:
        """Give the thing that a word means. Raises CellError."""
        if (thing := self._by_code.get(visible(plain(word)))) is not None:
            return thing
        key = folded(plain(word))
        if key in self._doubtful:
            raise CellError(
                N_("“{value}” has several meanings here; use the code."), "doubtful", value=plain(word)[:60]
            )
        if key not in self._things:
            raise CellError(self.sentence, self.error_code, value=plain(word)[:60])
        return self._things[key]
