"""`chunzhao serve` as a school starts it, on a data folder of its own, and the memory of each of its processes."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil

from app.benches.instance import CHUNZHAO
from app.benches.ports import free_port
from app.embedded import running_environment
from app.exit_codes import CommandError

_MEGABYTE = 1024 * 1024
_STEADY_MB, _STEADY_SECONDS, _LONGEST_SECONDS = 2.0, 2.0, 120.0
_SERVERS = {"postgres": "postgres", "valkey-server": "valkey"}
_COMMANDS = {
    ("relay",): "relay",
    ("worker",): "worker",
    ("worker", "--queue", "solver"): "solver",
    ("desk",): "desk",
    ("serve",): "web",
}


class Memory(msgspec.Struct, frozen=True):
    """Megabytes of some processes: with their share of what several have in common (PSS), and without sharing (RSS)."""

    pss: float = 0.0
    rss: float = 0.0

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.pss + other.pss, self.rss + other.rss)


class ServedSchool:
    """A `chunzhao serve` that answers."""

    def __init__(self, process: psutil.Process, folder: Path, port: int, *, first_answer_seconds: float) -> None:
        self.port = port
        self.first_answer_seconds = first_answer_seconds
        self._process = process
        self._folder = folder

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables that point at its servers."""
        return running_environment(self._folder) or {}

    def memory(self) -> dict[str, Memory]:
        """Give the memory of each process with its children; `supervisor` is the command itself."""
        found = {"supervisor": memory_of(self._process)}
        for child in self._process.children():
            role = _role(child)
            found[role] = found.get(role, Memory()) + memory_of(child, *child.children(recursive=True))
        return found

    def steady_memory(self) -> dict[str, Memory]:
        """Wait until the sum of all processes stays the same for some seconds, and give it."""
        ends = time.monotonic() + _LONGEST_SECONDS
        before, found = -1.0, self.memory()
        while abs(total(found).pss - before) > _STEADY_MB and time.monotonic() < ends:
            before = total(found).pss
            time.sleep(_STEADY_SECONDS)
            found = self.memory()
        return found


def total(memory: Mapping[str, Memory]) -> Memory:
    """Give the sum of all processes."""
    return sum(memory.values(), Memory())


def memory_of(*processes: psutil.Process) -> Memory:
    """Give the memory of some processes; those that ended meanwhile have none."""
    found = Memory()
    for process in processes:
        try:
            seen = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        found += Memory(seen.pss / _MEGABYTE, seen.rss / _MEGABYTE)
    return found


def _role(process: psutil.Process) -> str:
    arguments = process.cmdline()
    command = tuple(arguments[arguments.index("app") + 1 :]) if "app" in arguments else ()
    return _SERVERS.get(process.name()) or _COMMANDS.get(command, "others")


@contextmanager
def serve(*, smtp_url: str) -> Iterator[ServedSchool]:
    """Run `chunzhao serve` on an empty folder for the length of the block. Raises CommandError."""
    base = Path(tempfile.mkdtemp(prefix="chunzhao-bench-"))
    base.chmod(0o711)  # root's servers are another user's
    folder, port = base / "data", free_port()
    given = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    variables = {"DATA_DIR": str(folder), "PORT": str(port), "SMTP_URL": smtp_url, "LOG_LEVEL": "WARNING"}
    began = time.monotonic()
    try:
        with subprocess.Popen(
            [*CHUNZHAO, "serve"], env={**given, **variables}, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                if process.stdout is None or not process.stdout.readline():
                    raise CommandError("`chunzhao serve` does not start")
                seconds = time.monotonic() - began
                yield ServedSchool(psutil.Process(process.pid), folder, port, first_answer_seconds=seconds)
            finally:
                process.terminate()
                process.communicate()
    finally:
        shutil.rmtree(base, ignore_errors=True)
