"""Three hundred confirmations through real processes, any of which may be killed on the way."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID

import asyncpg
import msgspec

from app.commands.development.child import PROJECT_ROOT
from app.database import Connection, open_database
from app.embedded import ManagedProcess
from app.embedded.data_folder import DataFolder
from app.embedded.valkey import redis_url, start_valkey
from app.events import BookingConfirmed, EventPlacement
from app.outbox import append
from tests.mail_sink import MailSink
from tests.notifications.school import CLOCK, at, open_school

CONFIRMATIONS = 300
_DEADLINE_SECONDS = 75.0

_REQUESTS = """
WITH asked AS (
    INSERT INTO request
        (season_id, reference, owner_kind, title, contact_email, state, submitted_at, created_at)
    SELECT $1, 'C' || number, 'career_centre', 'Talk', 'hr' || number || '@employer.test', 'scheduled', now(), now()
    FROM generate_series(1, $2) AS number RETURNING id
)
INSERT INTO activity
    (request_id, ordinal, kind, attendance_mode, attendance, duration_minutes, rooms_needed, needs_channel)
SELECT id, 1, 'info_session', 'on_site', 100, 120, 1, false FROM asked RETURNING id, request_id
"""


class Processes:
    """Relay, worker and Valkey of a test; each can be killed as by a power cut and started again."""

    def __init__(self, database_url: str, sink: MailSink, folder: DataFolder) -> None:
        self._folder, self._sockets = folder, folder.make_socket_folder()
        self.valkey: ManagedProcess = start_valkey(folder, self._sockets)
        self.redis_url = redis_url(self._sockets)
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": self.redis_url,
            "SMTP_URL": sink.url,
            "MAIL_FROM": "jobs@school.example",
            "ENVIRONMENT": "test",
            "LOG_LEVEL": "ERROR",
        }

    def start(self, name: str) -> None:
        """Start relay or worker."""
        command = [sys.executable, "-P", "-m", "app", name]
        self._children[name] = subprocess.Popen(command, env=self._environment, cwd=PROJECT_ROOT)

    def kill(self, name: str) -> None:
        """End it with SIGKILL."""
        child = self._children.pop(name)
        assert child.poll() is None, f"{name} has ended by itself"
        child.kill()
        child.wait()

    def kill_valkey(self) -> None:
        """End Valkey with SIGKILL; what it had written to its file stays."""
        self.valkey.kill()
        self.valkey.stop()

    def start_valkey(self) -> None:
        """Start it on what it had kept."""
        self.valkey = start_valkey(self._folder, self._sockets)

    def end(self) -> None:
        """SIGTERM to what runs; everything must end by itself, and well."""
        for child in self._children.values():
            child.terminate()
        codes = {name: child.wait(30) for name, child in self._children.items()}
        self.valkey.stop()
        assert set(codes.values()) <= {0}, codes


@contextmanager
def running_processes(database_url: str, sink: MailSink) -> Iterator[Processes]:
    """Relay, worker and a Valkey that writes everything to its file."""
    folder = DataFolder(None)
    try:
        processes = Processes(database_url, sink, folder)
        try:
            for name in ("relay", "worker"):
                processes.start(name)
            yield processes
        finally:
            processes.end()
    finally:
        folder.close()


class Outcome(msgspec.Struct, kw_only=True):
    """What arrived, and what our rows say of it."""

    arrived: int
    repeated_in_sink: int
    repeats_counted: int
    repeated_without_count: int
    counted: set[str]
    sent: int
    seconds: float


async def confirm_all(database_url: str) -> None:
    """Three hundred confirmations, in ten transactions, while the processes work."""
    async with open_database(database_url, size=2) as database:
        school = await open_school(database)
        await database.pool.execute("UPDATE event SET relayed_at = now()")
        await database.pool.execute("INSERT INTO event_receipt (event_id, job) SELECT id, 'write_mails' FROM event")
        rows = await database.pool.fetch(_REQUESTS, school.season.id, CONFIRMATIONS)
        for first in range(0, CONFIRMATIONS, CONFIRMATIONS // 10):
            batch = rows[first : first + CONFIRMATIONS // 10]

            events = [_confirmed(school.season.id, school.hall.id, row) for row in batch]
            await database.transact(partial(_append_all, events=events))
            await asyncio.sleep(0.1)


async def _append_all(connection: Connection, *, events: list[BookingConfirmed]) -> None:
    for event in events:
        await append(connection, event, actor_id=None, now=CLOCK.now())


def _confirmed(season_id: UUID, room_id: UUID, row: asyncpg.Record) -> BookingConfirmed:
    placement = EventPlacement(starts_at=at(8, 14), ends_at=at(8, 14) + timedelta(hours=2), room_ids=(room_id,))
    return BookingConfirmed(
        subject_id=row["id"],
        season_id=season_id,
        activity_id=row["id"],
        request_id=row["request_id"],
        place=placement,
        sequence=0,
    )


async def when_arrived(sink: MailSink, count: int, act: Callable[[], None]) -> None:
    """Do something as soon as so many different messages have arrived."""
    async with asyncio.timeout(_DEADLINE_SECONDS):
        while len(sink.counts()) < count:  # noqa: ASYNC110 - the sink lives in another thread
            await asyncio.sleep(0.005)
    act()


async def when_put_off(database_url: str, message_ids: set[str]) -> None:
    """Wait until each of these was put off because the server was away."""
    query = "SELECT count(*) FROM delivery WHERE message_id = ANY($1) AND last_error LIKE '421%'"
    connection = await asyncpg.connect(database_url)
    try:
        async with asyncio.timeout(_DEADLINE_SECONDS):
            while await connection.fetchval(query, message_ids) < len(message_ids):  # noqa: ASYNC110 - others write it
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def outcome(database_url: str, sink: MailSink, started: float) -> Outcome:
    """Wait until every row is sent, and a little longer for what should not come; then count."""
    connection = await asyncpg.connect(database_url)
    try:
        query = "SELECT count(*) FROM delivery WHERE state = 'sent'"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DEADLINE_SECONDS):
                while await connection.fetchval(query) < CONFIRMATIONS:  # noqa: ASYNC110 - other processes send
                    await asyncio.sleep(0.05)
        seconds = time.monotonic() - started
        await asyncio.sleep(1)
        rows = await connection.fetch("SELECT message_id, repeats, state FROM delivery")
    finally:
        await connection.close()
    counts = sink.counts()
    counted = {row["message_id"]: row["repeats"] for row in rows}
    repeated = {message_id: count - 1 for message_id, count in counts.items() if count > 1}
    return Outcome(
        arrived=len(counts),
        repeated_in_sink=sum(repeated.values()),
        repeats_counted=sum(counted.values()),
        counted={message_id for message_id, repeats in counted.items() if repeats},
        repeated_without_count=sum(more > counted[message_id] for message_id, more in repeated.items()),
        sent=sum(row["state"] == "sent" for row in rows),
        seconds=round(seconds, 1),
    )
