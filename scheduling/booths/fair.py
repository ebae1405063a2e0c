"""A fair: its booths, who wants one, and what a plan is worth."""

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1)]

SAME_SECTOR, WISH, CROWDED = 3, 10, 4


class Booth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A booth at ``(row, column)`` of the hall; neighbours differ by 1 in one of them."""

    id: Id
    row: int
    column: int
    power: bool = False


class Exhibitor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An employer at the fair. ``rivals`` never stand beside it; ``wishes`` are booths it would like."""

    id: Id
    sector: str = ""
    needs_power: bool = False
    rivals: tuple[Id, ...] = ()
    wishes: tuple[Id, ...] = ()
    crowd: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0


class BoothPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Booth by exhibitor; ``score`` against the ``bound`` of the same goals."""

    booths: dict[str, str]
    score: int
    bound: int
    optimal: bool


class NoBoothPlan(ValueError):
    """No assignment keeps all hard rules; the message says which cannot be kept."""


def neighbours(booths: tuple[Booth, ...]) -> list[tuple[int, int]]:
    """Pairs of booths side by side."""
    places = {(b.row, b.column): i for i, b in enumerate(booths)}
    beside = (
        (i, places.get(other))
        for (row, column), i in places.items()
        for other in ((row + 1, column), (row, column + 1))
    )
    return [(i, j) for i, j in beside if j is not None]
