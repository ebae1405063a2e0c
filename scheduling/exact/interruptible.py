"""Solvers run in other threads and are stopped when the caller asks."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Any

from ortools.sat.python import cp_model

POLL_SECONDS = 0.02  # between questions whether to stop


class Stopped(Exception):
    """Work was left before its end: what it did is to be forgotten."""


def wait_unless(
    should_stop: Callable[[], bool], running: Sequence[Future[Any]], stops: Sequence[Callable[[], Any]]
) -> None:
    """Wait until all are done.

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
    while unfinished:
        stopping = stopping or should_stop()
        if stopping:
            for stop in stops:
                stop()
        unfinished = wait(unfinished, timeout=POLL_SECONDS).not_done
    for done in running:
        done.result()
    if stopping:
        raise Stopped


def one_thread_solver(deterministic_seconds: float, seed: int = 1) -> cp_model.CpSolver:
    """A CP-SAT solver whose limit every machine reaches at the same point."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = deterministic_seconds
    solver.parameters.catch_sigint_signal = False
    return solver
