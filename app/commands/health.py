"""`chunzhao health`: whether a process of this machine lives; for containers and for people on call."""

import asyncio
import urllib.error
import urllib.request

import asyncpg
import click
import rich_click

from app.commands.servers import one_line_errors, with_running_servers
from app.database.heartbeats import DEAD_SECONDS, ROLES, Heartbeat, list_heartbeats, this_host
from app.exit_codes import CommandError
from app.settings import Settings, load_settings

_SECONDS = 5


@rich_click.command(name="health")
@rich_click.argument("process", type=click.Choice(["web", *ROLES]), default="web")
def command(process: str) -> None:
    """Exit with 0 where the process of this machine lives and reaches the database, else with 1 and a line why."""
    settings = load_settings()
    if process == "web":
        _must_be_ready(settings)
        return
    with one_line_errors():
        beats = asyncio.run(_read_heartbeats(with_running_servers(settings)))
    ago = [beat.seconds_ago for beat in beats if (beat.role, beat.host) == (process, this_host())]
    if not ago:
        raise CommandError(f"no {process} was seen on this machine")
    if min(ago) > DEAD_SECONDS:
        raise CommandError(f"the {process} was last seen {min(ago):.0f} seconds ago")
    click.echo(f"the {process} lives")


def _must_be_ready(settings: Settings) -> None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.port}/health/ready", timeout=_SECONDS):
            click.echo("the web is ready")
    except (OSError, urllib.error.URLError) as error:
        raise CommandError(f"the web is not ready: {error}") from None


async def _read_heartbeats(settings: Settings) -> list[Heartbeat]:
    connection = await asyncpg.connect(settings.database_url, timeout=_SECONDS)
    try:
        return await list_heartbeats(connection)
    finally:
        await connection.close()
