"""One checkout's running service, driven over HTTP, with the identifiers that it gave to things."""

import asyncio
import contextlib
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec

from app.benches.ports import answers, free_port
from app.embedded import embedded_services
from workers.subscriptions import JOBS_BY_TYPE

PASSWORD = "a long enough password"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# How long to wait before the next search.
_WAIT = re.compile(r"请\d+秒后再试|in \d+ seconds?")
# Things whose changes and decisions are made on a version that was looked at.
_VERSIONED = re.compile(rf"/api/(requests|employers)/{_UUID.pattern}")
# Real time, and secrets.
_UNLIKE = re.compile(r"^(.*_at|.*_ms|message_id|heartbeat|password|elapsed.*)$")
_PROMISED = {"starts_at", "ends_at"}
_PATIENCE = 600
_UNTOLD = """SELECT count(*) FROM event LEFT JOIN event_receipt AS receipt ON receipt.event_id = event.id
    WHERE receipt.event_id IS NULL AND type = ANY($1::text[])"""
_ROWS = {
    "request": "SELECT * FROM request ORDER BY reference",
    "activity": "SELECT activity.* FROM activity JOIN request ON request.id = request_id ORDER BY reference, ordinal",
    "booking": "SELECT booking.* FROM booking ORDER BY sequence, starts_at, id",
    "booking_resource": """SELECT taken.*, resource.label FROM booking_resource AS taken
        JOIN booking ON booking.id = booking_id JOIN resource ON resource.id = resource_id ORDER BY sequence, label""",
    "event": "SELECT type, actor_id, season_id, subject_id, reason, payload FROM event ORDER BY id",
    "delivery": """SELECT event.type, recipient, locale, purpose, delivery.activity_id FROM delivery
        JOIN event ON event.id = event_id ORDER BY event.id, recipient""",
}


class Service:
    """A running checkout: its answers and rows with identifiers by the order in which they were first seen."""

    def __init__(self, url: str, database_url: str) -> None:
        self.database_url = database_url
        self._url = url
        self._clients: dict[str, httpx.Client] = {}
        self._names: dict[str, str] = {}

    def sign_in(self, who: str, email: str) -> None:
        """Keep a session under a name."""
        client = httpx.Client(base_url=self._url, timeout=60, headers={"Accept-Language": "en"})
        client.post("/api/session", json={"email": email, "password": PASSWORD}).raise_for_status()
        self._clients[who] = client

    async def settle(self) -> None:
        """Wait until relay and worker have done what events ask for: who is told depends on when they look."""
        connection = await asyncpg.connect(self.database_url)
        for _ in range(_PATIENCE):
            if not await connection.fetchval(_UNTOLD, list(JOBS_BY_TYPE)):
                break
            await asyncio.sleep(0.2)
        await connection.close()

    async def attach(self, email: str, employer_id: str) -> None:
        """Let an account speak for an employer, as if its mailed link had been pressed."""
        connection = await asyncpg.connect(self.database_url)
        await connection.execute(
            "UPDATE account SET email_verified_at = now(), employer_id = $2::text::uuid WHERE email = $1",
            email,
            employer_id,
        )
        await connection.close()

    def send(self, who: str, method: str, path: str, body: Any = None) -> tuple[int, Any, Any]:
        """Send a command on what the centre sees now.

        Give status, the answer as it came, and the answer as it can be compared.
        """
        headers = {}
        if method != "GET" and (thing := _VERSIONED.match(path)):
            seen = self._clients["centre"].get(thing[0])
            headers = {"If-Match": seen.headers["etag"]} if "etag" in seen.headers else {}
        answer = self._clients[who].request(method, path, json=body, headers=headers)
        content = answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
        return answer.status_code, content, self.comparable(content)

    def comparable(self, value: Any, key: str = "") -> Any:
        """Give a value without real times, and with each identifier replaced by a name."""
        if isinstance(value, dict):
            return {
                name: self.comparable(value[name], name)
                for name in sorted(value)
                if name in _PROMISED or not _UNLIKE.match(name)
            }
        if isinstance(value, list):
            return [self.comparable(item, key) for item in value]
        if isinstance(value, str):
            value = _WAIT.sub("", value)
            return _UUID.sub(lambda found: self._names.setdefault(found[0], f"#{len(self._names)}"), value)
        return value

    async def rows(self) -> dict[str, list[Any]]:
        """Give the rows of every table that commands write, without the columns that one version alone has."""
        connection = await asyncpg.connect(self.database_url)
        found = {}
        for table, query in _ROWS.items():
            rows = [msgspec.json.decode(msgspec.json.encode(_plain(row))) for row in await connection.fetch(query)]
            found[table] = [self.comparable(row) for row in rows]
        await connection.close()
        return found


def _plain(row: Any) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, asyncpg.Range) else value for name, value in row.items()}


async def _set_clock(database_url: str, offset_seconds: int) -> None:
    """Set the row of the clock; checkouts from before there was one read the variable."""
    connection = await asyncpg.connect(database_url)
    with contextlib.suppress(asyncpg.UndefinedTableError):
        await connection.execute("UPDATE business_clock SET offset_seconds = $1", offset_seconds)
    await connection.close()


@contextmanager
def running(checkout: Path, clock_offset: int) -> Iterator[Service]:
    """Serve a checkout that is set up, on servers of its own, with one administrator `centre`."""
    port = free_port()
    program = [str(checkout / ".venv" / "bin" / "python"), "-P", "-m", "app"]
    with embedded_services() as services:
        environment = {
            **os.environ,
            **services.environment(),
            "PYTHONPATH": str(checkout),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "SMTP_URL": "smtp://127.0.0.1:1",
            "CLOCK_OFFSET": str(clock_offset),
            "LOG_LEVEL": "ERROR",
        }

        def run(*command: str, given: bytes = b"") -> None:
            subprocess.run(
                [*program, *command], cwd=checkout, env=environment, input=given, stdout=subprocess.DEVNULL, check=True
            )

        run("migrate")
        asyncio.run(_set_clock(services.database_url, clock_offset))
        run(
            *("admin", "create", "--email", "centre@school.example", "--name", "Centre", "--password-stdin"),
            given=PASSWORD.encode(),
        )
        for process in ("relay", "worker"):
            services.supervisor.start(process, [*program, process], environment=environment)
        url = f"http://127.0.0.1:{port}"
        services.supervisor.start(
            "web", [*program, "serve"], environment=environment, ready=lambda: answers(port), timeout_seconds=300
        )
        service = Service(url, services.database_url)
        service.sign_in("centre", "centre@school.example")
        yield service
