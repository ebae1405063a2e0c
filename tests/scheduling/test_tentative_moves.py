"""Tentative placements move for the goals below weight too, within the budget of moves."""

from itertools import pairwise

import msgspec
import pytest

from scheduling import (
    Day,
    Fixed,
    Goal,
    Grid,
    Major,
    Policy,
    Problem,
    Result,
    solve,
    verify,
)
from scheduling.model.problem import FixedState, GoalName
from tests.scheduling.factories import activity, problem, request, room, window
from tests.scheduling.random_problems import random_problem

SESSIONS = 107
CLASHES = {"law": 10, "physics": 500}
GOALS: tuple[GoalName, ...] = ("placed_weight", "preference", "audience_clash")
BELOW: tuple[GoalName, ...] = ("placed_weight", "stability", "preference", "audience_clash")
AUDIENCES = ("law", "law", "physics", "physics")
DAYS = (0, 0, 2, 2, *range(4, SESSIONS))


def held(state: FixedState, budget: int | None, goals: tuple[GoalName, ...] = GOALS) -> Problem:
    """Each session is held on its day and may be on the next; the first two clash there, and so do the next two."""
    sessions = [
        request(f"q{i}", activity(f"q{i}", windows=(window(day, day + 1, (0, 2)),), audience=AUDIENCES[i : i + 1]))
        for i, day in enumerate(DAYS)
    ]
    return problem(
        *sessions,
        grid=Grid(slots_per_day=10, days=tuple(Day(week=i // 5) for i in range(SESSIONS + 1))),
        rooms=(room("r"), room("t")),
        majors=tuple(Major(id=name, cohort=cohort) for name, cohort in CLASHES.items()),
        fixed=tuple(
            Fixed(activity=f"q{i}", day=day, start=0, rooms=("t" if i in (1, 3) else "r",), state=state)
            for i, day in enumerate(DAYS)
        ),
        policy=Policy(move_budget=budget, goals=tuple(Goal(name=name) for name in goals)),
    )


def clash(result: Result) -> float:
    return next(goal.value for goal in result.goals if goal.name == "audience_clash")


@pytest.mark.parametrize(("budget", "left"), [(0, 510), (1, 10), (2, 0), (None, 0)])
def test_the_moves_that_end_most_of_a_clash_come_first(budget: int | None, left: int) -> None:
    season = held("tentative", budget)
    result = solve(season, rounds=1)
    assert verify(season, result.solution) == []
    assert clash(result) == left
    assert len(result.moved) == (2 if budget is None else budget)


def test_what_is_confirmed_keeps_its_clashes() -> None:
    result = solve(held("confirmed", None), rounds=1)
    assert (clash(result), result.moved) == (510, ())


def test_nobody_moves_for_a_goal_below_stability() -> None:
    assert clash(solve(held("tentative", None, (*GOALS, "stability")), rounds=1)) == 0
    result = solve(held("tentative", None, BELOW), rounds=1)
    assert (clash(result), result.moved) == (510, ())


def test_moves_go_to_weight_first() -> None:
    season = held("tentative", 1)
    newcomer = request("new", activity("new", windows=(window(6, 6, (0,)),), rooms=("r",)))
    result = solve(msgspec.structs.replace(season, requests=(*season.requests, newcomer)), rounds=14)
    assert [move.activity for move in result.moved] == ["q6"]
    assert (result.unplaced, clash(result)) == ((), 510)


@pytest.mark.parametrize("seed", range(20))
def test_a_larger_budget_makes_no_first_goal_worse(seed: int) -> None:
    policy = Policy(goals=tuple(Goal(name=name) for name in GOALS[:2]))
    season = random_problem(seed, requests=25)
    values = []
    for budget in (0, 2, None):
        season = msgspec.structs.replace(season, policy=msgspec.structs.replace(policy, move_budget=budget))
        result = solve(season, rounds=0)
        assert verify(season, result.solution) == []
        values.append((result.placed_weight, *(goal.value for goal in result.goals)))
    assert all(before[0] != after[0] or before[2] <= after[2] for before, after in pairwise(values))
