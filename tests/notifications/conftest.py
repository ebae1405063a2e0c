"""A school that commits for real."""

from collections.abc import AsyncIterator

import pytest

from app.database import Database, open_database
from tests.notifications.school import Opened, open_school


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool on a database of the test's own."""
    async with open_database(database_url, size=6) as opened:
        yield opened


@pytest.fixture
async def school(database: Database) -> Opened:
    """Rooms, employers, a season; nothing asked for yet."""
    return await open_school(database)
