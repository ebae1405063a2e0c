"""What holds for every problem, on generated ones."""

import hashlib
import json
import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling import Effort, Problem, Recipe, Solution, solve, validate, verify, write
from scheduling.answers.snapshot import Snapshot
from scheduling.bench.daily import fix_placements
from scheduling.bench.solve import generated
from scheduling.model.goals import best_preference
from scheduling.model.problem import preference
from scheduling.search.solving import replay, solve_exactly
from tests.scheduling.exhaustive import best_weight
from tests.scheduling.random_problems import random_problem

seeds = st.integers(0, 2**32)
# the first example may compile a kernel
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
fewer = settings(few, max_examples=8)


@few
@given(seed=seeds, requests=st.integers(0, 25), slots=st.sampled_from([6, 8, 70]))
def test_a_solution_breaks_no_rule_and_no_bound(seed: int, requests: int, slots: int) -> None:
    problem = random_problem(seed, requests=requests, slots=slots)
    validate(problem)
    result = solve(problem, rounds=1, seed=seed)
    assert verify(problem, result.solution) == []
    assert result.value <= result.bound + 1e-12
    assert result.placed_weight == round(result.value * result.total_weight)
    placed = {p.activity for p in result.solution.placements}
    assert {h.activity for h in problem.fixed} <= placed


@fewer
@given(seed=seeds)
def test_two_threads_break_no_rule(seed: int) -> None:
    problem = random_problem(seed, requests=30)
    result = solve(problem, rounds=14, seed=seed, processes=2)
    assert verify(problem, result.solution) == []
    assert result.value <= result.bound + 1e-12


@fewer
@given(seed=seeds, processes=st.sampled_from([1, 2]))
def test_the_same_seed_and_rounds_give_the_same_placements(seed: int, processes: int) -> None:
    problem = random_problem(seed, requests=20)
    first = solve(problem, rounds=13, seed=7, processes=processes)
    assert replay(problem, first.recipe).solution == first.solution


@pytest.mark.parametrize(("seconds", "processes"), [(0.3, 1), (0.6, 1), (1.5, 2)])
def test_what_the_clock_ended_is_replayed_all_the_same(seconds: float, processes: int) -> None:
    problem = generated(250, rooms=5, tight=True)
    first = solve(problem, time_limit_seconds=seconds, seed=3, processes=processes)
    fixed = fix_placements(problem, first.solution, 0.5, 1)
    again = solve(fixed, time_limit_seconds=seconds, seed=3, processes=processes)
    assert replay(problem, first.recipe).solution == first.solution
    assert replay(fixed, again.recipe).solution == again.solution


def test_a_search_begun_anew_from_the_bound_is_replayed_and_loses_nothing() -> None:
    problem = generated(1000, rooms=15, tight=True)
    first = solve_exactly(problem, Effort(rounds=12, sweeps=0, guided_after=4, seed=3, processes=2))
    before = solve(problem, rounds=4, sweeps=0, seed=3, processes=2)
    assert first.effort.guided_after == 4
    assert verify(problem, first.solution) == []
    assert first.placed_weight >= before.placed_weight
    assert replay(problem, first.recipe).solution == first.solution
    assert solve(problem, rounds=12, sweeps=0, seed=3, processes=2).solution != first.solution


def test_the_clock_lets_the_bound_guide_where_it_comes_in_time() -> None:
    problem = generated(500, rooms=8, tight=True)
    results = (solve(problem, time_limit_seconds=seconds, seed=3, processes=2) for seconds in (2, 10, 40))
    first = next(r for r in results if r.effort.guided_after is not None)  # a machine at work elsewhere needs longer
    assert replay(problem, first.recipe).solution == first.solution


def test_a_cancelled_solve_or_one_of_another_engine_is_not_replayed() -> None:
    problem = random_problem(1)
    recipe = solve(problem, rounds=1).recipe
    for other in ({"cancelled": True}, {"engine_version": "0.1.0"}):
        with pytest.raises(ValueError, match=r"cancelled solve|engine 0\.1\.0"):
            replay(problem, msgspec.structs.replace(recipe, **other))


def test_a_stored_recipe_gives_the_placements_that_it_gave_when_it_was_stored() -> None:
    stored = (
        b'{"seed":3,"rounds":3,"sweeps":4,"processes":2,"engine_version":"1.7.0","cancelled":false,'
        b'"guided_after":null,"decomposed_after":null,"decompositions":0,"time_limit_seconds":10}'
    )
    result = replay(random_problem(11, requests=40), msgspec.json.decode(stored, type=Recipe))
    digest = hashlib.sha256(write(result.solution)).hexdigest()
    assert digest == "2387159f8fd1c9d10c1d638d6f661d85290deb0301a00016ec18091f1f81289e"


def test_a_recipe_is_stored_flat() -> None:
    recipe = solve(random_problem(1), rounds=1, sweeps=0).recipe
    assert set(msgspec.to_builtins(recipe)) == {
        "seed",
        "rounds",
        "sweeps",
        "processes",
        "engine_version",
        "cancelled",
        "guided_after",
        "decomposed_after",
        "decompositions",
    }


@pytest.mark.parametrize("seed", range(40))
def test_tiny_problems_are_solved_to_the_optimum(seed: int) -> None:
    problem = random_problem(seed, requests=3, days=2, slots=4, fixed=False)
    optimum = best_weight(problem)
    result = solve(problem, rounds=2, seed=1)
    assert result.placed_weight <= optimum
    assert round(result.bound * result.total_weight) >= optimum
    assert result.placed_weight == optimum


