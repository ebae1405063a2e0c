"""ITC-2007 track 2 with the engine."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scheduling.bench.itc2007 import as_problem, broken_rules, read_instance, slots_and_rooms
from scheduling.search.solving import solve


def run_itc(
    instance_path: Path,
    *,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[dict[str, Any], list[dict[str, int]]]:
    """Place the events of one instance.

    Returns
    -------
    dict
        Figures: events, unplaced, ``distance`` (students of the unplaced events), violations counted on the raw
        tables, seconds.
    list
        ``{"event", "slot", "room"}`` of each placed event, indices from 0.

    Raises
    ------
    ProblemError
        If the file is no instance.
    """
    began = time.perf_counter()
    instance = read_instance(instance_path)
    problem = as_problem(instance)
    result = solve(problem, time_limit_seconds=time_limit_seconds, seed=seed, processes=1, should_stop=should_stop)
    seconds = time.perf_counter() - began
    slot, room = slots_and_rooms(instance, result.solution)
    unplaced = [e for e in range(instance.events) if slot[e] < 0]
    figures = {
        "instance": instance_path.name.removesuffix(".gz").removesuffix(".tim"),
        "events": instance.events,
        "unplaced": len(unplaced),
        "distance": int(instance.attends[:, unplaced].sum()),
        "violations": len(broken_rules(instance, slot, room)),
        "seconds": round(seconds, 3),
        "rounds": result.effort.rounds,
        "seed": seed,
    }
    rows = [{"event": e, "slot": int(slot[e]), "room": int(room[e])} for e in range(instance.events) if slot[e] >= 0]
    return figures, rows
