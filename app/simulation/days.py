"""Lets business time go on from day to day: never before everything of the day is done and every process is there."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Final

from arq.connections import ArqRedis
from arq.jobs import Job

from app.clock import Clock
from app.database import Database, load_queries
from app.database.business_clock import step_clock, wait_for_followers
from app.simulation.people import SimulationFailed
from workers.subscriptions import DEFAULT_QUEUE, JOBS_BY_TYPE

_queries = load_queries(__file__)
# Web, worker, solver and desk; the relay has no use for business time.
FOLLOWERS: Final = 4
# What time does to a season, which workers do twice a minute of real time: here it is due with each step.
_WORK_OF_TIME: Final = (
    "cron:look_at_clocks",
    "cron:finish",
    "cron:settle",
    "cron:lapse",
    "cron:tell_series_ends",
    "cron:tell_of_approvals",
    "cron:remind",
    "cron:escalate",
    "cron:reinstate",
    "cron:gather",
    "cron:look_at_licences",
    "cron:watch_large",
    "cron:look_at_fairs",
)
_PATIENCE_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.02


class Days:
    """The business time of a running school."""

    def __init__(self, database: Database, queue: ArqRedis, clock: Clock) -> None:
        self.clock = clock
        self._database, self._queue = database, queue

    async def go_to(self, moment: datetime) -> None:
        """Step to a moment, once nothing is left to be done, and let time do its work. Raises SimulationFailed."""
        await self.be_quiet()
        offset = round((moment - datetime.now(UTC)).total_seconds())
        await self._database.transact(step_clock, offset)
        self.clock.offset_seconds = offset
        await wait_for_followers(self._database, offset, processes=FOLLOWERS)
        await self.let_time_work()

    async def let_time_work(self) -> None:
        """Have the jobs done that time alone asks for, and what follows from them."""
        jobs = [await self._queue.enqueue_job(name, _queue_name=DEFAULT_QUEUE) for name in _WORK_OF_TIME]
        for job in jobs:
            if job is not None:
                await self._wait_for(job)
        await self.be_quiet()

    async def be_quiet(self) -> None:
        """Wait until every event is relayed, every job done, every mail delivered, no solve running."""
        types, jobs = zip(*((name, job) for name, some in JOBS_BY_TYPE.items() for job in some), strict=True)
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            async with self._database.pool.acquire() as connection:
                if not await _queries.count_undone(connection, types=list(types), jobs=list(jobs)):
                    return
            await asyncio.sleep(_LOOK_SECONDS)
        raise SimulationFailed(f"the queues are not empty after {_PATIENCE_SECONDS:.0f} s")

    async def _wait_for(self, job: Job) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            # A regular job is in progress for a minute, as far as arq says: it is done when the queue has it no more.
            if await self._queue.zscore(DEFAULT_QUEUE, job.job_id) is None:
                return
            await asyncio.sleep(_LOOK_SECONDS)
        raise SimulationFailed(f"a job is not done after {_PATIENCE_SECONDS:.0f} s")
