"""What more would help: each figure is a re-solve."""

from scheduling import solve
from scheduling.additions import valuable_additions
from tests.scheduling.factories import activity, problem, request, window


def test_one_more_room_is_worth_what_it_lets_in() -> None:
    windows = (window(0, 0, (0,)),)
    season = problem(*(request(f"q{i}", activity(f"q{i}", windows=windows), weight=3) for i in range(2)))
    (best,) = valuable_additions(season, solve(season, rounds=1).solution, time_limit_seconds=0.3)
    assert (best.kind, best.campus, best.gain, best.placed) == ("room", "north", 3, 1)
