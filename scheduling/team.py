"""The processes of a solve: this one and its workers, which hold the same season and the same places.

A worker is a fresh interpreter that imports only the engine, so that nothing of the caller (threads, event loops,
open connections) is inherited. What a worker is asked is a pure function of what it was sent; if one is lost, this
process does its part itself and the result stays the same.
"""

import contextlib
import os
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import msgspec

from scheduling.bands import Scope
from scheduling.bound import Bound, upper_bound
from scheduling.neighbourhood import Neighbourhoods
from scheduling.problem import Problem
from scheduling.searcher import Place, Searcher
from scheduling.season_data import compile_season

# activity -> its new place, or None where it lost it
Changes = dict[int, Place | None]


@dataclass(frozen=True)
class Task:
    """One process' part of a round."""

    scope: Scope
    seed: int
    steps: int


class Member:
    """A searcher that carries out tasks; in this process or in a worker."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.neighbourhoods = Neighbourhoods(searcher, seed=1)

    def run(self, task: Task, should_stop: Callable[[], bool] | None = None) -> Changes | None:
        """Improve within the scope; what changed, or None if stopped in between."""
        searcher = self.searcher
        before = searcher.places()
        searcher.enter(task.scope.first_day, task.scope.last_day, task.scope.movable, task.scope.move_budget)
        self.neighbourhoods.reseed(task.seed)
        stopped = False
        for _ in range(task.steps):
            unplaced = searcher.unplaced_queue()
            if not unplaced:
                break
            if should_stop is not None and should_stop():
                stopped = True
                break
            self.neighbourhoods.step(unplaced)
        searcher.leave()
        return None if stopped else changes_between(before, searcher.places())

    def apply(self, changes: Changes) -> None:
        """Take over the changes of another process."""
        self.searcher.apply(changes)


def changes_between(before: dict[int, Place], after: dict[int, Place]) -> Changes:
    """What leads from one set of places to another."""
    changes: Changes = {a: place for a, place in after.items() if before.get(a) != place}
    changes |= {a: None for a in before if a not in after}
    return changes


class Worker:
    """A process that holds a season."""

    def __init__(self, problem_json: bytes) -> None:
        ours, theirs = Pipe()
        root = str(Path(__file__).resolve().parent.parent)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, *filter(None, sys.path)])}
        code = "from scheduling.team import serve; serve()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # an interrupt at the terminal is the caller's to handle
        )
        theirs.close()
        self.connection = ours
        self.peak_rss_mb = 0.0
        self.send(problem_json)

    def send(self, message: Any) -> bool:
        """Send a message; False if the worker is gone."""
        try:
            self.connection.send_bytes(pickle.dumps(message))
        except OSError:
            return False
        return True

    def ready(self, seconds: float = 0.0) -> bool:
        """Whether an answer (or the worker's end) can be read."""
        return self.connection.poll(seconds)

    def receive(self) -> Any:
        """The next answer, or None if the worker is gone."""
        try:
            answer, self.peak_rss_mb = pickle.loads(self.connection.recv_bytes())  # noqa: S301 our own process
        except (EOFError, OSError):
            return None
        return answer

    def close(self) -> None:
        """End the process at once."""
        self.connection.close()
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()


def serve() -> None:
    """A worker's life: a problem, then tasks until the connection ends."""
    connection = Connection(int(sys.argv[1]))
    with contextlib.suppress(EOFError, OSError):
        problem = msgspec.json.decode(pickle.loads(connection.recv_bytes()), type=Problem)  # noqa: S301
        season = compile_season(problem)
        member: Member | None = None
        while True:
            message = pickle.loads(connection.recv_bytes())  # noqa: S301 our own process
            answer: Bound | Changes | None = None
            if isinstance(message, float):
                answer = upper_bound(season, message)
            else:
                member = member or Member(Searcher(season, 1, problem.policy.move_budget))
                changes, task = message
                member.apply(changes)
                answer = member.run(task)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
            connection.send_bytes(pickle.dumps((answer, peak)))
