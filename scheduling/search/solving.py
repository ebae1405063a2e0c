"""The two ways to solve a problem: within a time limit, or with an effort made exactly."""

import time
from collections.abc import Callable

from scheduling.model.problem import Problem
from scheduling.model.solution import ENGINE_VERSION, Effort, Progress, Recipe, Result, Solution
from scheduling.model.validation import validate
from scheduling.search.budget import HOUR, Budget
from scheduling.search.cores import usable_cores
from scheduling.search.phases import run_phases
from scheduling.search.run import Run

SMALL_PROBLEM = 150  # requests below which further threads bring nothing


def solve(
    problem: Problem,
    *,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    rounds: int | None = None,
    sweeps: int | None = None,
    processes: int | None = None,
    initial: Solution | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """Place as much weight as can be found, and prove how much there can be.

    Construction, then ruin and recreate in several threads on disjoint bands of days; an upper bound is computed
    beside it. It stops at the limit, when the bound is reached, or when asked to.

    Parameters
    ----------
    problem
        Any problem; it is validated.
    time_limit_seconds
        Wall-clock limit. It decides how much is done and nothing else.
    seed
        Start of all random choices.
    rounds
        Run exactly so many rounds instead of looking at the clock, see `solve_exactly`.
    sweeps
        With ``rounds``: make exactly so many parts of sweeps over the lower goals; ``None`` = all.
    processes
        Searching threads; ``None`` = one per core, one for small problems.
    initial
        Placements to start from, taken where they are free.
    on_progress
        Called after each round.
    should_stop
        Asked many times a second; when it says yes the best result so far is returned.
    clock
        Seconds from any origin; another one makes the limit testable.

    Returns
    -------
    Result
        Keeps every rule that `scheduling.verify` knows.

    Raises
    ------
    ProblemError
        If the problem does not fit together.
    ValueError
        If the limit is negative or no number, or there would be no thread.
    """
    if processes is None:
        processes = 1 if len(problem.requests) < SMALL_PROBLEM else usable_cores()
    if not time_limit_seconds >= 0:
        raise ValueError(f"time_limit_seconds must be 0 or more, is {time_limit_seconds}")
    if processes < 1:
        raise ValueError(f"processes must be 1 or more, is {processes}")
    effort = Effort(seed=seed, processes=processes, rounds=rounds or 0, sweeps=sweeps)
    budget = Budget(time_limit_seconds, None if rounds is None else effort, clock, should_stop)
    return _solve(problem, effort, budget, initial, on_progress)


def solve_exactly(problem: Problem, effort: Effort) -> Result:
    """Solve with a given effort, whatever the clock says.

    The same problem, effort, engine version and lock give the same placements.

    Raises
    ------
    ProblemError
        If the problem does not fit together.
    """
    return _solve(problem, effort, Budget(HOUR, effort, time.perf_counter, None), None, None)


def replay(problem: Problem, recipe: Recipe) -> Result:
    """Run a solve again exactly as it went.

    Parameters
    ----------
    problem
        The problem that was solved.
    recipe
        Of its result: not cancelled, of this engine version and lock, started without ``initial``.

    Raises
    ------
    ValueError
        If it is of another engine version, or was cancelled.
    """
    if recipe.engine_version != ENGINE_VERSION:
        raise ValueError(f"made by engine {recipe.engine_version}, this is {ENGINE_VERSION}")
    if recipe.cancelled:
        raise ValueError("a cancelled solve ended in the middle of a round")
    return solve_exactly(problem, recipe)


def _solve(
    problem: Problem,
    effort: Effort,
    budget: Budget,
    initial: Solution | None,
    on_progress: Callable[[Progress], None] | None,
) -> Result:
    validate(problem)
    run = Run(problem, effort, budget, on_progress)
    run_phases(run, initial)
    return run.result()
