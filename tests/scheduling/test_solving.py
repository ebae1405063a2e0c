"""Optima worked out by hand, one rule each, and how a solve behaves."""

import threading
import time
from typing import Any

import msgspec
import pytest

from scheduling import (
    RULES,
    Channel,
    Effort,
    Fixed,
    Forbidden,
    Group,
    Interval,
    Link,
    PeriodLimit,
    Policy,
    Problem,
    Progress,
    Request,
    StaffLimit,
    replay,
    solve,
    verify,
)
from scheduling.bench.solve import generated
from scheduling.search.budget import HOUR, Budget
from scheduling.search.phases import run_phases
from scheduling.search.run import Run
from tests.scheduling.factories import activity, problem, request, room, window

EARLY = window(0, 0, (0, 1))  # two slots long: starts 0 and 1 overlap
LIVE: dict[str, Any] = {"needs_channel": True, "rooms_needed": 0}


def asks(count: int, *, weight: int = 1, **fields: Any) -> tuple[Request, ...]:
    fields.setdefault("windows", (EARLY,))
    return tuple(request(f"q{i}", activity(f"q{i}", **fields), weight=weight) for i in range(count))


# name -> (problem, requests that can be placed)
OPTIMA: dict[str, tuple[Problem, int]] = {
    "one room holds one at a time": (problem(*asks(2)), 1),
    "two rooms hold two": (problem(*asks(2), rooms=(room("r"), room("t"))), 2),
    "capacity": (problem(*asks(1, capacity=101)), 0),
    "features": (problem(*asks(1, features=("stage",)), rooms=(room("r", features=("stage",)),)), 1),
    "a closure": (problem(*asks(1), rooms=(room("r", blocked=(Interval(0, 1, 2),)),)), 0),
    "opening hours": (problem(*asks(1), rooms=(room("r", open=(Interval(0, 1, 3),)),)), 1),
    "turnover before a closure": (
        problem(*asks(1), rooms=(room("r", turnover_slots=2, blocked=(Interval(0, 3, 9),)),)),
        0,
    ),
    "turnover between two": (
        problem(*asks(2, windows=(window(0, 0, (0, 2)),)), rooms=(room("r", turnover_slots=1),)),
        1,
    ),
    "turnover past the end of the day": (
        problem(*asks(1, windows=(window(0, 0, (8,)),)), rooms=(room("r", turnover_slots=3),)),
        1,
    ),
    "a room of somebody else": (problem(*asks(1), rooms=(room("r", restricted_to=("law",)),)), 0),
    "two rooms on two campuses": (
        problem(*asks(1, rooms_needed=2), rooms=(room("r"), room("s", campus="south"))),
        0,
    ),
    "one channel": (problem(*asks(2, **LIVE), channels=(Channel(id="c"),)), 1),
    "two channels": (problem(*asks(3, **LIVE), channels=(Channel(id="c"), Channel(id="d"))), 2),
    "room and channel": (
        problem(*asks(2, needs_channel=True), rooms=(room("r"), room("t")), channels=(Channel(id="c"),)),
        1,
    ),
    "staff": (
        problem(
            *asks(3),
            rooms=(room("r"), room("t"), room("u")),
            staff_limits=(StaffLimit(campus="north", from_slot=0, to_slot=9, limit=2),),
        ),
        2,
    ),
    "a shared team": (
        problem(*asks(2, groups=("g",)), rooms=(room("r"), room("t")), groups=(Group(id="g", exclusive=True),)),
        1,
    ),
    "a team that must travel": (
        problem(
            request("a", activity("a", windows=(window(0, 0, (0,)),), groups=("g",), campuses=("north",))),
            request("b", activity("b", windows=(window(0, 0, (2,)),), groups=("g",), campuses=("south",))),
            rooms=(room("r"), room("s", campus="south")),
            groups=(Group(id="g", exclusive=True, travel=True),),
        ),
        1,
    ),
    "a busy team": (problem(*asks(1, groups=("g",)), groups=(Group(id="g", busy=(Interval(0, 1, 2),)),)), 0),
    "once a day": (
        problem(
            *asks(3, groups=("g",), windows=(window(0, 1, (0, 4)),)),
            groups=(Group(id="g", max_per_day=1),),
        ),
        2,
    ),
    "twice a season": (
        problem(
            *asks(3, groups=("g",), windows=(window(),)),
            groups=(Group(id="g", period_limits=(PeriodLimit(first_day=0, last_day=4, limit=2),)),),
        ),
        2,
    ),
    "four days apart": (
        problem(*asks(3, groups=("g",), windows=(window(),)), groups=(Group(id="g", min_gap_days=4),)),
        2,
    ),
    "all of an itinerary or nothing": (
        problem(request("q", activity("a", windows=(EARLY,)), activity("b", windows=(EARLY,)))),
        0,
    ),
    "an itinerary in order": (
        problem(
            request(
                "q",
                activity("a", windows=(window(0, 0, (0, 4)),)),
                activity("b", windows=(window(0, 0, (0, 4)),)),
                links=(Link(before="a", after="b", min_gap_slots=2, max_gap_slots=2),),
            )
        ),
        1,
    ),
    "an itinerary whose pause cannot be": (
        problem(
            request(
                "q",
                activity("a", windows=(window(0, 0, (0, 4)),)),
                activity("b", windows=(window(0, 0, (0, 4)),)),
                links=(Link(before="a", after="b", min_gap_slots=3),),
            )
        ),
        0,
    ),
    "a forbidden day": (problem(*asks(1, forbidden=(Forbidden(day=0),))), 0),
    "a forbidden room at a time": (
        problem(*asks(1, forbidden=(Forbidden(room="r", start=0), Forbidden(room="r", start=1)))),
        0,
    ),
    "a closure around a fixed placement": (
        problem(
            request("a", activity("a", windows=(window(0, 1, (0,)),))),
            request("b", activity("b", windows=(window(0, 0, (0,)),)), weight=5),
            rooms=(room("r", blocked=(Interval(0, 0, 2),)),),
            fixed=(Fixed(activity="a", day=0, start=0, rooms=("r",), state="tentative"),),
        ),
        1,
    ),
    "a confirmed placement": (problem(*asks(2), fixed=(Fixed(activity="q0", day=0, start=0, rooms=("r",)),)), 1),
    "a tentative placement that makes way": (
        problem(
            request("a", activity("a", windows=(window(0, 1, (0,)),))),
            request("b", activity("b", windows=(window(0, 0, (0,)),))),
            fixed=(Fixed(activity="a", day=0, start=0, rooms=("r",), state="tentative"),),
        ),
        2,
    ),
    "a tentative placement without a budget of moves": (
        problem(
            request("a", activity("a", windows=(window(0, 1, (0,)),))),
            request("b", activity("b", windows=(window(0, 0, (0,)),))),
            fixed=(Fixed(activity="a", day=0, start=0, rooms=("r",), state="tentative"),),
            policy=Policy(move_budget=0),
        ),
        1,
    ),
    "another campus only": (problem(*asks(2, campuses=("south",)), rooms=(room("r"), room("s", campus="south"))), 1),
    "a named room": (problem(*asks(2, rooms=("t",)), rooms=(room("r"), room("t"))), 1),
    "more rooms at once than there are": (problem(*asks(1, rooms_needed=2)), 0),
    "two rooms at once": (problem(*asks(2, rooms_needed=2), rooms=(room("r"), room("t"), room("u"))), 1),
    "a named channel": (problem(*asks(2, **LIVE, channels=("c",)), channels=(Channel(id="c"), Channel(id="d"))), 1),
    "a channel with a studio": (
        problem(
            *asks(2, **LIVE, channel_features=("studio",)),
            channels=(Channel(id="c", features=("studio",)), Channel(id="d")),
        ),
        1,
    ),
    "a channel's hours": (problem(*asks(1, **LIVE), channels=(Channel(id="c", open=(Interval(0, 0, 1),)),)), 0),
    "a channel's closure": (problem(*asks(1, **LIVE), channels=(Channel(id="c", blocked=(Interval(0, 2, 3),)),)), 1),
    "turnover of a channel": (
        problem(*asks(2, **LIVE, windows=(window(0, 0, (0, 2)),)), channels=(Channel(id="c", turnover_slots=1),)),
        1,
    ),
    "two requests in order": (
        problem(*asks(2), rooms=(room("r"), room("t")), links=(Link(before="q0", after="q1"),)),
        1,
    ),
    "two requests days apart": (
        problem(*asks(2, windows=(window(0, 1, (0,)),)), links=(Link(before="q0", after="q1", min_days=2),)),
        1,
    ),
    "two requests on one campus": (
        problem(
            request("a", activity("a", windows=(EARLY,), campuses=("north",))),
            request("b", activity("b", windows=(window(1, 1, (0,)),), campuses=("south",))),
            rooms=(room("r"), room("s", campus="south")),
            links=(Link(before="a", after="b", same_campus=True),),
        ),
        1,
    ),
    "a tentative placement against a heavier one": (
        problem(
            request("a", activity("a", windows=(window(0, 0, (0,)),))),
            *asks(1, weight=9),
            fixed=(Fixed(activity="a", day=0, start=0, rooms=("r",), state="tentative"),),
        ),
        1,
    ),
    "a pinned placement": (
        problem(
            request("a", activity("a")),
            *asks(1),
            fixed=(Fixed(activity="a", day=0, start=0, rooms=("r",), state="pinned"),),
        ),
        1,
    ),
}


