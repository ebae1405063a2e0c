"""No statement of a booking, a refusal or a page reads a large table whole, where a season is a small part of it."""

import asyncio
import re
from typing import Final

import asyncpg
import pytest

from app.benches.booking import record_booking
from app.benches.instance import Instance, open_instance
from app.benches.pages import fill_released, pages_of, sign_in_readers, statements_of
from app.benches.people import sign_in
from app.benches.recording import Statement, with_literals
from app.benches.season import fill

# The pages' handlers still name some parameters in a style that Litestar 3 drops.
pytestmark = pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
# The list of mails says how many of the whole school were sent: it counts them all.
COUNTS_ALL: Final = {"mails": {"delivery", "event"}}
_LARGE: Final = re.compile(
    r"Seq Scan on (activity|activity_team|booking|booking_resource|delivery|event|request|version_placement)\b"
)
_BOOKED, _EARLIER_SEASONS = 200, 60


def test_pages_find_their_season_by_indexes() -> None:
    with open_instance() as instance:
        found = asyncio.run(_of_pages(instance))
    assert {name: tables for name, tables in found.items() if tables} == COUNTS_ALL


def test_a_booking_finds_everything_by_indexes() -> None:
    with open_instance() as instance:
        assert asyncio.run(_of_booking(instance)) == set()


async def _of_pages(instance: Instance) -> dict[str, set[str]]:
    season = await fill_released(instance.database_url, _BOOKED, 40, _EARLIER_SEASONS)
    cookies = await sign_in_readers(instance.database_url)
    sent = await statements_of(instance.database_url, pages_of(season), cookies)
    return {page: await _read_whole(instance, statements) for page, statements in sent.items()}


async def _of_booking(instance: Instance) -> set[str]:
    season = await fill(instance.database_url, booked=2000)
    (token,) = await sign_in(instance.database_url, 1)
    statements, _ = await record_booking(instance, season, token, 2000)
    return await _read_whole(instance, statements)


async def _read_whole(instance: Instance, statements: list[Statement]) -> set[str]:
    """Give the large tables that some statements read whole."""
    connection = await asyncpg.connect(instance.database_url, server_settings={"random_page_cost": "1.1"})
    found: set[str] = set()
    for statement in statements:
        if statement.text.split(" ", 1)[0] in ("SELECT", "WITH", "INSERT", "UPDATE"):
            plan = await connection.fetch(f"EXPLAIN {with_literals(statement, {})}")
            found |= {match[1] for row in plan for match in _LARGE.finditer(row[0])}
    await connection.close()
    return found