@few
@given(seed=seeds)
def test_no_placement_is_preferred_to_the_best(seed: int) -> None:
    for activity in (a for r in random_problem(seed).requests for a in r.activities):
        liked = [
            preference(activity, day, start) or 0
            for w in activity.windows
            for day in range(w.first_day, w.last_day + 1)
            for start in w.starts
        ]
        assert best_preference(activity) == max(liked)


@fewer
@given(seed=seeds)
def test_an_offer_costs_what_its_preference_lacks_of_the_best(seed: int) -> None:
    problem = random_problem(seed, requests=6, fixed=False)
    *season, new = problem.requests
    snapshot = Snapshot(msgspec.structs.replace(problem, requests=tuple(season), links=()))
    for offer in snapshot.insert(new, chains=False):
        assert offer.cost == sum(best_preference(a) for a in new.activities) - offer.preference >= 0


@fewer
@given(seed=seeds)
def test_an_initial_solution_is_never_lost(seed: int) -> None:
    problem = random_problem(seed, requests=20, fixed=False)
    first = solve(problem, rounds=1, seed=seed)
    again = solve(problem, rounds=1, seed=seed + 1, initial=first.solution)
    assert again.placed_weight >= first.placed_weight


@fewer
@given(seed=seeds)
def test_an_initial_solution_may_be_anything(seed: int) -> None:
    problem = random_problem(seed, requests=10)
    nonsense = random_problem(seed + 1, requests=10)
    placements = solve(nonsense, rounds=1).solution.placements
    mixed = tuple(msgspec.structs.replace(p, day=p.day % 2, channel=None) for p in placements)
    assert verify(problem, solve(problem, rounds=1, initial=Solution(placements=mixed)).solution) == []


def _later(problem: Problem, days: int) -> Problem:
    """The same season with so many empty days before it; every day index moves along."""

    def moved(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: moved(v, k) for k, v in value.items()}
        if key in {"first_day", "last_day", "day"} and value is not None:
            return value + days
        if key == "days" and value is not None:
            return [v + days for v in value]
        if key in {"blocked", "open", "busy"} and value is not None:
            return [[day + days, first, last] for day, first, last in value]
        return [moved(v) for v in value] if isinstance(value, list) else value

    plain = json.loads(write(problem))
    grid = plain.pop("grid")
    week = min(day["week"] for day in grid["days"])
    grid["days"] = [{"date": None, "week": week}] * days + grid["days"]
    return msgspec.convert({**moved(plain), "grid": grid}, Problem)


def _shuffled(problem: Problem, seed: int) -> Problem:
    order = random.Random(seed)
    fields = {
        name: tuple(order.sample(getattr(problem, name), len(getattr(problem, name))))
        for name in ("rooms", "channels", "groups", "requests", "staff_limits")
    }
    return msgspec.structs.replace(problem, **fields)


def _renamed(problem: Problem) -> Problem:
    """Every id with a prefix, by rewriting the JSON."""

    def renamed(value: object) -> object:
        if isinstance(value, dict):
            return {k: v if k in {"format", "kind", "state", "date"} else renamed(v) for k, v in value.items()}
        if isinstance(value, list):
            return [renamed(v) for v in value]
        return f"x-{value}" if isinstance(value, str) else value

    plain = json.loads(write(problem))
    policy, by_kind = plain.pop("policy"), [r.pop("turnover_by_kind") for r in plain["rooms"]]
    channel_kinds = [c.pop("turnover_by_kind") for c in plain["channels"]]
    result = renamed(plain)
    assert isinstance(result, dict)
    for room, kinds in zip(result["rooms"], by_kind, strict=True):
        room["turnover_by_kind"] = kinds
    for channel, kinds in zip(result["channels"], channel_kinds, strict=True):
        channel["turnover_by_kind"] = kinds
    return msgspec.convert({**result, "policy": policy}, Problem)


CHANGES: dict[str, Callable[[Problem], Problem]] = {
    "order": lambda problem: _shuffled(problem, 1),
    "names": _renamed,
    "days": lambda problem: _later(problem, 3),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", range(12))
def test_order_names_and_calendar_do_not_matter_to_an_optimum(seed: int, change: str) -> None:
    problem = random_problem(seed, requests=3, days=2, slots=4, fixed=False)
    changed = CHANGES[change](problem)
    validate(changed)
    assert changed != problem or change == "order"
    assert solve(changed, rounds=2).placed_weight == solve(problem, rounds=2).placed_weight == best_weight(problem)


@pytest.mark.parametrize("change", CHANGES)
def test_order_names_and_calendar_hardly_matter_to_a_search(season: Problem, season_value: float, change: str) -> None:
    other = solve(CHANGES[change](season), rounds=60, processes=1)
    assert abs(other.value - season_value) <= 0.003


def test_one_more_room_lowers_nothing_beyond_the_noise_of_a_search(season: Problem, season_value: float) -> None:
    for room in season.rooms[:2]:
        larger = msgspec.structs.replace(season, rooms=(*season.rooms, msgspec.structs.replace(room, id="new")))
        assert solve(larger, rounds=60, processes=1).value >= season_value - 0.003


@pytest.fixture(scope="module")
def season() -> Problem:
    return generated(250, rooms=6, tight=True, seed=4)


@pytest.fixture(scope="module")
def season_value(season: Problem) -> float:
    return solve(season, rounds=60, processes=1).value
