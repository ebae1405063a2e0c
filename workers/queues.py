"""The way into the queues: jobs are msgpack instead of pickle, and a job's id says what it is for."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.exceptions import RedisError

from app.settings import Settings
from workers.subscriptions import DEFAULT_QUEUE, JOB_QUEUES

T = TypeVar("T")

# How many events one job takes: asking PostgreSQL and Valkey once a job costs as much as some mails.
HANDFUL: Final = 20
# The errors of a queue that is down, restarts or loads its file.
QUEUE_ERRORS = (RedisError, OSError, TimeoutError)


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, BaseException):
        return type(value).__name__
    raise NotImplementedError(f"{type(value).__name__} does not go into a queue")


_encoder = msgspec.msgpack.Encoder(enc_hook=_plain)
_decoder = msgspec.msgpack.Decoder()


def serialise(value: dict[str, Any]) -> bytes:
    """Give a job as it is written into the queue."""
    return _encoder.encode(value)


def deserialise(data: bytes) -> dict[str, Any]:
    """Read a job from the queue."""
    decoded: dict[str, Any] = _decoder.decode(data)
    return decoded


def redis_settings(settings: Settings) -> RedisSettings:
    """Give arq's settings of the Valkey server."""
    if settings.redis_url is None:
        raise RuntimeError("REDIS_URL is not set: start the service by `chunzhao serve`")
    chosen = RedisSettings.from_dsn(settings.redis_url)
    chosen.conn_retries = 0
    chosen.conn_timeout = 5
    return chosen


async def open_queue(settings: Settings) -> ArqRedis:
    """Open a connection to the queues. Raises one of QUEUE_ERRORS."""
    return await create_pool(
        redis_settings(settings),
        job_serializer=serialise,
        job_deserializer=deserialise,
        default_queue_name=DEFAULT_QUEUE,
    )


async def enqueue_events(queue: ArqRedis, job: str, event_ids: Sequence[int], *, again: str = "") -> None:
    """Enqueue jobs for some events, a few events in each.

    The same id twice is one job; `again` makes another job beside one that is stuck.
    """
    for some in _handfuls(event_ids):
        job_id = f"{job}:{some[0]}-{some[-1]}:{again}"
        await queue.enqueue_job(job, list(some), _job_id=job_id, _queue_name=JOB_QUEUES[job])


async def enqueue_sendings(queue: ArqRedis, messages: int, *, again: str) -> None:
    """Enqueue jobs that send what is due: one for each few messages, so that every worker gets some."""
    for number in range(math.ceil(messages / HANDFUL)):
        await queue.enqueue_job("send_mails", _job_id=f"send_mails:{number}:{again}", _queue_name=DEFAULT_QUEUE)


def _handfuls(things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[first : first + HANDFUL] for first in range(0, len(things), HANDFUL))
