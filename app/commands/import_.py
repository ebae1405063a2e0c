"""`chunzhao import`: imports an office's file, whole or without its bad rows."""

import sys
from pathlib import Path
from typing import get_args
from uuid import UUID

import click
import msgspec
import rich_click
from rich.console import Console
from rich.progress import Progress

from app.cases.writing import OpenFacts
from app.clock import Clock
from app.commands.use_cases import run_use_case
from app.database import Connection, Database
from app.database.business_clock import clock_of
from app.errors import DomainError, Invalid
from app.exit_codes import BadInput, ExitCode
from app.facts.domain import BrokenPromise, PromisesBroken
from app.facts.writing import Author
from app.imports.catalogue import changes_facts
from app.imports.domain import ImportNote, ImportReport, RowError, RowsRefused, What
from app.imports.opening import choose_season, open_table
from app.imports.service import import_table
from app.locales import translator
from app.settings import Settings, load_settings
from app.tables.decoding import ENCODINGS, Encoding
from app.tables.errors import MAX_FILE_BYTES
from app.tables.reading import FileOptions

_SHOWN = 50


class SentFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file and the options that the terminal named."""

    what: What
    path: Path
    content: bytes
    season: str | None
    skip_bad: bool
    options: FileOptions
    accepted: frozenset[UUID]


@rich_click.command(name="import")
@rich_click.argument("what", type=click.Choice(get_args(What)))
@rich_click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@rich_click.option("--season", help="Code of the season; by default the one that runs, else the newest.")
@rich_click.option("--skip-bad", is_flag=True, help="Keep the good rows and write the others to a file beside FILE.")
@rich_click.option("--encoding", type=click.Choice(ENCODINGS), help="Of a text that reads well in several ways.")
@rich_click.option("--sheet", help="The sheet to read where several hold such rows.")
@rich_click.option("--accept-broken", type=click.UUID, multiple=True, help="A booking that the file may break.")
@rich_click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(
    what: What,
    file: Path,
    season: str | None,
    encoding: Encoding | None,
    sheet: str | None,
    accept_broken: tuple[UUID, ...],
    *,
    skip_bad: bool,
    as_json: bool,
) -> int:
    """Import a csv, xlsx or (closures) ics file: rooms, closures, channels, employers, requests or majors.

    Every bad row is named with its number, column and reason; nothing of a bad file is kept unless --skip-bad.
    """
    if file.stat().st_size > MAX_FILE_BYTES:
        raise BadInput(f"{file}: larger than {MAX_FILE_BYTES // 1024 // 1024} MB")
    settings = load_settings()
    options = FileOptions(encoding=encoding, sheet=sheet)
    content = file.read_bytes()
    sent = SentFile(
        what=what,
        path=file,
        content=content,
        season=season,
        skip_bad=skip_bad,
        options=options,
        accepted=frozenset(accept_broken),
    )
    report = run_use_case(settings, lambda database: _import(database, sent, settings))
    if isinstance(report, RowsRefused):
        rows: list[RowError] = report.extra["rows"]
        if as_json:
            refusal = {
                "what": what,
                "file": str(file),
                "kept": 0,
                "errors": rows,
                "reading_notes": report.extra["reading_notes"],
            }
            _print_json(refusal)
        else:
            _print_errors(rows, report.extra["more"])
            _print_reading_notes(report.extra["reading_notes"])
        raise BadInput(f"{file}: {report}")
    refused_path = _write_refused(report, file)
    if as_json:
        body = msgspec.to_builtins(msgspec.structs.replace(report, refused_file=None))
        _print_json({**body, "refused_file": None if refused_path is None else str(refused_path)})
        return ExitCode.OK
    _print_errors(report.errors, 0)
    _print_reading_notes(report.reading_notes)
    click.echo(
        f"{file}: {report.rows} rows: {report.created} created, {report.changed} changed, "
        f"{report.unchanged} unchanged, {report.refused} refused"
    )
    if report.removed:
        click.echo(f"removed, because an event has another version now: {report.removed} closures")
    if report.also_created:
        click.echo(f"also created: {', '.join(report.also_created)}")
    if refused_path is not None:
        click.echo(f"refused rows: {refused_path}")
    return ExitCode.OK


async def _import(database: Database, sent: SentFile, settings: Settings) -> ImportReport | RowsRefused:
    clock = await clock_of(database, settings)
    try:
        async with database.read() as connection:
            season = await choose_season(connection, code=sent.season, now=clock.now(), zone=clock.zone)
        table = open_table(sent.content, sent.what, season, clock.zone, sent.options)
        with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task(sent.path.name, total=None)

            async def keep(connection: Connection) -> ImportReport:
                return await import_table(
                    connection,
                    sent.what,
                    table,
                    file=sent.path.name,
                    season_id=None if season is None else season.id,
                    skip_bad=sent.skip_bad,
                    actor=None,
                    clock=clock,
                    over_bookings=changes_facts(sent.what),
                    on_progress=lambda done, total: progress.update(task, completed=done, total=total),
                )

            if not changes_facts(sent.what):
                return await database.transact(keep)
            author = Author(
                actor=None, clock=clock, translate=translator("en"), accepted=sent.accepted, reason=sent.path.name
            )
            return await OpenFacts(database).write(keep, author)
    except RowsRefused as refused:
        return refused
    except PromisesBroken as refused:
        _print_broken(refused.extra["broken"], clock)
        raise BadInput(f"{sent.path}: {_sentences(refused)} --accept-broken names those that may be.") from None
    except DomainError as refused:
        raise BadInput(f"{sent.path}: {_sentences(refused)}") from None


def _print_broken(broken: list[BrokenPromise], clock: Clock) -> None:
    for entry in broken:
        start = f"{clock.local(entry.starts_at):%Y-%m-%d %H:%M}"
        rules = " ".join(rule.text for rule in entry.rules)
        held = " (kept for an offer)" if entry.held else ""
        click.echo(f"{entry.booking_id} {start} {', '.join(entry.places)} {entry.title}{held}: {rules}", err=True)


def _write_refused(report: ImportReport, file: Path) -> Path | None:
    if report.refused_file is None:
        return None
    path = file.with_name(report.refused_file.name)
    try:
        path.write_bytes(report.refused_file.content)
    except OSError:
        path = Path.cwd() / report.refused_file.name
        path.write_bytes(report.refused_file.content)
    return path


def _print_errors(errors: list[RowError], more: int) -> None:
    for error in errors[:_SHOWN]:
        where = f"row {error.row}" + (f", {error.column}" if error.column else "")
        reasons = error.reason_en if error.reason_en == error.reason_zh else f"{error.reason_en} / {error.reason_zh}"
        click.echo(f"{where}: {reasons}", err=True)
    if (left := len(errors) - _SHOWN + more) > 0 and len(errors) > _SHOWN:
        click.echo(f"and {left} more", err=True)


def _print_reading_notes(reading_notes: list[ImportNote]) -> None:
    for note in reading_notes:
        rows = ", ".join(map(str, note.rows)) + ("…" if note.count > len(note.rows) else "")
        where = " ".join(word for word in (f"row {rows}," if rows else "", note.column) if word).rstrip(",")
        kind = note.kind.replace("_", " ")
        click.echo(f"{kind}: {where + ': ' if where else ''}{note.reason_en} / {note.reason_zh}", err=True)


def _sentences(refused: DomainError) -> str:
    fields = refused.fields if isinstance(refused, Invalid) else ()
    said = [str(refused), *(translator("en")(field.sentence, **field.values) for field in fields)]
    return " ".join(said)


def _print_json(body: object) -> None:
    click.echo(msgspec.json.encode(body).decode())
