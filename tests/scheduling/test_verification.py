"""One broken solution per rule, next to one that just keeps it."""

from typing import Any

import pytest

from scheduling import (
    RULES,
    Channel,
    Fairness,
    Fixed,
    Forbidden,
    Group,
    Interval,
    Link,
    PeriodLimit,
    Policy,
    Problem,
    Request,
    Solution,
    StaffLimit,
    verify,
)
from tests.scheduling.factories import activity, online, placement, problem, request, room, solution, window

TWO = (request("a"), request("b"))
ROOMS = (room("r"), room("s", campus="south"), room("t"))
LIVE = {"needs_channel": True, "rooms_needed": 0}


def grouped(*ids: str, **fields: Any) -> tuple[Request, ...]:
    return tuple(request(i, activity(i, groups=("g",), **fields)) for i in ids)


def with_group(**fields: Any) -> Problem:
    return problem(*grouped("a", "b"), rooms=ROOMS, groups=(Group(id="g", **fields),))


def linked(**fields: Any) -> Problem:
    return problem(*TWO, rooms=ROOMS, links=(Link(before="a", after="b", **fields),))


def channels(**fields: Any) -> Problem:
    live = tuple(request(i, activity(i, **LIVE, **fields)) for i in ("a", "b"))
    return problem(*live, channels=(Channel(id="c"), Channel(id="d", features=("studio",), turnover_slots=1)))


def one(**fields: Any) -> Problem:
    return problem(request("a", activity("a", **fields)), rooms=ROOMS)


CASES = {
    "unknown_activity": (problem(*TWO), solution(placement("x")), solution(placement("a"))),
    "unknown_room": (problem(*TWO), solution(placement("a", 0, 0, "x")), solution(placement("a"))),
    "unknown_channel": (channels(), solution(online(channel="x")), solution(online(channel="c"))),
    "unknown_day": (problem(*TWO), solution(placement("a", 5)), solution(placement("a", 4))),
    "placed_twice": (
        problem(*TWO),
        solution(placement("a"), placement("a", 1)),
        solution(placement("a"), placement("b", 1)),
    ),
    "incomplete_request": (
        problem(request("q", activity("a"), activity("b"))),
        solution(placement("a")),
        solution(placement("a"), placement("b", 1)),
    ),
    "outside_day": (
        one(windows=(window(0, 4, (8, 9)),)),
        solution(placement("a", 0, 9)),
        solution(placement("a", 0, 8)),
    ),
    "start_not_allowed": (
        one(windows=(window(1, 2, (3, 4)),)),
        solution(placement("a", 2, 5)),
        solution(placement("a", 2, 4)),
    ),
    "forbidden_place": (
        one(forbidden=(Forbidden(day=1, room="r"),)),
        solution(placement("a", 1)),
        solution(placement("a", 1, 0, "t")),
    ),
    "room_count": (one(rooms_needed=2), solution(placement("a")), solution(placement("a", 0, 0, "r", "t"))),
    "rooms_on_one_campus": (
        one(rooms_needed=2),
        solution(placement("a", 0, 0, "r", "s")),
        solution(placement("a", 0, 0, "r", "t")),
    ),
    "campus_not_allowed": (one(campuses=("south",)), solution(placement("a")), solution(placement("a", 0, 0, "s"))),
    "room_not_allowed": (one(rooms=("t",)), solution(placement("a")), solution(placement("a", 0, 0, "t"))),
    "room_restricted": (
        problem(request("a"), rooms=(room("r", restricted_to=("law",)), room("t", restricted_to=("acme",)))),
        solution(placement("a")),
        solution(placement("a", 0, 0, "t")),
    ),
    "room_capacity": (
        problem(request("a", activity("a", capacity=101)), rooms=(room("r"), room("t", capacity=101))),
        solution(placement("a")),
        solution(placement("a", 0, 0, "t")),
    ),
    "room_features": (
        problem(
            request("a", activity("a", features=("stage",))),
            rooms=(room("r"), room("t", features=("stage",))),
        ),
        solution(placement("a")),
        solution(placement("a", 0, 0, "t")),
    ),
    "room_closed": (
        problem(request("a"), rooms=(room("r", open=(Interval(0, 2, 4), Interval(0, 4, 6)), turnover_slots=1),)),
        solution(placement("a", 0, 5)),
        solution(placement("a", 0, 4)),
    ),
    "room_blocked": (
        problem(request("a"), rooms=(room("r", blocked=(Interval(0, 4, 6),), turnover_slots=1),)),
        solution(placement("a", 0, 2)),
        solution(placement("a", 0, 1)),
    ),
    "room_overlap": (
        problem(
            request("a", activity("a", kind="fair")),
            request("b"),
            rooms=(room("r", turnover_slots=1, turnover_by_kind={"fair": 2}),),
        ),
        solution(placement("a", 0, 0), placement("b", 0, 3)),
        solution(placement("a", 0, 0), placement("b", 0, 4)),
    ),
    "channel_count": (channels(), solution(online()), solution(online(channel="c"))),
    "channel_not_allowed": (
        channels(channels=("d",)),
        solution(online(channel="c")),
        solution(online(channel="d")),
    ),
    "channel_features": (
        channels(channel_features=("studio",)),
        solution(online(channel="c")),
        solution(online(channel="d")),
    ),
    "channel_closed": (
        problem(request("a", activity("a", **LIVE)), channels=(Channel(id="c", open=(Interval(0, 0, 4),)),)),
        solution(online(start=3, channel="c")),
        solution(online(start=2, channel="c")),
    ),
    "channel_blocked": (
        problem(request("a", activity("a", **LIVE)), channels=(Channel(id="c", blocked=(Interval(0, 4, 8),)),)),
        solution(online(start=3, channel="c")),
        solution(online(start=2, channel="c")),
    ),
    "channel_overlap": (
        channels(),
        solution(online("a", channel="d"), online("b", start=2, channel="d")),
        solution(online("a", channel="d"), online("b", start=3, channel="d")),
    ),
    "staff_limit": (
        problem(*TWO, rooms=ROOMS, staff_limits=(StaffLimit(campus="north", from_slot=0, to_slot=4, limit=1),)),
        solution(placement("a", 0, 0), placement("b", 0, 3, "t")),
        solution(placement("a", 0, 0), placement("b", 0, 4, "t")),
    ),
    "group_overlap": (
        with_group(exclusive=True),
        solution(placement("a"), placement("b", 0, 1, "t")),
        solution(placement("a"), placement("b", 0, 2, "t")),
    ),
    "group_travel": (
        with_group(exclusive=True, travel=True),
        solution(placement("a"), placement("b", 0, 2, "s")),
        solution(placement("a"), placement("b", 0, 3, "s")),
    ),
    "group_busy": (
        with_group(busy=(Interval(0, 2, 4),)),
        solution(placement("a", 0, 1)),
        solution(placement("a", 0, 4)),
    ),
    "group_max_per_day": (
        with_group(max_per_day=1),
        solution(placement("a"), placement("b", 0, 4)),
        solution(placement("a"), placement("b", 1, 4)),
    ),
    "group_period_limit": (
        with_group(period_limits=(PeriodLimit(first_day=1, last_day=3, limit=1),)),
        solution(placement("a", 1), placement("b", 3)),
        solution(placement("a", 1), placement("b", 4)),
    ),
    "group_min_gap_days": (
        with_group(min_gap_days=3),
        solution(placement("a", 1), placement("b", 3)),
        solution(placement("a", 1), placement("b", 4)),
    ),
    "link_order": (
        linked(),
        solution(placement("a", 1, 2), placement("b", 1, 3, "t")),
        solution(placement("a", 1, 2), placement("b", 1, 4, "t")),
    ),
    "link_gap": (
        linked(min_gap_slots=1, max_gap_slots=2),
        solution(placement("a", 1, 0), placement("b", 1, 5)),
        solution(placement("a", 1, 0), placement("b", 1, 4)),
    ),
    "link_days": (
        linked(min_days=1, max_days=2),
        solution(placement("a", 0), placement("b", 3)),
        solution(placement("a", 0), placement("b", 2)),
    ),
    "link_campus": (
        linked(same_campus=True),
        solution(placement("a", 0), placement("b", 1, 0, "s")),
        solution(placement("a", 0), placement("b", 1, 0, "t")),
    ),
    "held_dropped": (
        problem(*TWO, fixed=(Fixed(activity="a", day=1, start=3, rooms=("r",), state="tentative"),)),
        solution(),
        solution(placement("a", 2)),
    ),
    "held_moved": (
        problem(*TWO, fixed=(Fixed(activity="a", day=1, start=3, rooms=("r",)),)),
        solution(placement("a", 1, 4)),
        solution(placement("a", 1, 3)),
    ),
    "move_budget": (
        problem(
            *TWO,
            fixed=(Fixed(activity="a", day=1, start=3, rooms=("r",), state="tentative"),),
            policy=Policy(move_budget=0),
        ),
        solution(placement("a", 1, 4)),
        solution(placement("a", 1, 3)),
    ),
    "small_share": (
        problem(request("a"), request("b", small=True), policy=Policy(fairness=Fairness(small_share_at_least=0.5))),
        solution(placement("a")),
        solution(placement("a"), placement("b", 1)),
    ),
    "evening_share": (
        problem(*TWO, policy=Policy(fairness=Fairness(evening_from_slot=5, evening_share_at_most=0.5))),
        solution(placement("a", 0, 5), placement("b", 1, 5)),
        solution(placement("a", 0, 5), placement("b", 1, 4)),
    ),
}


