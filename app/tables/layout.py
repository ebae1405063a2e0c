"""Finds what each cell of a table is: the sheet that counts, its row of headings, the field of each column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from app.errors import N_
from app.tables.cells import Cell, is_empty, plain
from app.tables.columns import REASON_HEADINGS, Column, Row, Sheet, heading_key
from app.tables.errors import (
    MAX_ROWS,
    DoubledColumn,
    EmptyFile,
    MergedCells,
    MissingColumns,
    SeveralSheets,
    TooManyRows,
)
from app.tables.reading import Merged, Table, check_count, without_others
from app.tables.reading_notes import ReadingNote, guessed, not_used

_HEADING_ROWS = 10
_TOTALS = frozenset({"合计", "总计", "共计", "小计", "total", "grandtotal", "sum"})
_MERGED_LISTED = 10
_REASONS = frozenset(heading_key(heading) for heading in REASON_HEADINGS)

Known = Mapping[str, Column[Any]]


class _Headings(msgspec.Struct, frozen=True):
    """The row of headings (counted from 0 among the filled rows) and the column that each cell in it names."""

    at: int
    texts: list[str]
    columns: list[Column[Any] | None]

    def lacks(self, columns: Sequence[Column[Any]]) -> list[Column[Any]]:
        return [column for column in columns if column.needed and column not in self.columns]


def lay_out(table: Table, columns: Sequence[Column[Any]]) -> Sheet:
    """Assign every cell to its field; values are not read yet.

    Raises MissingColumns, DoubledColumn, EmptyFile, TooManyRows, MergedCells, SeveralSheets.
    """
    known = {
        heading_key(word): column for column in columns for word in (column.zh, column.en, column.field, *column.also)
    }
    table = _sheet_that_counts(table, columns, known)
    headings = _find_headings(table, known)
    _check_headings(headings, columns)
    body = table.rows[headings.at + 1 :]
    total = body.pop() if body and _is_total(body[-1][1]) else None
    if not body and not table.may_be_empty:
        raise EmptyFile
    if body:
        _check_merged(table.merged, body[0][0], body[-1][0])
    if len(body) > MAX_ROWS:
        raise TooManyRows(limit=MAX_ROWS)
    by_index = {index: column for index, column in enumerate(headings.columns) if column is not None}
    named = {column.field: headings.texts[index] for index, column in by_index.items()}
    rows = []
    for number, cells in body:
        values = {column.field: cells[index] if index < len(cells) else None for index, column in by_index.items()}
        row = Row(number=number, cells=cells, values=values, faults=[], headings=named, reading_notes=[])
        if table.format == "csv":
            _check_count_of_cells(row, headings.texts)
        rows.append(row)
    ignored = [text for text, column in zip(headings.texts, headings.columns, strict=True) if text and column is None]
    ignored = [text for text in ignored if heading_key(text) not in _REASONS]
    return Sheet(
        headings=headings.texts,
        rows=rows,
        fields=frozenset(named),
        ignored=ignored,
        reading_notes=[*table.reading_notes, *_reading_notes(table, headings, body, total, ignored)],
    )


def _sheet_that_counts(table: Table, columns: Sequence[Column[Any]], known: Known) -> Table:
    """Give the one visible sheet that has the headings; where none has them, the first. Raises SeveralSheets."""
    if not table.others:
        return table
    sheets = (table, *table.others)
    fitting = []
    for sheet in sheets:
        if sheet.visible and sheet.rows:
            headings = _find_headings(sheet, known)
            if not headings.lacks(columns) and len(sheet.rows) > headings.at + 1:
                fitting.append(sheet)
    if len(fitting) > 1:
        raise SeveralSheets(
            extra={"sheets": [sheet.name for sheet in fitting]},
            sheets=", ".join(f"“{sheet.name}”" for sheet in fitting),
        )
    chosen = fitting[0] if fitting else table
    others = tuple(sheet for sheet in sheets if sheet is not chosen)
    check_count(chosen)
    return without_others(msgspec.structs.replace(chosen, others=others))


def _find_headings(table: Table, known: Known) -> _Headings:
    """Give the first of the rows with the most known headings: offices like a title above."""
    candidates = table.rows[:_HEADING_ROWS]
    at = max(
        range(len(candidates)),
        key=lambda index: (sum(heading_key(plain(cell)) in known for cell in candidates[index][1] if cell), -index),
    )
    texts = [plain(cell) for cell in candidates[at][1]]
    return _Headings(at, texts, [known.get(heading_key(text)) if text else None for text in texts])


def _check_headings(headings: _Headings, columns: Sequence[Column[Any]]) -> None:
    """Raises DoubledColumn, MissingColumns."""
    found: list[Column[Any]] = []
    for text, column in zip(headings.texts, headings.columns, strict=True):
        if column is None:
            continue
        if column in found:
            raise DoubledColumn(column=text)
        found.append(column)
    if missing := headings.lacks(columns):
        raise MissingColumns(columns=", ".join(f"{column.zh} ({column.en})" for column in missing))


def _check_count_of_cells(row: Row, headings: Sequence[str]) -> None:
    """Refuse a row of csv with more or fewer cells than headings: a comma too many shifts the cells after it."""
    needed = max(index for index, heading in enumerate(headings, start=1) if heading)
    filled = max((index for index, cell in enumerate(row.cells, start=1) if not is_empty(cell)), default=0)
    if len(row.cells) < needed or filled > len(headings):
        sentence = N_("This row has {count} cells for {needed} headings: look at its commas and quotation marks.")
        row.refuse("", sentence, "wrong-cell-count", count=max(filled, len(row.cells)), needed=needed)


def _reading_notes(
    table: Table,
    headings: _Headings,
    body: Sequence[tuple[int, Sequence[Cell]]],
    total: tuple[int, Sequence[Cell]] | None,
    ignored: Iterable[str],
) -> Iterator[ReadingNote]:
    above = [number for number, cells in table.rows[: headings.at] if sum(not is_empty(cell) for cell in cells) > 1]
    if above:
        yield _in_rows(above, not_used("above-headings", N_("What stands above the headings was not read.")))
    if total is not None:
        yield _in_rows([total[0]], not_used("total", N_("The last row is a total and was not read.")))
    for heading in ignored:
        note = not_used("unknown-column", N_("The column “{heading}” is not known here."), heading=heading)
        yield msgspec.structs.replace(note, column=heading)
    nameless = [number for number, cells in body if any(_nameless(cells, headings.texts))]
    if nameless:
        yield _in_rows(nameless, not_used("no-heading", N_("Cells in columns without a heading were not read.")))
    hidden = [number for number, _ in body if number in table.hidden_rows]
    if hidden:
        sentence = N_("Hidden rows were read like the others: {count} of them.")
        yield _in_rows(hidden, guessed("hidden-rows", sentence, count=len(hidden)))
    for index, column in enumerate(headings.columns):
        if column is not None and index in table.hidden_columns:
            note = guessed("hidden-column", N_("This column is hidden and was read like the others."))
            yield msgspec.structs.replace(note, column=headings.texts[index])


def _nameless(cells: Sequence[Cell], headings: Sequence[str]) -> Iterator[bool]:
    for index, cell in enumerate(cells):
        yield not is_empty(cell) and (index >= len(headings) or not headings[index])


def _in_rows(rows: Sequence[int], note: ReadingNote) -> ReadingNote:
    return msgspec.structs.replace(note, rows=tuple(rows))


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
