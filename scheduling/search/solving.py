"""`solve`: the whole search, anytime, with its proof; `replay`: the same again."""

import os
import time
from collections.abc import Callable

from scheduling.model.problem import Problem
from scheduling.model.solution import ENGINE_VERSION, Progress, Recipe, Result, Solution
from scheduling.model.validation import validate
from scheduling.search.search import Options, Search

SMALL_PROBLEM = 150  # requests below which further threads bring nothing


def solve(
    problem: Problem,
    *,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    rounds: int | None = None,
    sweeps: int | None = None,
    guided_after: int | None = None,
    decomposed_after: int | None = None,
    decompositions: int = 0,
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
        Wall-clock limit. It decides how many rounds are run and nothing else.
    seed
        Start of all random choices.
    rounds
        Run exactly so many rounds instead of looking at the clock: the same problem, seed, rounds, processes and
        engine version give the same placements.
    sweeps
        With ``rounds``: make exactly so many parts of sweeps over the lower goals; ``None`` = all.
    guided_after
        With ``rounds``: begin anew from the days of the bound's program after so many of them; ``None`` = never.
        Without, it is done as soon as the bound is there, if that is in the first half of the limit.
    decomposed_after, decompositions
        With ``rounds``: decide the season by its days after so many of them, in so many steps; ``None`` = never.
        Without, it is done after part of the limit where enough is left.
    processes
        Searching threads; ``None`` = one per core, one for small problems.
    initial
        Places to start from, taken where they are free.
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
    """
    started = clock()
    validate(problem)
    if processes is None:
        processes = 1 if len(problem.requests) < SMALL_PROBLEM else max(1, os.cpu_count() or 1)
    options = Options(
        time_limit_seconds=time_limit_seconds,
        seed=seed,
        rounds=rounds,
        sweeps=sweeps,
        guided_after=guided_after,
        decomposed_after=decomposed_after,
        decompositions=decompositions,
        processes=max(1, processes),
        on_progress=on_progress,
        should_stop=should_stop,
        clock=clock,
    )
    search = Search(problem, options, started)
    search.run(initial)
    return search.result()


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
    return solve(
        problem,
        seed=recipe.seed,
        rounds=recipe.rounds,
        sweeps=recipe.sweeps,
        guided_after=recipe.guided_after,
        decomposed_after=recipe.decomposed_after,
        decompositions=recipe.decompositions,
        processes=recipe.processes,
    )
