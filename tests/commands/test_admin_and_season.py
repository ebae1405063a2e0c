"""`admin` and `season` on a real database: what they print where, and their exit codes."""

import asyncpg
import pytest

from app.accounts.secrets import password_matches
from tests.commands.running import chunzhao

DAYS = ["--first", "2023-02-02", "--last", "2023-04-30"]
SEASON = ["--code", "spring-2023", "--name-zh", "春招", "--name-en", "Spring", *DAYS]


async def stored_password(database_url: str, email: str) -> str:
    connection = await asyncpg.connect(database_url)
    try:
        stored: str = await connection.fetchval("SELECT password_hash FROM account WHERE email = $1", email)
    finally:
        await connection.close()
    return stored


async def test_a_password_is_made_shown_once_and_works(database_url: str) -> None:
    variables = {"DATABASE_URL": database_url}
    made = chunzhao("admin", "create", "--email", "Head@School.example", "--name", "王", variables=variables)
    assert made.returncode == 0, made.stderr
    (password,) = made.stdout.split()
    assert "head@school.example" in made.stderr
    assert password not in made.stderr
    assert await password_matches(password, await stored_password(database_url, "head@school.example"))
    again = chunzhao("admin", "create", "--email", "head@school.example", "--name", "王", variables=variables)
    assert (again.returncode, again.stdout) == (2, "")
    assert len(again.stderr.splitlines()) == 1


async def test_a_password_comes_from_standard_input(database_url: str) -> None:
    arguments = [
        "admin",
        "create",
        "--email",
        "o@school.example",
        "--name",
        "o",
        "--role",
        "organiser",
        "--password-stdin",
    ]
    made = chunzhao(*arguments, variables={"DATABASE_URL": database_url}, typed="a long enough one\n")
    assert (made.returncode, made.stdout) == (0, "")
    assert await password_matches("a long enough one", await stored_password(database_url, "o@school.example"))


async def test_a_department_gets_an_account_by_its_code(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    team = await connection.fetchval("INSERT INTO resource (kind, label) VALUES ('team', 'CS') RETURNING id")
    department = await connection.fetchval(
        "INSERT INTO department (team_id, code, name_zh, name_en) VALUES ($1, 'CS', '计算机', 'CS') RETURNING id", team
    )
    arguments = ["admin", "create", "--email", "cs@school.example", "--name", "c", "--role", "department_staff"]
    variables = {"DATABASE_URL": database_url}
    unknown = chunzhao(*arguments, "--department", "EE", variables=variables)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    made = chunzhao(*arguments, "--department", "CS", variables=variables)
    assert made.returncode == 0, made.stderr
    found = await connection.fetchrow("SELECT role, department_id FROM account WHERE email = 'cs@school.example'")
    await connection.close()
    assert found is not None
    assert (found["role"], found["department_id"]) == ("department_staff", department)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["admin", "create", "--email", "nobody", "--name", "n"], "--email"),
        (["admin", "create", "--email", "a@b.test", "--name", ""], "--name"),
        (["admin", "create", "--email", "a@b.test", "--name", "n", "--role", "king"], "--role"),
        (["admin", "create", "--name", "n"], "--email"),
        (["admin", "create", "--email", "a@b.test", "--name", "n", "--role", "department_staff"], "--department"),
        (["admin", "create", "--email", "a@b.test", "--name", "n", "--department", "CS"], "--department"),
        (["season", "create", *SEASON[:-1], "2023-02-30"], "last_day"),
        (["season", "create", *SEASON[:-1], "2023-01-01"], "last_day"),
        (["season", "create", *SEASON, "--grid", "7"], "--grid"),
        (["season", "create", *SEASON, "--opens", "08:10"], "day_opens"),
    ],
)
def test_what_is_wrong_is_named_and_the_code_is_2(shared_database_url: str, arguments: list[str], said: str) -> None:
    outcome = chunzhao(*arguments, variables={"DATABASE_URL": shared_database_url})
    assert outcome.returncode == 2
    assert outcome.stdout == ""
    assert said in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_short_password_is_refused_without_being_repeated(shared_database_url: str) -> None:
    arguments = ["admin", "create", "--email", "a@b.test", "--name", "n", "--password-stdin"]
    outcome = chunzhao(*arguments, variables={"DATABASE_URL": shared_database_url}, typed="short\n")
    assert outcome.returncode == 2
    assert "short" not in outcome.stderr


def test_seasons_are_opened_once_and_listed(database_url: str) -> None:
    variables = {"DATABASE_URL": database_url}
    made = chunzhao("season", "create", *SEASON, variables=variables)
    assert made.returncode == 0, made.stderr
    again = chunzhao("season", "create", *SEASON, variables=variables)
    assert again.returncode == 2
    listed = chunzhao("season", "list", variables=variables)
    assert listed.stdout.split("\t")[:3] == ["spring-2023", "2023-02-02", "2023-04-30"]
    assert made.stdout.strip() in listed.stdout


@pytest.mark.parametrize("command", [("season", "list"), ("migrate",), ("relay",), ("worker",)])
def test_a_server_that_is_not_there_is_one_line_and_3(command: tuple[str, ...]) -> None:
    variables = {"DATABASE_URL": "postgresql://x@127.0.0.1:9/x", "REDIS_URL": "redis://127.0.0.1:9/0"}
    outcome = chunzhao(*command, variables=variables)
    assert outcome.returncode == 3
    assert outcome.stderr.splitlines()[-1].startswith("chunzhao: a server cannot be reached")
    assert "Traceback" not in outcome.stderr


def test_without_servers_a_worker_says_what_to_set(tmp_path: object) -> None:
    outcome = chunzhao("worker", variables={"DATA_DIR": f"{tmp_path}/data"})
    assert outcome.returncode == 3
    assert "DATABASE_URL and REDIS_URL are not set" in outcome.stderr
