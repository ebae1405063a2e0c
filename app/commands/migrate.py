"""`chunzhao migrate`: brings the database's schema up to date."""

import click
import rich_click

from app.commands.servers import one_line_errors
from app.commands.use_cases import reached_servers
from app.database.migrate import migrate
from app.settings import load_settings


@rich_click.command(name="migrate")
def command() -> None:
    """Bring the database's schema up to date; safe from several machines at once."""
    with one_line_errors(), reached_servers(load_settings()) as settings:
        assert settings.database_url is not None  # noqa: S101 - that is what reaching means
        migrate(settings.database_url)
    click.echo("The schema is up to date.", err=True)
