"""Why a request is unplaced: each kind of proof by a case made by hand, and what holds on generated problems."""

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling import (
    Channel,
    Fixed,
    Group,
    Interval,
    Link,
    Offer,
    Policy,
    Problem,
    Request,
    Solution,
    Window,
    solve,
    verify,
)
from scheduling.answers import snapshot as snapshots
from scheduling.answers.explaining import Explainer, explain
from scheduling.answers.infeasibility import cannot_all_be_placed
from scheduling.answers.newcomer import newcomer_fields
from scheduling.answers.snapshot import CHAIN_TRIES, Snapshot
from scheduling.arrays.season import compile_season
from scheduling.bound.certificate import Certificate
from scheduling.moves.board import starting_board
from scheduling.moves.state import BUDGET
from tests.scheduling.exhaustive import best_weight
from tests.scheduling.factories import activity, online, placement, problem, request, room, solution, window
from tests.scheduling.random_problems import random_problem

MORNING = (window(0, 0, (0,)),)


def tentative(activity_id: str, day: int, start: int) -> Fixed:
    return Fixed(activity=activity_id, day=day, start=start, rooms=("r",), state="tentative")


def fixed_season(*requests: Request, **fields: Any) -> tuple[Problem, Solution]:
    """A problem whose fixed placements are its solution."""
    season = problem(*requests, **fields)
    return season, solution(*(placement(h.activity, h.day, h.start, *h.rooms) for h in season.fixed))


def starts(*values: int) -> tuple[Window, ...]:
    return (window(0, 0, values),)


# name -> (problem with its fixed placements as solution, proof of request "a", first blocking rule)
PROOFS: dict[str, tuple[tuple[Problem, Solution], str, str]] = {
    "no room so large": (fixed_season(request("a", activity("a", capacity=101))), "impossible", "room_capacity"),
    "no start": (fixed_season(request("a", activity("a", windows=()))), "impossible", "start_not_allowed"),
    "no channel": (
        fixed_season(request("a", activity("a", rooms_needed=0, needs_channel=True))),
        "impossible",
        "channel_count",
    ),
    "closed all day": (
        fixed_season(
            request("a", activity("a", windows=starts(0, 1))), rooms=(room("r", blocked=(Interval(0, 1, 3),)),)
        ),
        "impossible",
        "room_blocked",
    ),
    "an itinerary whose pause cannot be": (
        fixed_season(
            request(
                "a",
                activity("a", windows=starts(0, 4)),
                activity("b", windows=starts(0, 4)),
                links=(Link(before="a", after="b", min_gap_slots=3, same_day=True),),
            )
        ),
        "impossible",
        "link_order",
    ),
    "a confirmed placement": (
        fixed_season(
            request("a", activity("a", windows=MORNING)),
            request("b"),
            fixed=(Fixed(activity="b", day=0, start=1, rooms=("r",)),),
        ),
        "full",
        "room_overlap",
    ),
    # ten slots hold three bookings of three, wherever they move: a count of pieces shows it
    "full by prices": (
        fixed_season(
            *(request(i, activity(i, duration_slots=3, windows=starts(*range(8)))) for i in "abcd"),
            fixed=(tentative("b", 0, 0), tentative("c", 0, 3), tentative("d", 0, 6)),
        ),
        "full",
        "room_overlap",
    ),
    # two of two slots have room enough in ten, but their starts overlap: the exact model shows it
    "full by the exact model": (
        fixed_season(
            request("a", activity("a", windows=starts(1))),
            request("b", activity("b", windows=starts(0, 2))),
            fixed=(tentative("b", 0, 0),),
        ),
        "full",
        "room_overlap",
    ),
    "one that can move": (
        fixed_season(
            request("a", activity("a", windows=MORNING)),
            request("b", activity("b", windows=(window(0, 1, (0,)),))),
            fixed=(tentative("b", 0, 0),),
        ),
        "movable",
        "room_overlap",
    ),
    # five in a row would each have to move on by a day: more moves than a chain may have, and no proof against it
    "five that would have to move": (
        fixed_season(
            request("a", activity("a", windows=MORNING)),
            *(request(f"q{d}", activity(f"q{d}", windows=(window(d, d + 1, (0,)),))) for d in range(4)),
            fixed=tuple(tentative(f"q{d}", d, 0) for d in range(4)),
        ),
        "search_limit",
        "room_overlap",
    ),
}


