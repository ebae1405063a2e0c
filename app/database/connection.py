"""The pool and its transactions."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import asyncpg
import msgspec

from app.database.constraints import domain_error
from app.errors import N_, Invalid

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    type_connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    type_connection = asyncpg.Connection

Connection = type_connection
P = ParamSpec("P")
T = TypeVar("T")

OUTBOX_CHANNEL = "outbox"
LIVE_CHANNEL = "live"
_RETRIES = 5


class UnprintableText(Invalid):
    """A text has the character NUL, which PostgreSQL cannot store."""

    sentence = N_("A text holds a character that cannot be stored.")


class Database:
    """A pool of connections; commands run in one transaction, whole or not at all."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._wake: asyncio.Task[None] | None = None

    async def transact(
        self, use_case: Callable[Concatenate[Connection, P], Awaitable[T]], *arguments: P.args, **named: P.kwargs
    ) -> T:
        """Run a use case in one transaction, again when PostgreSQL asks for it; commit before returning.

        Raises the domain error that belongs to a violated constraint's name.
        """
        for attempt in range(_RETRIES):
            try:
                async with self.pool.acquire() as connection, connection.transaction():
                    result = await use_case(connection, *arguments, **named)
                self._wake_relay()
                return result
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                if attempt == _RETRIES - 1:
                    raise
                await asyncio.sleep(random.uniform(0.005, 0.03) * 2**attempt)
            except asyncpg.IntegrityConstraintViolationError as error:
                raise domain_error(error) from error
            except (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError) as error:
                raise UnprintableText from error
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """Give one consistent view for a reader that asks several questions."""
        async with self.pool.acquire() as connection:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                yield connection

    def _wake_relay(self) -> None:
        # One NOTIFY a burst, after commit: inside the transaction it would serialise all commits.
        if self._wake is None or self._wake.done():
            self._wake = asyncio.get_running_loop().create_task(self._notify())

    async def _notify(self) -> None:
        await asyncio.sleep(0.01)
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await self.pool.execute("SELECT pg_notify($1, '')", OUTBOX_CHANNEL)

    async def close(self) -> None:
        """Send the last NOTIFY, then close the pool."""
        if self._wake is not None:
            await self._wake
        await self.pool.close()


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda data: msgspec.json.decode(data[1:]),
    )


async def _reset_if_cut_off(connection: Any) -> None:
    # Nothing else outlives a transaction.
    if connection.is_in_transaction():
        await connection.reset()


@asynccontextmanager
async def open_database(url: str, *, size: int = 10, keeps_locks: bool = True) -> AsyncIterator[Database]:
    """Open a pool of up to `size` connections, and close it at the end.

    Those who take locks of a session have them dropped when they give a connection back, by a round trip each time.
    """
    pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        init=_prepare,
        reset=None if keeps_locks else _reset_if_cut_off,
        command_timeout=60,
        # Rows are in memory or on a disk without arms: a row by its index costs little more than the next one.
        server_settings={"timezone": "UTC", "application_name": "chunzhao", "random_page_cost": "1.1"},
    )
    database = Database(pool)
    try:
        yield database
    finally:
        await database.close()
