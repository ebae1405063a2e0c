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
from scheduling.booths.fair import BoothProgress, neighbours
from scheduling.booths.scoring import score_plan
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


def test_a_pin_holds_and_one_that_cannot_is_refused_with_its_name() -> None:
    plan = assign_booths(LINE, (Exhibitor(id="x", wishes=("b3",)), Exhibitor(id="y")), pins={"x": "b1"})
    assert plan.booths["x"] == "b1"
    with pytest.raises(NoBoothPlan) as refused:
        assign_booths(LINE, (Exhibitor(id="x", needs_power=True),), pins={"x": "b1"})
    assert (refused.value.reason, refused.value.who) == ("pin_impossible", ("x",))
    with pytest.raises(NoBoothPlan) as refused:
        assign_booths(LINE, (Exhibitor(id="x"), Exhibitor(id="y")), pins={"x": "b1", "y": "b1"})
    assert (refused.value.reason, refused.value.who) == ("pinned_twice", ("x", "y"))


def test_halls_are_apart_and_sectors_keep_to_theirs() -> None:
    booths = tuple(Booth(id=f"{hall}{i}", row=0, column=i, hall=hall) for hall in "AB" for i in range(2))
    exhibitors = tuple(Exhibitor(id=f"e{i}", sector="it", halls=("B",) if i < 2 else ()) for i in range(4))
    plan = assign_booths(booths, exhibitors)
    assert {plan.booths["e0"], plan.booths["e1"]} == {"B0", "B1"}
    assert plan.score == 2 * SAME_SECTOR  # nobody is beside anybody of the other hall
    with pytest.raises(NoBoothPlan) as refused:
        assign_booths(booths, (Exhibitor(id="x", halls=("C",)),))
    assert (refused.value.reason, refused.value.who) == ("no_booth_for", ("x",))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("budget", [0, 1, 2, None])
def test_a_told_plan_changes_within_its_budget_and_as_well_as_it_can(seed: int, budget: int | None) -> None:
    booths, exhibitors = _small_hall(seed)
    told = assign_booths(booths, exhibitors[:4], time_limit_seconds=20).booths
    gone, here = exhibitors[1], (*exhibitors[:1], *exhibitors[2:])

    def away(order: tuple[int, ...]) -> int:
        return sum(e.id in told and told[e.id] != booths[k].id for e, k in zip(here, order, strict=True))

    scores = [
        score
        for order in permutations(range(6), 4)
        if (budget is None or away(order) <= budget) and (score := _score(booths, here, order)) is not None
    ]
    if not scores:
        with pytest.raises(NoBoothPlan):
            assign_booths(booths, here, before=told, moves=budget, time_limit_seconds=20)
        return
    plan = assign_booths(booths, here, before=told, moves=budget, time_limit_seconds=20)
    assert gone.id not in plan.booths
    assert plan.score == max(scores)
    assert set(plan.moved) == {e.id for e in here if e.id in told and told[e.id] != plan.booths[e.id]}
    assert budget is None or len(plan.moved) <= budget


def test_the_score_is_told_goal_by_goal() -> None:
    booths, exhibitors = _small_hall(3)
    plan = assign_booths(booths, exhibitors, time_limit_seconds=20)
    assert sum(goal.value for goal in plan.goals) == plan.score
    value = score_plan(booths, exhibitors, plan.booths)
    assert (value.score, value.broken) == (plan.score, ())
    assert all(goal.value <= goal.most for goal in plan.goals)


def test_what_a_person_drew_is_scored_with_what_it_breaks() -> None:
    exhibitors = (Exhibitor(id="x", needs_power=True, rivals=("y",)), Exhibitor(id="y"), Exhibitor(id="z"))
    value = score_plan(LINE, exhibitors, {"x": "b1", "y": "b2", "z": "b2"})
    assert {(one.rule, one.exhibitors) for one in value.broken} == {
        ("power_or_hall", ("x",)),
        ("booth_twice", ("y", "z")),
    }
    apart = score_plan(LINE, exhibitors, {"x": "b0", "y": "b1"})
    assert [(one.rule, one.exhibitors) for one in apart.broken] == [("rivals", ("x", "y"))]


def test_progress_rises_to_the_plan_and_stays_below_its_bound() -> None:
    booths, exhibitors = _small_hall(2)
    said: list[BoothProgress] = []
    plan = assign_booths(booths, exhibitors, time_limit_seconds=20, on_progress=said.append)
    scores = [one.score for one in said]
    assert scores == sorted(scores)
    assert all(one.score <= one.bound for one in said)
    assert scores[-1] == plan.score


@pytest.mark.parametrize("seed", range(4))
def test_of_plans_that_are_worth_the_same_the_one_that_moves_fewest(seed: int) -> None:
    booths, exhibitors = _small_hall(seed)
    told = assign_booths(booths, exhibitors, time_limit_seconds=20, seed=seed).booths
    again = assign_booths(booths, exhibitors, before=told, time_limit_seconds=20, seed=seed + 7)
    assert again.moved == ()
