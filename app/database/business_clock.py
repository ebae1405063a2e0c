"""The row that says how far business time is from real time: read when a process starts, followed while it runs.

Production runs on real time: it refuses a row that says otherwise, and does not look at it again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from app.clock import Clock
from app.database.connection import Connection, Database
from app.database.queries import load_queries
from app.exit_codes import BadInput
from app.settings import Settings

CLOCK_CHANNEL: Final = "clock"
_RECONNECT_SECONDS: Final = 1.0
_CHECK_SECONDS: Final = 20.0
_PATIENCE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.01
# A follower's connection is named after what it follows, so that everybody sees in the server who has got there.
_NAME: Final = "chunzhao clock"

_queries = load_queries(__file__)


class ClockIsShifted(BadInput):
    """Production runs on real time."""


async def read_clock(connection: Connection, settings: Settings) -> Clock:
    """Give the business clock as the row has it. Raises ClockIsShifted where production finds another than zero."""
    offset: int = await _queries.get_clock_offset(connection)
    if offset and settings.environment == "production":
        raise ClockIsShifted(
            f"business_clock: production runs on real time, and this database is {offset} seconds from it"
        )
    return Clock(offset, settings.timezone)


async def clock_of(database: Database, settings: Settings) -> Clock:
    """Give the business clock of a database, for a command that ends soon. Raises ClockIsShifted."""
    async with database.pool.acquire() as connection:
        return await read_clock(connection, settings)


async def step_clock(connection: Connection, offset_seconds: int) -> None:
    """Set how far business time is from real time; every process that follows hears it."""
    await _queries.step_clock(connection, offset_seconds=offset_seconds)


async def count_followers(connection: Connection, offset_seconds: int) -> int:
    """Count the processes whose business time is so far from real time."""
    return int(await _queries.count_followers(connection, name=_name_at(offset_seconds)))


async def wait_for_followers(database: Database, offset_seconds: int, *, processes: int) -> None:
    """Wait until so many processes follow the clock and have got there. Raises TimeoutError."""
    async with asyncio.timeout(_PATIENCE_SECONDS), database.pool.acquire() as connection:
        while True:
            if await count_followers(connection, offset_seconds) >= processes:
                return
            await asyncio.sleep(_LOOK_SECONDS)


@asynccontextmanager
async def following_clock(database: Database, url: str, settings: Settings) -> AsyncIterator[Clock]:
    """Give a clock that keeps to the row during the block. Raises ClockIsShifted."""
    clock = await clock_of(database, settings)
    if settings.environment == "production":
        yield clock
        return
    task = asyncio.create_task(_follow(url, clock), name="follow the clock")
    try:
        yield clock
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _follow(url: str, clock: Clock) -> None:
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await _follow_once(url, clock)
        await asyncio.sleep(_RECONNECT_SECONDS)


async def _follow_once(url: str, clock: Clock) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    told = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: told.set())
        await connection.add_listener(CLOCK_CHANNEL, lambda *_: told.set())
        while True:
            told.clear()
            clock.offset_seconds = await _queries.get_clock_offset(connection)
            await connection.execute("SELECT set_config('application_name', $1, false)", _name_at(clock.offset_seconds))
            # A connection that was lost silently is noticed only by asking.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), _CHECK_SECONDS)
    finally:
        connection.terminate()


def _name_at(offset_seconds: int) -> str:
    return f"{_NAME} {offset_seconds}"
