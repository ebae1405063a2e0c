"""The upper bound that is computed beside a search, as far as it is known."""

from collections.abc import Callable

from scheduling.arrays.season import Season
from scheduling.bound.thread import BoundThread
from scheduling.bound.upper_bound import Bound, BoundProgram
from scheduling.exact.interruptible import POLL_SECONDS
from scheduling.search.budget import Budget


class BoundWatch:
    """What the bound's thread has found; until then the total weight bounds every schedule.

    Attributes
    ----------
    bound
        The best known when it was last looked at.
    seconds
        When the thread's bound was first seen; ``None`` until then.
    """

    def __init__(self, season: Season, budget: Budget) -> None:
        self.season, self.budget = season, budget
        self.bound = Bound(season.total_weight, 0.0, 0, 0)
        self.seconds: float | None = None
        self.thread: BoundThread | None = None

    def start(self) -> None:
        """Begin to compute it, where there is time."""
        if self.budget.left > 0:
            self.thread = BoundThread(self.season, self.budget.left)

    def stop(self) -> None:
        """Give it up if it is not known yet, and end its thread."""
        if self.thread is not None:
            self.thread.stop()

    @property
    def program(self) -> BoundProgram | None:
        """The linear program behind the bound; ``None`` before it is built."""
        return None if self.thread is None else self.thread.program

    def look(self) -> None:
        """Take over the thread's bound if it has come."""
        if self.thread is not None and self.seconds is None and self.thread.bound is not None:
            self.bound, self.seconds = self.thread.bound, self.budget.elapsed

    def await_program(self) -> bool:
        """Wait for the program; whether it was solved to its end."""
        self._wait_while(lambda: True)
        return self.bound.days is not None

    def await_bound(self) -> None:
        """Wait for the bound, as far as the limit allows."""
        until = self.budget.elapsed + self.budget.left - self.budget.seconds["finish"]
        self._wait_while(lambda: self.budget.elapsed < until)

    def _wait_while(self, may_wait: Callable[[], bool]) -> None:
        while self.thread is not None and self.thread.running and may_wait() and not self.budget.stopped():
            self.thread.wait(POLL_SECONDS)
        self.look()
