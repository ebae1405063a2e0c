"""The whole service of a school on one machine: servers, relay, workers and web, watched by this process."""

import os
from functools import partial

import click

from app.commands.processes import migrate_apart, start_processes
from app.commands.serve.reaching import must_reach_servers
from app.commands.servers import one_line_errors
from app.embedded import embedded_services
from app.embedded.disk import MEGABYTE, DiskGuard, free_bytes
from app.settings import Settings


def serve_school(settings: Settings) -> None:
    """Serve until told to end; servers that the settings name are used, the others are started."""
    must_reach_servers(database_url=settings.database_url, redis_url=settings.redis_url)
    with one_line_errors():
        _serve(settings)


def _serve(settings: Settings) -> None:
    base_url = os.environ.get("BASE_URL") or f"http://localhost:{settings.port}"
    with embedded_services(settings.data_folder) as services:
        given = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
        environment = {
            **os.environ,
            **services.environment(),
            **{name: url for name, url in given.items() if url is not None},
            "BASE_URL": base_url,
        }
        migrate_apart(environment)
        start_processes(services.supervisor, environment, host=settings.host, port=settings.port)
        click.echo(f"Chunzhao runs at {base_url}   (data: {services.data_folder}; mail goes to {settings.smtp_url})")
        click.echo("First time here? Open that address, or run: chunzhao admin create --email … --name …")
        reserve = settings.disk_reserve_mb * MEGABYTE
        folder = services.data_folder
        guard = DiskGuard(
            services.database_url, partial(free_bytes, folder), reserve=reserve, spare=folder / "spare-space"
        )
        services.supervisor.watch(beside=guard.look)
