"""`chunzhao bench mail`: from a booking to the mail server, beside a client that only sends the same messages."""

import asyncio
import math
import random
import statistics
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import Any

import aiosmtplib
import msgspec
import psutil

from app.benches.instance import Instance, open_instance
from app.benches.load import Client, closed_loop
from app.benches.mail_sink import MailSink
from app.benches.people import sign_in
from app.benches.season import BenchSeason, fill
from app.database import Database, open_database
from app.notifications.domain import Delivery
from app.notifications.service import compose_deliveries
from app.settings import load_settings

BOOKED = 2000
_CLIENTS = 16
_WORKERS = 2
_WARM_UP = 200
_COUNTED = 100
_FLOOR_CONNECTIONS = (1, 4)
_FROM = "bench@school.example"
_MOST_SECONDS_BETWEEN = 0.06

_UNLIMITED = """INSERT INTO season_policy (season_id, name, value, set_at)
SELECT id, 'smtp_messages_per_minute', '100000', now() FROM season"""
_SENT = """SELECT id, event_id, recipient, locale, purpose, activity_id, message_id, attempts, created_at
FROM delivery ORDER BY id DESC LIMIT $1"""


class _Round(msgspec.Struct):
    """Seconds of a backlog with one worker and with two, and of the floor; processor milliseconds with one worker."""

    one: float
    two: float
    floor: dict[int, float]
    processor: dict[str, float]


def run_mail(*, messages: int, singles: int, rounds: int, answer_ms: int) -> dict[str, Any]:
    """Measure single bookings, then backlogs and the floor in turn; give the medians.

    A backlog: the relay stands still while bookings are made, and the clock starts when it goes on, so that all are
    there at once as after a release. Relay and workers are warm; the second worker stands still where one is measured.

    Returns
    -------
    dict
        Milliseconds from a POST to its message at the server, seconds of 1,000 confirmations with one worker, with
        two, and of the floor, the ratio of two workers to one, processor milliseconds of each process for a message,
        the statements of a message, and what came more than once.
    """
    with open_instance() as instance:
        return asyncio.run(_measure(instance, messages=messages, singles=singles, rounds=rounds, answer_ms=answer_ms))


async def _measure(instance: Instance, *, messages: int, singles: int, rounds: int, answer_ms: int) -> dict[str, Any]:
    season = await fill(instance.database_url, booked=BOOKED)
    tokens = await sign_in(instance.database_url, _CLIENTS)
    with closing(await asyncio.to_thread(MailSink, instance, answer_ms=answer_ms)) as sink:
        variables = {"SMTP_URL": sink.url, "MAIL_FROM": _FROM}
        (port,) = await asyncio.to_thread(instance.start, webs=1, workers=_WORKERS, variables=variables)
        async with open_database(instance.database_url, size=1) as database, _clients(port, tokens) as clients:
            await database.pool.execute(_UNLIMITED)
            await sink.next(1)  # to the administrator
            sink.counts.clear()
            bench = _Bench(instance, season, database, clients, sink)
            await bench.backlog(_WARM_UP)
            with bench.paused("worker 2"):
                waited = [await bench.single() for _ in range(singles)]
                statements = await bench.statements(_COUNTED)
            seen = [await bench.round(messages) for _ in range(rounds)]
    lost = bench.booked - len(sink.counts)
    doubled = sum(sink.counts.values()) - len(sink.counts) - len(_FLOOR_CONNECTIONS) * rounds * messages
    return {
        "answer_ms": answer_ms,
        **_figures(seen, waited, messages),
        "statements_per_message": statements,
        "lost": lost,
        "doubled": doubled,
    }


def _figures(seen: list[_Round], waited: list[float], messages: int) -> dict[str, Any]:
    def of_1000(seconds: Iterable[float]) -> float:
        return round(statistics.median(seconds) * 1000 / messages, 2)

    waited.sort()
    return {
        "messages": messages,
        "rounds": len(seen),
        "p50_ms": round(1000 * statistics.median(waited), 1),
        "p99_ms": round(1000 * waited[math.ceil(0.99 * len(waited)) - 1], 1),
        "seconds_for_1000": of_1000(one.one for one in seen),
        "seconds_for_1000_two_workers": of_1000(one.two for one in seen),
        "ratio_two_workers": round(statistics.median(one.one / one.two for one in seen), 2),
        "floor_seconds_for_1000": {str(n): of_1000(one.floor[n] for one in seen) for n in _FLOOR_CONNECTIONS},
        "processor_ms_per_message": {
            name: round(statistics.median(one.processor[name] for one in seen), 3) for name in seen[0].processor
        },
    }


