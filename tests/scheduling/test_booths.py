"""Booths: small halls with the optimum worked out by hand."""

import pytest

from scheduling.booths import SAME_SECTOR, WISH, Booth, Exhibitor, NoBoothPlan, assign_booths

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
def test_what_cannot_be_is_said(booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...]) -> None:
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
