"""The way into the queues: msgpack instead of pickle, job ids that say what they are for."""

from typing import Any
from uuid import UUID

import msgspec
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.exceptions import RedisError

from app.notifications.repository import Due
from app.settings import Settings
from workers.subscriptions import DEFAULT_QUEUE, JOB_QUEUES

# What a queue that is down, restarts or loads its file looks like from here.
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
    """A job as it stands in the queue."""
    return _encoder.encode(value)


def deserialise(data: bytes) -> dict[str, Any]:
    """A job from the queue."""
    decoded: dict[str, Any] = _decoder.decode(data)
    return decoded


def redis_settings(settings: Settings) -> RedisSettings:
    """How to reach Valkey."""
    if settings.redis_url is None:
        raise RuntimeError("REDIS_URL is not set: start the service by `chunzhao serve`")
    chosen = RedisSettings.from_dsn(settings.redis_url)
    chosen.conn_retries = 0
    chosen.conn_timeout = 5
    return chosen


async def open_queue(settings: Settings) -> ArqRedis:
    """A connection to the queues. Raises one of QUEUE_ERRORS."""
    return await create_pool(
        redis_settings(settings),
        job_serializer=serialise,
        job_deserializer=deserialise,
        default_queue_name=DEFAULT_QUEUE,
    )


async def enqueue_event(queue: ArqRedis, job: str, event_id: int, *, again: str = "") -> None:
    """A job for an event; the same id twice is one job. `again` makes another id, past one that is stuck."""
    job_id = f"{job}:{event_id}:{again}" if again else f"{job}:{event_id}"
    await queue.enqueue_job(job, event_id, _job_id=job_id, _queue_name=JOB_QUEUES[job])


async def enqueue_sending(queue: ArqRedis, due: Due) -> None:
    """A job for one attempt at a message."""
    job_id = f"send_mail:{due.id}:{due.attempts}"
    await queue.enqueue_job("send_mail", str(due.id), _job_id=job_id, _queue_name=DEFAULT_QUEUE)
