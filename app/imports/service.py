"""Imports a file whole: every bad row is named, and a bad file is not kept unless its bad rows are skipped."""

import re
from collections.abc import Callable, Iterable
from pathlib import PurePath
from uuid import UUID, uuid4

import asyncpg

from app.actors import Actor, account_of
from app.clock import Clock
from app.database import Connection
from app.database.constraints import domain_error
from app.errors import N_, DomainError, FieldError, Invalid
from app.events import FileImported
from app.facts.locks import lock_every_season, share_season
from app.imports.catalogue import importer_of
from app.imports.domain import (
    ImportNote,
    ImportReport,
    NoSeason,
    Outcome,
    RefusedFile,
    RowError,
    RowsRefused,
    What,
)
from app.imports.importing import Importer, Importing
from app.imports.known import load_known
from app.locales import translator
from app.outbox import append
from app.permissions import must
from app.tables.cells import is_empty, plain
from app.tables.columns import REASON_HEADINGS, Fault, Row, Sheet, read_row
from app.tables.errors import CellError
from app.tables.layout import lay_out
from app.tables.reading import Table
from app.tables.reading_notes import ReadingNote, joined
from app.tables.writing import TableFormat, write_table

Progress = Callable[[int, int], None]
_ACTIVITY_PATH = re.compile(r"^activities\[(\d+)\]\.(\w+)")
_ERRORS_LISTED = 500
_NOTE_ROWS_LISTED = 20


