"""The bound: what each of its rows sees, and that none of them sees too much."""

from itertools import combinations
from random import Random

import msgspec
import numpy as np
import pytest

from scheduling import Fixed, Interval, Policy, Problem, StaffLimit, solve
from scheduling.arrays.season import compile_season
from scheduling.bound.all_days import weight_of_all_days
from scheduling.bound.packing import Family, packings, run_lengths, simultaneous_packings
from scheduling.bound.relaxation import Relaxation
from scheduling.bound.upper_bound import upper_bound
from tests.scheduling.exhaustive import best_weight
from tests.scheduling.factories import activity, problem, request, room, window
from tests.scheduling.random_problems import random_problem

MORNING = window(0, 0, tuple(range(8)))


def asks(lengths: list[int], **fields: object) -> Problem:
    """One request for each length, all on the first day."""
    fields.setdefault("rooms", (room(),))
    needed = fields.pop("rooms_needed", 1)
    windows = fields.pop("windows", (MORNING,))
    own = [
        request(f"q{i}", activity(f"q{i}", duration_slots=n, rooms_needed=needed, windows=windows))
        for i, n in enumerate(lengths)
    ]
    return problem(*own, **fields)


# name -> (season, weight that fits)
TIGHT: dict[str, tuple[Problem, int]] = {
    "what is left between two closures is too short for a second": (
        asks([4, 4], rooms=(room(blocked=(Interval(0, 0, 1), Interval(0, 8, 10))),)),
        1,
    ),
    "starts decide what a run of free slots can hold": (asks([4, 4], windows=(window(0, 0, (2, 3, 4)),)), 1),
    "opening hours": (asks([3, 3, 3], rooms=(room(open=(Interval(0, 0, 7),)),)), 2),
    "turnover after closing time": (asks([3, 3], rooms=(room(open=(Interval(0, 0, 5),), turnover_slots=4),)), 1),
    "two rooms at once where they are free one after the other": (
        asks(
            [2, 2],
            rooms=(room("r", blocked=(Interval(0, 0, 4),)), room("t", blocked=(Interval(0, 6, 10),))),
            rooms_needed=2,
        ),
        1,
    ),
    "two of three rooms at once": (asks([6, 6], rooms=(room("r"), room("t"), room("u")), rooms_needed=2), 1),
}


@pytest.mark.parametrize("name", TIGHT)
def test_the_bound_is_exact_where_a_row_says_all(name: str) -> None:
    season, weight = TIGHT[name]
    assert upper_bound(compile_season(season)).weight == weight == best_weight(season)


def _fixed_beside_a_newcomer(last_day: int, budget: int | None) -> Problem:
    """One room for a whole day; a light request holds the first day, a heavy one wants it."""
    own = [
        request(f"q{i}", activity(f"q{i}", duration_slots=8, windows=(window(0, last, (0, 1)),)), weight=weight)
        for i, (last, weight) in enumerate(((last_day, 1), (0, 5)))
    ]
    fixed = (Fixed(activity="q0", day=0, start=0, rooms=("r",), state="tentative"),)
    return problem(*own, fixed=fixed, policy=Policy(move_budget=budget))


@pytest.mark.parametrize(("last_day", "budget", "weight"), [(0, None, 1), (1, 0, 1), (1, 1, 6), (1, None, 6)])
def test_who_must_stay_and_may_not_move_lowers_the_bound(last_day: int, budget: int | None, weight: int) -> None:
    season = _fixed_beside_a_newcomer(last_day, budget)
    assert upper_bound(compile_season(season)).weight == weight == solve(season, rounds=14).placed_weight


def test_a_placement_fixed_inside_a_closure_takes_nothing_from_others() -> None:
    season = problem(
        request("a", activity("a", windows=(window(0, 0, (0, 2, 4)),))),
        request("b", activity("b", duration_slots=8, windows=(window(0, 0, (2,)),))),
        rooms=(room("r", blocked=(Interval(0, 0, 2),)),),
        fixed=(Fixed(activity="a", day=0, start=0, rooms=("r",), state="tentative"),),
    )
    assert upper_bound(compile_season(season)).weight == 2 == solve(season, rounds=14).placed_weight


