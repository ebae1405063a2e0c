"""Waits for one solve in a thread, while the event loop reads its progress and may stop it."""

import threading
from typing import Any

import msgspec

from app.schedules.engine import ENGINE
from app.schedules.engine.messages import Solve, Solved
from scheduling import Problem, Progress


class SolveThread:
    """Has the engine solve; `progress` and `stop` may be called from any thread meanwhile."""

    def __init__(self, problem: Problem, *, time_limit_seconds: float, seed: int) -> None:
        self._job = Solve(problem, time_limit_seconds, seed)
        self._stop = threading.Event()
        self._latest: Progress | None = None

    def run(self) -> Solved:
        """Solve until the limit, the proof or the stop, check and explain. Raises EngineFailed."""
        return ENGINE.ask(self._job, Solved, on_progress=self._report, should_stop=self._stop.is_set)

    def stop(self) -> None:
        """Ask the solve to return with its best."""
        self._stop.set()
        ENGINE.stop(self._job)

    def give_up(self) -> None:
        """Leave the solve undone, at once."""
        self._stop.set()
        ENGINE.give_up(self._job)

    def progress(self) -> dict[str, Any]:
        """Give the latest progress, with the time limit."""
        latest: dict[str, Any] = {} if self._latest is None else msgspec.to_builtins(self._latest)
        return {**latest, "time_limit_seconds": self._job.time_limit_seconds}

    def _report(self, progress: Progress) -> None:
        self._latest = progress
