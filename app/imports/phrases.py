"""Cells that hold a small phrase: windows, opening hours, turnovers by kind, posts."""

import re
from datetime import date, time

from app.errors import N_
from app.imports.cells import Cell, clock, day, folded, halfwidth, integer, plain
from app.imports.domain import CellError
from app.imports.known import Known
from app.requests.domain import Post, Window
from app.venues.domain import OpeningHours

_PARTS = re.compile(r"[;；\n]+")
_DAY = r"(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_RANGE = r"\s*(?:-|–|—|~|至|到|to)\s*"
_HOURS = rf"(?P<opens>\d{{1,2}}:\d{{2}}){_RANGE}(?P<closes>\d{{1,2}}:\d{{2}})"
_WINDOW = re.compile(
    rf"^(?P<first>{_DAY})(?:{_RANGE}(?P<last>{_DAY}|\d{{1,2}}日?))?(?:\s+{_HOURS})?\s*(?:\*\s*(?P<preference>\d{{1,3}}))?$"
)
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
_POST = re.compile(
    r"^(?P<title>.+?)\s*[×xX*]\s*(?P<headcount>\d+)\s*人?(?:\s*@\s*(?P<city>[^#]*?))?(?:\s*#\s*(?P<degree>.*))?$"
)


def _parts(cell: Cell) -> list[str]:
    return [part.strip() for part in _PARTS.split(halfwidth(cell)) if part.strip()]


def windows(cell: Cell, known: Known) -> tuple[Window, ...]:
    """3月14日-3月16日 19:00-21:00*10; 2023-03-20: days, hours and preference of each window."""
    return tuple(_window(part, known) for part in _parts(cell))


def _window(part: str, known: Known) -> Window:
    found = _WINDOW.match(part)
    if found is None:
        sentence = N_("“{value}” is not a window such as “3月14日-3月16日 19:00-21:00*10”.")
        raise CellError(sentence, "wrong-window", value=part[:60])
    first = day(found["first"], known.year)
    last = _last_day(found["last"], first, known)
    opens = time(8) if known.season is None else known.season.day_opens
    closes = time(22) if known.season is None else known.season.day_closes
    return Window(
        first_day=first,
        last_day=last,
        from_time=clock(found["opens"]) if found["opens"] else opens,
        until_time=clock(found["closes"]) if found["closes"] else closes,
        preference=integer(0, 100)(found["preference"]) if found["preference"] else 10,
    )


def _last_day(word: str | None, first: date, known: Known) -> date:
    if word is None:
        return first
    if re.fullmatch(r"\d{1,2}日?", word):  # 3月14-16日
        return day(f"{first.year}-{first.month}-{word}", known.year)
    return day(word, known.year)


def weekday(word: str) -> int:
    """周二, 星期二, Tue, 2: 1 Monday to 7 Sunday."""
    key = _WEEKDAY_PREFIX.sub("", folded(word))
    if key not in _WEEKDAYS:
        raise CellError(N_("“{value}” is not a weekday."), "wrong-weekday", value=word[:60])
    return _WEEKDAYS[key]


def opening_hours(cell: Cell) -> list[OpeningHours]:
    """周一-周五 08:00-12:00,14:00-22:00; 周六 09:00-17:00."""
    found: list[OpeningHours] = []
    for part in _parts(cell):
        days, _blank, hours = part.partition(" ")
        first, *rest = re.split(_RANGE, days)
        if len(rest) > 1 or not hours:
            raise _wrong_hours(part)
        numbers = range(weekday(first), (weekday(rest[0]) if rest else weekday(first)) + 1)
        for span in re.split(r"[,，、]\s*", hours.strip()):
            ends = re.fullmatch(_HOURS, span)
            if ends is None:
                raise _wrong_hours(part)
            found.extend(OpeningHours(number, clock(ends["opens"]), clock(ends["closes"])) for number in numbers)
    return sorted(found, key=lambda opening: (opening.weekday, opening.opens))


def _wrong_hours(part: str) -> CellError:
    sentence = N_("“{value}” is not opening hours such as “周一-周五 08:00-22:00”.")
    return CellError(sentence, "wrong-hours", value=part[:60])


def turnover_by_kind(cell: Cell, known: Known) -> dict[str, int]:
    """双选会:120; 笔试:15."""
    found = {}
    for part in _parts(cell):
        kind, colon, minutes = part.rpartition(":")
        if not colon:
            raise CellError(N_("“{value}” is not minutes such as “双选会:120”."), "wrong-turnover", value=part[:60])
        found[str(known.kinds.get(kind))] = integer(0, 480)(minutes)
    return found


def posts(cell: Cell, _: Known) -> tuple[Post, ...]:
    """软件工程师×5@武汉#本科; 销售×10: title, headcount, and where wished the city and the degree."""
    found = []
    for part in (piece.strip() for piece in _PARTS.split(plain(cell)) if piece.strip()):
        match = _POST.match(part)
        if match is None:
            raise CellError(N_("“{value}” is not a post such as “软件工程师×5”."), "wrong-post", value=part[:60])
        found.append(
            Post(
                title=match["title"][:200],
                headcount=integer(1, 100_000)(match["headcount"]),
                city=(match["city"] or "").strip(),
                degree=(match["degree"] or "").strip(),
            )
        )
    return tuple(found)
