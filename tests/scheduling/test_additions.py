"""What more would help: each figure is a re-solve."""

from scheduling import solve
from scheduling.additions import valuable_additions
from tests.scheduling.factories import activity, problem, request, window


def test_one_more_room_is_worth_what_it_lets_in() -> None:
    windows = (window(0, 0, (0,)),)
    season = problem(*(request(f"q{i}", activity(f"q{i}", windows=windows), weight=3) for i in range(2)))
    (best,) = valuable_additions(season, solve(season, rounds=1).solution, rounds=3)
    assert (best.kind, best.campus, best.gain, best.placed) == ("room", "north", 3, 1)


def test_figures_replay() -> None:
    windows = (window(0, 0, (0, 2, 4)),)
    season = problem(
        *(
            request(f"q{i}", activity(f"q{i}", windows=windows, duration_slots=2 + i % 3), weight=3 + i)
            for i in range(12)
        )
    )
    solution = solve(season, rounds=1).solution
    first = valuable_additions(season, solution, rounds=5)
    assert any(addition.gain for addition in first)
    assert valuable_additions(season, solution, rounds=5) == first
