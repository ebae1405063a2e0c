"""Supervises processes: starts them in order, restarts them where asked, stops them in reverse order."""

import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from app.embedded.process import ManagedProcess, ServerFailed, start_process
from app.embedded.revival import OWN_PAUSE_SECONDS, Revival
from app.embedded.telling import say

WATCH_SECONDS = 0.1


class Supervisor:
    """A stack of running processes; leaving the `with` block stops them, the last started first.

    In the main thread SIGTERM ends the block like Ctrl-C does (exit code 143); Ctrl-C twice kills at once.
    """

    def __init__(self) -> None:
        self._processes: list[ManagedProcess] = []
        self._revivals: dict[str, Revival] = {}
        self._previous_handler: object = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._previous_handler = signal.signal(signal.SIGTERM, _end_by_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            if callable(self._previous_handler) or isinstance(self._previous_handler, signal.Handlers):
                signal.signal(signal.SIGTERM, self._previous_handler)

    @property
    def processes(self) -> tuple[ManagedProcess, ...]:
        """Give the running processes in the order of their start."""
        return tuple(self._processes)

    def add(self, start: Callable[[], ManagedProcess]) -> ManagedProcess:
        """Start a process that says itself when it is ready, and again whenever it dies. Raises ServerFailed."""
        process = start()
        self._processes.append(process)
        self._revivals[process.name] = Revival(start, now=time.monotonic())
        return process

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        ready: Callable[[], bool] | None = None,
        timeout_seconds: float = 60.0,
        log_path: Path | None = None,
        stop_signal: int = signal.SIGTERM,
        restarts: bool = False,
    ) -> ManagedProcess:
        """Start a process and wait until `ready()`, where given; with `restarts`, `watch` starts it again when it dies.

        Raises
        ------
        ServerFailed
            When it ends or is not ready in time.
        """

        def begin() -> ManagedProcess:
            return start_process(name, command, environment=environment, log_path=log_path, stop_signal=stop_signal)

        process = begin()
        self._processes.append(process)
        if ready is not None:
            process.wait_until(ready, timeout_seconds=timeout_seconds)
        if restarts:
            self._revivals[name] = Revival(begin, now=time.monotonic(), first_pause_seconds=OWN_PAUSE_SECONDS)
        return process

    def check(self) -> None:
        """Look for processes that ended by themselves, and start them again when their pause is over.

        Raises
        ------
        ServerFailed
            Where one is not to be restarted.
        """
        for position, process in enumerate(self._processes):
            if (code := process.exit_code()) is None:
                continue
            if (revival := self._revivals.get(process.name)) is None:
                raise ServerFailed(f"{process.name} ended by itself with {code}")
            now = time.monotonic()
            if (pause := revival.died(now=now)) is not None:
                process.kill()  # what it had started itself
                say(f"{process.name} ended by itself with {code}; restart in {pause:g} s")
            try:
                again = revival.revived(now=now)
            except (ServerFailed, OSError) as error:
                say(str(error))
            else:
                if again is not None:
                    self._processes[position] = again

    def watch(self, *, beside: Callable[[], None] = lambda: None) -> None:
        """Wait until a process is lost for good (ServerFailed) or a signal ends the block; look `beside` in between."""
        while True:
            self.check()
            beside()
            time.sleep(WATCH_SECONDS)

    def stop(self) -> None:
        """Stop every process, the last started first; return when all are gone."""
        while self._processes:
            process = self._processes[-1]
            try:
                process.stop()
            except KeyboardInterrupt:
                for hurried in reversed(self._processes):
                    hurried.kill()
                    hurried.stop()
                self._processes.clear()
                raise
            self._processes.pop()


def _end_by_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
