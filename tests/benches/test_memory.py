"""The bench of memory uses all that `serve` starts; the solver returns what it took."""

from app.benches.memory import run_memory

PROCESSES = ("web", "worker", "solver", "desk", "relay", "postgres", "valkey", "supervisor", "serve")


def test_the_bench_measures_every_process() -> None:
    figures = run_memory(bookings=11, solve_seconds=1, rounds=1)
    assert set(figures["statuses"]) == {"200", "201"}
    assert figures["statuses"]["201"] == 11
    assert figures["solve"] == "finished"
    for kind in (figures, figures["fresh_mb"]):
        assert all(kind[f"{name}_mb"] > 0 for name in PROCESSES)
        assert "others_mb" not in kind
        assert kind["serve_mb"] > sum(kind[f"{name}_mb"] for name in ("web", "worker", "solver", "desk", "relay"))
    assert figures["solver_during_mb"] > figures["solver_mb"]
    assert figures["floor_mb"]["interpreter"] < figures["floor_mb"]["web"]
    assert 0 < figures["web_first_answer_seconds"] < figures["serve_first_answer_seconds"]
