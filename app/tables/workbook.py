"""Reads a workbook in a process of its own, run as a script: bytes from stdin, its sheets as JSON to stdout.

The parser allocates what a workbook says it has, and one that says 10^12 cells ends the process that reads it. Here
that is a child with a memory limit. Days and times are written as [type, ISO text], errors as ["error", text], formulas
without a stored value as ["formula", text], numbers with digits of their own as ["shown", number, text]; other cells
as themselves. The parser gives the values; it knows neither errors nor formats nor what is hidden, so these are read
beside it from the parts of the file (ECMA-376), by a parser that keeps nothing.
"""

import contextlib
import io
import json
import posixpath
import re
import resource
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 30
NO_SHEET = 3

_LETTERS_AND_NUMBER = re.compile(r"([A-Z]+)([0-9]+)")
# Zeros and signs that stand for themselves, as in 000, "A-"000 or 0000\-0000; colours and widths show nothing.
_PIECE = re.compile(r'0|\\(.)|"([^"]*)"|([-() +:])|_.|\[[^\]<>=]*\]')
_PADDED = re.compile(f"(?:{_PIECE.pattern})+")

Attributes = dict[str, str]


class _Marks:
    """What the parts of a sheet say beside its values; rows and columns count from 0."""

    def __init__(self, padded: dict[int, str]) -> None:
        self.errors: dict[tuple[int, int], str] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.formats: dict[tuple[int, int], str] = {}
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []
        self.last_row = 0
        self._padded = padded
        self._row = self._column = -1
        self._kind = self._style = self._read = ""
        self._texts: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        match _local(name):
            case "col" if attributes.get("hidden") in ("1", "true"):
                columns = range(int(attributes["min"]) - 1, min(int(attributes["max"]), 16_384))
                self.hidden_columns.extend(columns)
            case "row":
                self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1
                if attributes.get("hidden") in ("1", "true"):
                    self.hidden_rows.append(self._row)
            case "c":
                found = _LETTERS_AND_NUMBER.fullmatch(attributes.get("r", ""))
                self._column = _column(found[1]) if found else self._column + 1
                self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
                self._texts = {}
            case "f" | "v" as part:
                self._read, self._texts[part] = part, ""

    def end(self, name: str) -> None:
        self._read = ""
        if _local(name) != "c":
            return
        place = self._row, self._column
        value = self._texts.get("v", "")
        if value or self._kind == "inlineStr":
            self.last_row = self._row + 1
        if self._kind == "e":
            self.errors[place] = value
        elif "f" in self._texts and not value and self._kind != "str":
            self.formulas[place] = "=" + self._texts["f"]
        elif self._kind == "n" and value and int(self._style) in self._padded:
            self.formats[place] = self._padded[int(self._style)]

    def text(self, text: str) -> None:
        if self._read:
            self._texts[self._read] += text


def main(most_rows: int) -> int:
    """Read stdin and write every worksheet; give 0 or NO_SHEET."""
    for limit, value in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        with contextlib.suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (value, value))
    content = sys.stdin.buffer.read()
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if not any(sheet.visible == SheetVisibleEnum.Visible for sheet in sheets):
        return NO_SHEET
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts, styles = _parts(archive)
        padded = {} if styles is None else _padded_styles(archive, styles)
        written = [
            {
                "name": sheet.name,
                "visible": sheet.visible == SheetVisibleEnum.Visible,
                **_sheet(workbook.get_sheet_by_name(sheet.name), _marks(archive, parts[sheet.name], padded), most_rows),
            }
            for sheet in sheets
        ]
    sys.stdout.write(json.dumps({"sheets": written}))
    return 0


