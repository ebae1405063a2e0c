"""`chunzhao relay`: enqueues the jobs of committed events."""

import asyncio

import rich_click

from app.allocator import keep_little_freed_memory
from app.commands.servers import one_line_errors, with_running_servers
from app.logging import configure_logging
from app.settings import load_settings
from workers.relay import run_relay


@rich_click.command(name="relay")
def command() -> None:
    """Enqueue the jobs of committed events until told to end. Several may run at once."""
    keep_little_freed_memory()
    settings = load_settings()
    configure_logging(settings)
    with one_line_errors():
        asyncio.run(run_relay(with_running_servers(settings)))
