"""Runs hold_services.py as a child that tests may end in any way."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

SCRIPT = Path(__file__).with_name("hold_services.py")


class Held(msgspec.Struct):
    """A child that holds running servers."""

    process: subprocess.Popen[str]
    database_url: str
    redis_url: str
    data_folder: Path
    pids: list[int]


@contextmanager
def held_services(data_dir: Path | None = None, *, user: int | None = None) -> Iterator[Held]:
    """Start the child and wait until its servers run."""
    arguments = [sys.executable, "-P", str(SCRIPT), *([str(data_dir)] if data_dir else [])]
    with subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        text=True,
        user=user,
        group=user,
        extra_groups=[] if user is not None else None,
        cwd="/",
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, f"the child ended with {process.wait()}"
            told = json.loads(line)
            yield Held(
                process=process,
                database_url=told["database_url"],
                redis_url=told["redis_url"],
                data_folder=Path(told["data_folder"]),
                pids=told["pids"],
            )
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(30)


def is_running(pid: int) -> bool:
    """Tell whether a process with that id runs (a zombie does not)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: Callable[[], bool], *, timeout_seconds: float = 20.0) -> None:
    """Wait for a condition; fail where it does not come true."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextmanager
def reachable_folder(name: str = "data") -> Iterator[Path]:
    """Give a folder that root's servers can reach too (pytest's own is private to root)."""
    base = Path(tempfile.mkdtemp(prefix="chunzhao-test-", dir="/var/tmp"))
    base.chmod(0o711)
    try:
        yield base / name
    finally:
        shutil.rmtree(base, ignore_errors=os.geteuid() == 0)
