"""Shares as rules: optima worked out by hand, who never gives way, and what is reported."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling import Fairness, Fixed, Major, Policy, Problem, Request, explain, solve, verify
from tests.scheduling.factories import activity, problem, request, room, window
from tests.scheduling.random_problems import random_problem

EVENING = 6


def at(name: str, start: int, **fields: object) -> Request:
    """A request that can start at one time of the first day only."""
    return request(name, activity(name, windows=(window(0, 0, (start,)),)), **fields)


def season(*requests: Request, fairness: Fairness, **fields: object) -> Problem:
    rooms = tuple(room(f"r{i}") for i in range(8))
    return problem(*requests, policy=Policy(fairness=fairness), **{"rooms": rooms, **fields})


def placed(result_unplaced: tuple[str, ...], all_of_them: Problem) -> set[str]:
    return {r.id for r in all_of_them.requests} - set(result_unplaced)


def test_evenings_give_way_until_their_share_holds_the_lightest_first() -> None:
    # four by day and four in the evening, a third allowed: two of six, the two that weigh most
    day = [at(f"d{i}", 0) for i in range(4)]
    evening = [at(f"e{i}", EVENING, weight=1 + i) for i in range(4)]
    asked = season(*day, *evening, fairness=Fairness(evening_from_slot=EVENING, evening_share_at_most=1 / 3))
    result = solve(asked, rounds=1)
    assert verify(asked, result.solution) == []
    assert placed(result.unplaced, asked) == {"d0", "d1", "d2", "d3", "e2", "e3"}
    assert result.fairness.evening_share == pytest.approx(1 / 3)
    assert explain(asked, result.solution, "e0").blocking[0].rule == "evening_share"


def test_who_can_leaves_the_evening_instead_of_giving_way() -> None:
    both = (window(0, 0, (0,)), window(0, 0, (EVENING,), preference=9))
    asked = season(
        *(request(f"q{i}", activity(f"q{i}", windows=both)) for i in range(4)),
        fairness=Fairness(evening_from_slot=EVENING, evening_share_at_most=0.5),
    )
    result = solve(asked, rounds=1)
    assert result.unplaced == ()
    assert sorted(p.start for p in result.solution.placements) == [0, 0, EVENING, EVENING]


def test_large_owners_give_way_until_small_ones_have_their_share() -> None:
    # two small and six large, half wanted: two of four, the two large ones that weigh most
    small = [at(f"s{i}", 0, small=True) for i in range(2)]
    large = [at(f"l{i}", 0, weight=2 + i) for i in range(6)]
    asked = season(*small, *large, fairness=Fairness(small_share_at_least=0.5))
    result = solve(asked, rounds=1)
    assert verify(asked, result.solution) == []
    assert placed(result.unplaced, asked) == {"s0", "s1", "l4", "l5"}
    assert (result.fairness.small_share_requested, result.fairness.small_share_placed) == (0.25, 0.5)


def test_a_small_owner_is_placed_instead_of_a_large_one() -> None:
    asked = season(
        at("s", 0, small=True),
        at("l0", 0, weight=5),
        at("l1", 0, weight=4),
        rooms=(room("r0"), room("r1")),
        fairness=Fairness(small_share_at_least=0.5),
    )
    assert placed(solve(asked, rounds=1).unplaced, asked) == {"s", "l0"}


def test_fixed_placements_stay_and_what_is_missing_is_named() -> None:
    fixed = tuple(Fixed(activity=f"e{i}", day=0, start=EVENING, rooms=(f"r{i}",)) for i in range(2))
    asked = season(
        at("e0", EVENING),
        at("e1", EVENING),
        at("e2", EVENING, small=True),
        fixed=fixed,
        fairness=Fairness(evening_from_slot=EVENING, evening_share_at_most=0.25, small_share_at_least=0.25),
    )
    result = solve(asked, rounds=1)
    assert verify(asked, result.solution) == []
    assert placed(result.unplaced, asked) == {"e0", "e1"}
    assert (result.fairness.evening_share_above, result.fairness.small_share_missing) == (0.75, 0.25)


def test_a_major_that_nothing_addresses_is_served_at_the_cost_of_a_heavier_one() -> None:
    majors = (Major(id="law", cohort=10), Major(id="art", cohort=5), Major(id="gone", cohort=0))
    law, more_law, art = (
        request(name, activity(name, windows=(window(0, 0, (start,)),), audience=(major,)), weight=weight)
        for name, start, major, weight in (("law", 0, "law", 9), ("more", 4, "law", 8), ("art", 4, "art", 1))
    )
    one_room = {"rooms": (room("r"),), "majors": majors}
    free = solve(season(law, more_law, art, fairness=Fairness(), **one_room), rounds=1)
    assert (free.unplaced, free.fairness.majors_without_session) == (("art",), ("art",))
    fair = solve(season(law, more_law, art, fairness=Fairness(every_major=True), **one_room), rounds=1)
    assert (fair.unplaced, fair.fairness.majors_without_session) == (("more",), ())


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), small=st.sampled_from([None, 0.4, 0.8]), evening=st.sampled_from([None, 0.0, 0.3]))
def test_every_rule_holds_together_with_the_shares(seed: int, small: float | None, evening: float | None) -> None:
    fairness = Fairness(
        small_share_at_least=small, evening_from_slot=4, evening_share_at_most=evening, every_major=seed % 2 == 0
    )
    base = random_problem(seed, requests=14)
    asked = Problem(**{f: getattr(base, f) for f in base.__struct_fields__} | {"policy": Policy(fairness=fairness)})
    result = solve(asked, rounds=1)
    assert verify(asked, result.solution) == []
    assert result.value <= result.bound + 1e-12
