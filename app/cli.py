"""The chunzhao command: finds the asked command's module, runs it, turns the outcome into an exit code."""

import importlib
import sys

import click
import rich_click
from rich_click import RichGroup

from app.exit_codes import CommandError, ExitCode, SetupImpossible

# name -> module that has it as `command`; only the one that was asked for is imported.
COMMANDS = {
    "demo": "app.commands.demo",
    "simulate": "app.commands.simulate",
    "serve": "app.commands.serve",
    "worker": "app.commands.worker",
    "relay": "app.commands.relay",
    "desk": "app.commands.desk",
    "health": "app.commands.health",
    "migrate": "app.commands.migrate",
    "admin": "app.commands.admin",
    "season": "app.commands.season",
    "check": "app.commands.development.check",
    "test": "app.commands.development.test",
    "import": "app.commands.import_",
    "export": "app.commands.export",
    "solve": "app.commands.solve",
    "bench": "app.commands.bench",
}
OUR_PACKAGES = ("app", "scheduling", "workers")


class LazyGroup(RichGroup):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        try:
            command = importlib.import_module(COMMANDS[cmd_name]).command
        except ModuleNotFoundError as error:
            if error.name is None or error.name.partition(".")[0] in OUR_PACKAGES:
                raise
            return _lacking(cmd_name, error.name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]}.command is not a click command")
        return command


def _lacking(name: str, package: str) -> click.Command:
    """Give a command that only says which package it lacks: production images have only what the servers need."""

    def refuse() -> None:
        raise SetupImpossible(f"`{name}` needs {package}, which is not installed; install requirements-local.lock")

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(name, callback=refuse, help=f"Not installed: {package}.", context_settings=anything)


@rich_click.group(cls=LazyGroup, name="chunzhao", context_settings={"help_option_names": ["-h", "--help"]})
@rich_click.version_option(package_name=None, version="0.1.0", prog_name="chunzhao")
def cli() -> None:
    """Chunzhao (春招): run a university's spring recruiting season."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code that the contracts promise."""
    try:
        outcome = cli.main(args=arguments, prog_name="chunzhao", standalone_mode=False)
    except click.Abort:
        return ExitCode.INTERRUPTED
    except click.UsageError as error:
        error.show()
        return ExitCode.BAD_INPUT
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CommandError as error:
        print(f"chunzhao: {error}", file=sys.stderr)  # noqa: T201 - the one place where errors become text
        return error.exit_code
    return outcome if isinstance(outcome, int) else ExitCode.OK
