"""What rounds without a limit of moves found, put together within the budget."""

import msgspec
import pytest

from scheduling import Fixed, Policy, Problem, replay, solve, verify
from scheduling.arrays.naming import solution_of
from scheduling.arrays.season import compile_season
from scheduling.bench.daily import fix_placements, without
from scheduling.bench.solve import generated
from scheduling.exact.interruptible import Stopped
from scheduling.moves.searcher import Searcher
from scheduling.search.recombine import CYCLE, Recombiner
from tests.scheduling.factories import activity, problem, request, window


def morning(day: int) -> tuple[object, ...]:
    return (window(day, day, (0,)),)


def three_fixed_and_three_new() -> Problem:
    """Each fixed one can give way to the afternoon: two moves let "x" in, one lets "y" in, one "z"."""
    fixed = [request(f"o{d}", activity(f"o{d}", windows=(window(d, d, (0, 5)),))) for d in range(3)]
    new = (
        request("x", activity("x0", windows=morning(0)), activity("x1", windows=morning(1)), weight=5),
        request("y", activity("y", windows=morning(2)), weight=4),
        request("z", activity("z", windows=morning(0)), weight=3),
    )
    placements = tuple(Fixed(activity=f"o{d}", day=d, start=0, rooms=("r",), state="tentative") for d in range(3))
    return problem(*fixed, *new, fixed=placements)


def recombiner_of(season: Problem, budget: int) -> Recombiner:
    """It has seen "x" and "y" placed in one round, "y" and "z" in the next."""
    compiled = compile_season(season)
    recombiner = Recombiner(compiled, Searcher(compiled, 1, budget), 1)
    roaming, index = recombiner.unbudgeted.board, compiled.activity_index
    for name in ("o0", "o1", "o2"):
        day, _, campus, pool, rooms = roaming.placement_of(index[name])  # type: ignore[misc]
        roaming.take(index[name])
        roaming.put(index[name], (day, 5, campus, pool, rooms))
    for name, day in (("x0", 0), ("x1", 1), ("y", 2)):
        roaming.put(index[name], (day, 0, 0, -1, (0,)))
    recombiner.after_round()
    roaming.take(index["x0"])
    roaming.take(index["x1"])
    roaming.put(index["z"], (0, 0, 0, -1, (0,)))
    recombiner.after_round()
    return recombiner


@pytest.mark.parametrize(
    ("budget", "placed", "moved"), [(0, "", 0), (1, "y", 1), (2, "yz", 2), (3, "xy", 3)], ids=["0", "1", "2", "3"]
)
def test_the_moves_go_where_they_bring_most(budget: int, placed: str, moved: int) -> None:
    season = three_fixed_and_three_new()
    recombiner = recombiner_of(season, budget)
    recombiner.recombine(lambda: False)
    kept = recombiner.budgeted.board
    solution = solution_of(kept.season, kept.placements())
    assert {p.activity[0] for p in solution.placements} - {"o"} == set(placed)
    assert kept.moved == moved
    assert verify(msgspec.structs.replace(season, policy=Policy(move_budget=budget)), solution) == []


def test_what_is_stopped_changes_nothing() -> None:
    recombiner = recombiner_of(three_fixed_and_three_new(), 3)
    before = recombiner.budgeted.board.placements()
    with pytest.raises(Stopped):
        recombiner.recombine(lambda: True)
    assert recombiner.budgeted.board.placements() == before
    recombiner.recombine(lambda: False)
    assert recombiner.budgeted.board.moved == 3


def resolved_season(budget: int) -> Problem:
    """Three hundred requests for six rooms; what was placed of all but fifteen is fixed and tentative."""
    season = generated(300, rooms=6, tight=True, seed=3)
    base, _ = without(season, 15, 1)
    fixed = fix_placements(base, solve(base, rounds=4).solution, 1.0, 1).fixed
    return msgspec.structs.replace(season, fixed=fixed, policy=Policy(move_budget=budget))


@pytest.mark.parametrize("rounds", [CYCLE, 2 * CYCLE + 3])
def test_a_season_is_recombined_the_same_way_again(rounds: int) -> None:
    season = resolved_season(4)
    first, second = (solve(season, rounds=rounds, processes=2) for _ in range(2))
    assert first.solution == second.solution
    assert len(first.moved) <= 4
    assert verify(season, first.solution) == []


def test_a_solve_that_the_clock_ended_is_replayed() -> None:
    season = resolved_season(7)  # does not reach its bound, which would end it
    results = (solve(season, time_limit_seconds=seconds, processes=2) for seconds in (2, 10, 40))
    result = next(r for r in results if r.effort.rounds > CYCLE)  # a machine at work elsewhere needs longer
    assert replay(season, result.recipe).solution == result.solution
