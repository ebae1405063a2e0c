"""What holds for every problem, on generated ones."""

import random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling import Problem, Solution, solve, validate, verify
from scheduling.solving import replay
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
    assert {h.activity for h in problem.held} <= placed


@fewer
@given(seed=seeds)
def test_two_threads_break_no_rule(seed: int) -> None:
    problem = random_problem(seed, requests=30)
    result = solve(problem, rounds=14, seed=seed, processes=2)
    assert verify(problem, result.solution) == []
    assert result.value <= result.bound + 1e-12


@fewer
@given(seed=seeds, processes=st.sampled_from([1, 2]))
def test_the_same_seed_and_rounds_give_the_same_places(seed: int, processes: int) -> None:
    problem = random_problem(seed, requests=20)
    first = solve(problem, rounds=13, seed=7, processes=processes)
    assert replay(problem, first).solution == first.solution


@pytest.mark.parametrize("seed", range(40))
def test_tiny_problems_are_solved_to_the_optimum(seed: int) -> None:
    problem = random_problem(seed, requests=3, days=2, slots=4, held=False)
    optimum = best_weight(problem)
    result = solve(problem, rounds=2, seed=1)
    assert result.placed_weight <= optimum
    assert round(result.bound * result.total_weight) >= optimum
    assert result.placed_weight == optimum


@fewer
@given(seed=seeds)
def test_order_and_names_do_not_matter(seed: int) -> None:
    problem = random_problem(seed, requests=8, held=False)
    changed = _renamed(_shuffled(problem, seed))
    value, other = (solve(p, rounds=14).placed_weight for p in (problem, changed))
    assert abs(value - other) <= 0.1 * max(value, other)


@fewer
@given(seed=seeds)
def test_an_initial_solution_is_never_lost(seed: int) -> None:
    problem = random_problem(seed, requests=20, held=False)
    first = solve(problem, rounds=1, seed=seed)
    again = solve(problem, rounds=1, seed=seed + 1, initial=first.solution)
    assert again.placed_weight >= first.placed_weight


@fewer
@given(seed=seeds)
def test_an_initial_solution_may_be_anything(seed: int) -> None:
    problem = random_problem(seed, requests=10)
    nonsense = random_problem(seed + 1, requests=10)
    places = solve(nonsense, rounds=1).solution.placements
    mixed = tuple(msgspec.structs.replace(p, day=p.day % 2, channel=None) for p in places)
    assert verify(problem, solve(problem, rounds=1, initial=Solution(placements=mixed)).solution) == []


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

    plain = msgspec.to_builtins(problem)
    policy, by_kind = plain.pop("policy"), [r.pop("turnover_by_kind") for r in plain["rooms"]]
    channel_kinds = [c.pop("turnover_by_kind") for c in plain["channels"]]
    result = renamed(plain)
    assert isinstance(result, dict)
    for room, kinds in zip(result["rooms"], by_kind, strict=True):
        room["turnover_by_kind"] = kinds
    for channel, kinds in zip(result["channels"], channel_kinds, strict=True):
        channel["turnover_by_kind"] = kinds
    return msgspec.convert({**result, "policy": policy}, Problem)
