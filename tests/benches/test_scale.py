"""The bench of growth measures bookings and pages of each size."""

import pytest

from app.benches.scale import run_requests, run_years

# The pages' handlers still name some parameters in a style that Litestar 3 drops.
pytestmark = pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
PAGES = {"board", "list", "inbox", "settled", "programme", "board_changed", "board_unchanged"}


def test_it_measures_years_and_seasons() -> None:
    (year,) = run_years([60], rounds=1, seconds=1)
    (season,) = run_requests([90], rounds=1)
    assert set(year) == {"bookings", "http_per_second", *PAGES}
    assert set(season) == {"requests", *PAGES}
    assert (year["bookings"], season["requests"]) == (60, 90)
    assert all(value > 0 for value in (*year.values(), *season.values()))
