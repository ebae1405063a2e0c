"""The school's database and clock for commands that act on it: the set one, else the embedded one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec

from app.clock import Clock
from app.database import Database, open_database
from app.database.migrate import migrate_async
from app.embedded import embedded_services_async
from app.embedded.postgres import database_url as socket_url
from app.exit_codes import SetupImpossible
from app.settings import Settings, load_settings


class School(msgspec.Struct, frozen=True):
    """What a command needs to act."""

    database: Database
    clock: Clock


@asynccontextmanager
async def open_school() -> AsyncIterator[School]:
    """The database, migrated; embedded servers that run already are joined, else started for the command's time."""
    settings = load_settings()
    async with _database_url(settings) as url:
        await migrate_async(url)
        async with open_database(url, size=2) as database:
            yield School(database, Clock(settings.clock_offset, settings.timezone))


@asynccontextmanager
async def _database_url(settings: Settings) -> AsyncIterator[str]:
    if settings.database_url is not None:
        yield settings.database_url
        return
    async with AsyncExitStack() as stack:
        try:
            services = await stack.enter_async_context(embedded_services_async(settings.data_folder))
        except SetupImpossible:
            # Somebody runs them already, as `chunzhao serve` does: join them.
            sockets = settings.data_folder / "run"
            if not any(sockets.glob(".s.PGSQL.*")):
                raise
            yield socket_url(sockets)
        else:
            yield services.database_url
