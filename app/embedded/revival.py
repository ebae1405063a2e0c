"""Decides when a process that died by itself starts again: after growing pauses, for as long as the school runs."""

from collections.abc import Callable

from app.embedded.process import ManagedProcess

# Each pause is twice the one before.
FIRST_PAUSE_SECONDS = 0.5
# Our own processes hold nothing that the next one would have to wait for.
OWN_PAUSE_SECONDS = 0.1
# A full disk or a lack of memory may end a process for hours; it comes back by itself when that is over.
LONGEST_PAUSE_SECONDS = 1.0
# After a life longer than this, the next death counts as the first again.
QUICK_SECONDS = 30.0


class Revival:
    """The deaths of one process. Times are in seconds of a monotonic clock."""

    def __init__(
        self, start: Callable[[], ManagedProcess], *, now: float, first_pause_seconds: float = FIRST_PAUSE_SECONDS
    ) -> None:
        self._start = start
        self._first_pause_seconds = first_pause_seconds
        self._started_at = now
        self._quick_deaths = 0
        self._due: float | None = None

    def died(self, *, now: float) -> float | None:
        """Note a death; give the pause until the next start in seconds, None where this death is known already."""
        if self._due is not None:
            return None
        self._quick_deaths = self._quick_deaths + 1 if now - self._started_at < QUICK_SECONDS else 1
        pause = min(self._first_pause_seconds * 2.0 ** (self._quick_deaths - 1), LONGEST_PAUSE_SECONDS)
        self._due = now + pause
        return pause

    def revived(self, *, now: float) -> ManagedProcess | None:
        """Start the process again where the pause is over. Raises ServerFailed, which is one more death."""
        if self._due is None or now < self._due:
            return None
        self._due, self._started_at = None, now
        return self._start()
