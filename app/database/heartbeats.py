"""Heartbeats: relay, workers and desk write that they live; whoever watches them reads it in the database."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

import asyncpg
import msgspec

from app.database.connection import Connection, Database
from app.database.queries import load_queries
from app.database.rows import fetch_all

Role = Literal["relay", "worker", "solver", "desk"]
ROLES: Final[tuple[Role, ...]] = ("relay", "worker", "solver", "desk")
EVERY_SECONDS: Final = 10.0
# So long without a beat, and a process counts as dead.
DEAD_SECONDS: Final = 60.0
_FORGOTTEN_SECONDS: Final = 24 * 3600.0

_queries = load_queries(__file__)


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """A process of a host."""

    role: Role
    host: str
    seconds_ago: float


async def list_heartbeats(connection: Connection) -> list[Heartbeat]:
    """Every process that was seen within a day."""
    return await fetch_all(Heartbeat, _queries.list_heartbeats(connection))


async def forget_dead(connection: Connection) -> None:
    """Remove what has not been seen for a day."""
    await _queries.forget_heartbeats(connection, older_than_seconds=_FORGOTTEN_SECONDS)


def this_host() -> str:
    """The name of this machine or container."""
    return socket.gethostname()


@asynccontextmanager
async def beating(database: Database, role: Role) -> AsyncIterator[None]:
    """While the block runs, say every few seconds that this process lives; what cannot be said is left out."""
    task = asyncio.create_task(_beat(database, role))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _beat(database: Database, role: Role) -> None:
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with database.pool.acquire() as connection:
                await _queries.beat(connection, role=role, host=this_host())
        await asyncio.sleep(EVERY_SECONDS)
