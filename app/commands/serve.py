"""`chunzhao serve`: the web; without servers of its own, the whole service on one machine."""

import os
from functools import partial

import click
import rich_click
import uvicorn

from app.commands.processes import must_be_free, start_processes
from app.commands.reaching import must_reach_servers
from app.commands.servers import one_line_errors
from app.database.migrate import migrate
from app.embedded import embedded_services
from app.embedded.disk import MEGABYTE, DiskGuard, free_bytes
from app.logging import configure_logging
from app.settings import Settings, load_settings

_GRACE_SECONDS = 5
# Longer than proxies keep an idle connection (60 s is usual): whoever closes first must not be us, or a request that
# is on its way just then is lost.
_KEEP_ALIVE_SECONDS = 75


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
    if settings.database_url is not None and settings.redis_url is not None:
        # The web needs no queue: pages stay up while Redis is away.
        must_reach_servers(database_url=settings.database_url)
        _serve_web(settings, workers)
    else:
        must_reach_servers(database_url=settings.database_url, redis_url=settings.redis_url)
        with one_line_errors():
            _serve_school(settings)


def _serve_web(settings: Settings, workers: int) -> None:
    uvicorn.run(
        "app.asgi:create_served_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers if workers > 1 else None,
        forwarded_allow_ips=settings.trusted_proxies,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )


def _serve_school(settings: Settings) -> None:
    base_url = os.environ.get("BASE_URL") or f"http://localhost:{settings.port}"
    with embedded_services(settings.data_folder) as services:
        given = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
        environment = {
            **os.environ,
            **services.environment(),
            **{name: url for name, url in given.items() if url is not None},
            "BASE_URL": base_url,
        }
        migrate(environment["DATABASE_URL"])
        start_processes(services.supervisor, environment, host=settings.host, port=settings.port)
        click.echo(f"Chunzhao runs at {base_url}   (data: {services.data_folder}; mail goes to {settings.smtp_url})")
        click.echo("First time here? Open that address, or run: chunzhao admin create --email … --name …")
        reserve = settings.disk_reserve_mb * MEGABYTE
        folder = services.data_folder
        guard = DiskGuard(
            services.database_url, partial(free_bytes, folder), reserve=reserve, spare=folder / "spare-space"
        )
        services.supervisor.watch(beside=guard.look)
