"""The desk's process: takes questions from Valkey, answers them, and stays warm while nobody asks."""

import asyncio
import contextlib
import gc
import signal
from typing import Final

import asyncpg
import msgspec
import structlog

from app.database import open_database
from app.database.business_clock import following_clock
from app.database.heartbeats import beating
from app.desk.desk import Desk
from app.desk.line import LINE_ERRORS, Line
from app.desk.messages import QUESTIONS, Answered, Failed, MovesQuestion, OffersFound, Question, Reply
from app.settings import Settings
from scheduling.answers.warming import warm_open_season

log = structlog.get_logger(__name__)

# So often it looks for changes while nobody asks, so that the next question finds little to be done.
_LOOK_SECONDS: Final = 1.0
# Who waits already when the desk begins is answered before the seasons nobody asks for are read.
_FIRST_LOOK_SECONDS: Final = 0.01
_WAIT_SECONDS: Final = 0.5
_DATABASE_ERRORS: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


async def run_desk(settings: Settings) -> None:
    """Answer until SIGTERM or SIGINT; while PostgreSQL or Valkey cannot be reached, wait. Several may run at once."""
    if settings.database_url is None or settings.redis_url is None:
        raise RuntimeError("DATABASE_URL and REDIS_URL are not set: start the service by `chunzhao serve`")
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    async with open_database(settings.database_url, size=2, keeps_locks=False) as database:
        log.info("desk starts")
        async with following_clock(database, settings.database_url, settings) as clock, beating(database, "desk"):
            desk = Desk(database, clock)
            working = asyncio.create_task(_work(desk, settings.redis_url))
            told_to_end = asyncio.create_task(ending.wait())
            await asyncio.wait({working, told_to_end}, return_when=asyncio.FIRST_COMPLETED)
            for task in (working, told_to_end):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    log.info("desk ends", builds=desk.builds)


async def _work(desk: Desk, redis_url: str) -> None:
    warm_open_season()
    # The collector leaves alone what lives as long as the process.
    gc.collect()
    gc.freeze()
    while True:
        line = Line(redis_url)
        slow: set[asyncio.Task[None]] = set()
        try:
            wait_seconds = _FIRST_LOOK_SECONDS
            while True:
                await _answer_next(desk, line, slow, wait_seconds=wait_seconds)
                wait_seconds = _LOOK_SECONDS
        except (*LINE_ERRORS, *_DATABASE_ERRORS) as error:
            log.warning("the desk waits", error=type(error).__name__)
            await asyncio.sleep(_WAIT_SECONDS)
        finally:
            for task in slow:
                task.cancel()
            with contextlib.suppress(*LINE_ERRORS):
                await line.close()


async def _answer_next(desk: Desk, line: Line, slow: set[asyncio.Task[None]], *, wait_seconds: float) -> None:
    found = await line.next_question(wait_seconds=wait_seconds)
    if found is None:
        await desk.warm()
        return
    number, sent = found
    try:
        question = QUESTIONS.decode(sent)
    except msgspec.MsgspecError as error:
        await line.reply(number, msgspec.msgpack.encode(Failed(str(error))))
        return
    if isinstance(question, MovesQuestion):
        # It takes its time: whoever asks something quick does not wait for it.
        task = asyncio.create_task(_reply_slowly(desk, line, number, question))
        slow.add(task)
        task.add_done_callback(slow.discard)
    else:
        await line.reply(number, msgspec.msgpack.encode(await reply_to(desk, question)))


async def _reply_slowly(desk: Desk, line: Line, number: str, question: MovesQuestion) -> None:
    try:
        await line.reply(number, msgspec.msgpack.encode(await reply_to(desk, question)))
    except (*LINE_ERRORS, *_DATABASE_ERRORS) as error:
        log.warning("a question has no answer", error=type(error).__name__)


async def reply_to(desk: Desk, question: Question | MovesQuestion) -> Reply:
    """Answer a question; what is wrong with it, or with the desk, is an answer too."""
    try:
        if isinstance(question, MovesQuestion):
            return OffersFound(await desk.answer_with_moves(question))
        return Answered(await desk.answer(question))
    except _DATABASE_ERRORS:
        raise
    except Exception as error:
        log.exception("the desk failed")
        return Failed(f"{type(error).__name__}: {error}")
