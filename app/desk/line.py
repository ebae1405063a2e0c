"""The way between processes and the desk, through Valkey: a question waits in a key that ends by itself.

Nothing here is a record of anything: where Valkey is away or was emptied, questions are unanswered, and that is all.
"""

from typing import Any, Final
from uuid import uuid4

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from app.desk.messages import LONG_PATIENCE_SECONDS, PATIENCE_SECONDS

# The errors of a Valkey that is down, restarts or loads its file.
LINE_ERRORS: Final = (RedisError, OSError, TimeoutError)
_WAITING: Final = "desk:waiting"
_QUESTION: Final = "desk:question:"
_REPLY: Final = "desk:reply:"
_SOCKET_SECONDS: Final = LONG_PATIENCE_SECONDS + 5.0
_MOST_CONNECTIONS: Final = 40


class Line:
    """One side's connections."""

    def __init__(self, redis_url: str) -> None:
        pool = BlockingConnectionPool.from_url(
            redis_url,
            max_connections=_MOST_CONNECTIONS,
            timeout=PATIENCE_SECONDS,
            socket_timeout=_SOCKET_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
        )
        # What it says of its blocking commands' types is not what they take.
        self._redis: Any = Redis.from_pool(pool)

    async def ask(self, question: bytes, *, patience_seconds: float = PATIENCE_SECONDS) -> bytes | None:
        """Give the reply to a question; None where there is none in time. Raises one of LINE_ERRORS."""
        number = uuid4().hex
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.set(_QUESTION + number, question, px=int(1000 * patience_seconds))
            pipeline.lpush(_WAITING, number)
            # Numbers of questions that ended are not kept for a desk that never comes.
            pipeline.pexpire(_WAITING, int(2000 * LONG_PATIENCE_SECONDS))
            await pipeline.execute()
        found = await self._redis.execute_command("BLPOP", _REPLY + number, patience_seconds)
        return None if found is None else bytes(found[1])

    async def next_question(self, *, wait_seconds: float) -> tuple[str, bytes] | None:
        """Wait for a question that somebody still waits for, and give its number with it. Raises one of LINE_ERRORS."""
        found = await self._redis.execute_command("BRPOP", _WAITING, wait_seconds)
        if found is None:
            return None
        number = found[1].decode()
        question = await self._redis.execute_command("GETDEL", _QUESTION + number)
        return None if question is None else (number, bytes(question))

    async def reply(self, number: str, reply: bytes) -> None:
        """Give the reply to a question. Raises one of LINE_ERRORS."""
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.lpush(_REPLY + number, reply)
            pipeline.pexpire(_REPLY + number, int(1000 * PATIENCE_SECONDS))
            await pipeline.execute()

    async def close(self) -> None:
        """Hang up."""
        await self._redis.aclose(close_connection_pool=True)
