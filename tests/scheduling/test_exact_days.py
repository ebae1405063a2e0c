"""Campus-days placed anew by exact models, after the sweeps have come to their end."""

import pytest

from scheduling import Channel, Fixed, Goal, Group, Link, Major, Policy, Problem, StaffLimit, solve, verify
from scheduling.arrays.naming import IndexPlacement, solution_of
from scheduling.arrays.season import compile_season
from scheduling.bench.solve import generated
from scheduling.model.goals import goal_values
from scheduling.model.solution import Solution
from scheduling.moves.board import starting_board
from scheduling.search.polish import polish, polish_sweeps
from tests.scheduling.factories import activity, problem, request, room, window
from tests.scheduling.random_problems import random_problem

TWO_STARTS = (window(0, 0, (0, 4)),)
LIKES_EARLY = (window(0, 0, (0,), preference=5), window(0, 0, (4,)))
LIKES_LATE = (window(0, 0, (0,)), window(0, 0, (4,), preference=5))
GOALS = Policy(goals=(Goal(name="placed_weight"), Goal(name="preference"), Goal(name="audience_clash")))


def polished(
    season: Problem, placements: dict[str, IndexPlacement], *, exact: bool = True
) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Starts and rooms after the lower goals, with or without the exact days."""
    board = starting_board(compile_season(season))
    for name, placement in placements.items():
        a = board.season.activity_index[name]
        if board.placement_of(a) is None:
            board.put(a, placement)
    sweeps = polish_sweeps(board)
    polish(board, lambda number: exact or number < sweeps)
    result = solution_of(board.season, board.placements())
    assert verify(season, result) == []
    return {p.activity: (p.start, p.rooms) for p in result.placements}


def at(start: int, *rooms: int, pool: int = -1) -> IndexPlacement:
    return 0, start, 0 if rooms else -1, pool, rooms


def wishes(**fields: object) -> Problem:
    """Two that would like to have each other's start."""
    return problem(
        request("a", activity("a", windows=LIKES_LATE)),
        request("b", activity("b", windows=LIKES_EARLY)),
        **{"policy": GOALS, **fields},
    )


def test_two_swap_their_starts_where_no_single_move_is_free() -> None:
    placements = {"a": at(0, 0), "b": at(4, 0)}
    assert polished(wishes(), placements, exact=False) == {"a": (0, ("r",)), "b": (4, ("r",))}
    assert polished(wishes(), placements) == {"a": (4, ("r",)), "b": (0, ("r",))}


def test_a_swap_finds_the_rooms_that_go_with_it() -> None:
    # c fits only into r and stays; b has to leave r for t when it takes a's start
    season = problem(
        request("a", activity("a", windows=LIKES_LATE)),
        request("b", activity("b", windows=LIKES_EARLY)),
        request("c", activity("c", windows=(window(0, 0, (0,)),), rooms=("r",))),
        request("d", activity("d", windows=(window(0, 0, (4,)),), rooms=("t",))),
        rooms=(room("r"), room("t")),
        policy=GOALS,
    )
    placements = {"a": at(0, 1), "b": at(4, 0), "c": at(0, 0), "d": at(4, 1)}
    assert polished(season, placements) == {"a": (4, ("r",)), "b": (0, ("t",)), "c": (0, ("r",)), "d": (4, ("t",))}


def test_two_of_one_audience_are_set_apart() -> None:
    season = problem(
        *(request(n, activity(n, windows=TWO_STARTS, audience=("law",))) for n in ("a", "b")),
        *(request(n, activity(n, windows=TWO_STARTS)) for n in ("c", "d")),
        rooms=(room("r"), room("t")),
        majors=(Major(id="law", cohort=9),),
        policy=GOALS,
    )
    placements = {"a": at(0, 0), "b": at(0, 1), "c": at(4, 0), "d": at(4, 1)}
    assert {polished(season, placements, exact=False)[n][0] for n in ("a", "b")} == {0}
    assert {polished(season, placements)[n][0] for n in ("a", "b")} == {0, 4}


