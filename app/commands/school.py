"""The school's database and clock for commands that act on it: the set one, else the embedded one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from app.clock import Clock
from app.commands.servers import reached_servers
from app.database import Database, open_database
from app.database.migrate import migrate_async
from app.settings import load_settings


class School(msgspec.Struct, frozen=True):
    """What a command needs to act."""

    database: Database
    clock: Clock


@asynccontextmanager
async def open_school() -> AsyncIterator[School]:
    """The database, migrated; embedded servers that run already are joined, else started for the command's time."""
    with reached_servers(load_settings()) as settings:
        assert settings.database_url is not None  # noqa: S101 - that is what reaching means
        await migrate_async(settings.database_url)
        async with open_database(settings.database_url, size=2) as database:
            yield School(database, Clock(settings.clock_offset, settings.timezone))
