"""What the engine is told of a fair, and its answer in our words: booths by hall and name, exhibitors by id."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Final
from uuid import UUID

import msgspec

from app.fairs.booth_plans.domain import BoothValue, FairHall
from app.fairs.domain import Exhibitor
from scheduling.booths import fair as engine
from scheduling.booths.scoring import BrokenRule, score_plan

# One draws more visitors the more it hires: from so many on, a point for so many.
CROWD_FROM, CROWD_STEP, MOST_CROWD = 20, 20, 10
_STANDS: Final = frozenset({"accepted", "checked_in"})


class EngineFacts(msgspec.Struct, frozen=True):
    """Booths and exhibitors as the engine knows them, and where these stand now."""

    booths: tuple[engine.Booth, ...]
    exhibitors: tuple[engine.Exhibitor, ...]
    placed: dict[str, str]
    pins: dict[str, str]

    @property
    def basis(self) -> str:
        """Give a digest of everything that an assignment depends on."""
        return blake2b(msgspec.json.encode(self, order="sorted"), digest_size=12).hexdigest()

    def value(self, placed: Mapping[str, str] | None = None) -> BoothValue:
        """Give what a plan is worth; without one that of now."""
        found = score_plan(self.booths, self.exhibitors, self.placed if placed is None else placed)
        return BoothValue(
            score=found.score,
            goals=found.goals,
            broken=tuple(dict.fromkeys(one.rule for one in found.broken)),
        )

    def broken(self, placed: Mapping[str, str]) -> set[tuple[BrokenRule, tuple[str, ...]]]:
        """Give which rules a plan breaks, and by whom."""
        found = score_plan(self.booths, self.exhibitors, placed)
        return {(one.rule, one.exhibitors) for one in found.broken}


def stands(exhibitor: Exhibitor) -> bool:
    """Whether an exhibitor is to have a booth of its own."""
    return exhibitor.state in _STANDS and exhibitor.shares_with is None


def facts_of(halls: Sequence[FairHall], exhibitors: Iterable[Exhibitor]) -> EngineFacts:
    """Give what the engine is told: names and people stay here."""
    own = [one for one in exhibitors if stands(one)]
    ids = {one.id for one in own}
    booths = tuple(
        engine.Booth(
            id=booth_id(hall.id, booth.name), row=booth.row, column=booth.column, power=booth.power, hall=str(hall.id)
        )
        for hall in halls
        for booth in hall.plan.booths()
    )
    known = {booth.id for booth in booths}
    placed = {
        str(one.id): key
        for one in own
        if one.hall_id is not None and one.booth and (key := booth_id(one.hall_id, one.booth)) in known
    }
    return EngineFacts(
        booths=booths,
        exhibitors=tuple(_exhibitor(one, halls, ids) for one in own),
        placed=placed,
        pins={key: placed[key] for one in own if one.pinned and (key := str(one.id)) in placed},
    )


def booth_id(hall_id: UUID, name: str) -> str:
    """Give the name of a booth among all halls."""
    return f"{hall_id}:{name}"


def booth_of(key: str) -> tuple[UUID, str]:
    """Give hall and name of a booth."""
    hall_id, _, name = key.partition(":")
    return UUID(hall_id), name


def crowd_of(exhibitor: Exhibitor) -> int:
    """Give how many an exhibitor draws, 0 to 10: what was said, else by how many it hires."""
    if exhibitor.crowd is not None:
        return exhibitor.crowd
    hires = sum(post.headcount for post in exhibitor.posts)
    return 0 if hires < CROWD_FROM else min(MOST_CROWD, 1 + hires // CROWD_STEP)


def _exhibitor(one: Exhibitor, halls: Sequence[FairHall], ids: set[UUID]) -> engine.Exhibitor:
    wishes = tuple(booth_id(hall.id, name) for hall in halls for name in one.wishes if name in hall.names)
    return engine.Exhibitor(
        id=str(one.id),
        sector=one.industry_code,
        needs_power=one.needs_power,
        rivals=tuple(str(other) for other in one.apart_from if other in ids),
        wishes=wishes,
        halls=_halls_of(one, halls),
        crowd=crowd_of(one),
    )


def _halls_of(one: Exhibitor, halls: Sequence[FairHall]) -> tuple[str, ...]:
    """Give the halls that an exhibitor may stand in: those of its industry, else those that are for no industry."""
    named = tuple(str(hall.id) for hall in halls if one.industry_code in hall.sectors)
    return named or tuple(str(hall.id) for hall in halls if not hall.sectors)
