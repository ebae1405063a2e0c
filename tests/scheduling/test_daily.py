"""Insert, explain, re-solve: what an office asks every day."""

import msgspec
import pytest

from scheduling import (
    Activity,
    Channel,
    Fixed,
    Group,
    Policy,
    Problem,
    Request,
    Result,
    Solution,
    Target,
    solve,
    verify,
)
from scheduling.answers.explaining import explain
from scheduling.answers.resolving import propose_asks, resolve, trade_off
from scheduling.answers.snapshot import Snapshot
from scheduling.arrays.season import compile_season
from scheduling.bench.daily import fix_placements, run_explain, run_insert, run_resolve, without
from scheduling.bench.solve import generated
from scheduling.model.goals import best_preference
from scheduling.moves.board import starting_board
from scheduling.moves.searcher import Searcher
from scheduling.search.chains import Chains
from tests.scheduling.factories import activity, placement, problem, request, room, solution, window

MORNING = (window(0, 0, (0,)),)


@pytest.fixture(scope="module")
def season() -> Problem:
    return generated(200, rooms=4, tight=True, seed=3)


@pytest.fixture(scope="module")
def solved(season: Problem) -> Result:
    return solve(season, rounds=12)


def test_the_best_placement_is_offered_first() -> None:
    wished = (window(0, 4, (0, 4)), window(2, 2, (4,), preference=9))
    offers = Snapshot(problem()).insert(request("new", activity("new", windows=wished)))
    assert offers[0].placements == (placement("new", 2, 4),)
    assert offers[0].cost == 0
    assert offers[0].moves == ()


@pytest.mark.parametrize("day", range(5))
def test_the_best_placement_costs_nothing_wherever_the_wished_day_lies(day: int) -> None:
    wished = (window(0, 1, (0, 4), preference=3), window(0, 4, (), preference=9))
    new = activity("new", windows=wished, target=Target(day=day, value=10, per_day=2))
    (best, *_) = Snapshot(problem()).insert(request("new", new))
    assert best.cost == 0
    assert best.preference == best_preference(new) == 13 - 2 * max(0, day - 1)


def test_an_offer_may_move_a_tentative_placement_but_never_a_confirmed_one() -> None:
    old = request("old", activity("old", windows=(window(0, 1, (0,)),)))
    new = request("new", activity("new", windows=MORNING))
    for state, count in (("tentative", 1), ("confirmed", 0)):
        fixed = (Fixed(activity="old", day=0, start=0, rooms=("r",), state=state),)  # type: ignore[arg-type]
        offers = Snapshot(problem(old, fixed=fixed)).insert(new)
        assert len(offers) == count
        if offers:
            (move,) = offers[0].moves
            assert (move.old, move.new, move.gains) == (placement("old"), placement("old", 1), ("new",))


def test_an_itinerary_is_offered_whole() -> None:
    new = request("new", activity("x", windows=MORNING), activity("y", windows=(window(0, 0, (2,)),)))
    (offer, *_) = Snapshot(problem()).insert(new)
    assert {p.activity for p in offer.placements} == {"x", "y"}


def test_a_newcomer_keeps_clear_of_its_team() -> None:
    team = (Group(id="g", exclusive=True),)
    old = request("old", activity("old", groups=("g",), windows=MORNING))
    fixed = (Fixed(activity="old", day=0, start=0, rooms=("r",)),)
    snapshot = Snapshot(problem(old, fixed=fixed, groups=team, rooms=(room("r"), room("t"))))
    new = request("new", activity("new", groups=("g", "unheard of"), windows=MORNING))
    assert snapshot.insert(new) == []


def test_offers_break_no_rule_and_leave_the_snapshot_alone(season: Problem) -> None:
    base, chosen = without(season, 15, 1)
    first = solve(base, rounds=3)
    fixed = fix_placements(base, first.solution, 0.5, 1)
    snapshot = Snapshot(fixed)
    before = snapshot.board.placements()
    for i in chosen:
        for offer in snapshot.insert(season.requests[i]):
            moved = {m.activity: m.new for m in offer.moves}
            grown = msgspec.structs.replace(fixed, requests=(*fixed.requests, season.requests[i]))
            placements = (*(moved.get(p.activity, p) for p in first.solution.placements), *offer.placements)
            assert verify(grown, Solution(placements=placements)) == []
            assert len(offer.moves) <= 3
    assert snapshot.board.placements() == before


