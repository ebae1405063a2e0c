"""The engine's process is there while it works, is started again where it was killed, never outlives its parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.schedules.engine import EngineFailed
from app.schedules.engine.messages import Explain, Explained, Solve, Solved
from app.schedules.engine.process import EngineProcess
from scheduling import Progress, Solution
from scheduling.bench.solve import generated
from scheduling.compile import tiny_problem

ROOT = Path(__file__).resolve().parents[2]
TINY = Explain(tiny_problem(), Solution(), "q1")
ASKS = """
import tests.schedules.test_engine_process as t
engine = t.EngineProcess()
engine.ask(t.LONG, t.Solved, on_progress=lambda _: print(engine.pid, flush=True))
"""
LONG = Solve(generated(250, tight=True, seed=1), 60.0, 1)


@pytest.fixture
def engine() -> Iterator[EngineProcess]:
    made = EngineProcess()
    yield made
    made.end()


def when_it_searches(act: Callable[[], None]) -> Callable[[Progress], None]:
    done = threading.Event()

    def look(progress: Progress) -> None:
        if not done.is_set():
            done.set()
            act()

    return look


def kill(engine: EngineProcess) -> None:
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)


def test_a_result_comes_back_whole(engine: EngineProcess) -> None:
    solved = engine.ask(Solve(tiny_problem(), 1.0, 1), Solved)
    assert len(solved.result.solution.placements) + len(solved.result.unplaced) == solved.result.requests
    assert [explanation.request for explanation in solved.explanations] == list(solved.result.unplaced)


def test_a_stopped_solve_gives_its_best(engine: EngineProcess) -> None:
    solved = engine.ask(LONG, Solved, on_progress=when_it_searches(lambda: engine.stop(LONG)))
    assert solved.result.cancelled
    assert solved.result.solution.placements


def test_a_solve_that_is_stopped_before_it_begins_ends_at_once(engine: EngineProcess) -> None:
    assert engine.ask(LONG, Solved, should_stop=lambda: True).result.cancelled


def test_what_was_killed_is_done_again(engine: EngineProcess) -> None:
    engine.ask(TINY, Explained)
    kill(engine)
    assert engine.ask(TINY, Explained).explanation.request == "q1"
    solved = engine.ask(
        LONG, Solved, on_progress=when_it_searches(lambda: kill(engine)), should_stop=_from_the_second_time_on()
    )
    assert solved.result.cancelled


def _from_the_second_time_on() -> Callable[[], bool]:
    asked = iter([False, True])
    return lambda: next(asked)


def test_what_is_killed_twice_is_told(engine: EngineProcess) -> None:
    with pytest.raises(EngineFailed, match="ended by itself with -9"):
        engine.ask(LONG, Solved, on_progress=lambda _: kill(engine))


def test_what_is_given_up_ends_at_once_and_the_next_is_done(engine: EngineProcess) -> None:
    with pytest.raises(EngineFailed, match="given up"):
        engine.ask(LONG, Solved, on_progress=when_it_searches(lambda: engine.give_up(LONG)))
    assert engine.ask(TINY, Explained).explanation.request == "q1"


def test_an_error_of_the_engine_is_told_and_the_next_job_is_done(engine: EngineProcess) -> None:
    with pytest.raises(EngineFailed, match="Error"):
        engine.ask(Explain(tiny_problem(), Solution(), "nobody"), Explained)
    assert engine.ask(TINY, Explained).explanation.request == "q1"


def test_it_ends_when_nothing_is_asked() -> None:
    engine = EngineProcess(idle_seconds=0.1)
    engine.ask(TINY, Explained)
    deadline = time.monotonic() + 10
    while engine.pid is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert engine.pid is None


def test_it_ends_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ASKS], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert psutil.wait_procs([child], timeout=10)[1] == []
