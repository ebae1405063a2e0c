"""Halls of a fair, assignments of its booths, and what a change would be worth."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.errors import N_, Conflict, NotFound
from app.fairs.domain import BoothName
from app.halls.domain import HallPlan, Naming
from app.texts import Command, halfwidth
from scheduling.booths.fair import Goal, GoalValue, NoPlanReason
from scheduling.booths.scoring import BrokenRule

RunState = Literal["queued", "running", "finished", "failed", "kept", "dropped"]
SectorCode = Annotated[str, Meta(min_length=1, max_length=120, extra={"read": halfwidth})]
GOAL_NAMES: Final[dict[Goal, str]] = {
    "sectors": N_("Same industry side by side"),
    "wishes": N_("Wishes kept"),
    "crowds": N_("Crowds spread"),
}
BROKEN_NAMES: Final[dict[BrokenRule, str]] = {
    "power_or_hall": N_("It has no power there, or may not stand in that hall."),
    "rivals": N_("Two that are to stand apart would be side by side."),
    "booth_twice": N_("Two would stand in one booth."),
    "unknown_booth": N_("There is no such booth."),
}
REASON_NAMES: Final[dict[NoPlanReason, str]] = {
    "too_few_booths": N_("There are fewer booths than exhibitors."),
    "too_few_with_power": N_("There are fewer booths with power than exhibitors that need it."),
    "pinned_twice": N_("Two are pinned to one booth."),
    "pin_impossible": N_("A pinned exhibitor cannot stand in its booth: it has no power, or is in another hall."),
    "no_booth_for": N_("No hall that it may stand in has a booth that suits."),
    "rivals": N_("Those that are to stand apart cannot all be kept apart."),
    "moves": N_("Not with so few moves: allow more, or unpin somebody."),
    "time": N_("None was found in time that keeps everybody apart who must be."),
}


class NoHallPlan(Conflict):
    """The fair has no hall with a plan."""

    type = "no-hall-plan"
    sentence = N_("This fair has no hall plan yet: draw one first.")


class HallNotFound(NotFound):
    """No such hall of this fair."""

    type = "fair-hall-not-found"
    sentence = N_("There is no such hall of this fair.")


class RunNotFound(NotFound):
    """No such assignment of this fair."""

    type = "booth-run-not-found"
    sentence = N_("There is no such assignment of booths.")


class AlreadyAssigning(Conflict):
    """One assignment of a fair at a time."""

    type = "booths-being-assigned"
    sentence = N_("Booths of this fair are being assigned already.")


class RunNotKeepable(Conflict):
    """Only an assignment that has finished is kept, and once."""

    type = "booth-run-over"
    sentence = N_("This assignment cannot be kept: it is not finished, or it was kept or dropped already.")


class BasisChanged(Conflict):
    """Exhibitors or halls changed since the assignment was worked out."""

    type = "booth-run-stale"
    sentence = N_("Exhibitors or halls have changed since. Assign the booths again.")


class BoothImpossible(Conflict):
    """Somebody cannot stand there."""

    type = "booth-impossible"
    sentence = N_("It cannot stand there: {why}")


class BoothLost(Conflict):
    """A changed plan takes a booth away in which somebody stands."""

    type = "booth-lost"
    sentence = N_("{count} exhibitors stand in booths that the new plan has not. Say yes to taking these from them.")


class FairHall(msgspec.Struct, frozen=True, kw_only=True):
    """A hall of a fair with its copy of the room's plan; `sectors` stand here and nowhere else."""

    id: UUID
    fair_id: UUID
    room_id: UUID
    name_zh: str
    name_en: str
    rows: tuple[str, ...]
    names: tuple[str, ...]
    cell_cm: int
    naming: Naming
    sectors: tuple[str, ...]
    row_version: int

    @property
    def plan(self) -> HallPlan:
        """Give the plan itself."""
        return HallPlan(rows=self.rows, names=self.names, cell_cm=self.cell_cm, naming=self.naming)


class PutSectors(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Industries that stand in a hall and nowhere else; none: whoever is in no other hall."""

    sectors: Annotated[tuple[SectorCode, ...], Meta(max_length=100)] = ()


class AskBooths(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have booths assigned within `seconds`; `moves`: so many that have a booth may get another one (null: any)."""

    moves: Annotated[int, Meta(ge=0, le=2000)] | None = None
    seconds: Annotated[int, Meta(ge=1, le=120)] = 5


class MoveExhibitor(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let an exhibitor stand in a booth; whoever stands there gets the one that it leaves. Null: in none.

    `pinned`: assignments leave it there.
    """

    hall_id: UUID | None = None
    booth: BoothName | None = None
    pinned: bool = False


class Arrange(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What assignments heed of an exhibitor: how many it draws (null: by its posts), from whom it stands apart."""

    crowd: Annotated[int, Meta(ge=0, le=10)] | None = None
    apart_from: Annotated[tuple[UUID, ...], Meta(max_length=100)] = ()


class BoothRun(msgspec.Struct, frozen=True, kw_only=True):
    """An assignment: what it is worth beside its bound, who would stand where, and who would move.

    `reason` says why there is none, `who` by whom; `stands_on` is false where exhibitors or halls changed since.
    """

    id: UUID
    fair_id: UUID
    state: RunState
    moves: int | None
    seconds: int
    score: int | None
    bound: int | None
    goals: tuple[GoalValue, ...]
    placed: dict[UUID, tuple[UUID, str]]
    moved: tuple[UUID, ...]
    basis: str
    reason: NoPlanReason | Literal["", "engine"]
    who: tuple[UUID, ...]
    asked_at: datetime
    finished_at: datetime | None


class BoothValue(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan is worth, goal by goal, and which rules it breaks."""

    score: int
    goals: tuple[GoalValue, ...]
    broken: tuple[BrokenRule, ...]


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """What a move would cost: the plan before and after, and who would get the booth that becomes free."""

    before: BoothValue
    after: BoothValue
    swaps_with: UUID | None


class FairBooths(msgspec.Struct, frozen=True, kw_only=True):
    """The halls of a fair, what the booths as they are given are worth, and who has none or does not know its own."""

    halls: tuple[FairHall, ...]
    value: BoothValue
    without_booth: tuple[UUID, ...]
    not_told: tuple[UUID, ...]
    run: BoothRun | None