def test_free_placements_of_a_placed_activity_include_its_own() -> None:
    season = problem(
        request("a", activity("a", windows=MORNING)), fixed=(Fixed(activity="a", day=0, start=0, rooms=("r",)),)
    )
    assert [o.placements for o in Snapshot(season).free_placements("a")] == [(placement("a"),)]


FULL = problem(
    request("a", activity("a", windows=MORNING)),
    request("b", activity("b", windows=MORNING)),
    fixed=(Fixed(activity="b", day=0, start=0, rooms=("r",)),),
)


def test_the_blocking_rule_names_who_holds_the_room() -> None:
    explanation = explain(FULL, solution(placement("b")), "a")
    (blocking,) = explanation.blocking
    assert (blocking.rule, blocking.held_by, blocking.day) == ("room_overlap", ("b",), 0)


def test_offers_name_what_is_given_up() -> None:
    explanation = explain(FULL, solution(placement("b")), "a")
    assert explanation.offers
    assert {r for offer in explanation.offers for r in offer.relaxed} <= set(Policy().relaxations)
    only_days = msgspec.structs.replace(FULL, policy=Policy(relaxations=("days",)))
    assert {o.relaxed for o in explain(only_days, solution(placement("b")), "a").offers} == {("days",)}


@pytest.mark.parametrize(("is_free_near", "day"), [(True, 1), (False, 3)])
def test_an_offer_is_further_off_only_where_nothing_else_is_free(is_free_near: bool, day: int) -> None:
    taken = {"b": 0, "d": 2} if is_free_near else {"b": 0, "c": 1, "d": 2}
    season = problem(
        request("a", activity("a", windows=MORNING)),
        *(request(name, activity(name)) for name in taken),
        fixed=tuple(Fixed(activity=name, day=day, start=0, rooms=("r",)) for name, day in taken.items()),
        policy=Policy(relaxations=("days",), relaxed_days=1),
    )
    placed = solution(*(placement(name, day) for name, day in taken.items()))
    found = explain(season, placed, "a").offers
    assert min(offer.placements[0].day for offer in found) == day
    assert all(offer.placements[0].day <= 1 for offer in found) is is_free_near


def test_every_unplaced_request_is_explained(season: Problem) -> None:
    figures = run_explain(season, time_limit_seconds=1)
    assert figures["unexplained"] == 0


def test_a_resolve_drops_nothing_and_keeps_its_budget(season: Problem, solved: Result) -> None:
    base, _ = without(season, 10, 2)
    first = solve(base, rounds=3)
    fixed = fix_placements(base, first.solution, 1.0, 1).fixed
    again = resolve(msgspec.structs.replace(season, fixed=fixed, policy=Policy(move_budget=2)), rounds=13)
    assert len(again.moved) <= 2
    assert {h.activity for h in fixed} <= {p.activity for p in again.solution.placements}
    assert again.value >= first.placed_weight / again.total_weight


def test_asks_are_proposals_only() -> None:
    old = request("old", activity("old", windows=(window(0, 1, (0,)),)))
    new = request("new", activity("new", windows=MORNING), weight=5)
    fixed = (Fixed(activity="old", day=0, start=0, rooms=("r",), may_ask=True),)
    season = problem(old, new, fixed=fixed, policy=Policy(ask_budget=1))
    result = resolve(season, rounds=2)
    assert [p.activity for p in result.solution.placements] == ["old"]
    (ask,) = result.asked
    assert ask.gains == ("new",)
    assert ask.moves[0].new == placement("old", 1)
    assert propose_asks(msgspec.structs.replace(season, policy=Policy()), result.solution) == ()


@pytest.mark.parametrize(("budget", "moved"), [(4, 4), (3, 0)])
def test_a_chain_moves_one_after_another_within_its_budget_or_not_at_all(budget: int, moved: int) -> None:
    old = tuple(request(f"o{d}", activity(f"o{d}", windows=(window(d, d + 1, (0,)),))) for d in range(4))
    fixed = tuple(Fixed(activity=f"o{d}", day=d, start=0, rooms=("r",), state="tentative") for d in range(4))
    searcher = Searcher(
        compile_season(problem(*old, request("n", activity("n", windows=MORNING)), fixed=fixed)), move_budget=budget
    )
    Chains(searcher).run(100, seed=1)
    assert (searcher.board.moved, searcher.board.is_placed(4)) == (moved, moved > 0)
    assert all(searcher.board.is_placed(q) for q in range(4))


