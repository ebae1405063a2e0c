"""Every named query is one that PostgreSQL understands, on the schema as the migrations leave it; every constraint
that has an error of its own exists, and a violated one becomes an error that a person understands."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiosql
import asyncpg
import pytest

import app.asgi
import app.commands.demo
import app.commands.worker
from app.database import Database, open_database
from app.database.connection import UnprintableText
from app.database.constraints import _BY_NAME, domain_error
from app.errors import Conflict, DomainError, Invalid
from app.venues.domain import CodeTaken

ROOT = Path(app.commands.demo.__file__).parents[2]
FILES = sorted([*ROOT.glob("app/**/queries.sql"), *ROOT.glob("workers/**/queries.sql")])


def queries(path: Path) -> dict[str, str]:
    loaded = aiosql.from_path(path, "asyncpg", mandatory_parameters=False)
    return {name: getattr(loaded, name).sql for name in loaded.available_queries if not name.endswith("_cursor")}


QUERIES = [pytest.param(sql, id=f"{path.parent.name}.{name}") for path in FILES for name, sql in queries(path).items()]


def test_there_are_queries() -> None:
    assert len(FILES) >= 10
    assert len(QUERIES) >= 100


@pytest.mark.parametrize("sql", QUERIES)
async def test_a_query_prepares(connection: asyncpg.Connection, sql: str) -> None:
    await connection.prepare(sql)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_query_is_called(path: Path) -> None:
    sources = "".join(source.read_text() for source in path.parent.rglob("*.py"))
    assert [name for name in queries(path) if f".{name}(" not in sources and f".{name}," not in sources] == []


@pytest.mark.parametrize("name", sorted(_BY_NAME))
async def test_a_constraint_with_an_error_exists(connection: asyncpg.Connection, name: str) -> None:
    in_catalogue = await connection.fetchval(
        """
        SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = $1)
            OR EXISTS (SELECT FROM pg_class WHERE relname = $1 AND relkind = 'i')
            OR EXISTS (SELECT FROM pg_proc WHERE position(quote_literal($1) IN prosrc) > 0)
        """,
        name,
    )
    assert in_catalogue, f"{name} would never be violated"


VIOLATIONS: list[tuple[str, tuple[object, ...], type[DomainError], str]] = [
    ("INSERT INTO campus (code, name_zh, name_en) VALUES ('A', 'x', 'x'), ('A', 'x', 'x')", (), CodeTaken, ""),
    (
        "INSERT INTO session (token_hash, account_id, expires_at) VALUES ('x', $1, now())",
        (uuid4(),),
        Invalid,
        "unknown-reference",
    ),
    ("INSERT INTO calendar_year (year, source) VALUES (2023, NULL)", (), Invalid, "out-of-range"),
    (
        "INSERT INTO idempotency_key (account_id, key, request_hash) VALUES ($1, '', '')",
        (uuid4(),),
        Invalid,
        "out-of-range",
    ),
    (
        "INSERT INTO calendar_year (year, source) VALUES (2023, 'school'), (2023, 'school')",
        (),
        Conflict,
        "",
    ),
]


@pytest.mark.parametrize(("sql", "values", "error", "code"), VIOLATIONS)
async def test_a_violation_becomes_an_error_of_the_tree(
    connection: asyncpg.Connection, sql: str, values: tuple[object, ...], error: type[DomainError], code: str
) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as violated:
        await connection.execute(sql, *values)
    meant = domain_error(violated.value)
    assert type(meant) is error
    if isinstance(meant, Invalid):
        assert [field.code for field in meant.fields] == [code]
        assert meant.fields[0].path != violated.value.constraint_name


async def test_a_text_with_nul_is_refused_and_deadlocks_are_tried_again(shared_database_url: str) -> None:
    async with open_database(shared_database_url, size=2) as database:
        with pytest.raises(UnprintableText):
            await database.transact(lambda c: c.fetchval("SELECT $1::text", "a\x00b"))
        assert await _eventually(database) == 3


async def _eventually(database: Database) -> int:
    tries = 0

    async def deadlock_twice(connection: Any) -> int:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise asyncpg.DeadlockDetectedError
        await connection.fetchval("SELECT $1::timestamptz", datetime.now().astimezone())
        return tries

    return await database.transact(deadlock_twice)
