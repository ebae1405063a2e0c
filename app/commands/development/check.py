"""`chunzhao check`: formatting, lint, types, floors, dead code and files; everything that needs no server."""

import click
import msgspec
import rich_click

from app.commands.development.child import PROJECT_ROOT, installed_tool, run_tool
from app.exit_codes import ExitCode, SetupImpossible

CHECKED_FOLDERS = ("app", "scheduling", "workers", "migrations", "tests", "setup")


class Check(msgspec.Struct, frozen=True):
    """One tool to run."""

    title: str
    command: tuple[str, ...]


def list_checks() -> list[Check]:
    """Name every check in the order it runs; a new one is a new line here."""
    python = installed_tool("python")
    ruff = installed_tool("ruff")
    compose = ("--builtin-schema", "vendor.compose-spec", "docker-compose.yml")
    templates = sorted(str(path) for pattern in ("*.html", "*.j2") for path in (PROJECT_ROOT / "app").rglob(pattern))
    return [
        Check("format", (ruff, "format", "--check", "--quiet", *CHECKED_FOLDERS)),
        Check("lint", (ruff, "check", "--quiet", *CHECKED_FOLDERS)),
        Check("types", (python, "-m", "mypy", "--no-error-summary", *CHECKED_FOLDERS)),
        Check("floors", (installed_tool("lint-imports"), "--no-cache")),
        Check("compose file", (installed_tool("check-jsonschema"), "--quiet", *compose)),
        Check("dead code", (python, "-P", "-m", "app.commands.development.dead_code")),
        Check("templates", (installed_tool("djlint"), "--lint", "--quiet", *templates)),
        Check("scripts and style sheets", (_biome(), "check", "--error-on-warnings")),
        Check("catalogues", (python, "-P", "-m", "app.locales.check")),
    ]


def run_checks() -> int:
    """Run every check, also after one failed; 0 where all passed."""
    failed = []
    for check in list_checks():
        click.echo(f"check: {check.title}")
        code = run_tool(check.command)
        if code == ExitCode.INTERRUPTED:
            return code
        if code != 0:
            failed.append(check.title)
    click.echo(f"check: failed: {', '.join(failed)}" if failed else "check: all passed")
    return ExitCode.FELL_SHORT if failed else ExitCode.OK


def _biome() -> str:
    # The program itself, so that no Node.js is needed: npm installs the one of this platform.
    for program in PROJECT_ROOT.glob("node_modules/@biomejs/cli-*/biome"):
        return str(program)
    raise SetupImpossible("biome is not installed; run: npm ci --ignore-scripts")


@rich_click.command(name="check")
def command() -> int:
    """Check formatting, lint, types, floors, dead code, the compose file, templates, scripts and catalogues."""
    return run_checks()