def test_channels_are_counted() -> None:
    live = {"rooms_needed": 0, "needs_channel": True}
    season = problem(
        request("a", activity("a", windows=LIKES_LATE, **live)),
        request("b", activity("b", windows=LIKES_EARLY, **live)),
        request("c", activity("c", windows=LIKES_EARLY, **live)),
        channels=(Channel(id="x"),),
        policy=GOALS,
    )
    result = solve(season, rounds=1)
    assert len(result.solution.placements) == 2
    placements = {"a": at(0, pool=0), "b": at(4, pool=0)}
    assert polished(season, placements) == {"a": (4, ()), "b": (0, ())}


def test_staff_is_counted() -> None:
    # without the limit both b and c would start early
    season = problem(
        request("a", activity("a", windows=LIKES_LATE)),
        request("b", activity("b", windows=LIKES_EARLY)),
        request("c", activity("c", windows=LIKES_EARLY)),
        rooms=(room("r"), room("t")),
        staff_limits=(StaffLimit(campus="north", from_slot=0, to_slot=4, limit=1),),
        policy=GOALS,
    )
    found = polished(season, {"a": at(0, 0), "b": at(4, 0), "c": at(4, 1)})
    assert found["a"][0] == 4
    assert sorted(found[n][0] for n in ("b", "c")) == [0, 4]


def test_a_team_is_never_at_two_activities_at_once() -> None:
    season = problem(
        request("a", activity("a", windows=TWO_STARTS, groups=("team",))),
        request("b", activity("b", windows=LIKES_EARLY, groups=("team",))),
        rooms=(room("r"), room("t")),
        groups=(Group(id="team", exclusive=True),),
        policy=GOALS,
    )
    found = polished(season, {"a": at(0, 0), "b": at(4, 1)})
    assert (found["a"][0], found["b"][0]) == (4, 0)


@pytest.mark.parametrize("state", ["confirmed", "tentative"])
def test_what_is_fixed_stays(state: str) -> None:
    fixed = (Fixed(activity="a", day=0, start=0, rooms=("r",), state=state),)  # type: ignore[arg-type]
    assert polished(wishes(fixed=fixed), {"b": at(4, 0)}) == {"a": (0, ("r",)), "b": (4, ("r",))}


def test_a_link_is_kept() -> None:
    links = (Link(before="a", after="b"),)
    assert polished(wishes(links=links), {"a": at(0, 0), "b": at(4, 0)}) == {"a": (0, ("r",)), "b": (4, ("r",))}


def cost(season: Problem, solution: Solution) -> float:
    """What the last prices make of preference, clash and room fit."""
    signs = {"preference": -1, "audience_clash": 1, "room_fit": 1}
    return sum(signs[g.name] * g.value for g in goal_values(season, solution) if g.name in signs)


@pytest.mark.parametrize("seed", range(30))
def test_every_model_keeps_all_rules_and_makes_it_better(seed: int) -> None:
    """A model that lacked a rule would warn, and a warning is an error here."""
    season = random_problem(seed, requests=40, slots=10)
    board = starting_board(compile_season(season))
    sweeps = polish_sweeps(board)
    swept = solve(season, rounds=1, sweeps=sweeps, processes=1)
    whole = solve(season, rounds=1, processes=1)
    assert verify(season, whole.solution) == []
    assert whole.unplaced == swept.unplaced
    assert cost(season, whole.solution) <= cost(season, swept.solution)


@pytest.mark.parametrize("parts", [25, 40])
def test_exact_days_cut_short_are_repeated_by_their_number(parts: int) -> None:
    season = generated(200, rooms=6, tight=True)
    swept = solve(season, rounds=2, sweeps=10, processes=1)
    first = solve(season, rounds=2, sweeps=parts, processes=1)
    again = solve(season, rounds=2, sweeps=first.effort.sweeps, processes=1)
    assert first.effort.sweeps == parts
    assert again.solution == first.solution
    assert first.solution != swept.solution
