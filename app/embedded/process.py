"""Child processes that cannot outlive this one, not even after `kill -9`."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

import msgspec

LAUNCHER = Path(__file__).with_name("launcher.py")
POLL_SECONDS = 0.005
STDERR = 2


class ServerFailed(Exception):
    """A server did not start, did not become ready or ended by itself; the message has its last log lines."""


class RunAs(msgspec.Struct, frozen=True):
    """The user a server runs as."""

    uid: int
    gid: int

    @classmethod
    def current(cls) -> "RunAs":
        """Stay who we are."""
        return cls(os.geteuid(), os.getegid())


class _LastingThread:
    """Starts children in a thread that lives as long as this process, because the kernel ties them to it."""

    def __init__(self) -> None:
        self._requests: queue.SimpleQueue[tuple[Callable[[], subprocess.Popen[bytes]], Future[object]]]
        self._requests = queue.SimpleQueue()
        self._pid = 0
        self._starting = threading.Lock()

    def run(self, start: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        with self._starting:
            # After a fork the thread is gone.
            if self._pid != os.getpid():
                self._requests = queue.SimpleQueue()
                threading.Thread(target=self._serve, name="child-starter", daemon=True).start()
                self._pid = os.getpid()
        outcome: Future[object] = Future()
        self._requests.put((start, outcome))
        process = outcome.result()
        assert isinstance(process, subprocess.Popen)  # noqa: S101 - for the type checker
        return process

    def _serve(self) -> None:
        while True:
            start, outcome = self._requests.get()
            try:
                outcome.set_result(start())
            except BaseException as error:  # noqa: BLE001 - handed to the caller as it is
                outcome.set_exception(error)


_LASTING_THREAD = _LastingThread()


class ManagedProcess:
    """A running child: its name, process id, log and how it is asked to stop."""

    def __init__(self, name: str, popen: subprocess.Popen[bytes], *, stop_signal: int, log_path: Path | None) -> None:
        self.name = name
        self.stop_signal = stop_signal
        self.log_path = log_path
        self._popen = popen

    @property
    def pid(self) -> int:
        """Give the process id."""
        return self._popen.pid

    def exit_code(self) -> int | None:
        """Give the exit code, or None while it runs."""
        return self._popen.poll()

    def wait_until(self, ready: Callable[[], bool], *, timeout_seconds: float) -> None:
        """Wait until `ready()`.

        Raises
        ------
        ServerFailed
            When the process ends or the time is over first.
        """
        deadline = time.monotonic() + timeout_seconds
        while not ready():
            # What it was waited for may be its end.
            if self.exit_code() is not None and not ready():
                raise ServerFailed(f"{self.name} ended with {self.exit_code()}{self._log_tail()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} is not ready after {timeout_seconds:.0f} s{self._log_tail()}")
            time.sleep(POLL_SECONDS)

    def stop(self, *, timeout_seconds: float = 15.0) -> None:
        """Ask it to stop, wait, and force it where it does not; returns when it is gone."""
        if self.exit_code() is None:
            self._popen.send_signal(self.stop_signal)
            try:
                self._popen.wait(timeout_seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        self._popen.wait()

    def kill(self) -> None:
        """Kill it at once, with the children that it started in its own session."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._popen.kill()

    def _log_tail(self) -> str:
        if self.log_path is None or not self.log_path.is_file():
            return ""
        lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        return ": " + " | ".join(lines) if lines else ""


def start_process(
    name: str,
    command: Sequence[str],
    *,
    run_as: RunAs | None = None,
    stop_signal: int = signal.SIGTERM,
    log_path: Path | None = None,
    environment: Mapping[str, str] | None = None,
    working_folder: Path | None = None,
) -> ManagedProcess:
    """Start a command that gets `stop_signal` from the kernel when this process dies; it has its own session.

    Its output goes to `log_path`, or to our stderr: stdout belongs to the command at the terminal.
    """
    user = run_as or RunAs.current()
    launch = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(user.uid), str(user.gid)]
    full_command = [*launch, str(int(stop_signal)), *command]

    def start() -> subprocess.Popen[bytes]:
        output = STDERR if log_path is None else os.open(log_path, _LOG_FLAGS, 0o600)
        try:
            return subprocess.Popen(
                full_command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                cwd=working_folder,
                start_new_session=True,
            )
        finally:
            if log_path is not None:
                os.close(output)

    return ManagedProcess(name, _LASTING_THREAD.run(start), stop_signal=stop_signal, log_path=log_path)


_LOG_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


def processes_working_in(folder: Path) -> list[int]:
    """List the ids of the processes whose working directory is `folder` (those that we may look at)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*") if Path("/proc/self").exists() else ():
        try:
            if (entry / "cwd").samefile(folder):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def end_leftovers(folder: Path, *, timeout_seconds: float = 30.0) -> None:
    """Wait until no server of an earlier, killed run works in `folder` any more; signal it after half the time.

    Raises
    ------
    ServerFailed
        When one of them does not end.
    """
    begun = time.monotonic()
    asked: set[int] = set()
    while leftovers := processes_working_in(folder):
        waited = time.monotonic() - begun
        if waited > timeout_seconds:
            raise ServerFailed(f"process {leftovers[0]} still uses {folder}; end it and start again")
        if waited > timeout_seconds / 2:
            for pid in set(leftovers) - asked:
                asked.add(pid)
                try:
                    os.kill(pid, signal.SIGTERM)
                except (ProcessLookupError, PermissionError):
                    continue
        time.sleep(POLL_SECONDS)
