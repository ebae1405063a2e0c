"""The bench of mails runs, and every booking comes to the mail server once."""

from app.benches.mail import run_mail


def test_the_bench_sends_beside_its_floor() -> None:
    figures = run_mail(messages=40, singles=2, rounds=1, answer_ms=1)
    assert (figures["lost"], figures["doubled"]) == (0, 0)
    assert {"p50_ms", "p99_ms", "seconds_for_1000", "seconds_for_1000_two_workers", "ratio_two_workers"} <= set(figures)
    assert set(figures["floor_seconds_for_1000"]) == {"1", "4"}
    assert min(figures["floor_seconds_for_1000"].values()) > 0
    assert {"PostgreSQL", "relay", "mail server", "worker 1", "worker 2"} <= set(figures["processor_ms_per_message"])
    assert 0 < figures["statements_per_message"] < 10
