"""Runs tools as child processes, with the exit codes and signals of a terminal."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import app
from app.exit_codes import ExitCode, SetupImpossible

PROJECT_ROOT = Path(app.__file__).resolve().parent.parent


def run_tool(arguments: Sequence[str], *, environment: Mapping[str, str] | None = None) -> int:
    """Run a tool in the project's root and return its exit code; 130 where it was interrupted.

    After Ctrl-C the tool, which got the signal too, is waited for, so that it can clean up.
    """
    sys.stdout.flush()
    with subprocess.Popen(arguments, cwd=PROJECT_ROOT, env=environment) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
            return ExitCode.INTERRUPTED
    return ExitCode.INTERRUPTED if code == -signal.SIGINT else code


def installed_tool(name: str) -> str:
    """Give the path of a tool that the lock installed beside this Python.

    Raises SetupImpossible where only what runs the school is installed.
    """
    tool = Path(sys.executable).parent / name
    if not tool.exists():
        raise SetupImpossible(f"{name} is not installed; install requirements-dev.lock")
    return str(tool)
