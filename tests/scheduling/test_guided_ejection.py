"""Guided ejection: every rule is kept, the tables say what is where, and a solve can be made again."""

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduling import Problem, solve, verify
from scheduling.arrays.season import compile_season
from scheduling.model.solution import Recipe
from scheduling.moves.guided_search import GuidedSearch, can_be_guided
from scheduling.moves.guided_state import QUEUED, link_holds_at
from scheduling.moves.searcher import Searcher
from scheduling.search.construction import construction_order, people_are_shared
from scheduling.search.solving import replay
from tests.scheduling.exhaustive import best_weight
from tests.scheduling.random_people import random_people
from tests.scheduling.random_problems import random_problem

seeds = st.integers(0, 10**6)


@settings(max_examples=60, deadline=None)
@given(seed=seeds, longest=st.integers(1, 3))
def test_every_rule_is_kept(seed: int, longest: int) -> None:
    problem = random_people(seed, longest=longest)
    season = compile_season(problem)
    assert people_are_shared(season)
    assert can_be_guided(season.data)
    assert verify(problem, solve(problem, rounds=2, seed=seed).solution) == []


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
@example(seed=920)  # of a request that is ejected for one rule, a fixed activity still counts for another
def test_every_rule_is_kept_where_there_are_more_rules_than_the_tables_know(seed: int) -> None:
    problem = random_people(seed, everything=True)
    assert not can_be_guided(compile_season(problem).data)
    assert verify(problem, solve(problem, rounds=1, seed=seed).solution) == []


@pytest.mark.parametrize("seed", range(10))
def test_seasons_of_rooms_know_more_rules_than_the_tables(seed: int) -> None:
    assert not can_be_guided(compile_season(random_problem(seed)).data)


def search(problem: Problem, steps: int, seed: int = 1) -> GuidedSearch:
    searcher = Searcher(compile_season(problem), seed, problem.policy.move_budget)
    searcher.construct(construction_order(searcher.season))
    guided = GuidedSearch(searcher)
    guided.run(steps)
    return guided


@settings(max_examples=40, deadline=None)
@given(seed=seeds, steps=st.integers(0, 300))
def test_costs_are_those_of_what_is_placed(seed: int, steps: int) -> None:
    guided = search(random_people(seed), steps)
    data, tables = guided.data, guided.guided
    expected = np.zeros_like(tables.cost)
    for b in np.flatnonzero(tables.at >= 0).tolist():
        day, first = divmod(int(tables.at[b]), data.slots)
        for a in np.flatnonzero(tables.clashes[b]).tolist():
            for start in range(max(0, first - data.duration[a] + 1), min(first + data.duration[b], data.slots)):
                expected[day * data.slots + start, a] += tables.price[b]
        for j in range(data.link_ptr[b], data.link_ptr[b + 1]):
            a = data.link_other[j]
            for start in tables.start_at[tables.start_ptr[a] : tables.start_ptr[a + 1]].tolist():
                if not link_holds_at(guided.searcher.board.data_handle, j, b, int(tables.at[b]), start):
                    expected[start, a] += tables.price[b]
    assert (tables.cost == expected).all()


@settings(max_examples=40, deadline=None)
@given(seed=seeds, steps=st.integers(0, 300))
def test_rooms_and_lists_hold_what_is_placed(seed: int, steps: int) -> None:
    problem = random_people(seed, fixed=False)
    guided = search(problem, steps)
    data, tables = guided.data, guided.guided
    occupant = np.full_like(tables.occupant, -1)
    for a in np.flatnonzero(tables.room >= 0).tolist():
        start, room = int(tables.at[a]), int(tables.room[a])
        total = int(data.duration[a] + data.room_turnover[room, data.kind_of[a]])
        assert (occupant[start : start + total, room] == -1).all()
        occupant[start : start + total, room] = a
    assert (tables.occupant == occupant).all()
    listed = []
    for start, head in enumerate(tables.first_at.tolist()):
        a = head
        while a >= 0:
            assert tables.at[a] == start
            listed.append(a)
            a = int(tables.after[a])
    assert sorted(listed) == np.flatnonzero(tables.at >= 0).tolist()
    waiting = tables.queue[: tables.info[QUEUED]].tolist()
    assert sorted(waiting + listed) == sorted(set(waiting + listed))


@pytest.mark.parametrize("seed", range(20))
def test_tiny_seasons_are_solved_to_the_optimum(seed: int) -> None:
    problem = random_people(seed, requests=3, fixed=False)
    assert solve(problem, rounds=1).placed_weight == best_weight(problem)


@pytest.mark.parametrize("everything", [False, True])
def test_a_solve_is_replayed(everything: bool) -> None:
    problem = random_people(7, requests=40, everything=everything)
    result = solve(problem, time_limit_seconds=0.5, seed=3)
    recipe = msgspec.convert(msgspec.to_builtins(result.recipe), Recipe)
    assert replay(problem, recipe).solution == result.solution


@pytest.mark.parametrize("seed", range(5))
def test_a_season_may_have_no_rooms_at_all(seed: int) -> None:
    problem = random_people(seed, fixed=False)
    online = tuple(
        msgspec.structs.replace(
            r,
            activities=tuple(
                msgspec.structs.replace(a, rooms_needed=0, capacity=0, features=(), forbidden=()) for a in r.activities
            ),
        )
        for r in problem.requests
    )
    problem = msgspec.structs.replace(problem, campuses=(), rooms=(), travel_slots=(), requests=online)
    assert can_be_guided(compile_season(problem).data)
    assert verify(problem, solve(problem, rounds=1).solution) == []


def test_who_can_have_no_room_is_not_waited_for() -> None:
    problem = random_people(3, requests=12, fixed=False)
    first, *others = problem.requests
    huge = msgspec.structs.replace(first.activities[0], rooms_needed=1, capacity=10_000)
    problem = msgspec.structs.replace(
        problem, requests=(msgspec.structs.replace(first, activities=(huge,)), *others), links=()
    )
    waiting = search(problem, 0).guided
    assert 0 not in waiting.queue[: waiting.info[QUEUED]].tolist()


def test_what_a_search_starts_from_is_not_lost() -> None:
    problem = random_people(5, requests=40, fixed=False)
    first = solve(problem, rounds=1)
    assert solve(problem, rounds=1, seed=2, initial=first.solution).placed_weight >= first.placed_weight
