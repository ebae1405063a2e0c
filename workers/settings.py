"""How the workers run: which jobs each queue has, how many at once, how long one may take."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

import msgspec
from arq import cron
from arq.cron import CronJob
from arq.worker import Function, func

from workers import mail_jobs, maintenance_jobs
from workers.subscriptions import DEFAULT_QUEUE, SOLVER_QUEUE

POLL_SECONDS: Final = 0.02
# Longer than the mail server may take to answer (workers.smtp); a solve brings its own limit.
MAIL_TIMEOUT_SECONDS: Final = 90
SOLVE_TIMEOUT_SECONDS: Final = 2 * 3600
# After SIGTERM a running job may end in peace for so long.
GRACE_SECONDS: Final = 10
_TRIES: Final = 20
_EVERY_FIVE: Final = set(range(0, 60, 5))
_Job = Callable[..., Coroutine[Any, Any, None]]


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One queue's jobs and how they run."""

    name: str
    jobs: tuple[Function, ...]
    crons: tuple[CronJob, ...] = ()
    at_once: int
    timeout_seconds: int


def _job(coroutine: _Job) -> Function:
    # No result is kept: a kept one would block its job's id.
    return func(coroutine, keep_result=0, max_tries=_TRIES)


def _cron(coroutine: _Job, **when: Any) -> CronJob:
    return cron(coroutine, unique=True, keep_result=0, timeout=60, max_tries=1, **when)


QUEUES: Final[dict[str, Queue]] = {
    "default": Queue(
        name=DEFAULT_QUEUE,
        jobs=tuple(_job(job) for job in (mail_jobs.write_mails, mail_jobs.send_again, mail_jobs.send_mail)),
        crons=(
            _cron(maintenance_jobs.drive_again, second=_EVERY_FIVE, run_at_startup=True),
            _cron(maintenance_jobs.resume_mails, second=_EVERY_FIVE, run_at_startup=True),
            _cron(maintenance_jobs.drive_all_again, minute=7, second=30),
            _cron(maintenance_jobs.sweep, minute=17, second=40),
        ),
        at_once=8,
        timeout_seconds=MAIL_TIMEOUT_SECONDS,
    ),
    "solver": Queue(name=SOLVER_QUEUE, jobs=(), at_once=1, timeout_seconds=SOLVE_TIMEOUT_SECONDS),
}
