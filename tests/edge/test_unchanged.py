"""A page of facts is sent once for each state of the facts, and its tag covers whatever it reads."""

import asyncio
from uuid import uuid4

import asyncpg
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.database import Connection
from app.database.facts import fold_fact_changes
from tests.lasting_school import *  # noqa: F403
from tests.school import School
from tests.signing_in import sign_in

Client = AsyncTestClient[Litestar]
BOARD = "/seasons/spring-2023/board"


async def revision(connection: Connection) -> int:
    """The revision as this connection sees it."""
    return int(await connection.fetchval("SELECT fact_revision()"))


async def insert_campus(connection: Connection) -> None:
    """Some fact."""
    await connection.execute(
        "INSERT INTO campus (code, name_zh, name_en) VALUES ($1, '校区', 'Campus')", uuid4().hex[:8]
    )


async def test_a_page_is_sent_again_only_when_a_fact_changed(school: School, client: Client) -> None:
    await sign_in(client, await school.account("organiser"))
    first = await client.get(BOARD)
    tag = first.headers["etag"]
    again = await client.get(BOARD, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert first.headers["cache-control"] == again.headers["cache-control"] == "private, no-cache"
    await school.request()
    changed = await client.get(BOARD, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_a_tag_is_for_one_reader_language_and_theme(school: School, client: Client) -> None:
    path = "/seasons/spring-2023"

    async def tag(language: str) -> str:
        answer = await client.get(path, headers={"Accept-Language": language})
        return str(answer.headers["etag"])

    account = await school.account("organiser")
    client.cookies.clear()
    tags = [await tag("en"), await tag("zh")]
    client.cookies.set("theme", "dark")
    tags.append(await tag("en"))
    await sign_in(client, account)
    tags.append(await tag("en"))
    client.cookies.clear()
    assert len(set(tags)) == 4


async def test_who_signed_out_gets_no_page_by_its_tag(school: School, client: Client) -> None:
    await sign_in(client, await school.account("organiser"))
    tag = (await client.get(BOARD)).headers["etag"]
    left = await client.post("/sign-out", follow_redirects=False)
    assert left.headers["clear-site-data"] == '"cache"'
    answer = await client.get(BOARD, headers={"If-None-Match": tag}, follow_redirects=False)
    assert answer.status_code in (303, 401)


async def test_every_commit_raises_the_revision_in_whatever_order(database_url: str) -> None:
    one, other, reader = [await asyncpg.connect(database_url) for _ in range(3)]
    before = await revision(reader)
    first, second = one.transaction(), other.transaction()
    await first.start()
    await insert_campus(one)
    await insert_campus(one)
    await second.start()
    await insert_campus(other)
    assert await revision(reader) == before
    await second.commit()
    assert await revision(reader) == before + 1
    await first.commit()
    assert await revision(reader) == before + 2
    async with one.transaction():
        savepoint = one.transaction()
        await savepoint.start()
        await insert_campus(one)
        await savepoint.rollback()
        await insert_campus(one)
    assert await revision(reader) == before + 3
    for connection in (one, other, reader):
        await connection.close()


async def test_folding_beside_writers_loses_and_repeats_nothing(school: School, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    before = await revision(connection)
    seen = [before]

    async def write() -> None:
        writer = await asyncpg.connect(database_url)
        for _ in range(40):
            await insert_campus(writer)
        await writer.close()

    async def fold() -> None:
        for _ in range(20):
            async with school.database.pool.acquire() as own:
                await fold_fact_changes(own)

    async def look() -> None:
        seen.extend([await revision(connection) for _ in range(100)])

    await asyncio.gather(write(), write(), fold(), fold(), look())
    assert seen == sorted(seen)
    assert await revision(connection) == before + 80
    await fold_fact_changes(connection)
    assert await connection.fetchval("SELECT count(*) FROM fact_change") == 1
    await connection.close()
