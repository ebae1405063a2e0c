"""Numbers of requests: many ask at once, files bring numbers of their own, and every number is given once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date

import msgspec
import pytest
from asyncpg.transaction import Transaction

from app.database import Connection, Database, open_database
from app.imports.domain import ImportReport
from app.imports.opening import open_table
from app.imports.service import import_table
from app.requests import service
from app.requests.domain import SubmitRequest
from app.seasons import service as seasons
from app.seasons.domain import CreateSeason, Season
from tests.school import School, talk

ASKERS = 20  # a season
BROUGHT = ["E0003", "E0007", "E0008", "E0019"]
CONTESTED = [f"E00{number}" for number in range(15, 25)]
AUTUMN = CreateSeason(
    code="autumn-2023",
    name_zh="2023秋招",
    name_en="Autumn 2023",
    first_day=date(2023, 2, 2),
    last_day=date(2023, 4, 30),
    term_first_day=date(2023, 2, 13),
)
HEADINGS = "申请编号,活动名称,统一社会信用代码,联系人,联系邮箱,活动类型,预计人数,时长分钟"


def file_of(references: Sequence[str], credit_code: str) -> bytes:
    """A file that brings these numbers along."""
    rows = [f"{reference},示例宣讲会,{credit_code},李敏,li@example.com,宣讲会,100,120" for reference in references]
    return "\n".join([HEADINGS, *rows]).encode()


async def keep(connection: Connection, school: School, season: Season, content: bytes) -> ImportReport:
    """Import a file of requests, as an organiser does."""
    table = open_table(content, "requests", season, school.clock.zone)
    return await import_table(
        connection,
        "requests",
        table,
        file="requests.csv",
        season_id=season.id,
        skip_bad=True,
        actor=school.organiser,
        clock=school.clock,
    )


@asynccontextmanager
async def open_file(database: Database, school: School, season: Season, content: bytes) -> AsyncIterator[Transaction]:
    """An import that has kept its rows and has not come to its end."""
    async with database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        report = await keep(connection, school, season, content)
        assert report.refused == 0
        yield transaction


async def when_waiting(database: Database, waiters: int) -> None:
    """Until so many transactions wait for others."""
    query = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'"""
    async with asyncio.timeout(30):
        while await database.pool.fetchval(query) < waiters:  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("is_kept", [True, False], ids=["file kept", "file taken back"])
async def test_forty_at_once_beside_files_of_their_own_numbers(
    school: School, database_url: str, *, is_kept: bool
) -> None:
    wanted = msgspec.structs.replace(AUTUMN, code=f"autumn-{int(is_kept)}")
    pair = [
        await school.database.transact(seasons.create_season, season, actor=school.organiser, now=school.clock.now())
        for season in (wanted, msgspec.structs.replace(wanted, code=f"{wanted.code}-2"))
    ]
    people = []
    for _ in range(ASKERS // 2):
        employer = await school.employer()
        people.append((await school.account("employer_contact", employer_id=employer.id)).actor())
    # An import locks the employers of its rows, so each file has its own.
    codes = iter([(await school.employer()).credit_code for _ in range(2 + 2 * len(CONTESTED))])

    async def ask(database: Database, number: int, season: Season) -> str:
        command = SubmitRequest(season_id=season.id, title="Talk", activities=(talk(),), draft=number % 4 < 2)
        person = people[number // 2]
        detail = await database.transact(service.submit_request, command, actor=person, clock=school.clock)
        return detail.request.reference

    async def bring(database: Database, reference: str, season: Season) -> ImportReport:
        return await database.transact(keep, school, season, file_of([reference], next(codes)))

    async with (
        open_database(database_url, size=15) as one,
        open_database(database_url, size=15) as other,
        open_file(one, school, pair[0], file_of(BROUGHT, next(codes))) as first,
        open_file(other, school, pair[1], file_of(BROUGHT, next(codes))) as second,
    ):
        asking = [
            asyncio.create_task(ask((one, other)[number // 2 % 2], number, season))
            for number in range(ASKERS)
            for season in pair
        ]
        bringing = [
            asyncio.create_task(bring(database, reference, season))
            for database, reference in zip((one, other) * 5, CONTESTED, strict=True)
            for season in pair
        ]
        await when_waiting(school.database, 10)
        for transaction in (first, second):
            await (transaction.commit() if is_kept else transaction.rollback())
        given, reports = await asyncio.gather(*asking), await asyncio.gather(*bringing)

    for position, season in enumerate(pair):
        numbers = given[position::2]
        kept = {reference for reference, report in zip(CONTESTED, reports[position::2], strict=True) if report.created}
        assert len(set(numbers)) == ASKERS
        assert kept.isdisjoint(numbers)
        stored = await school.database.pool.fetch("SELECT reference FROM request WHERE season_id = $1", season.id)
        brought = BROUGHT if is_kept else []
        assert sorted(row["reference"] for row in stored) == sorted([*numbers, *kept, *brought])
    refusals = [error.code for report in reports for error in report.errors]
    assert set(refusals) <= {"other-owner", "reference-taken"}  # of files whose number an asker had first
