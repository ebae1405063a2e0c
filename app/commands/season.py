"""`chunzhao season`: open and list recruiting seasons from the command line."""

import click
import msgspec
import rich_click

from app.clock import with_ends_of_day
from app.commands.use_cases import run_use_case
from app.database import Database
from app.database.business_clock import clock_of
from app.exit_codes import BadInput
from app.locales import translator
from app.seasons import repository, service
from app.seasons.domain import CreateSeason, Season
from app.settings import load_settings
from app.texts import TextsRefused


@rich_click.group(name="season")
def command() -> None:
    """Recruiting seasons."""


@command.command(name="create")
@rich_click.option("--code", required=True, help="Short and lasting, for example spring-2023.")
@rich_click.option("--name-zh", required=True)
@rich_click.option("--name-en", required=True)
@rich_click.option("--first", "first_day", required=True, help="First day, for example 2023-02-02.")
@rich_click.option("--last", "last_day", required=True, help="Last day, included.")
@rich_click.option("--term-first", "term_first_day", help="Monday of teaching week 1.")
@rich_click.option("--opens", "day_opens", help="When a day begins; 08:00 where not said.")
@rich_click.option("--closes", "day_closes", help="When a day ends, 24:00 at the latest; 22:00 where not said.")
@rich_click.option("--grid", "grid_minutes", type=click.Choice(["15", "30", "60"]), help="Minutes; 30 where not said.")
def create(**values: str | None) -> None:
    """Open a season, with the national calendar of its years."""
    settings = load_settings()
    given = {name: value for name, value in values.items() if value is not None}
    for name in ("day_opens", "day_closes"):
        if len(given.get(name, "")) == len("08:00"):
            given[name] += ":00"
    try:
        wanted = msgspec.convert(with_ends_of_day(given), CreateSeason, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(_reason(error)) from None

    async def open_season(database: Database) -> Season:
        now = (await clock_of(database, settings)).now()
        return await database.transact(service.create_season, wanted, actor=None, now=now)

    season = run_use_case(settings, open_season, makes_data=True)
    click.echo(f"{season.code}: {season.first_day} to {season.last_day}", err=True)
    click.echo(season.id)


def _reason(error: msgspec.ValidationError) -> str:
    if not isinstance(error.__cause__, TextsRefused):
        return str(error)
    field = error.__cause__.fields[0]
    return f"{field.path}: {translator('en')(field.sentence, **field.values)}"


@command.command(name="list")
def list_seasons() -> None:
    """List every season, the newest first."""

    async def read(database: Database) -> list[Season]:
        async with database.read() as connection:
            return await repository.list_seasons(connection)

    for season in run_use_case(load_settings(), read):
        click.echo(
            f"{season.code}\t{season.first_day}\t{season.last_day}\t{season.name_zh}\t{season.name_en}\t{season.id}"
        )
