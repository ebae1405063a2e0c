"""The processes of a solve: this one and its workers, which hold the same season and the same places.

What a worker answers is a pure function of what it was sent; if one is lost, this process does its part itself and
the result stays the same.
"""

import contextlib
import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import msgspec

from scheduling.bands import Scope
from scheduling.bound import Bound, upper_bound
from scheduling.chains import TRIES_PER_ROUND, Chains
from scheduling.neighbourhood import Neighbourhoods
from scheduling.problem import Problem
from scheduling.searcher import Place, Searcher
from scheduling.season_data import Season, compile_season

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
        self.chains = Chains(searcher) if searcher.state.must.any() else None

    def run(self, task: Task, should_stop: Callable[[], bool] | None = None) -> Changes | None:
        """Improve within the scope; what changed, or None if stopped in between."""
        searcher = self.searcher
        before = searcher.places()
        searcher.enter(task.scope.first_day, task.scope.last_day, task.scope.movable, task.scope.move_budget)
        self.neighbourhoods.reseed(task.seed)
        if self.chains is not None:
            self.chains.run(TRIES_PER_ROUND, task.seed)
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
    """A process that holds a season.

    Where this process runs a single Python thread, the worker is forked and starts at once with the season already
    compiled. Beside other threads (a web server, a queue's worker) a fork could inherit a held lock, so there it is
    a fresh interpreter that imports the engine alone, about 1.5 s later. Both answer the same.
    """

    def __init__(self, season: Season) -> None:
        self.connection, theirs = Pipe()
        self.peak_rss_mb = 0.0
        self.pid = 0
        self.process: subprocess.Popen[bytes] | None = None
        if threading.active_count() == 1 and hasattr(os, "fork"):
            self.pid = _fork(season, self.connection, theirs)
        else:
            self.process = _interpreter(theirs)
            self.send(msgspec.json.encode(season.problem))
        theirs.close()

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
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        else:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)


def _fork(season: Season, ours: Connection, theirs: Connection) -> int:
    with warnings.catch_warnings():
        # later Pythons warn of native threads too; those of the linear algebra library survive a fork
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        ours.close()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the terminal is the caller's to handle
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            _serve(season, theirs)
        finally:
            os._exit(0)
    return pid


def _interpreter(theirs: Connection) -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parent.parent)
    code = "from scheduling.team import serve; serve()"
    return subprocess.Popen(
        [sys.executable, "-c", code, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([root, *filter(None, sys.path)])},
        start_new_session=True,
    )


def serve() -> None:
    """Life of a worker in a fresh interpreter: a problem, then tasks."""
    connection = Connection(int(sys.argv[1]))
    with contextlib.suppress(EOFError, OSError):
        packed = pickle.loads(connection.recv_bytes())  # noqa: S301 our own process
        _serve(compile_season(msgspec.json.decode(packed, type=Problem)), connection)


def _serve(season: Season, connection: Connection) -> None:
    """Answer tasks, or a number of seconds with the bound, until the connection ends."""
    member: Member | None = None
    with contextlib.suppress(EOFError, OSError):
        while True:
            message = pickle.loads(connection.recv_bytes())  # noqa: S301 our own process
            answer: Bound | Changes | None = None
            if isinstance(message, float):
                answer = upper_bound(season, message)
            else:
                member = member or Member(Searcher(season, 1, season.problem.policy.move_budget))
                changes, task = message
                member.apply(changes)
                answer = member.run(task)
            connection.send_bytes(pickle.dumps((answer, peak_rss_mb())))


def peak_rss_mb() -> float:
    """Largest resident memory of this process so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
