"""`chunzhao test`: the checks, then every test, with a real browser."""

import click
import rich_click

from app.commands.development.browser import ensure_browser
from app.commands.development.check import run_checks
from app.commands.development.child import installed_tool, run_tool
from app.exit_codes import ExitCode
from scheduling.search.cores import usable_cores

PYTEST_INTERRUPTED = 2


@rich_click.command(
    name="test",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@rich_click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def command(pytest_arguments: tuple[str, ...]) -> int:
    """Run the checks and then the tests; everything after `test` goes to pytest."""
    checked = run_checks()
    if checked != ExitCode.OK:
        return checked
    ensure_browser()
    # Later arguments win in pytest, so `-n 0` or `-q` from the caller replaces these.
    processes = ["-n", str(min(4, usable_cores()))]
    pytest = [installed_tool("python"), "-P", "-m", "pytest", *processes]
    outcome = run_tool([*pytest, *pytest_arguments])
    if outcome in {ExitCode.INTERRUPTED, PYTEST_INTERRUPTED}:
        return ExitCode.INTERRUPTED
    return ExitCode.OK if outcome == 0 else ExitCode.FELL_SHORT
