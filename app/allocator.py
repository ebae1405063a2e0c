"""The C library's memory: what a process of the service does not need any more goes back to the system."""

import ctypes
import sys
from typing import Final

# Parameters of glibc's mallopt, by their numbers in malloc.h.
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
_MEGABYTE: Final = 1024 * 1024


def keep_little_freed_memory() -> None:
    """Let freed blocks of a megabyte and more go back at once, and let threads share two heaps.

    By itself glibc keeps up to twice the largest block that was ever freed, in a heap for each thread: hashing one
    password leaves 20 MB. Other C libraries are left as they are.
    """
    if sys.platform != "linux" or not hasattr(library := ctypes.CDLL(None), "mallopt"):
        return
    for parameter, value in ((_MMAP_THRESHOLD, _MEGABYTE), (_TRIM_THRESHOLD, _MEGABYTE), (_ARENA_MAX, 2)):
        library.mallopt(parameter, value)
