"""`chunzhao bench scale`: bookings and the widest pages as the years and the season grow."""

from collections.abc import Iterable
from typing import Any, Final

from app.benches.booking import run_booking
from app.benches.pages import run_pages

# Bookings of a season; more than that are those of earlier seasons.
SEASON_OF: Final = 5000
_PAGES: Final = ("board", "list", "inbox", "settled", "programme")
_WAITING: Final = 300


def run_years(totals: Iterable[int], *, rounds: int, seconds: int) -> list[dict[str, Any]]:
    """Measure with so many bookings in all: of one season up to 5,000, beyond that of several like it.

    Returns
    -------
    list of dict
        For each total the bookings of the season and in all, bookings over HTTP a second, and the milliseconds of each
        page, `board_changed` after a fact changed.
    """
    found = []
    for total in totals:
        booked = min(total, SEASON_OF)
        earlier = max(0, -(-total // SEASON_OF) - 1)
        rate = run_booking(clients=16, webs=1, booked=booked, earlier_seasons=earlier, rounds=rounds, seconds=seconds)
        pages = _pages(booked=booked, waiting=_WAITING, earlier_seasons=earlier, rounds=rounds)
        found.append({"bookings": booked * (1 + earlier), "http_per_second": rate["http_per_second"], **pages})
    return found


def run_requests(totals: Iterable[int], *, rounds: int) -> list[dict[str, Any]]:
    """Measure the pages of a season with so many requests, two thirds of them booked and at most 2,000."""
    found = []
    for total in totals:
        booked = min(2000, total * 2 // 3)
        pages = _pages(booked=booked, waiting=total - booked, earlier_seasons=0, rounds=rounds)
        found.append({"requests": total, **pages})
    return found


def _pages(*, booked: int, waiting: int, earlier_seasons: int, rounds: int) -> dict[str, Any]:
    figures = run_pages(
        booked=booked, waiting=waiting, earlier_seasons=earlier_seasons, rounds=rounds, repeats=10, only=_PAGES
    )
    milliseconds = {page["page"]: page["p50_ms"] for page in figures["pages"]}
    board = next(page for page in figures["pages"] if page["page"] == "board")
    return {**milliseconds, "board_changed": board["changed_ms"], "board_unchanged": board["not_modified_ms"]}
