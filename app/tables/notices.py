"""What a reader of files did not use, or guessed: it is said in the report, beside the errors."""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

_NAMED = 3
NoticeKind = Literal["not_used", "guessed"]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was not used or guessed: in which rows ((): the whole file) and under which heading ("": none)."""

    kind: NoticeKind
    code: str
    sentence: str
    values: dict[str, Any] = {}
    column: str = ""
    rows: tuple[int, ...] = ()


class Guessed(msgspec.Struct, frozen=True):
    """What a parser of cells gives where it had to guess, or left a part of the cell out."""

    value: Any
    notice: Notice


def not_used(code: str, sentence: str, /, **values: Any) -> Notice:
    """Give the notice of something that was not used."""
    return Notice(kind="not_used", code=code, sentence=sentence, values=values)


def guessed(code: str, sentence: str, /, **values: Any) -> Notice:
    """Give the notice of something that was guessed."""
    return Notice(kind="guessed", code=code, sentence=sentence, values=values)


def listing(names: Iterable[str]) -> str:
    """Give the first of some names, and how many there are beyond these."""
    found = [f"“{name}”" for name in dict.fromkeys(names)]
    more = len(found) - _NAMED
    return ", ".join(found[:_NAMED]) + (f" + {more}" if more > 0 else "")


def joined(notices: Iterable[Notice]) -> list[Notice]:
    """Join what was said alike of several rows; the words are those of the first."""
    found: dict[tuple[object, ...], Notice] = {}
    rows: dict[tuple[object, ...], dict[int, None]] = {}
    for notice in notices:
        key = (notice.code, notice.column) if notice.rows else (notice.code, notice.column, str(notice.values))
        found.setdefault(key, notice)
        rows.setdefault(key, {}).update(dict.fromkeys(notice.rows))
    return [msgspec.structs.replace(notice, rows=tuple(rows[key])) for key, notice in found.items()]
