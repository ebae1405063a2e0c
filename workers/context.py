"""What jobs are given: the database, the mail server, business time, the settings."""

from typing import Any

import msgspec
from arq.connections import ArqRedis

from app.clock import Clock
from app.database import Database
from app.settings import Settings
from workers.smtp import MailServer


class Context(msgspec.Struct, frozen=True):
    """The lasting things of a worker process; they outlive a restart of the queue."""

    settings: Settings
    database: Database
    mail_server: MailServer
    clock: Clock


def context_of(ctx: dict[str, Any]) -> Context:
    """The worker's context from what arq hands to a job."""
    context: Context = ctx["context"]
    return context


def queue_of(ctx: dict[str, Any]) -> ArqRedis:
    """The queue that a job came from."""
    queue: ArqRedis = ctx["redis"]
    return queue
