"""What a plan of booths is worth, goal by goal, and which hard rules it breaks: also of one that a person drew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isqrt
from typing import Literal

import msgspec

from scheduling.booths.fair import (
    CROWDED,
    SAME_SECTOR,
    WISH,
    Booth,
    Exhibitor,
    GoalValue,
    Id,
    may_stand,
    neighbours,
)

BrokenRule = Literal["power_or_hall", "rivals", "booth_twice", "unknown_booth"]


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A hard rule that a plan breaks, and by whom."""

    rule: BrokenRule
    exhibitors: tuple[Id, ...]


class PlanValue(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan is worth, and what it breaks."""

    score: int
    goals: tuple[GoalValue, ...]
    broken: tuple[Broken, ...]


def score_plan(booths: Sequence[Booth], exhibitors: Sequence[Exhibitor], placed: Mapping[str, str]) -> PlanValue:
    """Count what a plan (booth by exhibitor) is worth; exhibitors without a booth add nothing."""
    by_id = {e.id: e for e in exhibitors}
    number = {b.id: k for k, b in enumerate(booths)}
    at = {number[booth]: by_id[e] for e, booth in placed.items() if e in by_id and booth in number}
    sectors = crowds = 0
    broken = list(_broken(by_id, number, booths, placed))
    for k, m in neighbours(booths):
        one, two = at.get(k), at.get(m)
        if one is None or two is None:
            continue
        sectors += SAME_SECTOR * (one.sector == two.sector != "")
        crowds -= CROWDED * min(one.crowd, two.crowd)
        if two.id in one.rivals or one.id in two.rivals:
            broken.append(Broken(rule="rivals", exhibitors=(one.id, two.id)))
    wishes = WISH * sum(booths[k].id in e.wishes for k, e in at.items())
    most = most_of_goals(exhibitors)
    values = {"sectors": sectors, "wishes": wishes, "crowds": crowds}
    goals = tuple(msgspec.structs.replace(goal, value=values[goal.goal]) for goal in most)
    return PlanValue(score=sum(values.values()), goals=goals, broken=tuple(broken))


def most_of_goals(exhibitors: Sequence[Exhibitor]) -> tuple[GoalValue, ...]:
    """Every sector one block, every wish kept, no crowds side by side: what each goal could be worth by itself."""
    sizes: dict[str, int] = defaultdict(int)
    for e in exhibitors:
        if e.sector:
            sizes[e.sector] += 1
    return (
        GoalValue(goal="sectors", value=0, most=SAME_SECTOR * sum(most_pairs(size) for size in sizes.values())),
        GoalValue(goal="wishes", value=0, most=WISH * sum(bool(e.wishes) for e in exhibitors)),
        GoalValue(goal="crowds", value=0, most=0),
    )


def most_pairs(cells: int) -> int:
    """The most pairs side by side among so many cells of a grid (Harary and Harborth 1976, *Extremal animals*)."""
    return 2 * cells - isqrt(4 * cells - 1) - 1 if cells else 0


def _broken(
    by_id: Mapping[str, Exhibitor], number: Mapping[str, int], booths: Sequence[Booth], placed: Mapping[str, str]
) -> Iterable[Broken]:
    holders: dict[str, list[str]] = defaultdict(list)
    for e, booth in placed.items():
        if booth not in number:
            yield Broken(rule="unknown_booth", exhibitors=(e,))
            continue
        holders[booth].append(e)
        if e in by_id and not may_stand(by_id[e], booths[number[booth]]):
            yield Broken(rule="power_or_hall", exhibitors=(e,))
    for together in holders.values():
        if len(together) > 1:
            yield Broken(rule="booth_twice", exhibitors=tuple(together))
