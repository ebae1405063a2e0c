"""The columns of a kind of file, the rows that were laid out by them, and the reading of a row's cells."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from app.errors import N_, FieldError
from app.tables.cells import Cell, ErrorCell, folded, is_empty
from app.tables.errors import CellError
from app.tables.reading_notes import Guessed, ReadingNote
from app.texts import TextFault, TextsRefused

# What parsers may look words up in.
Known = TypeVar("Known")
Parser = Callable[[Cell, Known], Any]
REASON_HEADINGS = ("拒绝原因", "Reason")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：_\-]")
# What spreadsheets write into csv where a cell has an error, or is too narrow for what it holds.
_ERROR_TEXT = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|FIELD!|#+)")


class Column(msgspec.Struct, Generic[Known], frozen=True, kw_only=True):
    """A field and its headings; `example` stands in the template."""

    field: str
    zh: str
    en: str
    parse: Parser[Known]
    example: Cell = ""
    needed: bool = False
    also: tuple[str, ...] = ()
    default: Any = None


def simple(parse: Callable[[Cell], Any]) -> Parser[Any]:
    """Give a parser that needs to know nothing of the school."""
    return lambda cell, _: parse(cell)


class Fault(msgspec.Struct, frozen=True):
    """What is wrong in a row, and under which heading."""

    column: str
    error: FieldError


class Row(msgspec.Struct, kw_only=True):
    """One row: its cells in the file, the values that were read, what is wrong with it, what was guessed of it."""

    number: int
    cells: Sequence[Cell]
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    headings: dict[str, str] = {}
    reading_notes: list[ReadingNote] = []

    def refuse(self, field: str, sentence: str, code: str, /, **values: object) -> None:
        """Note that a field of this row cannot be accepted; "" means the row as a whole."""
        self.faults.append(Fault(self.headings.get(field, ""), FieldError(field, sentence, values, code)))

    def note(self, field: str, note: ReadingNote) -> None:
        """Note that something of this row was not used or guessed; "" means the row as a whole."""
        column = self.headings.get(field, "")
        self.reading_notes.append(msgspec.structs.replace(note, column=column, rows=(self.number,)))


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A file's headings and rows, and what was not used or guessed of the file as a whole."""

    headings: list[str]
    rows: list[Row]
    fields: frozenset[str]
    ignored: list[str]
    reading_notes: list[ReadingNote]


def heading_key(heading: str) -> str:
    """Give what counts of a heading: not case, width, signs, or what is in brackets."""
    return _BRACKETS.sub("", folded(heading))


def read_row(row: Row, columns: Sequence[Column[Known]], known: Known) -> None:
    """Replace a row's cells by their values; what cannot be read is noted in its faults."""
    for column in columns:
        if column.field not in row.values:
            row.values[column.field] = column.default
            continue
        cell = row.values[column.field]
        row.values[column.field] = column.default
        if is_empty(cell):
            if column.needed:
                row.refuse(column.field, N_("This is missing."), "missing")
            continue
        try:
            _check_has_value(cell)
            value = column.parse(cell, known)
        except TextFault as refused:
            row.refuse(column.field, refused.error.sentence, refused.error.code, **refused.error.values)
        except TextsRefused as refused:
            for field in refused.fields:
                row.refuse(column.field, field.sentence, field.code, **field.values)
        else:
            if isinstance(value, Guessed):
                row.note(column.field, value.note)
                value = value.value
            row.values[column.field] = value


def _check_has_value(cell: Cell) -> None:
    """Refuse an error, which is not the same as an empty cell. Raises CellError."""
    if isinstance(cell, ErrorCell) and cell.text.startswith("="):
        sentence = N_("This formula has no value yet. Open the file in Excel, save it, and send it again.")
        raise CellError(sentence, "formula-without-value")
    if isinstance(cell, ErrorCell) or (isinstance(cell, str) and _ERROR_TEXT.fullmatch(cell.strip())):
        text = cell.text if isinstance(cell, ErrorCell) else cell.strip()
        raise CellError(N_("“{value}” is an error of the spreadsheet, not a value."), "error-cell", value=text[:60])
