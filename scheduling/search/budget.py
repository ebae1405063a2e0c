"""What a solve may spend: the time until its limit, or an effort that is counted, whatever the clock says."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from scheduling.model.solution import Effort

Phase = Literal["round", "recombination", "finish"]

HOUR = 3600.0
FADING = 0.8  # of what a phase took before, where it took less this time


class Budget:
    """The time or the effort that is left, and how long each phase takes.

    Parameters
    ----------
    time_limit_seconds
        Wall-clock limit, from now on.
    effort
        Where it is given it is made exactly, and no clock ends the solve.
    clock
        Seconds from any origin.
    should_stop
        Asked many times a second; after it has said yes once, the solve is cancelled.
    """

    def __init__(
        self,
        time_limit_seconds: float,
        effort: Effort | None,
        clock: Callable[[], float],
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.time_limit_seconds = time_limit_seconds
        self.effort = effort
        self.clock = clock
        self.should_stop = should_stop
        self.cancelled = False
        self.started = self.lap_began = clock()
        self.seconds: dict[Phase, float] = defaultdict(float)

    @property
    def elapsed(self) -> float:
        """Seconds since the call."""
        return self.clock() - self.started

    @property
    def left(self) -> float:
        """Seconds until the limit; an hour where an effort is counted instead."""
        return HOUR if self.effort is not None else self.time_limit_seconds - self.elapsed

    def stopped(self) -> bool:
        """Whether the caller has asked to stop."""
        if not self.cancelled and self.should_stop is not None and self.should_stop():
            self.cancelled = True
        return self.cancelled

    def has_spent(self, share: float) -> bool:
        """Whether so much of the limit has passed."""
        return self.elapsed >= share * self.time_limit_seconds

    @contextmanager
    def timed(self, phase: Phase) -> Iterator[None]:
        """Note how long a phase takes, unless it is left by an exception."""
        began = self.clock()
        yield
        self.seconds[phase] = max(self.clock() - began, FADING * self.seconds[phase])

    def lap(self) -> float:
        """Seconds since the last lap."""
        now = self.clock()
        last, self.lap_began = now - self.lap_began, now
        return last
