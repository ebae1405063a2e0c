"""What servers' supervisors tell the person at the terminal."""

import contextlib
import sys


def say(sentence: str) -> None:
    """Write a line to stderr; where it is a file on a full disk the line is lost, and nothing else."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"chunzhao: {sentence}\n")
