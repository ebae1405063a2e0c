"""Reads a workbook in a process of its own, run as a script: bytes from stdin, rows as JSON to stdout.

The parser allocates what a workbook says it has, and one that says 10^12 cells ends the process that reads it. Here
that is a child with a memory limit. Days and times are written as [type, ISO text]; other cells as themselves.
"""

import contextlib
import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 30
NO_SHEET = 3


def main(most_rows: int) -> int:
    """Read stdin and write the first visible sheet; give 0 or NO_SHEET."""
    for limit, value in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        with contextlib.suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (value, value))
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if not names:
        return NO_SHEET
    sheet = workbook.get_sheet_by_name(names[0])
    rows = sheet.to_python(skip_empty_area=False, nrows=most_rows)
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
    sys.stdout.write(json.dumps({"rows": [[_as_json(cell) for cell in row] for row in rows], "merged": merged}))
    return 0


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
