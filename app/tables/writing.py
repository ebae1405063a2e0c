"""Writes tables that open right in a spreadsheet: csv with a mark for Excel, xlsx; no cell ever is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Literal

from app.tables.cells import FORMULA_STARTS, Cell, plain

_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # the same table is the same file, to the byte
TableFormat = Literal["csv", "xlsx"]
CONTENT_TYPES: dict[TableFormat, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def guarded(cell: Cell) -> str:
    """Give the cell's text, with an apostrophe before what a spreadsheet would take for a formula."""
    value = plain(cell)
    if value.lstrip("'").startswith(FORMULA_STARTS) and not isinstance(cell, int | float):
        return f"'{value}"
    return value


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, encoding: str = "utf-8-sig") -> bytes:
    """Write csv, by default in UTF-8 with the mark by which Excel recognises it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(heading) for heading in headings])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode(encoding)


def write_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Sheet1") -> bytes:
    """Write one sheet with a bold, frozen first row; days and times are real ones, texts stay texts."""
    import xlsxwriter  # noqa: PLC0415 - takes 15 MB, and most processes write none

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _CREATED})
        page = book.add_worksheet(sheet)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            time: book.add_format({"num_format": "hh:mm"}),
        }
        page.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            page.write_string(0, column, heading, bold)
            page.set_column(column, column, min(40.0, max(10.0, 2.2 * len(heading))))
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime | date | time):
                    page.write_datetime(number, column, _naive(cell), formats[type(cell)])
                elif isinstance(cell, int | float) and not isinstance(cell, bool):
                    page.write_number(number, column, cell)
                elif cell is not None:
                    page.write_string(number, column, plain(cell))
    return out.getvalue()


def write_table(
    table_format: TableFormat, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Sheet1"
) -> bytes:
    """Write a table in the wanted format."""
    return write_csv(headings, rows) if table_format == "csv" else write_xlsx(headings, rows, sheet=sheet)


def _naive(moment: datetime | date | time) -> datetime | date | time:
    return moment if not isinstance(moment, datetime) else moment.replace(tzinfo=None)
