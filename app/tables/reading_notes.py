"""What a reader of files did not use, or guessed: it is said in the report, beside the errors."""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

_NAMED = 3
NoteKind = Literal["not_used", "guessed"]


class ReadingNote(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was not used or guessed: in which rows ((): the whole file) and under which heading ("": none)."""

    kind: NoteKind
    code: str
    sentence: str
    values: dict[str, Any] = {}
    column: str = ""
    rows: tuple[int, ...] = ()


class Guessed(msgspec.Struct, frozen=True):
    """What a parser of cells gives where it had to guess, or left a part of the cell out."""

    value: Any
    note: ReadingNote


def not_used(code: str, sentence: str, /, **values: Any) -> ReadingNote:
    """Give the note of something that was not used."""
    return ReadingNote(kind="not_used", code=code, sentence=sentence, values=values)


def guessed(code: str, sentence: str, /, **values: Any) -> ReadingNote:
    """Give the note of something that was guessed."""
    return ReadingNote(kind="guessed", code=code, sentence=sentence, values=values)


def listing(names: Iterable[str]) -> str:
    """Give the first of some names, and how many there are beyond these."""
    found = [f"“{name}”" for name in dict.fromkeys(names)]
    more = len(found) - _NAMED
    return ", ".join(found[:_NAMED]) + (f" + {more}" if more > 0 else "")


def joined(reading_notes: Iterable[ReadingNote]) -> list[ReadingNote]:
    """Join what was said alike of several rows; the words are those of the first."""
    found: dict[tuple[object, ...], ReadingNote] = {}
    rows: dict[tuple[object, ...], dict[int, None]] = {}
    for note in reading_notes:
        key = (note.code, note.column) if note.rows else (note.code, note.column, str(note.values))
        found.setdefault(key, note)
        rows.setdefault(key, {}).update(dict.fromkeys(note.rows))
    return [msgspec.structs.replace(note, rows=tuple(rows[key])) for key, note in found.items()]
