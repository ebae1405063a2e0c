"""A long list shown part by part."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Part(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Some rows of a list of `found`: those of its `part`, counted from 1, of so many `parts`."""

    rows: Sequence[T]
    found: int
    part: int
    parts: int


def part_of(things: Sequence[T], part: int, *, size: int) -> Part[T]:
    """The part that was asked for, or the nearest that there is."""
    parts = max(1, -(-len(things) // size))
    shown = min(max(1, part), parts)
    return Part(rows=things[(shown - 1) * size : shown * size], found=len(things), part=shown, parts=parts)
