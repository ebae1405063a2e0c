"""``chunzhao bench booths``: halls of many sizes, ours beside a greedy by sector, and a told plan within budgets."""

import time
from random import Random
from typing import Any, Final

from scheduling.booths.assignment import assign_booths
from scheduling.booths.fair import Booth, Exhibitor, NoBoothPlan
from scheduling.booths.scoring import score_plan
from scheduling.booths.swaps import first_guess
from scheduling.compile import warm_up_booths

SIZES: Final = (12, 24, 40, 60, 120, 400)
BUDGETS: Final = (0, 2, 5, None)
CANCELLED, NEW = 3, 2
_WIDTH: Final = 20


def run_booths(*, sizes: tuple[int, ...] = SIZES, seed: int = 1, time_limit_seconds: float = 10.0) -> dict[str, Any]:
    """Assign halls of these sizes; then three exhibitors cancel, two come, and the plan is changed within budgets.

    ``broken`` are hard rules that the plan of the greedy breaks; ours breaks none.
    """
    warm_up_booths()
    return {"booths": [_size(size, seed=seed, time_limit_seconds=time_limit_seconds) for size in sizes]}


def generated_fair(size: int, *, seed: int = 1) -> tuple[tuple[Booth, ...], tuple[Exhibitor, ...]]:
    """A fair of so many booths in rows back to back, nine tenths taken: a dozen sectors, rivals, power, wishes, crowds.

    The last two exhibitors are those that come later.
    """
    random = Random(seed * 1009 + size)
    width = min(_WIDTH, max(4, size // 3))
    booths = tuple(
        # An aisle after every second row; every third booth has power.
        Booth(id=f"B{k:03}", row=k // width // 2 * 3 + k // width % 2, column=k % width, power=k % 3 == 0)
        for k in range(size)
    )
    count = max(4, size * 9 // 10)
    sectors = [f"s{random.randrange(max(2, min(12, size // 6)))}" for _ in range(count)]
    exhibitors = tuple(
        Exhibitor(
            id=f"E{i:03}",
            sector=sectors[i],
            needs_power=random.random() < 0.25,
            rivals=(f"E{random.randrange(count):03}",) if random.random() < 0.1 else (),
            wishes=tuple(random.choice(booths).id for _ in range(2)) if random.random() < 0.3 else (),
            crowd=random.choice((6, 8, 10)) if random.random() < 0.1 else 0,
        )
        for i in range(count)
    )
    return booths, exhibitors


def _size(size: int, *, seed: int, time_limit_seconds: float) -> dict[str, Any]:
    booths, everybody = generated_fair(size, seed=seed)
    first, newcomers = everybody[:-NEW], everybody[-NEW:]
    started = time.perf_counter()
    plan = assign_booths(booths, first, time_limit_seconds=time_limit_seconds, seed=seed)
    seconds = time.perf_counter() - started
    guess = first_guess(booths, first)
    by_hand = score_plan(booths, first, {first[i].id: booths[k].id for i, k in guess.items()})
    gone = {e.id for e in Random(seed).sample(first, CANCELLED)} if len(first) > CANCELLED + 1 else set()
    later = tuple(e for e in (*first, *newcomers) if e.id not in gone)
    changed = [
        _changed(booths, later, plan.booths, budget, seed=seed, time_limit_seconds=time_limit_seconds)
        for budget in BUDGETS
    ]
    return {
        "booths": size,
        "exhibitors": len(first),
        "score": plan.score,
        "bound": plan.bound,
        "seconds": round(seconds, 2),
        "greedy": by_hand.score,
        "greedy_broken": len(by_hand.broken),
        "changed": changed,
    }


def _changed(
    booths: tuple[Booth, ...],
    exhibitors: tuple[Exhibitor, ...],
    told: dict[str, str],
    budget: int | None,
    *,
    seed: int,
    time_limit_seconds: float,
) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        plan = assign_booths(
            booths, exhibitors, before=told, moves=budget, time_limit_seconds=time_limit_seconds, seed=seed
        )
    except NoBoothPlan as impossible:
        return {"budget": budget, "score": None, "why": impossible.reason}
    return {
        "budget": budget,
        "score": plan.score,
        "bound": plan.bound,
        "moved": len(plan.moved),
        "seconds": round(time.perf_counter() - started, 2),
    }
