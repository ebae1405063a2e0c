"""`chunzhao desk`: says at once where a request could go."""

import asyncio

import rich_click

from app.allocator import keep_little_freed_memory
from app.commands.servers import one_line_errors, with_running_servers
from app.desk.serving import run_desk
from app.logging import configure_logging
from app.settings import load_settings


@rich_click.command(name="desk")
def command() -> None:
    """Answer where requests could go, with the season in memory, until told to end. Several may run at once."""
    keep_little_freed_memory()
    settings = load_settings()
    configure_logging(settings)
    with one_line_errors():
        asyncio.run(run_desk(with_running_servers(settings)))