def test_every_rule_has_its_case() -> None:
    assert list(CASES) == list(RULES)


@pytest.mark.parametrize("rule", CASES)
def test_a_broken_rule_is_found_alone(rule: str) -> None:
    season, broken, _ = CASES[rule]
    assert [v.rule for v in verify(season, broken)] == [rule]


@pytest.mark.parametrize("rule", CASES)
def test_a_kept_rule_is_silent(rule: str) -> None:
    season, _, kept = CASES[rule]
    assert verify(season, kept) == []


def test_fixed_placements_may_clash_with_each_other_but_nothing_new_with_them() -> None:
    fixed = tuple(Fixed(activity=i, day=0, start=0, rooms=("r",)) for i in ("a", "b"))
    season = problem(*TWO, request("c"), fixed=fixed)
    given = (placement("a"), placement("b"))
    assert verify(season, Solution(placements=given)) == []
    assert {v.rule for v in verify(season, solution(*given, placement("c", 0, 1)))} == {"room_overlap"}


def test_a_fixed_placement_is_not_judged_by_wishes() -> None:
    season = problem(
        request("a", activity("a", capacity=1000, windows=(window(4, 4),))),
        fixed=(Fixed(activity="a", day=0, start=0, rooms=("r",)),),
    )
    assert verify(season, solution(placement("a"))) == []


def test_fixed_placements_never_give_way_to_a_share() -> None:
    season = problem(
        *TWO,
        fixed=(Fixed(activity="a", day=0, start=5, rooms=("r",)),),
        policy=Policy(fairness=Fairness(evening_from_slot=5, evening_share_at_most=0.0, small_share_at_least=1.0)),
    )
    assert verify(season, solution(placement("a", 0, 5))) == []
    assert {v.rule for v in verify(season, solution(placement("a", 0, 5), placement("b", 1, 5)))} == {
        "small_share",
        "evening_share",
    }