def test_few_tight_rivals_are_enough_where_many_could_give_way() -> None:
    anywhere = (window(0, 4, tuple(range(9))),)
    names = [f"w{i}" for i in range(45)]
    wide = [request(w, activity(w, rooms_needed=0, needs_channel=True, windows=anywhere)) for w in names]
    tight = [request(i, activity(i, windows=starts(0), needs_channel=True)) for i in "ab"]
    on_channels = tuple(Fixed(activity=w, day=0, start=0, channel=f"of {w}", state="tentative") for w in names)
    season = problem(
        *tight,
        *wide,
        channels=tuple(Channel(id=f"of {name}") for name in ("b", *names)),
        fixed=(Fixed(activity="b", day=0, start=0, rooms=("r",), channel="of b", state="tentative"), *on_channels),
    )
    fixed = solution(placement("b", channel="of b"), *(online(h.activity, channel=h.channel) for h in on_channels))
    assert verify(season, fixed) == []
    assert explain(season, fixed, "a").proof == "full"


@pytest.mark.parametrize("name", PROOFS)
def test_the_proof_says_how_certain_a_no_is(name: str) -> None:
    (season, fixed), proof, rule = PROOFS[name]
    explanation = explain(season, fixed, "a")
    assert explanation.proof == proof
    assert explanation.blocking[0].rule == rule


def test_prices_show_what_a_count_of_pieces_shows_and_no_more() -> None:
    season, fixed = PROOFS["full by prices"][0]
    assert Certificate(Snapshot(season, fixed).season).shows_full(0)
    fewer = solution(*fixed.placements[:2])
    assert not Certificate(Snapshot(msgspec.structs.replace(season, fixed=()), fewer).season).shows_full(0)
    season, fixed = PROOFS["full by the exact model"][0]
    assert not Certificate(Snapshot(season, fixed).season).shows_full(0)


def test_the_exact_model_keeps_rooms_staff_people_and_channels_apart() -> None:
    two = [request(i, activity(i, windows=starts(0, 1), groups=("g",))) for i in "ab"]
    rooms = (room("r"), room("t"))

    def impossible(season: Problem) -> bool:
        return cannot_all_be_placed(starting_board(compile_season(season)), season.requests)

    assert impossible(problem(*two, groups=(Group(id="g"),)))
    assert not impossible(problem(*two, groups=(Group(id="g"),), rooms=rooms))
    assert impossible(problem(*two, groups=(Group(id="g", exclusive=True),), rooms=rooms))
    assert impossible(problem(*two, groups=(Group(id="g", max_per_day=1),), rooms=rooms))
    # Three slots from one campus to the other: only starts at both ends of the day leave the time.
    apart = (room("r"), room("t", campus="south"))

    def on_two_campuses(*values: int) -> Problem:
        two = [
            request(i, activity(i, windows=starts(*values), groups=("g",), campuses=(c,)))
            for i, c in (("a", "north"), ("b", "south"))
        ]
        people = Group(id="g", exclusive=True, travel=True)
        return problem(*two, groups=(people,), rooms=apart, travel_slots=((0, 3), (3, 0)))

    length = activity("a").duration_slots
    assert impossible(on_two_campuses(0, length + 2))
    assert not impossible(on_two_campuses(0, length + 3))
    live = [request(i, activity(i, windows=starts(0, 1), rooms_needed=0, needs_channel=True)) for i in "ab"]
    assert impossible(problem(*live, channels=(Channel(id="c"),)))
    assert not impossible(problem(*live, channels=(Channel(id="c"), Channel(id="d"))))


def test_a_request_fixed_in_part_is_explained_by_what_is_missing() -> None:
    asked = request(
        "a",
        activity("x", windows=(window(0, 4, (0,)),)),
        activity("y", windows=(window(0, 4, (0,)),)),
        links=(Link(before="x", after="y", min_days=1, max_days=1),),
    )
    season, fixed = fixed_season(
        asked,
        request("b"),
        fixed=(
            Fixed(activity="x", day=1, start=0, rooms=("r",)),
            Fixed(activity="b", day=2, start=1, rooms=("r",)),
        ),
    )
    explanation = explain(season, fixed, "a")
    assert explanation.proof == "full"
    assert ("y", "room_overlap", 2, ("b",)) in {(b.activity, b.rule, b.day, b.held_by) for b in explanation.blocking}
    assert all(offer.placements[0].day == 2 for offer in explanation.offers)


