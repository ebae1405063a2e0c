"""Reads a file's rows by the columns of its kind: headings, fields and their parsers."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from app.errors import N_, FieldError
from app.tables.cells import Cell, folded, is_empty
from app.tables.errors import MAX_ROWS, CellError, DoubledColumn, EmptyFile, MergedCells, MissingColumns, TooManyRows
from app.tables.reading import Merged, Table
from app.texts import HiddenCharacter

# What parsers may look words up in.
Known = TypeVar("Known")
Parser = Callable[[Cell, Known], Any]
REASON_HEADINGS = ("拒绝原因", "Reason")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：_\-]")
_HEADING_ROWS = 10
_TOTALS = frozenset({"合计", "总计", "共计", "小计", "total", "grandtotal", "sum"})
_MERGED_LISTED = 10


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
    """One row: its cells in the file, the values that were read, and what is wrong with it."""

    number: int
    cells: Sequence[Cell]
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    headings: dict[str, str] = {}

    def refuse(self, field: str, sentence: str, code: str, /, **values: object) -> None:
        """Note that a field of this row cannot be accepted; "" means the row as a whole."""
        self.faults.append(Fault(self.headings.get(field, ""), FieldError(field, sentence, values, code)))


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A file's headings and rows."""

    headings: list[str]
    rows: list[Row]
    fields: frozenset[str]
    ignored: list[str]


def heading_key(heading: str) -> str:
    """Give what counts of a heading: not case, width, signs, or what is in brackets."""
    return _BRACKETS.sub("", folded(heading))


def lay_out(table: Table, columns: Sequence[Column[Known]]) -> Sheet:
    """Find the row of headings and assign every cell to its field; values are not read yet.

    Raises MissingColumns, DoubledColumn, EmptyFile, TooManyRows, MergedCells.
    """
    known = {
        heading_key(word): column for column in columns for word in (column.zh, column.en, column.field, *column.also)
    }
    # Offices like a title above: the row with the most known headings is the one.
    candidates = table.rows[:_HEADING_ROWS]
    at = max(
        range(len(candidates)),
        key=lambda index: (sum(heading_key(str(cell)) in known for cell in candidates[index][1] if cell), -index),
    )
    headings = ["" if cell is None else str(cell).strip() for cell in candidates[at][1]]
    by_index: dict[int, Column[Known]] = {}
    for index, heading in enumerate(headings):
        column = known.get(heading_key(heading)) if heading else None
        if column is None:
            continue
        if column in by_index.values():
            raise DoubledColumn(column=heading)
        by_index[index] = column
    present = {column.field for column in by_index.values()}
    if missing := [column for column in columns if column.needed and column.field not in present]:
        raise MissingColumns(columns=", ".join(f"{column.zh} ({column.en})" for column in missing))
    body = table.rows[at + 1 :]
    if body and _is_total(body[-1][1]):
        del body[-1]
    if not body:
        raise EmptyFile
    _check_merged(table.merged, body[0][0], body[-1][0])
    if len(body) > MAX_ROWS:
        raise TooManyRows(limit=MAX_ROWS)
    named = {column.field: headings[index] for index, column in by_index.items()}
    reasons = {heading_key(heading) for heading in REASON_HEADINGS}
    ignored = [
        heading
        for index, heading in enumerate(headings)
        if heading and index not in by_index and heading_key(heading) not in reasons
    ]
    rows = []
    for number, cells in body:
        values = {column.field: cells[index] if index < len(cells) else None for index, column in by_index.items()}
        rows.append(Row(number=number, cells=cells, values=values, faults=[], headings=named))
    return Sheet(headings=headings, rows=rows, fields=frozenset(present), ignored=ignored)


def _is_total(cells: Sequence[Cell]) -> bool:
    # An office's list often ends with its sums; nothing in a list is called that.
    first = next((cell for cell in cells if not is_empty(cell)), None)
    return isinstance(first, str) and "".join(heading_key(first).split()) in _TOTALS


def _check_merged(merged: Sequence[Merged], first: int, last: int) -> None:
    """Check the rows `first` to `last`, as a spreadsheet counts them. Raises MergedCells."""
    inside = [block for block in merged if block.last_row + 1 >= first and block.first_row + 1 <= last]
    if inside:
        ranges = [
            f"{_cell(block.first_row, block.first_column)}:{_cell(block.last_row, block.last_column)}"
            for block in sorted(inside, key=lambda block: (block.first_row, block.first_column))
        ]
        more = ["…"] if len(ranges) > _MERGED_LISTED else []
        raise MergedCells(cells=", ".join(ranges[:_MERGED_LISTED] + more))


def _cell(row: int, column: int) -> str:
    letters = ""
    number = column + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def read_row(row: Row, columns: Sequence[Column[Known]], known: Known) -> None:
    """Replace a row's cells by their values; what cannot be read is noted in its faults."""
    for column in columns:
        if column.field not in row.values:
            row.values[column.field] = column.default
            continue
        cell = row.values[column.field]
        if is_empty(cell):
            row.values[column.field] = column.default
            if column.needed:
                row.refuse(column.field, N_("This is missing."), "missing")
            continue
        try:
            row.values[column.field] = column.parse(cell, known)
        except CellError as refused:
            row.values[column.field] = column.default
            row.refuse(column.field, refused.error.sentence, refused.error.code, **refused.error.values)
        except HiddenCharacter as hidden:
            row.values[column.field] = column.default
            row.refuse(column.field, hidden.fields[0].sentence, hidden.fields[0].code)
