"""Runs one solve in a thread, while the event loop reads its progress and may stop it."""

import threading
from typing import Any

import msgspec

import scheduling
from scheduling import Problem, Progress, Result


class SolveThread:
    """Runs the engine; `progress` and `stop` may be called from any thread meanwhile."""

    def __init__(self, problem: Problem, *, time_limit_seconds: float, seed: int) -> None:
        self._problem = problem
        self._time_limit_seconds = time_limit_seconds
        self._seed = seed
        self._stop = threading.Event()
        self._latest: Progress | None = None

    def run(self) -> Result:
        """Solve until the limit, the proof or the stop."""
        return scheduling.solve(
            self._problem,
            time_limit_seconds=self._time_limit_seconds,
            seed=self._seed,
            on_progress=self._report,
            should_stop=self._stop.is_set,
        )

    def stop(self) -> None:
        """Ask the solve to return with its best."""
        self._stop.set()

    def progress(self) -> dict[str, Any]:
        """Give the latest progress, with the time limit."""
        latest: dict[str, Any] = {} if self._latest is None else msgspec.to_builtins(self._latest)
        return {**latest, "time_limit_seconds": self._time_limit_seconds}

    def _report(self, progress: Progress) -> None:
        self._latest = progress
