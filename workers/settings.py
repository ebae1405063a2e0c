"""How workers run: what all queues share. The queues themselves are default_queue and solver_queue."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

import msgspec
from arq import cron
from arq.cron import CronJob
from arq.worker import Function, func

from app.database.heartbeats import Role

# Queue -> the module that holds it as QUEUE: the mail worker never loads the engine.
QUEUE_MODULES: Final = {"default": "workers.default_queue", "solver": "workers.solver_queue"}

# Queue -> what its worker is called where it says that it lives.
ROLES: Final[dict[str, Role]] = {"default": "worker", "solver": "solver"}

POLL_SECONDS: Final = 0.05
# After SIGTERM a running job may go on for so long.
GRACE_SECONDS: Final = 10
_TRIES: Final = 20
_Job = Callable[..., Coroutine[Any, Any, None]]


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One queue's jobs and how they run."""

    name: str
    jobs: tuple[Function, ...]
    crons: tuple[CronJob, ...]
    at_once: int
    timeout_seconds: int


def job(coroutine: _Job) -> Function:
    """Give a job that may be tried again; no result is kept, because a kept one would block the job's id."""
    return func(coroutine, keep_result=0, max_tries=_TRIES)


def regularly(coroutine: _Job, **when: Any) -> CronJob:
    """Give a job that one of the queue's workers runs at fixed times."""
    return cron(coroutine, unique=True, keep_result=0, timeout=60, max_tries=1, **when)
