"""The bench of pages runs; each page keeps its budgets of statements and bytes; its tag covers all that it reads."""

import asyncio
import re
from typing import Any, Final

import asyncpg
import pytest

from app.benches.instance import Instance, open_instance
from app.benches.pages import open_application, pages_of, run_pages, sign_in_readers, statements_of
from app.benches.recording import Recorder, Statement, with_literals
from app.benches.season import fill
from app.schedules.pages.board_view import UNPLACED_SHOWN

# With the session, the frame, and BEGIN and COMMIT of each consistent view.
STATEMENTS: Final = {
    "board": 19,
    "list": 12,
    "inbox": 19,
    "scheduled": 18,
    "settled": 18,
    "versions": 7,
    "venues": 9,
    "venue": 10,
    "hall_plan": 7,
    "employers": 8,
    "employer": 14,
    "people": 11,
    "request": 30,
    "mails": 7,
    "rules": 8,
    "accounts": 7,
    "my_requests": 16,
    "my_employer": 11,
    "calendars": 5,
    "request_form": 16,
    "programme": 9,
    "search": 9,
    "activity": 9,
    "calendar": 6,
    "sign_in": 1,
}
MOST_BYTES: Final = 40_000
WITH_A_TAG: Final = {"board", "list", "versions", "programme", "search", "activity", "calendar"}
# Who reads is part of the tag, and the revision is the tag; pages with a tag do not depend on duties.
BESIDE_FACTS: Final = {"session", "duty", "absence", "fact_change"}
# The pages' handlers still name some parameters in a style that Litestar 3 drops.
pytestmark = pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
_RELATION: Final = re.compile(r'"Relation Name": "(\w+)"')


def test_the_bench_measures_every_page_beside_a_bare_one() -> None:
    figures = run_pages(booked=60, waiting=12, earlier_seasons=1, rounds=1, repeats=1)
    assert {page["page"] for page in figures["pages"]} == set(STATEMENTS)
    for page in figures["pages"]:
        assert page["p50_ms"] > 0
        assert page["bare_ms"] > 0
        assert (page["not_modified_ms"] is not None) == (page["page"] in WITH_A_TAG)
        assert page["bytes"] <= MOST_BYTES


async def _relations(connection: Any, statements: list[Statement]) -> set[str]:
    """Give the tables that some statements read."""
    found: set[str] = set()
    for statement in statements:
        if statement.text.split(" ", 1)[0] in ("SELECT", "WITH"):
            plan = await connection.fetchval(f"EXPLAIN (VERBOSE, FORMAT JSON) {with_literals(statement, {})}")
            found |= set(_RELATION.findall(plan))
    return found


def test_pages_keep_their_budget_of_statements_and_read_only_facts_for_their_tags() -> None:
    with open_instance() as instance:
        sent, relations, facts = asyncio.run(_read(instance))
    assert {name: len(statements) for name, statements in sent.items()} == STATEMENTS
    assert {
        name: found - facts - BESIDE_FACTS for name, found in relations.items() if found - facts - BESIDE_FACTS
    } == {}


async def _read(instance: Instance) -> tuple[dict[str, list[Statement]], dict[str, set[str]], set[str]]:
    season = await fill(instance.database_url, booked=60, requests=72, step=11, released=True)
    cookies = await sign_in_readers(instance.database_url)
    sent = await statements_of(instance.database_url, pages_of(season), cookies)
    connection = await asyncpg.connect(instance.database_url)
    relations = {name: await _relations(connection, sent[name]) for name in WITH_A_TAG}
    rows = await connection.fetch(
        "SELECT tgrelid::regclass::text AS fact FROM pg_trigger WHERE tgfoid = 'note_fact_change'::regproc"
    )
    await connection.close()
    return sent, relations, {row["fact"] for row in rows} | BESIDE_FACTS


def test_a_board_shows_the_first_of_very_many_that_have_no_place() -> None:
    with open_instance() as instance:
        page = asyncio.run(_board(instance))
    assert page.count('class="un"') == UNPLACED_SHOWN
    assert "4 more in this version" in page


async def _board(instance: Instance) -> str:
    # Of six requests beyond the booked ones one is approved, and has no place.
    season = await fill(
        instance.database_url, booked=60, requests=60 + 6 * (UNPLACED_SHOWN + 4), step=11, released=True
    )
    cookies = await sign_in_readers(instance.database_url)
    board = next(page for page in pages_of(season) if page.page == "board")
    async with open_application(instance.database_url, Recorder()) as client:
        answer = await client.get(board.path, headers={"Cookie": f"{cookies['organiser']}; locale=en"})
    return answer.text
