"""Shows a long list in parts."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Part(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Some rows of a list of `found` rows: those of `part`, counted from 1, of `parts`."""

    rows: Sequence[T]
    found: int
    part: int
    parts: int


def part_of(things: Sequence[T], part: int, *, size: int) -> Part[T]:
    """Give the part that was asked for, or the nearest that exists."""
    parts = max(1, -(-len(things) // size))
    shown = min(max(1, part), parts)
    return Part(rows=things[(shown - 1) * size : shown * size], found=len(things), part=shown, parts=parts)
