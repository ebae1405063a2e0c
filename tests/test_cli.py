import subprocess
import sys

import click
import pytest

from app import cli
from app.exit_codes import BadInput, SetupImpossible


def _chunzhao(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "app", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_of_the_table_can_be_loaded(name: str) -> None:
    command = cli.LazyGroup().get_command(click.Context(cli.cli), name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_help_goes_to_stdout_and_names_every_command() -> None:
    outcome = _chunzhao("--help")
    assert outcome.returncode == 0
    assert all(name in outcome.stdout for name in cli.COMMANDS)
    assert outcome.stderr == ""


@pytest.mark.parametrize("arguments", [("nonsense",), ("check", "--nonsense")])
def test_wrong_usage_is_2_and_keeps_stdout_free(arguments: tuple[str, ...]) -> None:
    outcome = _chunzhao(*arguments)
    assert outcome.returncode == 2
    assert outcome.stdout == ""
    assert "Usage" in outcome.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInput("season.json: no such file"), 2),
        (SetupImpossible("install this"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_become_one_line_and_their_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int
) -> None:
    @click.command(name="check")
    def command() -> None:
        raise error

    monkeypatch.setattr("app.commands.development.check.command", command)
    assert cli.main(["check"]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert str(error) in captured.err
