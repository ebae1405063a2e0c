import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from app import cli


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "app", *arguments]


def _chunzhao(*arguments: str, environment: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments), capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **environment}
    )


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
    ("arguments", "environment", "code", "named"),
    [
        (("solve", "nowhere.json"), {}, 2, "nowhere.json"),
        (("migrate",), {"DATABASE_URL": "postgresql://127.0.0.1:9/none"}, 3, "127.0.0.1"),
    ],
)
def test_errors_become_one_line_and_their_code(
    arguments: tuple[str, ...], environment: dict[str, str], code: int, named: str
) -> None:
    outcome = _chunzhao(*arguments, environment=environment)
    assert (outcome.returncode, outcome.stdout) == (code, "")
    (line,) = outcome.stderr.splitlines()
    assert named in line


def test_ctrl_c_is_130_and_no_traceback(tmp_path: Path) -> None:
    waited_for = tmp_path / "season.json"
    os.mkfifo(waited_for)
    with subprocess.Popen(
        _command("solve", str(waited_for)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        with waited_for.open("wb"):  # opens as soon as the command reads the file
            process.send_signal(signal.SIGINT)
            outcome = process.communicate(timeout=60)
    assert (process.returncode, *outcome) == (130, b"", b"\n")
