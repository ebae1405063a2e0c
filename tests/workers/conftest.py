"""A school, a queue, a mail server; relay and worker run as in their processes, until nothing is left to do."""

from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest
from arq.connections import ArqRedis

from app.database import Database, open_database
from app.offers.finding import Finder
from app.settings import Settings
from tests.mail_sink import MailSink
from tests.notifications.school import CLOCK, Opened, open_school, settings_of
from workers.context import Context
from workers.default_queue import QUEUE
from workers.queues import open_queue
from workers.relay import relay_batch
from workers.running import make_worker
from workers.smtp import MailServer


@pytest.fixture
def sink() -> Iterator[MailSink]:
    """A mail server."""
    with MailSink().running() as running:
        yield running


@pytest.fixture
def settings(database_url: str, redis_url: str, sink: MailSink) -> Settings:
    """Settings that point at the test's servers."""
    return settings_of(database_url=database_url, redis_url=redis_url, smtp_url=sink.url)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """A pool on a database of the test's own."""
    async with open_database(settings.database_url or "", size=10) as opened:
        yield opened


@pytest.fixture
async def school(database: Database) -> Opened:
    """A small school; what its making told is told already."""
    opened = await open_school(database)
    await database.pool.execute("UPDATE event SET relayed_at = now()")
    await database.pool.execute("INSERT INTO event_receipt (event_id, job) SELECT id, 'write_mails' FROM event")
    return opened


class Running(msgspec.Struct):
    """Relay and worker of a test."""

    context: Context
    queue: ArqRedis

    async def until_idle(self) -> None:
        """Relay everything, then work until the queue is empty; what waits for a retry is waited for."""
        while await relay_batch(self.context.database, self.queue):
            pass
        worker = make_worker(self.context, QUEUE, burst=True)
        await worker.async_run()
        await worker.pool.aclose(close_connection_pool=True)

    @property
    def ctx(self) -> dict[str, object]:
        """What arq hands to a job."""
        return {"context": self.context, "redis": self.queue}


@pytest.fixture
async def running(settings: Settings, database: Database) -> AsyncIterator[Running]:
    """The processes of the school, inside the test."""
    queue = await open_queue(settings)
    mail_server = MailServer(settings.smtp_url, our_name="school.example")
    yield Running(Context(settings, database, mail_server, CLOCK, Finder(database, CLOCK)), queue)
    await mail_server.close()
    await queue.aclose(close_connection_pool=True)
