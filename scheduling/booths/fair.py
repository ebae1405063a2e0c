"""A fair: its booths, who wants one, and what a plan is worth."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1)]

SAME_SECTOR, WISH, CROWDED = 3, 10, 4

Goal = Literal["sectors", "wishes", "crowds"]
# Why there is no plan.
NoPlanReason = Literal[
    "too_few_booths", "too_few_with_power", "pinned_twice", "pin_impossible", "no_booth_for", "rivals", "moves", "time"
]


class Booth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A booth at ``(row, column)`` of a hall; neighbours are in one hall and differ by 1 in one of them."""

    id: Id
    row: int
    column: int
    power: bool = False
    hall: str = ""


class Exhibitor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An employer at the fair.

    ``rivals`` never stand beside it; ``wishes`` are booths it would like; ``halls`` those that it may stand in (none:
    any); ``crowd``: how many it draws.
    """

    id: Id
    sector: str = ""
    needs_power: bool = False
    rivals: tuple[Id, ...] = ()
    wishes: tuple[Id, ...] = ()
    halls: tuple[str, ...] = ()
    crowd: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0


class GoalValue(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan is worth by one goal, and the most that this goal alone could be worth."""

    goal: Goal
    value: int
    most: int


class BoothPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Booth by exhibitor; ``score`` against the ``bound`` of the same goals; ``moved``: who had another booth."""

    booths: dict[str, str]
    score: int
    bound: int
    optimal: bool
    goals: tuple[GoalValue, ...] = ()
    moved: tuple[Id, ...] = ()


class BoothProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an assignment is: the best plan so far, and what no plan exceeds."""

    score: int
    bound: int
    seconds: float


OnProgress = Callable[[BoothProgress], None]


class NoBoothPlan(ValueError):
    """No assignment keeps all hard rules; ``reason`` says which cannot be kept, ``who`` by whom."""

    def __init__(self, reason: NoPlanReason, message: str, *, who: tuple[Id, ...] = ()) -> None:
        self.reason, self.who = reason, who
        super().__init__(message)


def neighbours(booths: Sequence[Booth]) -> list[tuple[int, int]]:
    """Pairs of booths side by side."""
    places = {(b.hall, b.row, b.column): i for i, b in enumerate(booths)}
    beside = (
        (i, places.get((hall, *other)))
        for (hall, row, column), i in places.items()
        for other in ((row + 1, column), (row, column + 1))
    )
    return [(i, j) for i, j in beside if j is not None]


def may_stand(exhibitor: Exhibitor, booth: Booth) -> bool:
    """Whether an exhibitor has the power it needs in a booth, and may be in its hall."""
    return (booth.power or not exhibitor.needs_power) and (not exhibitor.halls or booth.hall in exhibitor.halls)
