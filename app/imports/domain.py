"""The report of an import: what was kept, refused, not used or guessed; and its errors beside those of tables."""

from typing import Literal

import msgspec

from app.errors import N_, NotFound
from app.tables.errors import FileRefused
from app.tables.reading import FileFormat
from app.tables.reading_notes import NoteKind

What = Literal["rooms", "closures", "channels", "employers", "requests", "majors"]
Outcome = Literal["created", "changed", "unchanged"]


class NoSeason(NotFound):
    """The file needs a season: for dates without a year, for weeks, or for requests."""

    type = "import-needs-season"
    sentence = N_("This file belongs to a season, and there is none. Create one first.")


class RowsRefused(FileRefused):
    """Some rows cannot be accepted; each of them is named."""

    type = "rows-refused"
    sentence = N_("{count} rows of {rows} cannot be accepted. Nothing of this file was kept.")


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of a row: `row` as the spreadsheet counts, `column` is its heading ("" for the whole row)."""

    row: int
    column: str
    code: str
    reason_zh: str
    reason_en: str


class ImportNote(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was not used, or guessed.

    `rows` are the first of the `count` rows that it is about (none: the whole file), `column` is a heading or "".
    """

    kind: NoteKind
    code: str
    column: str
    rows: tuple[int, ...]
    count: int
    reason_zh: str
    reason_en: str


class RefusedFile(msgspec.Struct, frozen=True, kw_only=True):
    """The refused rows with their reasons, in the format in which they came, to be corrected and sent again."""

    name: str
    content: bytes


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import kept and refused."""

    what: What
    file: str
    format: FileFormat
    rows: int
    created: int
    changed: int
    unchanged: int
    removed: int = 0
    refused: int
    errors: list[RowError] = []
    reading_notes: list[ImportNote] = []
    ignored_columns: list[str] = []
    also_created: list[str] = []
    refused_file: RefusedFile | None = None
