"""The relay makes jobs of committed events and tells open pages. It may be killed at any moment.

Events are claimed with their rows locked, their jobs enqueued under ids that say what they are for, then marked. A
relay that dies in between leaves the events unmarked: the next one enqueues the same ids again, which is one job.

It is woken by the NOTIFY that `app.database.Database.transact` sends after a commit, and looks by itself now and then.
"""

import asyncio
import contextlib
import signal
from collections import defaultdict
from collections.abc import Sequence

import asyncpg
import msgspec
import structlog
from arq.connections import ArqRedis

from app.database import Database, open_database
from app.database.connection import LIVE_CHANNEL, OUTBOX_CHANNEL
from app.database.heartbeats import beating
from app.database.listener import listening
from app.outbox import repository
from app.outbox.repository import StoredEvent
from app.settings import Settings
from workers.queues import QUEUE_ERRORS, enqueue_events, open_queue
from workers.subscriptions import JOBS_BY_TYPE

log = structlog.get_logger(__name__)

BATCH = 200
# How long to wait at most: usually a NOTIFY comes earlier.
POLL_SECONDS = 2.0
_WAIT_SECONDS = 0.5
_DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


async def run_relay(settings: Settings) -> None:
    """Relay until SIGTERM or SIGINT; while PostgreSQL or Valkey cannot be reached, wait."""
    if settings.database_url is None:
        raise RuntimeError("DATABASE_URL is not set: start the service by `chunzhao serve`")
    wake, ending = asyncio.Event(), asyncio.Event()

    def end() -> None:
        ending.set()
        wake.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    async with (
        open_database(settings.database_url, size=2) as database,
        listening(settings.database_url, OUTBOX_CHANNEL, on_message=lambda _: wake.set(), on_connected=wake.set),
    ):
        log.info("relay starts")
        async with beating(database, "relay"):
            while not ending.is_set():
                await _relay_until_lost(database, settings, wake, ending)
    log.info("relay ends")


async def _relay_until_lost(database: Database, settings: Settings, wake: asyncio.Event, ending: asyncio.Event) -> None:
    queue = None
    try:
        queue = await open_queue(settings)
        while not ending.is_set():
            wake.clear()
            relayed = await relay_batch(database, queue)
            if relayed < BATCH:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), POLL_SECONDS)
    except (*QUEUE_ERRORS, *_DATABASE_ERRORS) as error:
        log.warning("the relay waits", error=type(error).__name__)
        await asyncio.sleep(_WAIT_SECONDS)
    finally:
        if queue is not None:
            with contextlib.suppress(*QUEUE_ERRORS):
                await queue.aclose(close_connection_pool=True)


async def relay_batch(database: Database, queue: ArqRedis) -> int:
    """Enqueue the jobs of some events; give how many. Raises one of QUEUE_ERRORS, and then nothing is marked."""
    async with database.pool.acquire() as connection:
        async with connection.transaction():
            events = await repository.claim_unrelayed(connection, batch=BATCH)
            for job, event_ids in _jobs_of(events).items():
                await enqueue_events(queue, job, event_ids)
            await repository.mark_relayed(connection, [event.id for event in events])
        for message in live_messages(events):
            await connection.execute("SELECT pg_notify($1, $2)", LIVE_CHANNEL, message)
    return len(events)


def _jobs_of(events: Sequence[StoredEvent]) -> dict[str, list[int]]:
    jobs: dict[str, list[int]] = defaultdict(list)
    for event in events:
        for job in JOBS_BY_TYPE.get(event.type, ()):
            jobs[job].append(event.id)
    return jobs


class LiveMessage(msgspec.Struct, frozen=True):
    """Tells the open pages of a season that events of some types happened; without a season it is for all pages."""

    season_id: str | None
    types: list[str]
    last_event: int


def live_messages(events: Sequence[StoredEvent]) -> list[str]:
    """Give one message for each season, however many events it had."""
    by_season: dict[str | None, list[StoredEvent]] = defaultdict(list)
    for event in events:
        by_season[None if event.season_id is None else str(event.season_id)].append(event)
    return [
        msgspec.json.encode(
            LiveMessage(season_id, sorted({event.type for event in some}), max(event.id for event in some))
        ).decode()
        for season_id, some in by_season.items()
    ]
