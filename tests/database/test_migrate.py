"""From which databases the schema can be brought up to date."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.database.migrate import migrate
from app.embedded import EmbeddedServices
from app.exit_codes import SetupImpossible
from migrations.starting_point import OLDEST
from tests.commands.running import chunzhao

MADE = "SELECT array_agg(table_name::text) FROM information_schema.tables WHERE table_schema = 'public'"


@pytest.fixture
async def empty_database_url(services: EmbeddedServices) -> AsyncIterator[str]:
    """DSN of a database without any schema."""
    server = await asyncpg.connect(services.database_url)
    await server.execute("CREATE DATABASE without_schema")
    yield services.database_url_of("without_schema")
    await server.execute("DROP DATABASE without_schema WITH (FORCE)")
    await server.close()


async def stamp(database_url: str, revision: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    await connection.execute("INSERT INTO alembic_version VALUES ($1)", revision)
    await connection.close()


async def tables(database_url: str) -> list[str]:
    connection = await asyncpg.connect(database_url)
    try:
        found: list[str] = await connection.fetchval(MADE)
    finally:
        await connection.close()
    return found


async def test_a_database_at_the_oldest_revision_is_left_as_it_is(empty_database_url: str) -> None:
    await stamp(empty_database_url, OLDEST)
    await asyncio.to_thread(migrate, empty_database_url, revision=OLDEST)
    assert await tables(empty_database_url) == ["alembic_version"]


async def test_a_database_up_to_date_can_be_migrated_again(database_url: str) -> None:
    before = await tables(database_url)
    await asyncio.to_thread(migrate, database_url)
    assert await tables(database_url) == before


@pytest.mark.parametrize(("revision", "said"), [("0010", OLDEST), ("0012", OLDEST), ("9999", "a newer one")])
async def test_a_database_too_old_or_too_new_is_refused_untouched(
    empty_database_url: str, revision: str, said: str
) -> None:
    await stamp(empty_database_url, revision)
    with pytest.raises(SetupImpossible, match=said):
        await asyncio.to_thread(migrate, empty_database_url)
    assert await tables(empty_database_url) == ["alembic_version"]


async def test_the_command_says_so_in_one_line(empty_database_url: str) -> None:
    await stamp(empty_database_url, "0012")
    ended = chunzhao("migrate", variables={"DATABASE_URL": empty_database_url})
    assert (ended.returncode, len(ended.stderr.splitlines())) == (3, 1), ended.stderr
    assert "revision 0012" in ended.stderr


async def test_texts_from_before_they_had_to_be_one_line_are_made_so(empty_database_url: str) -> None:
    await asyncio.to_thread(migrate, empty_database_url, revision="0019")
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute(
        "INSERT INTO school (name_zh, name_en) VALUES (E'江城\n大学', E' Jiang\r\n\tcheng  University')"
    )
    await asyncio.to_thread(migrate, empty_database_url)
    names = await connection.fetchrow("SELECT name_zh, name_en FROM school")
    await connection.close()
    assert names is not None
    assert tuple(names) == ("江城 大学", "Jiang cheng  University")


async def test_accounts_under_a_domain_in_ascii_form_are_known_by_the_readable_one(empty_database_url: str) -> None:
    await asyncio.to_thread(migrate, empty_database_url, revision="0020")
    connection = await asyncpg.connect(empty_database_url)
    await connection.executemany(
        "INSERT INTO account (email, password_hash, display_name, role, created_at)"
        " VALUES ($1, '', 'Li', 'employer_contact', now())",
        [("hr@xn--fiqs8s.cn",), ("hr@xn--55qx5d.cn",), ("hr@公司.cn",), ("hr@xn--0.cn",)],
    )
    await asyncio.to_thread(migrate, empty_database_url)
    emails = await connection.fetchval('SELECT array_agg(email ORDER BY email COLLATE "C") FROM account')
    await connection.close()
    assert emails == ["hr@xn--0.cn", "hr@xn--55qx5d.cn", "hr@中国.cn", "hr@公司.cn"]
