"""Asks the desk from any process, and goes on without it where it gives no answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final

import msgspec
import structlog

from app.desk.domain import LikelyPlacements
from app.desk.messages import (
    LONG_PATIENCE_SECONDS,
    PATIENCE_SECONDS,
    REPLIES,
    Answered,
    MovesQuestion,
    OffersFound,
    Question,
    Reply,
)
from app.offers.domain import WantedOffer

if TYPE_CHECKING:
    from app.desk.line import Line

log = structlog.get_logger(__name__)

_CONNECTING_SECONDS: Final = 0.5


class DeskLine:
    """A process's way to the desk; `redis_url` is None where there is none."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis_url = redis_url
        self._line: Line | None = None

    async def ask(self, question: Question) -> LikelyPlacements | None:
        """Give the desk's answer; None where there is none in time."""
        reply = await self._ask(question, patience_seconds=PATIENCE_SECONDS)
        return reply.found if isinstance(reply, Answered) else None

    async def ask_with_moves(self, question: MovesQuestion) -> tuple[WantedOffer, ...]:
        """Give what the desk finds where others move; nothing where it has no answer in time."""
        reply = await self._ask(question, patience_seconds=LONG_PATIENCE_SECONDS)
        return reply.offers if isinstance(reply, OffersFound) else ()

    async def _ask(self, question: Question | MovesQuestion, *, patience_seconds: float) -> Reply | None:
        if self._redis_url is None:
            return None
        # Its client takes 7 MB: a process that asks nothing does without.
        module = import_module("app.desk.line")
        if self._line is None:
            self._line = module.Line(self._redis_url)
        encoded = msgspec.msgpack.encode(question)
        try:
            async with asyncio.timeout(patience_seconds + _CONNECTING_SECONDS):
                reply = await self._line.ask(encoded, patience_seconds=patience_seconds)
        except module.LINE_ERRORS as error:
            log.warning("the desk cannot be asked", error=type(error).__name__)
            return None
        return None if reply is None else REPLIES.decode(reply)

    async def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            await self._line.close()


@asynccontextmanager
async def desk_line(redis_url: str | None) -> AsyncIterator[DeskLine]:
    """Give the way to the desk for the length of the block."""
    line = DeskLine(redis_url)
    try:
        yield line
    finally:
        await line.close()