# rule of the verifier -> the optimum above, or in test_fairness, that only a search knowing it can find
SHOWN_BY = {
    "incomplete_request": "all of an itinerary or nothing",
    "start_not_allowed": "one room holds one at a time",
    "forbidden_place": "a forbidden day",
    "room_count": "more rooms at once than there are",
    "rooms_on_one_campus": "two rooms on two campuses",
    "campus_not_allowed": "another campus only",
    "room_not_allowed": "a named room",
    "room_restricted": "a room of somebody else",
    "room_capacity": "capacity",
    "room_features": "features",
    "room_closed": "opening hours",
    "room_blocked": "a closure",
    "room_overlap": "one room holds one at a time",
    "channel_count": "one channel",
    "channel_not_allowed": "a named channel",
    "channel_features": "a channel with a studio",
    "channel_closed": "a channel's hours",
    "channel_blocked": "a channel's closure",
    "channel_overlap": "two channels",
    "staff_limit": "staff",
    "group_overlap": "a shared team",
    "group_travel": "a team that must travel",
    "group_busy": "a busy team",
    "group_max_per_day": "once a day",
    "group_period_limit": "twice a season",
    "group_min_gap_days": "four days apart",
    "link_order": "two requests in order",
    "link_gap": "an itinerary whose pause cannot be",
    "link_days": "two requests days apart",
    "link_campus": "two requests on one campus",
    "held_dropped": "a tentative placement against a heavier one",
    "held_moved": "a confirmed placement",
    "move_budget": "a tentative placement without a budget of moves",
}
# ids that do not exist, a placement twice or past the end of the day cannot come out of a search; shares: test_fairness
NOT_A_SEARCHS = {
    "unknown_activity",
    "unknown_room",
    "unknown_channel",
    "unknown_day",
    "placed_twice",
    "outside_day",
    "small_share",
    "evening_share",
}


