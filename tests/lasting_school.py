"""One school for a whole module: for tests that only add to it. `from tests.lasting_school import *` replaces the
fixtures of the same names."""

from collections.abc import AsyncIterator
from itertools import count

import asyncpg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.database import open_database
from app.embedded import EmbeddedServices
from tests.addresses import SITE
from tests.school import School, app_of

__all__ = ["client", "database_url", "school"]
_numbers = count(1)


@pytest.fixture(scope="module")
async def database_url(services: EmbeddedServices, migrated_template: str) -> AsyncIterator[str]:
    """DSN of a fresh migrated database, dropped after the module."""
    name = f"module_{next(_numbers)}"
    connection = await asyncpg.connect(services.database_url)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated_template} STRATEGY FILE_COPY")
    yield services.database_url_of(name)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture(scope="module")
async def school(database_url: str) -> AsyncIterator[School]:
    """A small school in a database of its own."""
    async with open_database(database_url, size=8) as database:
        yield await School(database).open()


@pytest.fixture(scope="module")
async def client(school: School, database_url: str) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The whole application on that school's database, in this process."""
    async with AsyncTestClient(app_of(school, database_url), base_url=SITE) as opened:
        yield opened