def test_two_on_one_channel_at_different_hours_do_not_clash() -> None:
    live = {"needs_channel": True, "rooms_needed": 0}
    season = problem(
        *(request(f"q{i}", activity(f"q{i}", **live)) for i in range(3)),
        channels=(Channel(id="c", turnover_slots=1),),
        fixed=tuple(
            Fixed(activity=f"q{i}", day=0, start=start, channel="c", state="tentative")
            for i, start in enumerate((0, 3, 5))
        ),
    )
    # the second and the third do: two slots and one of turnover from 3 reach to 6
    assert starting_board(compile_season(season)).state.fixed.tolist() == [0, 1, 1]


def test_asks_have_a_budget_of_their_own_and_only_name_who_may_be_asked() -> None:
    old = tuple(request(f"o{i}", activity(f"o{i}", windows=(window(0, 1, (3 * i,)),))) for i in range(3))
    new = tuple(request(f"n{i}", activity(f"n{i}", windows=(window(0, 0, (3 * i,)),)), weight=1 + i) for i in range(3))
    fixed = tuple(Fixed(activity=f"o{i}", day=0, start=3 * i, rooms=("r",), may_ask=i != 2) for i in range(3))
    for budget, asked in ((0, []), (1, ["o1"]), (5, ["o1", "o0"])):
        season = problem(*old, *new, fixed=fixed, policy=Policy(ask_budget=budget, move_budget=0))
        result = resolve(season, rounds=2)
        assert [move.activity for ask in result.asked for move in ask.moves] == asked
        # an ask changes nothing: the old placements are all kept, and nobody new is in
        assert set(result.solution.placements) == {placement(h.activity, h.day, h.start) for h in fixed}


def test_the_trade_off_is_drawn_for_the_budgets_that_people_ask_about() -> None:
    old = tuple(request(f"o{i}", activity(f"o{i}", windows=(window(0, 1, (2 * i,)),))) for i in range(4))
    new = tuple(request(f"n{i}", activity(f"n{i}", windows=(window(0, 0, (2 * i,)),))) for i in range(4))
    fixed = tuple(Fixed(activity=f"o{i}", day=0, start=2 * i, rooms=("r",), state="tentative") for i in range(4))
    curve = trade_off(problem(*old, *new, fixed=fixed), time_limit_seconds=0.3)
    assert [(c.budget, c.placed, c.moved) for c in curve] == [
        (0, 4, 0),
        (1, 5, 1),
        (2, 6, 2),
        (5, 8, 4),
        (10, 8, 4),
        (None, 8, 4),
    ]


def test_the_trade_off_never_falls() -> None:
    requests = tuple(request(f"o{i}", activity(f"o{i}", windows=(window(0, 1, (2 * i,)),))) for i in range(3))
    new = tuple(request(f"n{i}", activity(f"n{i}", windows=(window(0, 0, (2 * i,)),))) for i in range(3))
    fixed = tuple(Fixed(activity=f"o{i}", day=0, start=2 * i, rooms=("r",), state="tentative") for i in range(3))
    curve = trade_off(problem(*requests, *new, fixed=fixed), budgets=(0, 1, None), time_limit_seconds=1)
    assert [c.placed for c in curve] == [3, 4, 6]
    assert [c.moved for c in curve] == [0, 1, 3]


def test_every_measurement_gives_its_figures(season: Problem) -> None:
    inserted = run_insert(season, newcomers=10, time_limit_seconds=0.5)
    assert inserted["violations"] == 0
    resolved = run_resolve(season, newcomers=10, time_limit_seconds=0.5)
    assert (resolved["violations"], resolved["dropped"]) == (0, 0)


def test_a_longer_newcomer_than_any_before_is_understood() -> None:
    season = problem(request("a", activity("a")))
    new = Request(id="n", activities=(Activity(id="n", kind="new", duration_slots=7, windows=(window(0, 0, (3,)),)),))
    assert Snapshot(season).insert(new)[0].placements == (placement("n", 0, 3),)