def _sheet(sheet: Any, marks: _Marks, most_rows: int) -> dict[str, Any]:
    rows = [[_as_json(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False, nrows=most_rows)]
    for (row, column), text in marks.errors.items():
        _put(rows, row, column, ["error", text])
    for (row, column), text in marks.formulas.items():
        _put(rows, row, column, ["formula", text])
    for (row, column), number_format in marks.formats.items():
        if row < len(rows) and column < len(rows[row]) and (shown := _shown(rows[row][column], number_format)):
            rows[row][column] = ["shown", rows[row][column], shown]
    return {
        "rows": rows,
        "merged": [(*first, *last) for first, last in sheet.merged_cell_ranges or []],
        "last_row": marks.last_row,
        "hidden_rows": [row for row in marks.hidden_rows if row < len(rows)],
        "hidden_columns": [column for column in marks.hidden_columns if rows and column < len(rows[0])],
    }


def _put(rows: list[list[Any]], row: int, column: int, cell: list[str]) -> None:
    """Put a cell where the parser gave nothing; what lies outside of its rows was not asked for."""
    if row < len(rows):
        rows[row].extend([""] * (column + 1 - len(rows[row])))
        rows[row][column] = cell


def _shown(cell: Any, number_format: str) -> str:
    """Give the digits that a format of zeros shows, "" for what it does not show so."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell < 0 or cell != int(cell):
        return ""
    zeros = sum(piece[0] == "0" for piece in _PIECE.finditer(number_format))
    digits = str(int(cell)).zfill(zeros)
    more = len(digits) - zeros
    groups = iter([digits[: more + 1], *digits[more + 1 :]])
    return _PIECE.sub(
        lambda piece: next(groups) if piece[0] == "0" else piece[1] or piece[2] or piece[3] or "", number_format
    )


def _padded_styles(archive: zipfile.ZipFile, part: str) -> dict[int, str]:
    """Give the formats of zeros by the number of the cell style that has them."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        inside.append(_local(name))
        if inside[-1] == "numFmt":
            formats[attributes["numFmtId"]] = attributes["formatCode"]
        elif inside[-2:] == ["cellXfs", "xf"]:
            styles.append(attributes.get("numFmtId", "0"))

    _parse(archive, part, start, lambda _: inside.pop())
    # Only the first section counts: the others are for numbers below zero, zero and text.
    found = {style: formats.get(number, "").partition(";")[0] for style, number in enumerate(styles)}
    return {style: text for style, text in found.items() if _PADDED.fullmatch(text) and "0" in text}


def _parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], str | None]:
    """Give the part of the file that holds each sheet, by the sheet's name, and the part of the styles."""
    book = _targets(archive, "")["officeDocument"]
    targets = _targets(archive, book)
    sheets: dict[str, str] = {}

    def sheet(name: str, attributes: Attributes) -> None:
        if _local(name) == "sheet":
            key = next(value for attribute, value in attributes.items() if _local(attribute) == "id")
            sheets[attributes["name"]] = targets[key]

    _parse(archive, book, sheet)
    return sheets, targets.get("styles")


def _targets(archive: zipfile.ZipFile, source: str) -> dict[str, str]:
    """Give the parts that a part (the whole file: "") refers to, by the key and by the kind of the relationship."""
    folder, name = posixpath.split(source)
    targets: dict[str, str] = {}

    def relationship(element: str, attributes: Attributes) -> None:
        if _local(element) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
            targets[attributes["Id"]] = targets[attributes["Type"].rpartition("/")[2]] = target

    _parse(archive, posixpath.join(folder, "_rels", f"{name}.rels"), relationship)
    return targets


def _marks(archive: zipfile.ZipFile, part: str, padded: dict[int, str]) -> _Marks:
    marks = _Marks(padded)
    _parse(archive, part, marks.start, marks.end, marks.text)
    return marks


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    # Some programs write names with other capitals or with backslashes.
    name = next(name for name in archive.namelist() if name.replace("\\", "/").lower() == part.lower())
    with archive.open(name) as content:
        parser.ParseFile(content)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _as_json(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    if isinstance(cell, timedelta):
        return ["timedelta", cell.total_seconds()]
    return cell


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
