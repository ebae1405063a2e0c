"""The bound, computed beside a search."""

import threading
import time
from dataclasses import replace

from scheduling.arrays.season import Season
from scheduling.bound.all_days import MANY_COLUMNS, weight_of_all_days
from scheduling.bound.relaxation import Interrupted, Relaxation
from scheduling.bound.upper_bound import Bound, BoundProgram

STOP_SECONDS = 0.01  # between two calls to a solver to stop: one that has only begun does not hear the first


class BoundThread:
    """`upper_bound` beside a search; whoever starts it calls `stop`.

    Attributes
    ----------
    bound
        The best known so far; ``None`` until there is one.
    """

    def __init__(self, season: Season, time_limit_seconds: float) -> None:
        self.bound: Bound | None = None
        self.deadline = time.perf_counter() + time_limit_seconds
        self.program: BoundProgram | None = None
        self.stopped = False
        self.thread = threading.Thread(target=self._run, args=(season,), name="bound")
        self.thread.start()

    def _run(self, season: Season) -> None:
        started = time.perf_counter()
        try:
            relaxation = Relaxation(season, lambda: self.stopped)
        except Interrupted:
            return
        if len(relaxation.activity) > MANY_COLUMNS:
            weight = weight_of_all_days(relaxation)
            self.bound = Bound(weight, time.perf_counter() - started, 0, 0)
        self.program = BoundProgram(relaxation)
        left = self.deadline - time.perf_counter()
        if left > 0 and not self.stopped:
            found = self.program.solve(left)
            if not self.stopped:
                known = found.weight if self.bound is None else self.bound.weight
                self.bound = replace(found, weight=min(found.weight, known), seconds=time.perf_counter() - started)

    @property
    def running(self) -> bool:
        """Whether it may still come."""
        return self.thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait for it, but not longer."""
        self.thread.join(seconds)

    def stop(self) -> None:
        """Give it up if it is not known yet; the thread has ended when this returns."""
        self.stopped = True
        while self.thread.is_alive():
            if self.program is not None:
                self.program.solver.interrupt_solve()
            self.thread.join(STOP_SECONDS)
