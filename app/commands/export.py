"""`chunzhao export`: the schedule as a file."""

import sys
from pathlib import Path
from typing import get_args

import click
import rich_click

from app.commands.use_cases import run_use_case
from app.database import Database
from app.database.business_clock import clock_of
from app.exit_codes import BadInput, ExitCode
from app.exports.formats import ExportFormat, write_export
from app.exports.repository import get_exported_season
from app.locales import DEFAULT_LOCALE, LOCALES
from app.seasons.repository import find_season_by_code
from app.settings import Settings, load_settings

_FORMATS = click.Choice(get_args(ExportFormat))


@rich_click.command(name="export")
@rich_click.argument("season")
@rich_click.option("--format", "export_format", type=_FORMATS, default="xlsx", show_default=True)
@rich_click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; - is stdout."
)
@rich_click.option("--locale", type=click.Choice(LOCALES), default=DEFAULT_LOCALE, show_default=True)
def command(season: str, export_format: ExportFormat, output: Path | None, locale: str) -> int:
    """Write the standing bookings of SEASON (its code) as xlsx, csv, ics or JSON."""
    settings = load_settings()
    content = run_use_case(settings, lambda database: _export(database, season, export_format, locale, settings))
    path = output or Path(f"{season}.{export_format}")
    if str(path) == "-":
        sys.stdout.buffer.write(content)
        return ExitCode.OK
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    click.echo(str(path))
    return ExitCode.OK


async def _export(database: Database, code: str, export_format: ExportFormat, locale: str, settings: Settings) -> bytes:
    async with database.read() as connection:
        season = await find_season_by_code(connection, code)
        if season is None:
            raise BadInput(f"there is no season {code!r}")
        exported = await get_exported_season(connection, season.id)
    clock = await clock_of(database, settings)
    return write_export(export_format, season, exported, clock=clock, locale=locale)
