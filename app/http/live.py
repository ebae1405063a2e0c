"""Live pages: one LISTEN connection for each process, a short queue for each page, server-sent events.

A message says only that something changed; pages ask again for what they show. A page that missed something (its
queue was full, the connection to PostgreSQL was lost) gets `resync` and asks for everything. See docs/decisions.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final
from uuid import UUID

import msgspec

from app.database.connection import LIVE_CHANNEL
from app.database.listener import listening

QUEUE_LENGTH: Final = 64
KEEP_ALIVE_SECONDS: Final = 15.0
LIFE_SECONDS: Final = 600.0
_RETRY_MILLISECONDS: Final = 2000


class LiveMessage(msgspec.Struct, frozen=True):
    """Says what happened in a season, or (without one) in the school.

    The relay sends `types` of events; a feature may send a `type` of its own about a subject.
    """

    types: tuple[str, ...] = ()
    type: str = ""
    season_id: UUID | None = None
    subject_id: UUID | None = None
    last_event: int | None = None


class LiveUpdates:
    """Passes messages of the channel `live` on to the open pages of this process."""

    def __init__(self) -> None:
        self._pages: dict[asyncio.Queue[LiveMessage | None], UUID] = {}

    @asynccontextmanager
    async def listening(self, database_url: str) -> AsyncIterator[None]:
        """Listen to the channel during the block."""
        async with listening(database_url, LIVE_CHANNEL, on_message=self.hear, on_connected=self._resync):
            yield

    def hear(self, payload: str) -> None:
        """Pass a message on; one that cannot be read is dropped."""
        try:
            message = msgspec.json.decode(payload, type=LiveMessage)
        except msgspec.DecodeError:
            return
        for queue, season_id in self._pages.items():
            if message.season_id in (None, season_id):
                _put(queue, message)

    @contextmanager
    def page(self, season_id: UUID) -> Iterator[asyncio.Queue[LiveMessage | None]]:
        """Give the queue of a page while it is open; None in the queue means that something was missed."""
        queue: asyncio.Queue[LiveMessage | None] = asyncio.Queue(QUEUE_LENGTH)
        self._pages[queue] = season_id
        try:
            yield queue
        finally:
            del self._pages[queue]

    def __len__(self) -> int:
        """How many pages are open."""
        return len(self._pages)

    def _resync(self) -> None:
        for queue in self._pages:
            _put(queue, None)


def _put(queue: asyncio.Queue[LiveMessage | None], message: LiveMessage | None) -> None:
    if queue.full():
        # A page that cannot follow asks for everything once it can.
        while not queue.empty():
            queue.get_nowait()
        message = None
    queue.put_nowait(message)


async def live_stream(
    live: LiveUpdates,
    season_id: UUID,
    *,
    may_listen: Callable[[], Awaitable[bool]],
    life_seconds: float = LIFE_SECONDS,
    keep_alive: float = KEEP_ALIVE_SECONDS,
) -> AsyncIterator[str]:
    """Give the lines of one page's stream: `connected`, events named after a type's first word, or `resync`.

    It ends after ten minutes, so that the page connects again by itself; and soon after its reader may not listen any
    more, which is asked every `keep_alive` seconds.
    """
    ends_at = time.monotonic() + life_seconds
    ask_at = time.monotonic() + keep_alive
    with live.page(season_id) as queue:
        yield f"retry: {_RETRY_MILLISECONDS}\nevent: connected\ndata: {{}}\n\n"
        while (now := time.monotonic()) < ends_at:
            if now >= ask_at:
                if not await may_listen():
                    return
                ask_at = now + keep_alive
            try:
                message = await asyncio.wait_for(queue.get(), min(keep_alive, ends_at - now))
            except TimeoutError:
                yield ": still here\n\n"
                continue
            yield "event: resync\ndata: {}\n\n" if message is None else _lines(message)


def _lines(message: LiveMessage) -> str:
    types = (*message.types, *([message.type] if message.type else []))
    news = {"types": types, "last_event": message.last_event, "subject_id": message.subject_id}
    data = msgspec.json.encode({name: value for name, value in news.items() if value is not None}).decode()
    topics = dict.fromkeys(name.partition(".")[0] for name in types)
    return "".join(f"event: {topic}\ndata: {data}\n\n" for topic in topics)
