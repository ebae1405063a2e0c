"""Solvers run in other threads and are stopped when the caller asks."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Any

from ortools.sat.python import cp_model

POLL_SECONDS = 0.02  # between questions whether to stop
MOST_SEEDS = 2**31  # that CP-SAT knows


class Stopped(Exception):
    """Work was left before its end: what it did is to be forgotten."""


def wait_unless(
    should_stop: Callable[[], bool], running: Sequence[Future[Any]], stops: Sequence[Callable[[], Any]]
) -> None:
    """Wait until all are done; they are also stopped and waited for where the wait itself is left by an exception.

    Parameters
    ----------
    stops
        Called again and again once asked to stop: a solver that has only been submitted does not hear it at once.

    Raises
    ------
    Stopped
        If asked to stop before the end, when all have ended.
    """
    unfinished: set[Future[Any]] = set(running)
    stopping = False
    try:
        while unfinished:
            stopping = stopping or should_stop()
            if stopping:
                _stop_all(stops)
            unfinished = wait(unfinished, timeout=POLL_SECONDS).not_done
    except BaseException:
        while wait(running, timeout=POLL_SECONDS).not_done:
            _stop_all(stops)
        raise
    for done in running:
        done.result()
    if stopping:
        raise Stopped


def _stop_all(stops: Sequence[Callable[[], Any]]) -> None:
    for stop in stops:
        stop()


def one_thread_solver(deterministic_seconds: float, seed: int = 1) -> cp_model.CpSolver:
    """A CP-SAT solver whose limit every machine reaches at the same point."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % MOST_SEEDS
    solver.parameters.max_deterministic_time = deterministic_seconds
    solver.parameters.catch_sigint_signal = False
    return solver
