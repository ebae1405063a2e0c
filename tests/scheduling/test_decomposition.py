"""Deciding a season by its days: rules and bounds kept, inequalities worked out by hand, replayed, stopped."""

from itertools import count

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling import Effort, Problem, solve, verify
from scheduling.arrays.naming import index_placements
from scheduling.arrays.season import compile_season
from scheduling.bench.daily import fix_placements
from scheduling.bench.solve import generated
from scheduling.bound.relaxation import Relaxation
from scheduling.bound.upper_bound import BoundProgram
from scheduling.decomposition.benders import Decomposition
from scheduling.decomposition.cuts import Cut, NoGood, find_cut, fits_rooms
from scheduling.decomposition.subproblem import MUST, Member, Subproblem
from scheduling.exact.interruptible import Stopped
from scheduling.model.problem import Fixed, StaffLimit
from scheduling.moves.board import starting_board
from scheduling.moves.searcher import Searcher
from scheduling.search.construction import construction_order
from scheduling.search.solving import replay, solve_exactly
from tests.scheduling.factories import activity, problem, request, room, window
from tests.scheduling.random_problems import random_problem

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
ONE_DAY = (window(0, 0),)


@few
@given(
    seed=st.integers(0, 2**32),
    requests=st.sampled_from([6, 12, 25, 40]),
    slots=st.sampled_from([6, 8, 70]),
    budget=st.sampled_from([None, 0, 1, 5]),
)
def test_the_decomposition_breaks_no_rule_no_promise_and_no_bound(
    seed: int, requests: int, slots: int, budget: int | None
) -> None:
    season = random_problem(seed, requests=requests, slots=slots)
    season = msgspec.structs.replace(season, policy=msgspec.structs.replace(season.policy, move_budget=budget))
    result = solve_exactly(
        season, Effort(rounds=2, seed=seed, processes=2, decomposed_after=1, decompositions=6, sweeps=None)
    )
    assert verify(season, result.solution) == []
    assert result.value <= result.bound + 1e-12
    assert replay(season, result.recipe).solution == result.solution


@few
@given(seed=st.integers(0, 2**32))
def test_every_schedule_keeps_what_was_learnt(seed: int) -> None:
    season = compile_season(random_problem(seed, requests=25))
    steps, _ = _decomposition(season.problem)
    for _ in range(6):
        if not steps.exhausted:
            steps.step(lambda: False)
    steps.close()
    cuts = [item for item in steps.master.learnt if isinstance(item, Cut)]
    relaxation = steps.relaxation
    for other in range(3):
        placements = index_placements(season, solve(season.problem, rounds=2, seed=other).solution)
        where = {(a, placement[2], placement[0]) for a, placement in placements.items()}
        columns = zip(relaxation.activity.tolist(), relaxation.campus.tolist(), relaxation.day.tolist(), strict=True)
        now = np.array([column in where for column in columns])
        assert all(int(cut.coefficients @ now[cut.columns]) <= cut.right for cut in cuts)


def test_the_decomposition_finds_what_the_local_search_leaves() -> None:
    season = generated(500, rooms=8, tight=True)
    without = solve(season, rounds=3, sweeps=0, seed=1, processes=1)
    steps = solve_exactly(season, Effort(seed=1, processes=1, rounds=3, sweeps=0, decomposed_after=3, decompositions=8))
    assert steps.effort.decompositions > 1
    assert steps.placed_weight > without.placed_weight
    assert verify(season, steps.solution) == []


@pytest.mark.timeout(900)  # a machine at work elsewhere needs longer
def test_a_decomposition_that_the_clock_ended_is_replayed() -> None:
    season = generated(1000, rooms=15, tight=True)
    fixed = fix_placements(season, solve(season, rounds=3, sweeps=0, seed=1).solution, 1.0, 1)
    fixed = msgspec.structs.replace(fixed, policy=msgspec.structs.replace(fixed.policy, move_budget=20))
    for problem_ in (season, fixed):
        results = (solve(problem_, time_limit_seconds=seconds, seed=3, processes=2) for seconds in (6, 20, 60))
        first = next(
            r for r in results if r.effort.decomposed_after is not None
        )  # a machine at work elsewhere needs longer
        assert verify(problem_, first.solution) == []
        assert replay(problem_, first.recipe).solution == first.solution