RELAXED_RULES = {
    "days": {"start_not_allowed"},
    "start": {"start_not_allowed"},
    "campus": {"campus_not_allowed"},
    "capacity": {"room_capacity"},
    "fewer_rooms": {"room_count"},
    "online": {"room_count", "channel_count"},
    "shorter": {"start_not_allowed", "outside_day", "room_closed"},
}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_offers_break_only_what_they_say_they_give_up(seed: int) -> None:
    season = random_problem(seed, requests=14)
    result = solve(season, rounds=1)
    explainer = Explainer(season, result.solution)
    for name in result.unplaced:
        explanation = explainer.explain(name)
        assert explanation.blocking or explanation.proof == "free"
        for offer in explanation.offers:
            moved = {m.activity: m.new for m in offer.moves}
            season_now = msgspec.structs.replace(season, policy=Policy())
            placements = [moved.get(p.activity, p) for p in result.solution.placements] + list(offer.placements)
            broken = {v.rule for v in verify(season_now, Solution(placements=tuple(placements)))}
            if "shorter" in offer.relaxed:
                continue  # the verifier knows the asked length only
            assert broken <= set().union(*(RELAXED_RULES[name] for name in offer.relaxed)), offer


@pytest.mark.parametrize("seed", range(30))
def test_a_proof_is_never_wrong(seed: int) -> None:
    season = random_problem(seed, requests=4, days=2, slots=4, fixed=False)
    result = solve(season, rounds=0)
    explainer = Explainer(season, result.solution)
    for name in result.unplaced:
        proof = explainer.explain(name).proof
        asked = [r for r in season.requests if r.id == name]
        alone = msgspec.structs.replace(season, requests=tuple(_weighing(asked, 1)), links=())
        if proof == "impossible":
            assert best_weight(alone) == 0
        placed = [r for r in season.requests if r.id not in result.unplaced]
        known = {a.id for r in (*placed, *asked) for a in r.activities}
        links = tuple(k for k in season.links if {k.before, k.after} <= known)
        all_of_it = msgspec.structs.replace(season, requests=tuple(_weighing([*placed, *asked], 1)), links=links)
        if proof == "full":
            assert best_weight(all_of_it) < len(all_of_it.requests)
        elif proof == "movable":
            assert best_weight(all_of_it) == len(all_of_it.requests)


def _weighing(requests: list[Request], weight: int) -> list[Request]:
    return [msgspec.structs.replace(r, weight=weight) for r in requests]


def crowded(seed: int) -> Problem:
    """Some who have a place each in one room, may be at a few of the others' too, and one place that is free."""
    r = random.Random(seed)
    count = r.randint(4, 8)
    places = [(day, start) for day in range(5) for start in (0, 3, 6)]
    r.shuffle(places)
    others = [place for place in places if place != (0, 0)]
    taken, free = [(0, 0), *others[:count]], others[count : count + 1]
    owners, fixed = [], []
    for number, place in enumerate(taken):
        may_be = {place, *r.sample(taken + free, 3)} - ({(0, 0)} if number else set())
        windows = tuple(window(day, day, (start,), r.choice((5, 50))) for day, start in sorted(may_be))
        owners.append(request(f"q{number}", activity(f"q{number}", windows=windows)))
        fixed.append(tentative(f"q{number}", *place))
    return problem(*owners, fixed=tuple(fixed))


def test_of_the_chains_that_open_one_place_the_one_that_moves_fewest_is_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(snapshots, "CHAIN_SECONDS", 60.0)  # every try is made, however busy the machine
    newcomer = request("a", activity("a", windows=MORNING))
    longer_first = 0
    for seed in range(60):
        season = crowded(seed)
        offers = Snapshot(season).insert(newcomer)
        chains = [offer for offer in every_chain(Snapshot(season), newcomer) if offer.moves]
        if not chains:
            continue
        assert len(offers[0].moves) == min(len(chain.moves) for chain in chains)
        longer_first += len(chains[0].moves) > len(offers[0].moves)
    assert longer_first


def every_chain(snapshot: Snapshot, newcomer: Request) -> list[Offer]:
    """What each try finds, in their order."""
    board = snapshot.extended
    board.enter(newcomer_fields(snapshot.season, newcomer, ()))
    board.state.info[BUDGET] = 1 << 40
    found = [snapshot._chain(newcomer) for _ in range(CHAIN_TRIES)]
    board.leave()
    return [offer for offer in found if offer is not None]
