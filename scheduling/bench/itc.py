"""ITC-2007 track 2 with the engine."""

import time
from collections.abc import Callable
from typing import Any

from scheduling.bench.itc2007 import Instance, as_problem, broken_rules, slots_and_rooms
from scheduling.compile import warm_up
from scheduling.search.solving import solve


def run_itc(
    made: Callable[[], Instance],
    name: str,
    *,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Instance, dict[str, Any], list[dict[str, int]]]:
    """Place the events of one instance.

    The kernels are loaded before the clock starts, as in a process that has solved before.

    Parameters
    ----------
    made
        Reads or draws the instance; the time that this takes counts.
    name
        What the figures call it.

    Returns
    -------
    Instance
        What ``made`` gave.
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
    warm_up()
    began = time.perf_counter()
    instance = made()
    problem = as_problem(instance)
    result = solve(problem, time_limit_seconds=time_limit_seconds, seed=seed, processes=1, should_stop=should_stop)
    seconds = time.perf_counter() - began
    slot, room = slots_and_rooms(instance, result.solution)
    unplaced = [e for e in range(instance.events) if slot[e] < 0]
    figures = {
        "instance": name,
        "events": instance.events,
        "unplaced": len(unplaced),
        "distance": int(instance.attends[:, unplaced].sum()),
        "violations": len(broken_rules(instance, slot, room)),
        "seconds": round(seconds, 3),
        "rounds": result.effort.rounds,
        "seed": seed,
    }
    rows = [{"event": e, "slot": int(slot[e]), "room": int(room[e])} for e in range(instance.events) if slot[e] >= 0]
    return instance, figures, rows
