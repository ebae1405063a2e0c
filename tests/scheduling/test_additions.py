"""What more would help: each figure is a re-solve."""

from scheduling import Day, Grid, solve
from scheduling.answers.additions import valuable_additions
from tests.scheduling.factories import activity, problem, request, window


def test_one_more_room_is_worth_what_it_lets_in() -> None:
    windows = (window(0, 0, (0,)),)
    season = problem(*(request(f"q{i}", activity(f"q{i}", windows=windows), weight=3) for i in range(2)))
    (best,) = valuable_additions(season, solve(season, rounds=1).solution, rounds=3)
    assert (best.kind, best.campus, best.gain, best.placed) == ("room", "north", 3, 1)


def test_the_part_of_a_week_that_uses_a_room_most_is_tried_alone() -> None:
    # Monday 6 March 2023 and four days more, ten half-hours from 15:00: slot 6 is 18:00.
    grid = Grid(
        slots_per_day=10,
        slot_minutes=30,
        first_slot_minute=15 * 60,
        days=tuple(Day(date=f"2023-03-{day:02d}", week=0) for day in range(6, 11)),
    )
    wishes = {"a": (1, 6), "b": (1, 6), "c": (1, 8), "d": (1, 8), "e": (3, 0), "f": (3, 0)}
    season = problem(
        *(
            request(name, activity(name, windows=(window(day, day, (start,)),)))
            for name, (day, start) in wishes.items()
        ),
        grid=grid,
    )
    solution = solve(season, rounds=1).solution
    always, narrowed = valuable_additions(season, solution, rounds=3)
    assert (always.weekday, always.part, always.placed) == (None, None, 3)
    assert (narrowed.weekday, narrowed.part, narrowed.placed) == (2, "evening", 2)


def test_the_same_additions_give_the_same_figures() -> None:
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
