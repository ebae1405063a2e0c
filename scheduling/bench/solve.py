"""Solving a problem and reporting it: the figures of ``chunzhao solve`` and ``chunzhao bench solve``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from scheduling.bench.generator import Profile, generate
from scheduling.bench.neutral_format import neutral_problem, read_neutral
from scheduling.compile import warm_up
from scheduling.model.problem import Problem
from scheduling.model.reading import read_bytes, read_problem
from scheduling.model.solution import Progress, Result
from scheduling.model.verification import verify
from scheduling.search.solving import solve


def read_any(source: Path) -> Problem:
    """A problem in our format or in the neutral one, plain or gzipped.

    Raises
    ------
    ProblemError
        If it is neither, with the path of what does not fit.
    OSError
        If the file cannot be read.
    """
    data = read_bytes(source)
    if b'"day_start"' in data[:4096] and b'"grid"' not in data[:4096]:
        return read_neutral(data)
    return read_problem(data)


def generated(
    requests: int, *, rooms: int | None = None, tight: bool = False, profile: Profile = "interviews", seed: int = 1
) -> Problem:
    """A generated season as a problem."""
    return neutral_problem(generate(requests, rooms=rooms, tight=tight, profile=profile, seed=seed))


def run_solve(
    problem: Problem,
    *,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    processes: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Result, dict[str, Any]]:
    """Solve and verify.

    The kernels are loaded before the clock starts, as in a process that has solved before.

    Returns
    -------
    Result
        The whole result.
    dict
        The figures that the command prints.
    """
    warm_up()
    result = solve(
        problem,
        time_limit_seconds=time_limit_seconds,
        seed=seed,
        processes=processes,
        on_progress=on_progress,
        should_stop=should_stop,
    )
    violations = verify(problem, result.solution)
    return result, {
        "value": round(result.value, 6),
        "bound": round(result.bound, 6),
        "gap": round(result.gap, 6),
        "requests": result.requests,
        "unplaced": len(result.unplaced),
        "violations": len(violations),
        "first_complete_seconds": round(result.first_complete_seconds, 3),
        "bound_seconds": None if result.bound_seconds is None else round(result.bound_seconds, 3),
        "seconds": round(result.seconds, 3),
        "peak_rss_mb": round(result.peak_rss_mb, 1),
        "seed": result.effort.seed,
        "rounds": result.effort.rounds,
        "processes": result.effort.processes,
        "goals": {g.name: g.value for g in result.goals},
    }


def placement_rows(problem: Problem, result: Result) -> list[dict[str, Any]]:
    """Every placement with its request."""
    owner = {a.id: r.id for r in problem.requests for a in r.activities}
    return [
        {"request": owner[p.activity], **msgspec.to_builtins(p), "rooms": list(p.rooms)}
        for p in result.solution.placements
    ]


def neutral_rows(result: Result) -> list[dict[str, Any]]:
    """Placements as others' checkers read them: request, day, start, rooms."""
    return [
        {"request": p.activity, "day": p.day, "start": p.start, "rooms": list(p.rooms)}
        for p in result.solution.placements
    ]