def test_every_rule_has_an_optimum_worked_out_by_hand() -> None:
    assert set(SHOWN_BY) | NOT_A_SEARCHS == set(RULES)
    assert set(SHOWN_BY.values()) <= set(OPTIMA)


@pytest.mark.parametrize("name", OPTIMA)
def test_the_optimum_by_hand_is_found(name: str) -> None:
    season, optimum = OPTIMA[name]
    result = solve(season, rounds=14)
    assert verify(season, result.solution) == []
    assert len(season.requests) - len(result.unplaced) == optimum


def test_the_heavier_of_two_wins() -> None:
    season = problem(request("a", activity("a", windows=(EARLY,)), weight=3), *asks(1, weight=2))
    result = solve(season, rounds=3)
    assert result.unplaced == ("q0",)
    assert (result.value, result.placed_weight, result.total_weight) == (0.6, 3, 5)


def test_a_long_itinerary_displaces_shorter_ones() -> None:
    # 3 + 3 on one room's morning against one request of 10 that needs it whole
    whole = request(
        "whole",
        activity("w0", windows=(window(0, 0, (0,)),)),
        activity("w1", windows=(window(0, 0, (2,)),)),
        weight=10,
    )
    parts = [request(f"p{i}", activity(f"p{i}", windows=(window(0, 0, (2 * i,)),)), weight=3) for i in range(2)]
    assert solve(problem(*parts, whole), rounds=5).placed_weight == 10