@pytest.mark.parametrize("answers", [0, 1, 2])
def test_a_stopped_decomposition_leaves_the_schedule_as_it_was(answers: int) -> None:
    steps, searcher = _decomposition(generated(1000, rooms=15, tight=True))
    asked = count()
    with pytest.raises(Stopped):
        steps.step(lambda: next(asked) >= answers)
    assert steps.incumbent.board.value == searcher.board.value
    steps.close()


def test_rooms_that_hold_two_of_a_type_are_said_to_hold_two_of_all_its_activities() -> None:
    """Six slots each in days of ten: one a day and room."""
    requests = [request(f"q{i}", activity(f"q{i}", duration_slots=6, windows=ONE_DAY)) for i in range(5)]
    relaxation = Relaxation(compile_season(problem(*requests, rooms=(room("r0"), room("r1")))))
    assert fits_rooms(relaxation, 0, 0, [0, 1], {1})
    assert not fits_rooms(relaxation, 0, 0, [0, 1, 2], {2})
    cut = find_cut(relaxation, 0, 0, [0, 1, 2])
    assert isinstance(cut, Cut)
    assert len(cut.columns) == 5
    assert set(cut.coefficients.tolist()) == {1000}
    assert cut.right == 2000


def test_what_rooms_hold_and_staff_does_not_is_excluded_as_such() -> None:
    requests = [request(f"q{i}", activity(f"q{i}", windows=ONE_DAY)) for i in range(3)]
    staff = (StaffLimit(campus="north", limit=1, from_slot=0, to_slot=9),)
    relaxation = Relaxation(compile_season(problem(*requests, staff_limits=staff)))
    learnt = find_cut(relaxation, 0, 0, [0, 1, 2])
    assert isinstance(learnt, NoGood)
    ((columns, most),) = learnt.alternatives
    assert (len(columns), most) == (3, 2)


def test_a_day_keeps_who_must_stay_and_then_the_heaviest() -> None:
    requests = [
        request(f"q{i}", activity(f"q{i}", duration_slots=6, windows=ONE_DAY), weight=weight)
        for i, weight in enumerate((5, 9, 1))
    ]
    board = starting_board(compile_season(problem(*requests)))
    worth = {0: 5, 1: 9, 2: MUST}
    packing = Subproblem(board, 0, [Member(a, 0, None, None, w) for a, w in worth.items()])
    packing.solve()
    assert set(packing.placements) == {2}
    assert [member.activity for member in packing.left_out] == [0, 1]


def test_a_day_returns_whom_it_can_to_their_reference_placements() -> None:
    """Two in one room: whoever is fixed at the start of the day stays there."""
    requests = [request(f"q{i}", activity(f"q{i}", windows=ONE_DAY)) for i in range(2)]
    fixed = (Fixed(activity="q1", day=0, start=0, rooms=("r",), state="tentative"),)
    board = starting_board(compile_season(problem(*requests, fixed=fixed)))
    reference = board.placement_of(1)
    board.take(1)
    packing = Subproblem(board, 0, [Member(0, 0, None, None, 1), Member(1, 0, None, reference, MUST)])
    packing.solve()
    assert packing.placements[1] == reference
    assert set(packing.placements) == {0, 1}


def _decomposition(season: Problem) -> tuple[Decomposition, Searcher]:
    compiled = compile_season(season)
    searcher = Searcher(compiled, 1, season.policy.move_budget)
    searcher.construct(construction_order(compiled))
    program = BoundProgram(Relaxation(compiled))
    program.solve(60.0)
    return Decomposition(program, searcher, 1, 2, construction_order(compiled)), searcher
