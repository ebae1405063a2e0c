"""Runs a use case for a command: with the servers of the settings, of a running `serve`, or started for the command."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from app.commands.servers import completed, one_line_errors
from app.database import Database, open_database
from app.database.migrate import migrate
from app.embedded import embedded_services, has_data, running_environment
from app.exit_codes import SetupImpossible
from app.settings import Settings

T = TypeVar("T")


@contextmanager
def reached_servers(settings: Settings, *, makes_data: bool = False) -> Iterator[Settings]:
    """Give the settings with running servers; where none run, start and migrate embedded ones during the block.

    Raises SetupImpossible where the data folder has no data and this is not a command that `makes_data`.
    """
    if settings.database_url is not None:
        yield settings
    elif not makes_data and not has_data(settings.data_folder):
        folder = settings.data_folder
        raise SetupImpossible(
            f"there is no data in {folder}; `chunzhao serve` or `chunzhao demo` creates it (DATA_DIR)"
        )
    elif (found := running_environment(settings.data_folder)) is not None:
        yield completed(settings, found)
    else:
        with embedded_services(settings.data_folder) as services:
            migrate(services.database_url)
            yield completed(settings, services.environment())


def run_use_case(settings: Settings, use_case: Callable[[Database], Awaitable[T]], *, makes_data: bool = False) -> T:
    """Run a use case on the database and give what it returns; errors are as in `one_line_errors`."""

    async def run(database_url: str) -> T:
        async with open_database(database_url, size=2) as database:
            return await use_case(database)

    with one_line_errors(), reached_servers(settings, makes_data=makes_data) as reached:
        assert reached.database_url is not None  # noqa: S101 - that is what reaching means
        return asyncio.run(run(reached.database_url))
