"""Fixtures that every test may use: real PostgreSQL, real Valkey, a real browser.

Each pytest process (each xdist worker too) runs its own servers. Pick the cheapest that is enough:

- `connection`: a transaction on a shared, migrated database, rolled back at the end;
- `database_url`: a fresh migrated database, where COMMIT, NOTIFY or several connections matter;
- `redis_url`: an empty Valkey; `chromium_path`: the browser.
"""

import asyncio
import importlib
import inspect
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from itertools import count
from typing import Any

import asyncpg
import pytest
import redis
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.commands.development.browser import find_chromium
from app.database import open_database
from app.embedded import EmbeddedServices, embedded_services
from tests.addresses import SITE
from tests.freed_guard import GUARD
from tests.school import School, app_of

TEMPLATE = "template_migrated"
SHARED = "shared"
_numbers = count(1)

# A shell that starts its command in the background makes it, and so the programs under test, deaf to Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def services() -> Iterator[EmbeddedServices]:
    """One PostgreSQL and one Valkey for this pytest process."""
    with embedded_services(for_tests=True) as running:
        yield running


@pytest.fixture(scope="session")
def migrated_template(services: EmbeddedServices) -> str:
    """Name of a database with every migration applied, to copy from."""
    _run_apart(lambda: _execute(services.database_url, f"CREATE DATABASE {TEMPLATE}"))
    _migrate(services.database_url_of(TEMPLATE))
    _run_apart(lambda: _execute(services.database_url_of(TEMPLATE), GUARD))
    return TEMPLATE


@pytest.fixture
def database_url(services: EmbeddedServices, migrated_template: str) -> Iterator[str]:
    """DSN of a fresh migrated database, dropped after the test."""
    name = f"test_{next(_numbers)}"
    create = f"CREATE DATABASE {name} TEMPLATE {migrated_template} STRATEGY FILE_COPY"
    _run_apart(lambda: _execute(services.database_url, create))
    yield services.database_url_of(name)
    _run_apart(lambda: _execute(services.database_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def shared_database_url(services: EmbeddedServices, migrated_template: str) -> str:
    """DSN of the database behind `connection`; nobody commits there."""
    create = f"CREATE DATABASE {SHARED} TEMPLATE {migrated_template} STRATEGY FILE_COPY"
    _run_apart(lambda: _execute(services.database_url, create))
    return services.database_url_of(SHARED)


@pytest.fixture
async def connection(shared_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Connection inside a transaction that is rolled back after the test."""
    opened = await asyncpg.connect(shared_database_url)
    transaction = opened.transaction()
    await transaction.start()
    try:
        yield opened
    finally:
        await transaction.rollback()
        await opened.close()


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[School]:
    """A small school in a database of its own."""
    async with open_database(database_url, size=8) as database:
        yield await School(database).open()


@pytest.fixture
async def client(school: School, database_url: str) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The whole application on that school's database, in this process."""
    async with AsyncTestClient(app_of(school, database_url), base_url=SITE) as opened:
        yield opened


@pytest.fixture
def redis_url(services: EmbeddedServices) -> Iterator[str]:
    """URL of a Valkey that holds nothing."""
    with redis.Redis.from_url(services.redis_url) as client:
        client.flushall()
        yield services.redis_url
        client.flushall()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of a real Chromium; without one the test is skipped, but fails where CI=true."""
    path = find_chromium()
    if path is None:
        message = "no Chromium here; apt install chromium fonts-noto-cjk"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(message)
        pytest.skip(message)
    return path


def _migrate(dsn: str) -> None:
    try:
        module = importlib.import_module("app.database.migrate")
    except ModuleNotFoundError as error:
        if error.name not in {"app.database", "app.database.migrate"}:
            raise
        return

    async def migrate() -> None:
        if inspect.isawaitable(outcome := module.migrate(dsn)):
            await outcome

    if inspect.iscoroutinefunction(module.migrate):
        _run_apart(migrate)
    else:
        _in_thread(lambda: module.migrate(dsn))


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _run_apart(make: Callable[[], Coroutine[Any, Any, None]]) -> None:
    # Fixtures must not depend on whether a test's event loop runs right now.
    _in_thread(lambda: asyncio.run(make()))


def _in_thread(call: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
