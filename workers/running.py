"""Runs a queue's worker until it is told to end; while Valkey cannot be reached, it waits."""

import asyncio
import contextlib
import importlib
import signal
from typing import Any

import structlog
from arq.worker import Worker

from app.database import open_database
from app.database.business_clock import following_clock
from app.database.heartbeats import beating
from app.desk.asking import desk_line
from app.desk.finding import DeskFinder
from app.settings import Settings
from workers.context import Context
from workers.queues import QUEUE_ERRORS, deserialise, redis_settings, serialise
from workers.settings import GRACE_SECONDS, POLL_SECONDS, QUEUE_MODULES, ROLES, Queue
from workers.smtp import MailServer

log = structlog.get_logger(__name__)

_WAIT_SECONDS = 1.0


async def run_worker(settings: Settings, queue_name: str) -> None:
    """Work on one queue until SIGTERM or SIGINT; running jobs may finish first."""
    queue: Queue = importlib.import_module(QUEUE_MODULES[queue_name]).QUEUE
    if settings.database_url is None:
        raise RuntimeError("DATABASE_URL is not set: start the service by `chunzhao serve`")
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    # A sending keeps its connection, because the row's lock belongs to the connection.
    async with open_database(settings.database_url, size=queue.at_once + 4) as database:
        mail_server = MailServer(settings.smtp_url, our_name=settings.mail_from.rpartition("@")[2])
        log.info("worker starts", queue=queue.name)
        try:
            async with (
                following_clock(database, settings.database_url, settings) as clock,
                beating(database, ROLES[queue_name]),
                desk_line(settings.redis_url) as desk,
            ):
                context = Context(settings, database, mail_server, clock, DeskFinder(database, clock, desk))
                while not ending.is_set():
                    await _work_until_lost(context, queue, ending)
        finally:
            await mail_server.close()
    log.info("worker ends", queue=queue.name)


async def _work_until_lost(context: Context, queue: Queue, ending: asyncio.Event) -> None:
    worker = make_worker(context, queue)
    running = asyncio.create_task(worker.async_run())
    told_to_end = asyncio.create_task(ending.wait())
    try:
        await asyncio.wait({running, told_to_end}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        await _finish(worker)
    except QUEUE_ERRORS as error:
        log.warning("the queue is away", error=type(error).__name__)
        await _finish(worker)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), _WAIT_SECONDS)
    finally:
        for task in (running, told_to_end):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, *QUEUE_ERRORS):
                await task
        with contextlib.suppress(*QUEUE_ERRORS):
            if worker._pool is not None:  # noqa: SLF001 - arq has no public way to close without a signal
                await worker.pool.aclose(close_connection_pool=True)


async def _finish(worker: Worker) -> None:
    # Running jobs may finish; what they cannot write into the queue stands in the database.
    worker.allow_pick_jobs = False
    tasks = list(worker.tasks.values())
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def make_worker(context: Context, queue: Queue, *, burst: bool = False) -> Worker:
    """Build the arq worker of a queue; with `burst` it ends when the queue is empty."""
    values: dict[str, Any] = {"context": context}
    return Worker(
        functions=queue.jobs,
        cron_jobs=() if burst else queue.crons,
        queue_name=queue.name,
        redis_settings=redis_settings(context.settings),
        ctx=values,
        max_jobs=queue.at_once,
        job_timeout=queue.timeout_seconds,
        keep_result=0,
        poll_delay=POLL_SECONDS,
        burst=burst,
        handle_signals=False,
        job_serializer=serialise,
        job_deserializer=deserialise,
        log_results=False,
        health_check_interval=60,
    )
