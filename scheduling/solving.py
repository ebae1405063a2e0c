"""`solve`: the whole search, anytime, with its proof."""

import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from scheduling.goals import fairness_figures, goal_values
from scheduling.problem import Problem
from scheduling.searcher import Searcher, name_places
from scheduling.season_data import Ints, Season, compile_season
from scheduling.solution import Move, Placement, Progress, Result, Solution
from scheduling.validation import validate
from scheduling.verification import same_place

STEPS_PER_ROUND = 1000


def solve(
    problem: Problem,
    *,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    rounds: int | None = None,
    processes: int | None = None,
    initial: Solution | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """Place as much weight as can be found.

    Parameters
    ----------
    problem
        Any problem; it is validated.
    time_limit_seconds
        Wall-clock limit of the search.
    seed
        Start of all random choices.
    rounds
        Run exactly so many rounds instead of looking at the clock: the same problem, seed, rounds and processes
        give the same placements.
    processes
        Processes to use; ``None`` = one per core.
    initial
        Places to start from.
    on_progress
        Called after each round.
    should_stop
        Asked several times a second; the best result so far is returned when it says yes.

    Raises
    ------
    ProblemError
        If the problem does not fit together.
    """
    started = time.perf_counter()
    validate(problem)
    season = compile_season(problem)
    searcher = Searcher(season, seed, problem.policy.move_budget)
    searcher.construct(construction_order(season))
    first = time.perf_counter() - started
    total = max(1, season.total_weight)
    threshold = int(0.0004 * total + 12)
    done, cancelled = 0, False

    def elapsed() -> float:
        return time.perf_counter() - started

    while searcher.queued and (done < rounds if rounds is not None else elapsed() < time_limit_seconds):
        if should_stop is not None and should_stop():
            cancelled = True
            break
        searcher.improve(STEPS_PER_ROUND, threshold)
        done += 1
        if on_progress is not None:
            value = searcher.best_value / total
            on_progress(
                Progress(
                    elapsed_seconds=elapsed(),
                    value=value,
                    placed=searcher.placed,
                    unplaced=len(problem.requests) - searcher.placed,
                    rounds=done,
                    phase="search",
                )
            )
    searcher.restore_best()
    return result_of(
        season,
        searcher,
        bound=1.0,
        first=first,
        seconds=elapsed(),
        seed=seed,
        rounds=done,
        cancelled=cancelled,
    )


def construction_order(season: Season) -> Ints:
    """Requests by weight per room-slot they need, heavy first."""
    data = season.data
    need = data.duration * np.maximum(1, data.rooms_needed) + 4.0
    per_request = np.add.reduceat(need, data.activity_ptr[:-1]) if len(need) else np.zeros(0)
    return np.argsort(-(data.weight / np.maximum(1.0, per_request)), kind="stable").astype(np.int64)


def result_of(
    season: Season,
    searcher: Searcher,
    *,
    bound: float,
    first: float,
    seconds: float,
    seed: int,
    rounds: int,
    cancelled: bool,
) -> Result:
    """The present state of a search as a result."""
    problem = season.problem
    solution = name_places(season, searcher.places())
    total = season.total_weight
    value = searcher.value / total if total else 1.0
    return Result(
        solution=solution,
        unplaced=tuple(r.id for q, r in enumerate(problem.requests) if not searcher.is_placed(q)),
        value=value,
        bound=bound,
        gap=(bound - value) / bound if bound else 0.0,
        placed_weight=searcher.value,
        total_weight=total,
        requests=len(problem.requests),
        goals=tuple(goal_values(problem, solution)),
        fairness=fairness_figures(problem, solution),
        first_complete_seconds=first,
        seconds=seconds,
        seed=seed,
        rounds=rounds,
        cancelled=cancelled,
        peak_rss_mb=peak_rss_mb(),
        moved=moves_of(problem, solution),
    )


def moves_of(problem: Problem, solution: Solution) -> tuple[Move, ...]:
    """Held activities in new places."""
    held = {h.activity: h for h in problem.held}
    moves = []
    for p in solution.placements:
        h = held.get(p.activity)
        if h is not None and not same_place(p, h):
            old = Placement(activity=h.activity, day=h.day, start=h.start, rooms=h.rooms, channel=h.channel)
            moves.append(Move(activity=p.activity, old=old, new=p))
    return tuple(moves)


def peak_rss_mb() -> float:
    """Largest resident memory of this process so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
