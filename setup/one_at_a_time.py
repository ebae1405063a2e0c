"""What the set-up steps share: a lock between starts, one way to speak, one error."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETUP_IMPOSSIBLE = 3


class SetupImpossible(Exception):
    """The machine lacks something; the message says in one line what to install or to reach."""


def say(message: str) -> None:
    """Tell the person at the terminal; stdout belongs to the command."""
    print(f"chunzhao: {message}", file=sys.stderr, flush=True)


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Let one start at a time set things up; the kernel drops the lock when its holder dies."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another start that is setting things up")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