async def import_table(
    connection: Connection,
    what: What,
    table: Table,
    *,
    file: str,
    season_id: UUID | None,
    skip_bad: bool,
    actor: Actor | None,
    clock: Clock,
    over_bookings: bool = False,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Keep the rows of a file; `over_bookings` for those who write facts in the open (`app.facts.writing`).

    Raises RowsRefused (naming every bad row) and errors of the file as a whole.
    """
    if actor is not None:
        must(actor, "import_files")
    importer = importer_of(what, table)
    if importer.needs_season and season_id is None:
        raise NoSeason
    await _lock(connection, importer, season_id)
    sheet = lay_out(table, importer.columns)
    known = await load_known(connection, season_id, clock.zone)
    run = Importing(known=known, actor=actor, clock=clock, file=file, fields=sheet.fields, over_bookings=over_bookings)
    _fill_down(sheet.rows, importer)
    for row in sheet.rows:
        read_row(row, importer.columns, known)
    _refuse_doubled(sheet.rows, importer, run)
    if importer.begin is not None:
        await importer.begin(connection, run)
    counts: dict[Outcome, int] = {"created": 0, "changed": 0, "unchanged": 0}
    for done, rows in enumerate(groups := _grouped(sheet.rows, importer), start=1):
        outcome = await _keep(connection, importer, rows, run)
        if outcome is not None:
            counts[outcome] += 1
        if on_progress is not None:
            on_progress(done, len(groups))
    refused = [row for row in sheet.rows if row.faults]
    errors = [_row_error(row, fault) for row in refused for fault in row.faults]
    removed = 0 if importer.finish is None else await importer.finish(connection, sheet.rows, run)
    said = [*sheet.reading_notes, *run.reading_notes, *(said for row in sheet.rows for said in row.reading_notes)]
    reading_notes = [_reading_note(note) for note in joined(said)]
    if refused and not skip_bad:
        raise _rows_refused(errors, reading_notes, len(refused), len(sheet.rows))
    event = FileImported(
        subject_id=season_id or uuid4(),
        season_id=season_id,
        what=what,
        kept=len(sheet.rows) - len(refused),
        refused=len(refused),
    )
    await append(connection, event, actor_id=account_of(actor), now=clock.now(), reason=file)
    return ImportReport(
        what=what,
        file=file,
        format=table.format,
        rows=len(sheet.rows),
        removed=removed,
        refused=len(refused),
        errors=errors,
        reading_notes=reading_notes,
        ignored_columns=sheet.ignored,
        also_created=run.also_created,
        refused_file=_refused_file(file, table, sheet, refused) if refused else None,
        **counts,
    )


async def _lock(connection: Connection, importer: Importer, season_id: UUID | None) -> None:
    # Before anything is read, and outside the savepoints of rows: a savepoint that fails gives its locks back.
    if importer.changes_facts:
        await lock_every_season(connection)
    elif season_id is not None:
        await share_season(connection, season_id)


def _fill_down(rows: list[Row], importer: Importer) -> None:
    """Fill the empty shared cells of later rows of a thing from its first row."""
    if importer.together is None:
        return
    firsts: dict[str, Row] = {}
    for row in rows:
        first = firsts.setdefault(plain(row.values[importer.together]), row)
        for field in importer.shared & row.values.keys():
            if is_empty(row.values[field]):
                row.values[field] = first.values[field]


def _refuse_doubled(rows: list[Row], importer: Importer, run: Importing) -> None:
    """Refuse each readable row of a thing that an earlier one has: only one of them can be meant."""
    if importer.key is None:
        return
    firsts: dict[object, Row] = {}
    for row in rows:
        code = row.values[importer.key]
        if row.faults:
            continue
        first = firsts.setdefault(importer.identity(row, run) if importer.identity else code, row)
        if first is not row:
            sentence = N_("“{value}” stands in row {row} already: keep one of the two.")
            row.refuse(importer.key, sentence, "doubled", value=code, row=first.number)


def _grouped(rows: list[Row], importer: Importer) -> list[list[Row]]:
    """Group the rows of one thing; a row whose shared cell could not be read stands alone."""
    if importer.together is None:
        return [[row] for row in rows]
    groups: dict[object, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.values[importer.together] or row.number, []).append(row)
    return list(groups.values())


async def _keep(connection: Connection, importer: Importer, rows: list[Row], run: Importing) -> Outcome | None:
    """Keep one thing in a savepoint; give None where it was refused and note the reason in its rows."""
    run.learnt.clear()
    if not any(row.faults for row in rows):
        try:
            async with connection.transaction():
                outcome = await importer.keep(connection, rows, run)
        except CellError as refused:
            if refused.error.sentence:
                rows[0].faults.append(Fault("", refused.error))
        except asyncpg.IntegrityConstraintViolationError as refused:
            _note(rows, domain_error(refused))
        except DomainError as refused:
            _note(rows, refused)
        else:
            for learn in run.learnt:
                learn()
            return outcome
    bad = next(row for row in rows if row.faults)
    for row in rows:
        if not row.faults:
            row.refuse("", N_("Row {row} of the same request is refused."), "same-request", row=bad.number)
    return None


def _note(rows: list[Row], refused: DomainError) -> None:
    """Note a use case's refusal in the row and column that it is about."""
    if not isinstance(refused, Invalid) or not refused.fields:
        rows[0].faults.append(Fault("", FieldError("", refused.sentence, refused.values, refused.type)))
        return
    for error in refused.fields:
        row, field = rows[0], re.split(r"[.\[]", error.path)[0]
        if found := _ACTIVITY_PATH.match(error.path):
            row, field = rows[int(found[1])], found[2]
        row.refuse(field, error.sentence, error.code, **error.values)


def _row_error(row: Row, fault: Fault) -> RowError:
    chinese, english = (translator(locale)(fault.error.sentence, **fault.error.values) for locale in ("zh-CN", "en"))
    return RowError(row=row.number, column=fault.column, code=fault.error.code, reason_zh=chinese, reason_en=english)


def _reading_note(said: ReadingNote) -> ImportNote:
    chinese, english = (translator(locale)(said.sentence, **said.values) for locale in ("zh-CN", "en"))
    return ImportNote(
        kind=said.kind,
        code=said.code,
        column=said.column,
        rows=said.rows[:_NOTE_ROWS_LISTED],
        count=len(said.rows),
        reason_zh=chinese,
        reason_en=english,
    )


def _rows_refused(errors: list[RowError], reading_notes: list[ImportNote], count: int, rows: int) -> RowsRefused:
    listed = errors[:_ERRORS_LISTED]
    extra = {"rows": listed, "more": len(errors) - len(listed), "reading_notes": reading_notes}
    return RowsRefused(extra=extra, count=count, rows=rows)


def _refused_file(file: str, table: Table, sheet: Sheet, refused: Iterable[Row]) -> RefusedFile:
    kind: TableFormat = "xlsx" if table.format == "xlsx" else "csv"
    dropped = {index for index, heading in enumerate(sheet.headings) if heading in REASON_HEADINGS}
    headings = [heading for index, heading in enumerate(sheet.headings) if index not in dropped]
    rows = []
    for row in refused:
        cells = [row.cells[index] if index < len(row.cells) else None for index in range(len(sheet.headings))]
        errors = [_row_error(row, fault) for fault in row.faults]
        reasons = (
            "; ".join(
                f"{error.column}: {text}" if error.column else text for error, text in zip(errors, texts, strict=True)
            )
            for texts in ([error.reason_zh for error in errors], [error.reason_en for error in errors])
        )
        rows.append([*(cell for index, cell in enumerate(cells) if index not in dropped), *reasons])
    name = f"{PurePath(file).stem}-refused.{kind}"
    return RefusedFile(name=name, content=write_table(kind, [*headings, *REASON_HEADINGS], rows))
