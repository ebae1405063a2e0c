"""What jobs are given: database, mail server, business time, settings."""

from typing import Any

import msgspec
from arq.connections import ArqRedis

from app.clock import Clock
from app.database import Database
from app.offers.finding import Finder
from app.settings import Settings
from workers.smtp import MailServer


class Sending(msgspec.Struct):
    """Whether this process sends messages just now, and whether it was asked meanwhile to look for more."""

    is_on: bool = False
    is_asked_again: bool = False


class Posting(msgspec.Struct):
    """Whether this process tells channels something just now, and whether it was asked meanwhile to look for more."""

    is_on: bool = False
    is_asked_again: bool = False


class Context(msgspec.Struct, frozen=True):
    """What a worker process keeps open; it outlives a restart of the queue."""

    settings: Settings
    database: Database
    mail_server: MailServer
    clock: Clock
    finder: Finder
    sending: Sending = msgspec.field(default_factory=Sending)
    posting: Posting = msgspec.field(default_factory=Posting)


def context_of(ctx: dict[str, Any]) -> Context:
    """Give the worker's context from what arq hands to a job."""
    context: Context = ctx["context"]
    return context


def queue_of(ctx: dict[str, Any]) -> ArqRedis:
    """Give the queue that a job came from."""
    queue: ArqRedis = ctx["redis"]
    return queue
