"""The bench of bookings runs, and a booking keeps its budget of round trips."""

from datetime import UTC, datetime
from uuid import UUID

from app.benches.booking import run_booking
from app.benches.contest import run_contest
from app.benches.recording import Statement, pgbench_script

# Session, BEGIN, locks, facts, booking, state of the request, events, COMMIT.
ROUND_TRIPS = 8


def test_the_bench_books_beside_both_floors() -> None:
    figures = run_booking(clients=2, webs=2, booked=100, earlier_seasons=1, rounds=1, seconds=1)
    assert set(figures["statuses"]) == {"201"}
    assert (figures["statements"], figures["round_trips"]) == (ROUND_TRIPS - 2, ROUND_TRIPS)
    assert figures["ratio_minimal"] > 0
    assert figures["ratio"] > 0
    assert set(figures["cpu_ms"]) == {"web", "postgres", "relay", "worker", "client"}
    assert all(milliseconds > 0 for milliseconds in figures["cpu_ms"].values())


def test_one_of_many_gets_a_place_and_the_others_are_offered_places() -> None:
    figures = run_contest(clients=6, webs=1, rounds=1)
    assert figures["statuses"] == {"201": 1, "409": 5}
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert figures["decision_p99_ms"] > 0


def test_a_script_has_literals_that_pgbench_leaves_alone() -> None:
    room, other = UUID(int=1), UUID(int=2)
    statement = Statement(
        "UPDATE x SET a = $1, b = $2, c = $3, d = $4, e = $5, f = $6 WHERE g = $7",
        ([room], {"at": None, "say": "it's"}, None, True, datetime(2023, 3, 8, tzinfo=UTC), b"\x01\xff", other),
    )
    script = pgbench_script([statement], {room: "bench_id('a', :k)"})
    assert script.splitlines()[2] == (
        "UPDATE x SET a = ARRAY[(bench_id('a', :k))]::uuid[], b = '{\"at\": null,\"say\": \"it''s\"}'::jsonb, "
        "c = NULL, d = true, e = '2023-03-08T00:00:00+00:00'::timestamptz, f = '\\x01ff'::bytea, "
        "g = '00000000-0000-0000-0000-000000000002'::uuid;"
    ).replace(", g = ", " WHERE g = ")
