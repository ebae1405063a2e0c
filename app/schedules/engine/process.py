"""The parent's side: starts the engine's process when something is asked, and ends it after a while without work."""

import atexit
import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any, Final, TypeVar

from app.schedules.engine.messages import (
    ANSWERS,
    Answer,
    BoothsReported,
    Failed,
    Job,
    Prepare,
    Reported,
    Stop,
    receive,
    send,
)

T = TypeVar("T")

# People who look at a schedule often ask again soon: loading the engine takes seconds.
IDLE_SECONDS: Final = 60.0
_COMMAND: Final = (sys.executable, "-P", "-m", "app.schedules.engine.child")


class EngineFailed(RuntimeError):
    """The engine did not do a job; the message says why."""


class _Ended(Exception):
    """The engine's process is gone."""


class EngineProcess:
    """One engine for this process, which does one job at a time; its methods may be called from any thread."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._working = threading.Lock()
        self._writing = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._job: Job | None = None
        self._used_at = 0.0
        atexit.register(self._kill)

    def prepare(self) -> None:
        """Start the process and load what a solve needs, without waiting for it; one that works is left alone."""
        if self._working.acquire(blocking=False):
            try:
                with contextlib.suppress(OSError):  # whoever asks it learns of it
                    send(_pipe(self._running().stdin), Prepare())
                self._used_at = time.monotonic()
                self._end_later()
            finally:
                self._working.release()

    def ask(
        self,
        job: Job,
        kind: type[T],
        *,
        on_progress: Callable[[Any], None] = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> T:
        """Have a job done and wait for its answer; once more where the process was killed over it.

        `should_stop` is asked when the job begins; later ones are told by `stop`. Raises EngineFailed.
        """
        with self._working:
            try:
                try:
                    answer = self._do(job, on_progress, should_stop)
                except _Ended:
                    answer = self._do(job, on_progress, should_stop)
            except _Ended as error:
                raise EngineFailed(str(error)) from None
            finally:
                self._job = None
                self._used_at = time.monotonic()
                self._end_later()
        if isinstance(answer, Failed):
            raise EngineFailed(answer.reason)
        if not isinstance(answer, kind):
            raise TypeError(f"{type(answer).__name__} is no answer to {type(job).__name__}")
        return answer

    def stop(self, job: Job) -> None:
        """Have a job end with its best, where it is the one that is being done."""
        with self._writing:
            if self._job is job and self._process is not None:
                with contextlib.suppress(OSError):  # whoever waits for the answer learns of it
                    send(_pipe(self._process.stdin), Stop())

    def give_up(self, job: Job) -> None:
        """Leave a job undone, at once: who waits for it gets EngineFailed."""
        with self._writing:
            if self._job is job and self._process is not None:
                self._job = None
                self._process.kill()

    @property
    def pid(self) -> int | None:
        """Give the process's id; None while there is none."""
        return None if self._process is None else self._process.pid

    def _do(self, job: Job, on_progress: Callable[[Any], None], should_stop: Callable[[], bool]) -> Answer:
        process = self._running()
        with self._writing:
            self._job = job
            with contextlib.suppress(OSError):
                send(_pipe(process.stdin), job)
                if should_stop():
                    send(_pipe(process.stdin), Stop())
        while (data := receive(_pipe(process.stdout))) is not None:
            answer = ANSWERS.decode(data)
            if not isinstance(answer, Reported | BoothsReported):
                return answer
            on_progress(answer.progress)
        is_given_up = self._job is not job
        self._end()
        if is_given_up:
            raise EngineFailed("the job was given up")
        raise _Ended(f"the engine ended by itself with {process.returncode}")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._process

    def end(self) -> None:
        """End the process where there is one and nothing is being done."""
        with self._working:
            self._end()

    def _end(self) -> None:
        with self._writing:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _end_later(self) -> None:
        timer = threading.Timer(self._idle_seconds, self._end_if_idle)
        timer.daemon = True
        timer.start()

    def _end_if_idle(self) -> None:
        if self._working.acquire(blocking=False):
            try:
                if time.monotonic() - self._used_at >= self._idle_seconds:
                    self._end()
            finally:
                self._working.release()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 - each process is started with both
    return stream
