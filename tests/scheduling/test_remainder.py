"""What is left over is proven by an exact model: never too much, and whole where the schedule is the best."""

import msgspec
import pytest

from scheduling import Problem, Result, Solution, solve, verify
from scheduling.arrays.naming import index_placements
from scheduling.arrays.season import compile_season
from scheduling.bench.solve import generated
from scheduling.exact.interruptible import Stopped
from scheduling.exact.season_model import MOST_STARTS, SeasonModel
from scheduling.search.remainder import Remainder
from tests.scheduling.exhaustive import best_weight
from tests.scheduling.factories import activity, problem, request
from tests.scheduling.random_problems import random_problem


def never() -> bool:
    return False


def proven(season: Problem, result: Result) -> int:
    compiled = compile_season(season)
    placements = index_placements(compiled, result.solution)
    remainder = Remainder(compiled, placements, season.policy.move_budget)
    remainder.prove(result.placed_weight, never)
    return remainder.bound


@pytest.mark.parametrize("seed", range(60))
def test_an_optimum_of_any_rules_is_proven(seed: int) -> None:
    season = random_problem(seed, requests=3, days=2, slots=4, fixed=False)
    result = solve(season, rounds=2, seed=1)
    assert proven(season, result) == result.placed_weight == best_weight(season)


@pytest.mark.parametrize("seed", range(200, 230))
def test_no_schedule_around_fixed_placements_beats_the_bound(seed: int) -> None:
    season = random_problem(seed, requests=25)
    result = solve(season, rounds=14, seed=1)
    assert proven(season, result) >= result.placed_weight


@pytest.mark.parametrize("seed", range(200, 230))
def test_a_worse_schedule_proves_no_less_than_a_better_one_places(seed: int) -> None:
    season = random_problem(seed, requests=25)
    result = solve(season, rounds=14, seed=1)
    fixed = {f.activity for f in season.fixed}
    worse = tuple(p for p in result.solution.placements if p.activity in fixed)
    whole = {r.id for r in season.requests if all(a.id in fixed for a in r.activities)}
    weight = sum(r.weight for r in season.requests if r.id in whole)
    bare = msgspec.structs.replace(result, solution=Solution(placements=worse), placed_weight=weight)
    assert proven(season, bare) >= result.placed_weight


def test_a_model_may_be_too_large_or_stopped() -> None:
    season = compile_season(generated(200, tight=True))
    model = SeasonModel(season, None)
    everybody = set(range(200))
    assert model.starts.sum() > MOST_STARTS
    assert model.best(everybody, never) is None
    with pytest.raises(Stopped):
        model.best({0, 1}, lambda: True)


def test_a_season_without_starts_is_nothing_to_the_model() -> None:
    season = problem(request("a", activity("a", windows=())), rooms=(), campuses=(), travel_slots=())
    best = SeasonModel(compile_season(season), None).best({0}, never)
    assert best is not None
    assert (best.bound, best.weight, best.placements) == (0, 0, {})


@pytest.mark.parametrize("seed", range(12))
def test_a_timed_solve_of_a_small_season_is_valid_and_ends(seed: int) -> None:
    season = random_problem(seed, requests=15)
    result = solve(season, time_limit_seconds=1)
    assert verify(season, result.solution) == []
    assert result.gap >= 0
