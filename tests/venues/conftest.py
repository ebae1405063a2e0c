"""A school with one campus, and the API in front of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.database import Database, open_database
from app.venues import service
from app.venues.domain import AddCampus, Campus
from tests.venues.people import ORGANISER, STAFF

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2023, 2, 2, 1, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Commits for real."""
    async with open_database(database_url, size=4) as opened:
        for person in (ORGANISER, STAFF):
            await opened.pool.execute(
                "INSERT INTO account (id, email, password_hash, display_name, role, created_at) "
                "VALUES ($1, $2, '', $3, 'organiser', now())",
                person.account_id,
                f"{person.display_name}@school.example",
                person.display_name,
            )
        yield opened


@pytest.fixture
async def campus(database: Database) -> Campus:
    """The main campus."""
    command = AddCampus(code="main", name_zh="主校区", name_en="Main Campus")
    return await database.transact(service.add_campus, command, actor=None, now=NOW)
