"""The bench of the desk asks beside bookings that change; every answer knows what was booked before it was asked."""

from app.benches.desk import run_desk


def test_the_bench_asks_beside_bookings_that_change() -> None:
    figures = run_desk(booked=200, seconds=3)
    assert set(figures["statuses"]) == {"200"}
    assert figures["changes"] >= 2
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert figures["stale_ms"] > 0
    assert len(figures["back_seconds"]) == 2
    assert 60 < figures["memory_mb"] < 350
