"""Reads csv as RFC 4180 has it: a quotation mark stands around a whole cell, or twice within one that is quoted."""

import re
from collections.abc import Iterator

from app.tables.cells import FORMULA_STARTS
from app.tables.errors import BrokenCsv

_LONGEST_CELL = 131_072
_DELIMITERS = (",", "\t", ";")
# Excel's own word for the delimiter, in a line above the table.
_SEP_LINE = re.compile(r"\s*sep=(?P<delimiter>[,;\t])\s*(?:\r\n|\n|\r)", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\n|\r")


def read_separated(text: str) -> Iterator[list[str]]:
    """Give the rows of a text whose cells are parted by commas, tabs or semicolons. Raises BrokenCsv with the line."""
    declared = _SEP_LINE.match(text)
    delimiter = declared["delimiter"] if declared else _delimiter(text)
    cell = re.compile(rf'"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"(?=[{delimiter}\r\n]|\Z)|(?P<bare>[^"{delimiter}\r\n]*+)')
    position, row, line = 0, list[str](), 1
    while True:
        found = cell.match(text, position)
        end = position if found is None else found.end()
        following = text[end : end + 1]
        if found is None or following not in ("", delimiter, "\r", "\n") or end - position > _LONGEST_CELL:
            raise BrokenCsv(line=line)
        quoted = found["quoted"]
        if quoted is not None:
            line += len(_LINE_END.findall(quoted))
        row.append(_unguarded(found["bare"] if quoted is None else quoted.replace('""', '"')))
        position = end + 1
        if following == delimiter:
            continue
        if following or row != [""]:
            yield row
        if not following:
            return
        row, line = [], line + 1
        position += text.startswith("\r\n", end)


def _delimiter(text: str) -> str:
    first_line = text.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=first_line.count)


def _unguarded(cell: str) -> str:
    # Our own csv files put an apostrophe before what a spreadsheet would take for a formula.
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell
