"""`chunzhao worker`: carries out the jobs of one queue."""

import asyncio

import click
import rich_click

from app.allocator import keep_little_freed_memory
from app.commands.servers import one_line_errors, with_running_servers
from app.logging import configure_logging
from app.settings import load_settings
from workers.running import run_worker
from workers.settings import QUEUE_MODULES


@rich_click.command(name="worker")
@rich_click.option(
    "--queue",
    type=click.Choice(list(QUEUE_MODULES)),
    default="default",
    show_default=True,
    help="default: mail and upkeep; solver: schedules, one at a time.",
)
def command(queue: str) -> None:
    """Carry out the jobs of a queue until told to end."""
    keep_little_freed_memory()
    settings = load_settings()
    configure_logging(settings)
    with one_line_errors():
        asyncio.run(run_worker(with_running_servers(settings), queue))
