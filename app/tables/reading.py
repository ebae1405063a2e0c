"""Reads a file's bytes into a table: csv in UTF-8, UTF-16 or GB18030, or a workbook, found by content."""

import codecs
import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from app.tables import workbook
from app.tables.cells import FORMULA_STARTS, Cell, is_empty
from app.tables.errors import (
    MAX_FILE_BYTES,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    BrokenCsv,
    BrokenText,
    BrokenWorkbook,
    EmptyFile,
    FileTooLarge,
    OldWorkbook,
    TooManyRows,
    WrongFileType,
)

FileFormat = Literal["csv", "xlsx", "ics"]
_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"

_SECONDS = 60
_SentCell = str | float | int | bool | None | list[str | float]
_MOMENTS: dict[str, type[date] | type[time]] = {"datetime": datetime, "date": date, "time": time}


class Merged(msgspec.Struct, frozen=True, array_like=True):
    """A block of merged cells; rows and columns count from 0, the last ones belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Table(msgspec.Struct, frozen=True):
    """Rows of cells, each with the number that a spreadsheet shows beside it, and the cells that were merged."""

    format: FileFormat
    rows: list[tuple[int, Sequence[Cell]]]
    merged: list[Merged] = []


class _Sent(msgspec.Struct, frozen=True):
    rows: list[list[_SentCell]]
    merged: list[Merged]


def check_size(content: bytes) -> None:
    """Check the size of a file. Raises FileTooLarge, EmptyFile."""
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge(limit=f"{MAX_FILE_BYTES // 1024 // 1024} MB")
    if not content.strip():
        raise EmptyFile


def read_table(content: bytes) -> Table:
    """Give the table in a file. Raises FileRefused (its subclass says what is wrong), FileTooLarge."""
    check_size(content)
    if content.startswith(_OLD_EXCEL):
        raise OldWorkbook
    if content.startswith(_ZIP):
        return _workbook_table(content)
    if content.startswith(_PDF):
        raise WrongFileType
    return Table("csv", _numbered(_text_rows(decoded(content))))


def decoded(content: bytes) -> str:
    """Give a text in UTF-16 with a mark, UTF-8 with or without, else GB18030. Raises BrokenText, WrongFileType."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded_utf16(content)
    if b"\x00" in content:
        raise WrongFileType
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise BrokenText(line=content.count(b"\n", 0, error.start) + 1) from None


def _decoded_utf16(content: bytes) -> str:
    # Excel saves "Unicode text" so. Neither mark can begin a GB18030 or UTF-8 text.
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-16", errors="replace")
        raise BrokenText(line=before.count("\n") + 1) from None
    if "\x00" in text:
        raise WrongFileType
    return text


def _text_rows(text: str) -> list[Sequence[Cell]]:
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max((",", "\t", ";"), key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Sequence[Cell]] = []
    try:
        for row in reader:
            rows.append([_unguarded(cell) for cell in row])
            _check_count(len(rows))
    except csv.Error as error:
        raise BrokenCsv(line=reader.line_num) from error
    return rows


def _unguarded(cell: str) -> str:
    # Our own csv files put an apostrophe before what a spreadsheet would take for a formula.
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def _workbook_table(content: bytes) -> Table:
    _check_unpacked(content)
    # Formatting that reaches down to the last line makes empty rows; only filled ones count.
    arguments = [sys.executable, "-P", str(Path(workbook.__file__)), str(MAX_ROWS * 2)]
    try:
        child = subprocess.run(arguments, input=content, capture_output=True, timeout=_SECONDS, check=True)
        sent = msgspec.json.decode(child.stdout, type=_Sent)
    except (subprocess.SubprocessError, msgspec.DecodeError) as error:
        raise BrokenWorkbook from error
    return Table("xlsx", _numbered([[_received(cell) for cell in row] for row in sent.rows]), sent.merged)


def _received(cell: _SentCell) -> Cell:
    if not isinstance(cell, list):
        return cell
    kind, value = cell
    if kind == "timedelta":
        return timedelta(seconds=float(value))
    return _MOMENTS[str(kind)].fromisoformat(str(value))


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


def _numbered(rows: list[Sequence[Cell]]) -> list[tuple[int, Sequence[Cell]]]:
    filled = [(number, row) for number, row in enumerate(rows, start=1) if not all(is_empty(cell) for cell in row)]
    _check_count(len(filled))
    if not filled:
        raise EmptyFile
    return filled


def _check_count(rows: int) -> None:
    if rows > MAX_ROWS + 10:
        raise TooManyRows(limit=MAX_ROWS)