def test_fixed_placements_beyond_a_limit_do_not_lower_the_bound() -> None:
    own = [request(f"q{i}", activity(f"q{i}", windows=(window(0, 1, (0,)),))) for i in range(3)]
    season = problem(
        *own,
        rooms=(room("r0"), room("r1"), room("r2")),
        staff_limits=(StaffLimit(campus="north", from_slot=0, to_slot=9, limit=1, days=(0,)),),
        fixed=tuple(Fixed(activity=f"q{i}", day=0, start=0, rooms=(f"r{i}",), state="tentative") for i in range(2)),
        policy=Policy(move_budget=0),
    )
    assert upper_bound(compile_season(season)).weight == 3 == solve(season, rounds=14).placed_weight


@pytest.mark.parametrize("seed", range(60))
def test_nothing_beats_the_bound(seed: int) -> None:
    season = random_problem(seed + 1000, requests=4, days=2, slots=4, fixed=seed % 2 == 0)
    assert upper_bound(compile_season(season)).weight >= best_weight(season)


@pytest.mark.parametrize("seed", range(30))
def test_rounding_does_not_grow_with_the_weights(seed: int) -> None:
    season = random_problem(seed + 1000, requests=6, days=2, slots=5, fixed=seed % 2 == 0)
    scale = 100_000_007
    requests = tuple(msgspec.structs.replace(r, weight=scale * r.weight) for r in season.requests)
    heavy = msgspec.structs.replace(season, requests=requests)
    assert upper_bound(compile_season(heavy)).weight == scale * upper_bound(compile_season(season)).weight


def test_weights_of_one_kind_leave_no_part_of_one() -> None:
    # three overlapping thirds of a day: the program places one and a half
    season = asks([4, 4, 4], rooms=(room(open=(Interval(0, 0, 6),)),), windows=(window(0, 0, (0, 1, 2)),))
    tens = tuple(msgspec.structs.replace(r, weight=10) for r in season.requests)
    assert upper_bound(compile_season(msgspec.structs.replace(season, requests=tens))).weight % 10 == 0


@pytest.mark.parametrize("seed", range(20, 30))
def test_all_days_together_bound_no_tighter_than_what_can_be_placed(seed: int) -> None:
    season = random_problem(seed + 1000, requests=4, days=2, slots=4, fixed=seed % 2 == 0)
    assert weight_of_all_days(Relaxation(compile_season(season))) >= best_weight(season)


def _best_by_trying(runs: np.ndarray, starts: np.ndarray, lengths: list[int], profit: list[int], at_once: int) -> int:
    """The most of one day: every set of bookings, each counted at every slot."""
    slots = runs.shape[1]
    free = (runs > 0).sum(axis=0) // at_once
    single = [
        (i, s)
        for i, n in enumerate(lengths)
        for s in range(slots)
        for _ in range(int((runs[:, s] >= n).sum()) // at_once)
        if starts[i, s] and profit[i]
    ]
    best = 0
    for count in range(len(single) + 1):
        for chosen in combinations(single, count):
            fixed = np.zeros(slots, dtype=int)
            for i, s in chosen:
                fixed[s : s + lengths[i]] += 1
            if (fixed <= free).all():
                best = max(best, sum(profit[i] for i, _ in chosen))
    return best


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("at_once", [1, 2])
def test_packings_are_the_best_of_all(seed: int, at_once: int) -> None:
    random = np.random.default_rng(seed)
    lengths, profit = np.array([2, 3]), np.array([Random(seed).randint(0, 2), 3])
    free = random.random((1 if at_once == 1 else 3, 2, 6)) < 0.85
    starts = random.random((2, 2, 6)) < 0.6
    runs = run_lengths(free)
    expected = [_best_by_trying(runs[:, d], starts[:, d], lengths.tolist(), profit.tolist(), at_once) for d in range(2)]
    everybody = np.ones(len(free), dtype=np.bool_)
    family = Family(everybody, np.ones(2, dtype=np.bool_), at_once, profit)
    assert simultaneous_packings(runs, starts, lengths, family).tolist() == expected
    if at_once == 1:
        assert packings(free, starts, lengths, profit[None]).sum(axis=1).tolist() == [expected]
