"""`chunzhao check`: formatting, lint, types, floors and files; everything that needs no server."""

from pathlib import Path

import click
import msgspec
import rich_click

from app.commands.development.child import PROJECT_ROOT, installed_tool, run_tool
from app.exit_codes import ExitCode

CHECKED_FOLDERS = ("app", "scheduling", "workers", "migrations", "tests", "setup")


class Check(msgspec.Struct, frozen=True):
    """One tool to run; `needs` is a path without which there is nothing to look at yet."""

    title: str
    command: tuple[str, ...]
    needs: str = "pyproject.toml"


def list_checks() -> list[Check]:
    """Name every check in the order it runs; a new one is a new line here."""
    python = installed_tool("python")
    folders = tuple(folder for folder in CHECKED_FOLDERS if (PROJECT_ROOT / folder).is_dir())
    ruff = installed_tool("ruff")
    compose = ("--builtin-schema", "vendor.compose-spec", "docker-compose.yml")
    return [
        Check("format", (ruff, "format", "--check", "--quiet", *folders)),
        Check("lint", (ruff, "check", "--quiet", *folders)),
        Check("types", (python, "-m", "mypy", "--no-error-summary", *folders)),
        Check("floors", (installed_tool("lint-imports"), "--no-cache")),
        Check("compose file", (installed_tool("check-jsonschema"), "--quiet", *compose), "docker-compose.yml"),
        Check("catalogues", (python, "-P", "-m", "app.locales.check"), "app/locales/check.py"),
    ]


def run_checks() -> int:
    """Run every check, also after one failed; 0 where all passed."""
    failed = []
    for check in list_checks():
        if not Path(PROJECT_ROOT, check.needs).exists():
            continue
        click.echo(f"check: {check.title}")
        code = run_tool(check.command)
        if code == ExitCode.INTERRUPTED:
            return code
        if code != 0:
            failed.append(check.title)
    click.echo(f"check: failed: {', '.join(failed)}" if failed else "check: all passed")
    return ExitCode.FELL_SHORT if failed else ExitCode.OK


@rich_click.command(name="check")
def command() -> int:
    """Check formatting, lint, types, import floors, the compose file, templates and catalogues."""
    return run_checks()
