"""Small problems with their right answers: proven at once, or refused with the path of the field."""

from pathlib import Path

import pytest

from scheduling import Day, Goal, Grid, Policy, Problem, ProblemError, Result, read_problem, solve, verify
from scheduling.arrays.season import compile_season
from scheduling.bound.all_days import weight_of_all_days
from scheduling.bound.relaxation import Relaxation
from tests.scheduling.factories import activity, problem, request, window

CASES = Path(__file__).parent / "cases"
REFUSED = {
    "bad-goal-twice": "$.policy.goals[2].name",
    "bad-goals-weight-last": "$.policy.goals",
    "bad-goals-without-weight": "$.policy.goals",
    "bad-held-channel-not-needed": "$.held[0].channel",
    "bad-held-no-room": "$.held[0].rooms",
    "bad-held-rooms-too-many": "$.held[0].rooms",
    "bad-pin-in-closure": "$.held[0]",
    "bad-pins-group-clash": "$.held[1]",
    "bad-sameday-maxdays-vs-second-link": "$.requests[0].links[1]",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_contradiction_is_refused_with_its_path(name: str) -> None:
    with pytest.raises(ProblemError) as refused:
        read_problem(CASES / f"{name}.json")
    assert refused.value.path == REFUSED[name]


WEIGHTS = {
    "good-all-or-nothing": 1,
    "good-back-to-back-turnover-1room": 0,
    "good-k6-edges-5-slots": 5,
    "good-maxdays0-link": 1,
    "good-odd-cycle-2-slots": 6,
    "good-same-campus-link": 5,
    "good-tentative-budget-0": 1,
    "good-travel": 2,
    "good-travel-asym": 1,
    "good-weights-huge": 1_000_000_000,
}


def test_every_case_has_its_right_answer() -> None:
    assert {path.stem for path in CASES.iterdir()} == REFUSED.keys() | WEIGHTS.keys()


def must_be_proven(season: Problem, weight: int) -> Result:
    """At its optimum, and before the limit."""
    result = solve(season, time_limit_seconds=60)
    assert verify(season, result.solution) == []
    assert (result.placed_weight, result.gap) == (weight, 0)
    assert result.seconds < 40
    return result


@pytest.mark.parametrize("name", WEIGHTS)
def test_the_optimum_is_found_and_proven(name: str) -> None:
    must_be_proven(read_problem(CASES / f"{name}.json"), WEIGHTS[name])


def whole_days(requests: int) -> Problem:
    """One room for a thousand days, requests for a day each: a million columns."""
    wish = window(0, 999, (0,))
    return problem(
        *(request(f"q{i}", activity(f"q{i}", duration_slots=192, windows=(wish,))) for i in range(requests)),
        grid=Grid(slots_per_day=192, days=tuple(Day(week=i // 5) for i in range(1000))),
        policy=Policy(goals=(Goal(name="placed_weight"),)),
    )


def test_one_request_more_than_a_thousand_days_hold_is_proven_out() -> None:
    season = whole_days(1001)
    assert weight_of_all_days(Relaxation(compile_season(season))) == 1000
    must_be_proven(season, 1000)


def test_who_has_placed_all_waits_for_no_bound() -> None:
    assert must_be_proven(whole_days(1000), 1000).bound_seconds is None
