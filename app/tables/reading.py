"""Reads a file's bytes into a table: csv text or a workbook, found by content."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Literal

import msgspec

from app.errors import N_
from app.tables import workbook
from app.tables.cells import Cell, ErrorCell, ShownNumber, is_empty
from app.tables.decoding import Encoding, decoded
from app.tables.errors import (
    MAX_FILE_BYTES,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    BrokenWorkbook,
    EmptyFile,
    FileTooLarge,
    OldWorkbook,
    TooManyRows,
    UnknownSheet,
    WrongFileType,
)
from app.tables.reading_notes import ReadingNote, not_used
from app.tables.separated import read_separated

FileFormat = Literal["csv", "xlsx", "ics"]
_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"

_SECONDS = 60
_MOST_ROWS = MAX_ROWS + 10  # with a title and headings
# Formatting that reaches down to the last line makes empty rows; below this line none is looked at.
_LAST_ROW = MAX_ROWS * 2
_SentCell = str | float | int | bool | None | list[str | float]
_MOMENTS: dict[str, type[date] | type[time]] = {"datetime": datetime, "date": date, "time": time}


class FileOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of a file that could be read in several ways: its encoding, the sheet that counts."""

    encoding: Encoding | None = None
    sheet: str | None = None


AS_FOUND = FileOptions()


class Merged(msgspec.Struct, frozen=True, array_like=True):
    """A block of merged cells; rows and columns count from 0, the last ones belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Table(msgspec.Struct, frozen=True):
    """Rows of cells, each with the number that a spreadsheet shows beside it, and what a person does not see of them.

    `last_row` is the last filled one of a sheet, also where it was not read; `others` are the other sheets of a
    workbook; `reading_notes` say what was not used or guessed so far; a table that `may_be_empty` says something by its
    headings alone.
    """

    format: FileFormat
    rows: list[tuple[int, Sequence[Cell]]]
    merged: list[Merged] = []
    name: str = ""
    visible: bool = True
    last_row: int = 0
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    others: tuple["Table", ...] = ()
    reading_notes: tuple[ReadingNote, ...] = ()
    may_be_empty: bool = False


class _SentSheet(msgspec.Struct, frozen=True):
    name: str
    visible: bool
    rows: list[list[_SentCell]]
    merged: list[Merged]
    last_row: int
    hidden_rows: list[int]
    hidden_columns: frozenset[int]


class _Sent(msgspec.Struct, frozen=True):
    sheets: list[_SentSheet]


def check_size(content: bytes) -> None:
    """Check the size of a file. Raises FileTooLarge, EmptyFile."""
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge(limit=f"{MAX_FILE_BYTES // 1024 // 1024} MB")
    if not content.strip():
        raise EmptyFile


def read_table(content: bytes, options: FileOptions = AS_FOUND) -> Table:
    """Give the table in a file. Raises FileRefused (its subclass says what is wrong), FileTooLarge."""
    check_size(content)
    if content.startswith(_OLD_EXCEL):
        raise OldWorkbook
    if content.startswith(_ZIP):
        return _chosen_sheet(_sheets(content), options.sheet)
    if content.startswith(_PDF):
        raise WrongFileType
    table = Table("csv", _numbered(read_separated(decoded(content, options.encoding))))
    check_count(table)
    return table


def _chosen_sheet(sheets: Sequence[Table], name: str | None) -> Table:
    """Give the named sheet, else the first one that people see and that has rows, with the others beside it."""
    if name is None:
        chosen = next((sheet for sheet in sheets if sheet.visible and sheet.rows), None)
    else:
        chosen = next((sheet for sheet in sheets if sheet.name == name), None)
        if chosen is None:
            raise UnknownSheet(sheet=name, sheets=", ".join(sheet.name for sheet in sheets))
    if chosen is None:
        raise EmptyFile
    check_count(chosen)
    table = msgspec.structs.replace(chosen, others=tuple(sheet for sheet in sheets if sheet is not chosen))
    return table if name is None else without_others(table)


def without_others(table: Table) -> Table:
    """Give a table alone; its reading notes say which sheets beside it were not read."""
    unread = [
        not_used(
            "sheet",
            N_("The sheet “{sheet}” was not read (rows: {count}).")
            if sheet.visible
            else N_("The hidden sheet “{sheet}” was not read (rows: {count})."),
            sheet=sheet.name,
            count=len(sheet.rows),
        )
        for sheet in table.others
        if sheet.rows
    ]
    return msgspec.structs.replace(table, others=(), reading_notes=(*table.reading_notes, *unread))


def _sheets(content: bytes) -> list[Table]:
    _check_unpacked(content)
    arguments = [sys.executable, "-P", str(Path(workbook.__file__)), str(_LAST_ROW)]
    try:
        child = subprocess.run(arguments, input=content, capture_output=True, timeout=_SECONDS, check=True)
        sent = msgspec.json.decode(child.stdout, type=_Sent)
    except (subprocess.SubprocessError, msgspec.DecodeError) as error:
        raise BrokenWorkbook from error
    return [
        Table(
            "xlsx",
            _numbered([_received(cell) for cell in row] for row in sheet.rows),
            merged=sheet.merged,
            name=sheet.name,
            visible=sheet.visible,
            last_row=sheet.last_row,
            hidden_rows=frozenset(row + 1 for row in sheet.hidden_rows),
            hidden_columns=sheet.hidden_columns,
        )
        for sheet in sent.sheets
    ]


def _received(cell: _SentCell) -> Cell:
    match cell:
        case ["error" | "formula", str(text)]:
            return ErrorCell(text)
        case ["shown", float(number), str(shown)]:
            return ShownNumber(number, shown)
        case ["timedelta", float(seconds)]:
            return timedelta(seconds=seconds)
        case [str(kind), str(text)]:
            return _MOMENTS[kind].fromisoformat(text)
        case list():
            raise BrokenWorkbook
    return cell


def _check_unpacked(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise BrokenWorkbook from error
    if "[Content_Types].xml" not in names:
        raise BrokenWorkbook
    if unpacked > MAX_UNPACKED_BYTES:
        raise FileTooLarge(limit=f"{MAX_UNPACKED_BYTES // 1024 // 1024} MB")


def _numbered(rows: Iterable[Sequence[Cell]]) -> list[tuple[int, Sequence[Cell]]]:
    """Give the filled rows, each with its number, and at most one more than is accepted."""
    filled = ((number, row) for number, row in enumerate(rows, start=1) if not all(is_empty(cell) for cell in row))
    return list(islice(filled, _MOST_ROWS + 1))


def check_count(table: Table) -> None:
    """Check that a table has rows, and no more than a file may have. Raises EmptyFile, TooManyRows."""
    if not table.rows:
        raise EmptyFile
    if len(table.rows) > _MOST_ROWS or table.last_row > _LAST_ROW:
        raise TooManyRows(limit=MAX_ROWS)
