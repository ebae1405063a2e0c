"""Turns an interrupt into a wish to stop, so that a search ends and its best schedule can be written."""

import signal
import sys
from types import FrameType, TracebackType
from typing import Self

from scheduling import Progress


class Interruption:
    """While active, SIGINT and SIGTERM only set a flag."""

    def __init__(self) -> None:
        self._happened = False
        self._reported = 0.0

    def __enter__(self) -> Self:
        self._before = {s: signal.signal(s, self._note) for s in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._happened = True

    def happened(self) -> bool:
        """Whether somebody asked to stop."""
        return self._happened

    def report(self, progress: Progress) -> None:
        """Show on stderr where the search stands, twice a second."""
        if progress.elapsed_seconds - self._reported < 0.5:
            return
        self._reported = progress.elapsed_seconds
        gap = "" if progress.gap is None else f"  gap {progress.gap:.3%}"
        line = f"{progress.elapsed_seconds:6.1f} s  {progress.phase}  value {progress.value:.5f}{gap}"
        print(f"{line}  unplaced {progress.unplaced}", file=sys.stderr)