class _Bench:
    """A running school, and those who book."""

    def __init__(
        self, instance: Instance, season: BenchSeason, database: Database, clients: list[Client], sink: MailSink
    ) -> None:
        self.instance, self.season, self.database, self.clients, self.sink = instance, season, database, clients, sink
        self.booked = 0

    def bookings(self, wanted: int) -> Iterator[tuple[str, str, bytes]]:
        """Give requests that book the next slots."""
        for _ in range(wanted):
            yield "POST", "/api/bookings", self.season.booking(BOOKED + self.booked)
            self.booked += 1

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """Let a process stand still for the length of the block."""
        processes = self.instance.services.supervisor.processes
        process = psutil.Process(next(one.pid for one in processes if one.name == name))
        process.suspend()
        try:
            yield
        finally:
            process.resume()

    async def single(self) -> float:
        """Book once; give the seconds until its message is at the server."""
        await asyncio.sleep(random.uniform(0, _MOST_SECONDS_BETWEEN))
        (request,) = self.bookings(1)
        began = time.monotonic()
        await self.clients[0].send(*request)
        (came,) = await self.sink.next(1)
        return came - began

    async def backlog(self, messages: int) -> tuple[float, dict[str, float]]:
        """Give the seconds in which a backlog comes to the server, and processor milliseconds of each message."""
        with self.paused("relay"):
            await closed_loop(self.clients, lambda: self.bookings(messages), seconds=math.inf)
            before = self.instance.processor_seconds()
            began = time.monotonic()
        moments = await self.sink.next(messages)
        after = self.instance.processor_seconds()
        return moments[-1] - began, {name: 1000 * (after[name] - before[name]) / messages for name in after}

    async def round(self, messages: int) -> _Round:
        """Measure a backlog with one worker, one with two, and the floor."""
        with self.paused("worker 2"):
            one, processor = await self.backlog(messages)
        two, _ = await self.backlog(messages)
        letters = await self.letters(messages)
        floor = {connections: await self.floor(letters, connections) for connections in _FLOOR_CONNECTIONS}
        return _Round(one, two, floor, processor)

    async def letters(self, messages: int) -> list[tuple[str, bytes]]:
        """Give the newest messages as they were sent, each with its recipient."""
        settings = load_settings({"MAIL_FROM": _FROM})
        async with self.database.pool.acquire() as connection:
            sent = msgspec.convert(await connection.fetch(_SENT, messages), list[Delivery])
            composed = await compose_deliveries(connection, sent, settings=settings)
        return [(delivery.recipient, composed[delivery.id]) for delivery in sent]

    async def floor(self, letters: list[tuple[str, bytes]], connections: int) -> float:
        """Send messages over connections that are kept, and do nothing else; give the seconds."""
        left = iter(letters)

        async def send(client: aiosmtplib.SMTP) -> None:
            for recipient, message in left:
                await client.sendmail(_FROM, [recipient], message)

        clients = [aiosmtplib.SMTP(hostname="127.0.0.1", port=self.sink.port) for _ in range(connections)]
        for client in clients:
            await client.connect()
        began = time.monotonic()
        await asyncio.gather(*map(send, clients))
        seconds = time.monotonic() - began
        for client in clients:
            await client.quit()
        await self.sink.next(len(letters))
        return seconds

    async def statements(self, messages: int) -> float:
        """Give how many statements relay and worker send to PostgreSQL for each message of a backlog."""
        log = self.instance.services.data_folder / "postgres.log"
        with self.paused("relay"):
            await closed_loop(self.clients, lambda: self.bookings(messages), seconds=math.inf)
            await self._log_statements("all")
            before = log.read_text(errors="replace")
        await self.sink.next(messages)
        await self._log_statements("none")
        lines = log.read_text(errors="replace")[len(before) :].splitlines()
        return round(sum("LOG:  execute " in line or "LOG:  statement: " in line for line in lines) / messages, 2)

    async def _log_statements(self, which: str) -> None:
        await self.database.pool.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
        await self.database.pool.execute("SELECT pg_reload_conf()")
        await asyncio.sleep(0.2)


@asynccontextmanager
async def _clients(port: int, tokens: list[str]) -> AsyncIterator[list[Client]]:
    clients = [Client(port, {"Cookie": f"session={token}", "Accept-Language": "en"}) for token in tokens]
    for client in clients:
        await client.open()
    try:
        yield clients
    finally:
        for client in clients:
            client.close()
