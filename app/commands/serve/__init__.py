"""`chunzhao serve`: the web; without servers of its own, the whole service on one machine."""

from importlib import import_module

import click
import rich_click

from app.commands.processes import must_be_free
from app.logging import configure_logging
from app.settings import load_settings


@rich_click.command(name="serve")
@rich_click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Web processes.")
def command(workers: int) -> None:
    """Serve the web.

    With DATABASE_URL and REDIS_URL only the web processes run; relay, workers and migrate are commands of their own.
    Without them PostgreSQL and Valkey are started on DATA_DIR, with everything that a school needs.
    """
    settings = load_settings()
    must_be_free(settings.host, settings.port)
    configure_logging(settings)
    # Only the one that is needed: each runs for as long as the school does.
    if settings.database_url is not None and settings.redis_url is not None:
        import_module("app.commands.serve.web").serve_web(settings, workers)
    else:
        import_module("app.commands.serve.school").serve_school(settings)
