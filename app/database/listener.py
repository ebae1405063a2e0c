"""Listens on one channel of PostgreSQL; a lost connection is opened again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg

_RECONNECT_SECONDS = 1.0
_CHECK_SECONDS = 20.0


@asynccontextmanager
async def listening(
    url: str, channel: str, *, on_message: Callable[[str], None], on_connected: Callable[[], None]
) -> AsyncIterator[None]:
    """Listen during the block; `on_connected` is called each time that messages may have been missed."""
    task = asyncio.create_task(_listen(url, channel, on_message, on_connected), name=f"listen {channel}")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _listen(url: str, channel: str, on_message: Callable[[str], None], on_connected: Callable[[], None]) -> None:
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await _listen_once(url, channel, on_message, on_connected)
        await asyncio.sleep(_RECONNECT_SECONDS)


async def _listen_once(
    url: str, channel: str, on_message: Callable[[str], None], on_connected: Callable[[], None]
) -> None:
    connection = await asyncpg.connect(url, timeout=10, server_settings={"application_name": f"chunzhao {channel}"})
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(channel, lambda _connection, _pid, _channel, payload: on_message(str(payload)))
        on_connected()
        while not lost.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), _CHECK_SECONDS)
            # A connection that was lost silently is noticed only by asking.
            await connection.fetchval("SELECT 1", timeout=10)
    finally:
        connection.terminate()
