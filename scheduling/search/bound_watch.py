"""The upper bound that is computed beside a search, as far as it is known."""

from collections.abc import Callable
from dataclasses import replace

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
        When it was found; ``None`` while it is the total weight.
    """

    def __init__(self, season: Season, budget: Budget) -> None:
        self.season, self.budget = season, budget
        self.bound = Bound(season.total_weight, 0.0, 0, 0)
        self.seconds: float | None = None
        self.seen: Bound | None = None
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
        """Take over the thread's bound if a new one has come."""
        bound = None if self.thread is None else self.thread.bound
        if bound is not None and bound is not self.seen:
            self.seen, self.seconds = bound, self.budget.elapsed
            self.bound = replace(bound, weight=min(bound.weight, self.bound.weight))

    def tighten(self, weight: int) -> None:
        """Take over a bound from elsewhere if it is better."""
        if weight < self.bound.weight:
            self.bound, self.seconds = replace(self.bound, weight=weight), self.budget.elapsed

    def await_program(self) -> bool:
        """Wait for the program; whether it was solved to its end."""
        self._wait_while(lambda: True)
        return self.bound.days is not None

    def await_bound(self, value: int) -> None:
        """Wait for the bound, as far as the limit allows and until it says that a value is the best."""
        until = self.budget.elapsed + self.budget.left - self.budget.seconds["finish"]
        self._wait_while(lambda: value < self.bound.weight and self.budget.elapsed < until)

    def _wait_while(self, may_wait: Callable[[], bool]) -> None:
        while self.thread is not None and self.thread.running and may_wait() and not self.budget.stopped():
            self.thread.wait(POLL_SECONDS)
            self.look()
        self.look()
