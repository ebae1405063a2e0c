"""Reads cells of requests that have small phrases: windows and posts."""

import re
from datetime import date, time

from app.errors import N_
from app.imports.known import Known
from app.requests.domain import Post, Window
from app.tables.cells import Cell, clock, day, end_clock, integer, plain, text
from app.tables.errors import CellError
from app.tables.phrases import HOURS, RANGE, SEPARATED, phrases

_DAY = r"(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_WINDOW = re.compile(
    rf"^(?P<first>{_DAY})(?:{RANGE}(?P<last>{_DAY}|\d{{1,2}}日?))?(?:\s+{HOURS})?\s*(?:\*\s*(?P<preference>\d{{1,3}}))?$"
)
_POST = re.compile(
    r"^(?P<title>.+?)\s*[×xX*]\s*(?P<headcount>\d+)\s*人?(?:\s*@\s*(?P<city>[^#]*?))?(?:\s*#\s*(?P<degree>.*))?$"
)


def windows(cell: Cell, known: Known) -> tuple[Window, ...]:
    """Read days, hours and preference of windows: 3月14日-3月16日 19:00-21:00*10; 2023-03-20."""
    return tuple(_window(part, known) for part in phrases(cell))


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
        until_time=end_clock(found["closes"]) if found["closes"] else closes,
        preference=integer(0, 100)(found["preference"]) if found["preference"] else 10,
    )


def _last_day(word: str | None, first: date, known: Known) -> date:
    if word is None:
        return first
    if re.fullmatch(r"\d{1,2}日?", word):  # 3月14-16日
        return day(f"{first.year}-{first.month}-{word}", known.year)
    return day(word, known.year)


def posts(cell: Cell, _: Known) -> tuple[Post, ...]:
    """Read title, headcount and, if given, city and degree: 软件工程师×5@武汉#本科; 销售×10."""
    found = []
    for part in (piece.strip() for piece in SEPARATED.split(plain(cell)) if piece.strip()):
        match = _POST.match(part)
        if match is None:
            raise CellError(N_("“{value}” is not a post such as “软件工程师×5”."), "wrong-post", value=part[:60])
        found.append(
            Post(
                title=text(longest=200)(match["title"]),
                headcount=integer(1, 100_000)(match["headcount"]),
                city=(match["city"] or "").strip(),
                degree=(match["degree"] or "").strip(),
            )
        )
    return tuple(found)
