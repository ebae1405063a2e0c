"""Whoever starts a thread ends it, however a solve is left."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from scheduling import Problem, Progress, solve
from scheduling.bench.solve import generated
from scheduling.exact.interruptible import wait_unless


@pytest.fixture(scope="module")
def season() -> Problem:
    """Its bound takes half a second, and much longer than a round."""
    return generated(2000, tight=True)


def _raise(error: BaseException) -> Callable[[Progress], None]:
    def on_progress(progress: Progress) -> None:
        if progress.phase == "search":
            raise error

    return on_progress


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt()])
def test_an_error_or_an_interrupt_leaves_no_thread(season: Problem, error: BaseException) -> None:
    before = threading.enumerate()
    with pytest.raises(type(error)):
        solve(season, time_limit_seconds=60, on_progress=_raise(error))
    assert threading.enumerate() == before


@pytest.mark.parametrize("rounds", [0, 1])
def test_a_stop_leaves_no_thread(season: Problem, rounds: int) -> None:
    before = threading.enumerate()
    seen: list[Progress] = []
    solve(
        season,
        time_limit_seconds=60,
        on_progress=seen.append,
        should_stop=lambda: bool(seen) and seen[-1].rounds >= rounds,
    )
    assert threading.enumerate() == before


def test_a_result_leaves_no_thread(season: Problem) -> None:
    before = threading.enumerate()
    solve(season, time_limit_seconds=0.3)
    assert threading.enumerate() == before


def test_a_process_ends_quietly_after_a_bound_was_given_up() -> None:
    script = """
import time
from scheduling.arrays.season import compile_season
from scheduling.bench.solve import generated
from scheduling.bound.thread import BoundThread

thread = BoundThread(compile_season(generated(2000, tight=True)), 60)
while thread.program is None:
    time.sleep(0.001)
time.sleep(0.05)  # now inside the solver
thread.stop()
"""
    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_an_exception_while_waiting_stops_what_runs() -> None:
    stopped = threading.Event()

    def interrupt() -> bool:
        raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(stopped.wait, 60)
        with pytest.raises(KeyboardInterrupt):
            wait_unless(interrupt, [running], [stopped.set])
        assert running.done()
        assert stopped.is_set()