def test_an_empty_season_is_solved() -> None:
    result = solve(problem())
    assert (result.value, result.bound, result.gap, result.unplaced) == (1.0, 1.0, 0.0, ())


def test_the_preferred_start_is_taken() -> None:
    wished = (window(0, 0, (0, 3)), window(2, 2, (4,), preference=5))
    result = solve(problem(*asks(1, windows=wished)), rounds=1)
    assert [(p.day, p.start) for p in result.solution.placements] == [(2, 4)]


def _light(season: Problem) -> Problem:
    """The same with one weight for all, so that more weight is more requests."""
    requests = tuple(msgspec.structs.replace(r, weight=1) for r in season.requests)
    return msgspec.structs.replace(season, requests=requests)


@pytest.mark.parametrize("guided_after", [None, 5])
def test_progress_is_reported_and_never_falls(guided_after: int | None) -> None:
    season = _light(generated(250, rooms=5, tight=True))
    seen: list[Progress] = []
    effort = Effort(seed=1, processes=1, rounds=14, sweeps=0, guided_after=guided_after)
    run = Run(season, effort, Budget(HOUR, effort, time.perf_counter, None), seen.append)
    run_phases(run, None)
    assert run.effort.guided_after == guided_after
    assert [p.value for p in seen] == sorted(p.value for p in seen)
    assert [p.placed for p in seen] == sorted(p.placed for p in seen)
    assert all(p.placed == round(p.value * 250) == 250 - p.unplaced for p in seen)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_stop_ends_the_round_and_keeps_the_best(processes: int) -> None:
    season = generated(1000, rooms=15, tight=True)  # does not reach its bound, which would end it
    asked: list[bool] = []
    seen: list[Progress] = []

    def stop() -> bool:
        asked.append(bool(seen) and seen[-1].rounds >= 3)
        return asked[-1]

    result = solve(season, time_limit_seconds=600, processes=processes, should_stop=stop, on_progress=seen.append)
    assert result.cancelled
    assert asked.count(True) == 1
    assert result.effort.rounds == 3
    assert result.value == seen[-1].value
    assert verify(season, result.solution) == []


class Clock:
    """A clock that goes a fiftieth of a second forward each time it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.02
        return self.now


@pytest.mark.parametrize("limit", [1.0, 2.0, 5.0])
def test_the_limit_is_kept(limit: float) -> None:
    season = generated(300, tight=True)
    clock = Clock()
    result = solve(season, time_limit_seconds=limit, clock=clock)
    assert not result.cancelled
    assert result.seconds <= limit + 0.5
    assert verify(season, result.solution) == []


def test_a_solve_beside_other_threads_gives_the_same() -> None:
    season = generated(200, rooms=6, tight=True)
    alone = solve(season, rounds=14, processes=2)
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(solve(season, rounds=14, processes=2)))
    thread.start()
    thread.join()
    assert found[0].solution == alone.solution


def test_a_timed_solve_is_repeated_by_its_rounds() -> None:
    season = generated(300, tight=True)
    timed = solve(season, time_limit_seconds=3, processes=2, clock=Clock())
    again = replay(season, timed.recipe)
    assert timed.effort.rounds > 0
    assert again.solution == timed.solution
