"""Booths: small halls with the optimum worked out by hand."""

from itertools import combinations, permutations
from random import Random

import pytest

from scheduling.booths.assignment import (
    CROWDED,
    SAME_SECTOR,
    WISH,
    Booth,
    Exhibitor,
    NoBoothPlan,
    assign_booths,
    most_pairs,
)
from scheduling.booths.fair import neighbours
from scheduling.booths.swaps import RIVALS, Swaps

LINE = tuple(Booth(id=f"b{i}", row=0, column=i, power=i == 0) for i in range(4))


def test_a_wish_is_kept_and_sectors_stand_together() -> None:
    plan = assign_booths(
        LINE,
        (
            Exhibitor(id="x", sector="it", wishes=("b3",)),
            Exhibitor(id="y", sector="it"),
            Exhibitor(id="z", sector="law"),
        ),
    )
    assert plan.booths["x"] == "b3"
    assert plan.booths["y"] == "b2"
    assert (plan.score, plan.optimal) == (WISH + SAME_SECTOR, True)


def test_power_goes_where_it_is_needed() -> None:
    plan = assign_booths(LINE, (Exhibitor(id="x", needs_power=True), Exhibitor(id="y", wishes=("b0",))))
    assert plan.booths["x"] == "b0"


def test_rivals_are_kept_apart() -> None:
    plan = assign_booths(LINE[:3], (Exhibitor(id="x", sector="it", rivals=("y",)), Exhibitor(id="y", sector="it")))
    assert {plan.booths["x"], plan.booths["y"]} == {"b0", "b2"}


def test_crowds_are_spread() -> None:
    plan = assign_booths(LINE[:3], (Exhibitor(id="x", crowd=9), Exhibitor(id="y", crowd=9)))
    assert {plan.booths["x"], plan.booths["y"]} == {"b0", "b2"}


@pytest.mark.parametrize(
    ("booths", "exhibitors"),
    [
        (LINE[:1], (Exhibitor(id="x"), Exhibitor(id="y"))),
        (LINE[1:], (Exhibitor(id="x", needs_power=True),)),
        (LINE[:2], (Exhibitor(id="x", rivals=("y",)), Exhibitor(id="y"))),
    ],
)
def test_an_impossible_fair_is_refused_with_its_reason(
    booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...]
) -> None:
    with pytest.raises(NoBoothPlan):
        assign_booths(booths, exhibitors)


def test_a_fair_of_sixty_is_assigned() -> None:
    booths = tuple(Booth(id=f"b{i}", row=i // 10, column=i % 10, power=i % 3 == 0) for i in range(60))
    exhibitors = tuple(
        Exhibitor(id=f"e{i}", sector=f"s{i % 6}", needs_power=i % 7 == 0, rivals=(f"e{i + 1}",) if i % 5 == 0 else ())
        for i in range(55)
    )
    plan = assign_booths(booths, exhibitors, time_limit_seconds=5)
    assert len(set(plan.booths.values())) == 55
    assert plan.score <= plan.bound


@pytest.mark.parametrize("seed", range(6))
def test_swaps_count_what_a_plan_is_worth(seed: int) -> None:
    booths, exhibitors = _small_hall(seed)
    swaps = Swaps(booths, exhibitors, neighbours(booths), seed)
    swaps.improve(2_000)
    order = tuple(swaps.holder.tolist().index(i) for i in range(len(exhibitors)))
    worth = _score(booths, exhibitors, order)
    assert worth is None or swaps.score() == worth
    assert (worth is None) == (swaps.score() < -RIVALS // 2)


@pytest.mark.parametrize("seed", range(6))
def test_small_halls_are_proven_optimal_and_are(seed: int) -> None:
    booths, exhibitors = _small_hall(seed)
    plan = assign_booths(booths, exhibitors, time_limit_seconds=20)
    scores = [_score(booths, exhibitors, order) for order in permutations(range(6), 5)]
    assert plan.optimal
    assert plan.score == plan.bound == max(score for score in scores if score is not None)


def _small_hall(seed: int) -> tuple[tuple[Booth, ...], tuple[Exhibitor, ...]]:
    random = Random(seed)
    booths = tuple(Booth(id=f"b{i}", row=i // 3, column=i % 3, power=random.random() < 0.5) for i in range(6))
    exhibitors = tuple(
        Exhibitor(
            id=f"e{i}",
            sector=random.choice(("", "it", "law")),
            needs_power=i == 0 and any(b.power for b in booths),
            rivals=("e1",) if i == 3 else (),
            wishes=(f"b{random.randrange(6)}",) if random.random() < 0.4 else (),
            crowd=random.choice((0, 0, 4, 9)),
        )
        for i in range(5)
    )
    return booths, exhibitors


def _score(booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...], order: tuple[int, ...]) -> int | None:
    """Worth of a plan, counted afresh; None where it breaks a rule."""
    if any(e.needs_power and not booths[k].power for e, k in zip(exhibitors, order, strict=True)):
        return None
    total = sum(WISH for e, k in zip(exhibitors, order, strict=True) if booths[k].id in e.wishes)
    for (one, k), (two, m) in combinations(zip(exhibitors, order, strict=True), 2):
        if abs(booths[k].row - booths[m].row) + abs(booths[k].column - booths[m].column) != 1:
            continue
        if two.id in one.rivals or one.id in two.rivals:
            return None
        total += SAME_SECTOR * (one.sector == two.sector != "") - CROWDED * min(one.crowd, two.crowd)
    return total


@pytest.mark.parametrize(
    ("cells", "pairs"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 4), (5, 5), (6, 7), (9, 12), (12, 17)]
)
def test_the_most_pairs_are_those_of_a_square_block(cells: int, pairs: int) -> None:
    assert most_pairs(cells) == pairs
