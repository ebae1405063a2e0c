"""Decides when a process that died by itself starts again: after growing pauses, and only a limited number of times."""

from collections.abc import Callable

from app.embedded.process import ManagedProcess, ServerFailed

FIRST_PAUSE_SECONDS = 0.5
MOST_QUICK_DEATHS = 5
# After a life longer than this, the next death counts as the first again.
QUICK_SECONDS = 60.0


class Revival:
    """The deaths of one process. Times are in seconds of a monotonic clock."""

    def __init__(self, start: Callable[[], ManagedProcess], *, now: float) -> None:
        self._start = start
        self._started_at = now
        self._quick_deaths = 0
        self._due: float | None = None

    def died(self, name: str, code: int, *, now: float) -> float | None:
        """Note a death; give the pause until the next start in seconds, None where this death is known already.

        Raises
        ------
        ServerFailed
            After too many quick deaths.
        """
        if self._due is not None:
            return None
        self._quick_deaths = self._quick_deaths + 1 if now - self._started_at < QUICK_SECONDS else 1
        if self._quick_deaths >= MOST_QUICK_DEATHS:
            raise ServerFailed(f"{name} ended by itself with {code}, {MOST_QUICK_DEATHS} times in a row; given up")
        pause = FIRST_PAUSE_SECONDS * 2.0 ** (self._quick_deaths - 1)
        self._due = now + pause
        return pause

    def revived(self, *, now: float) -> ManagedProcess | None:
        """Start the process again where the pause is over."""
        if self._due is None or now < self._due:
            return None
        self._due, self._started_at = None, now
        return self._start()
