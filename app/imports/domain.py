"""What an import needs and reports, beside what can be wrong with a table."""

from typing import Literal

import msgspec

from app.errors import N_, NotFound
from app.tables.errors import FileRefused
from app.tables.reading import FileFormat

What = Literal["rooms", "closures", "channels", "employers", "requests", "majors"]
Outcome = Literal["created", "changed", "unchanged"]


class NoSeason(NotFound):
    """Dates without a year, weeks and requests belong to a season."""

    type = "import-needs-season"
    sentence = N_("This file belongs to a season, and there is none. Create one first.")


class RowsRefused(FileRefused):
    """Some rows cannot be accepted; each is named."""

    type = "rows-refused"
    sentence = N_("{count} rows of {rows} cannot be accepted. Nothing of this file was kept.")


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one row: `row` as the spreadsheet counts, `column` its heading ("" for the whole row)."""

    row: int
    column: str
    code: str
    reason_zh: str
    reason_en: str


class RefusedFile(msgspec.Struct, frozen=True, kw_only=True):
    """The refused rows with their reasons, in the format they came in: to be mended and sent again."""

    name: str
    content: bytes


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did."""

    what: What
    file: str
    format: FileFormat
    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int
    errors: list[RowError] = []
    ignored_columns: list[str] = []
    also_created: list[str] = []
    refused_file: RefusedFile | None = None
