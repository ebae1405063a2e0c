"""Booths of a fair: which employer stands where, by CP-SAT.

Sectors stand together, rivals apart, those that need power get it, wishes count, and the most visited employers are
spread over the halls so that the flow of visitors does not jam at the entrance. A plan that was told already is changed
within a budget of moves.

Exhibitors that nothing tells apart are one *type* with a count, so the model has no symmetry among them. Of ``n`` cells
of a grid at most ``2n - ceil(2 sqrt(n))`` pairs lie side by side (Harary and Harborth 1976, *Extremal animals*): with
that row for every sector the bound is near what a hall can be worth.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from ortools.sat.python import cp_model

from scheduling.booths.fair import (
    CROWDED,
    SAME_SECTOR,
    WISH,
    Booth,
    BoothPlan,
    BoothProgress,
    Exhibitor,
    NoBoothPlan,
    OnProgress,
    may_stand,
)
from scheduling.booths.hall_model import HallModel
from scheduling.booths.scoring import PlanValue, most_of_goals, most_pairs, score_plan
from scheduling.booths.swaps import ANY_MOVES, NOBODY, RIVALS, Swaps, first_guess
from scheduling.kernels.compiled import HAS_NUMBA

__all__ = [
    "CROWDED",
    "SAME_SECTOR",
    "WISH",
    "Booth",
    "BoothPlan",
    "Exhibitor",
    "NoBoothPlan",
    "assign_booths",
    "most_pairs",
    "score_plan",
]

SWAPS_PER_BOOTH = 90_000 if HAS_NUMBA else 1_200  # two seconds for 400 booths


def assign_booths(
    booths: Sequence[Booth],
    exhibitors: Sequence[Exhibitor],
    *,
    pins: Mapping[str, str] | None = None,
    before: Mapping[str, str] | None = None,
    moves: int | None = None,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    workers: int = 1,
    on_progress: OnProgress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> BoothPlan:
    """Give every exhibitor a booth.

    Hard: one booth each, power where needed, halls where named, no rivals side by side, pins, and at most ``moves`` of
    those that had a booth ``before`` elsewhere. Maximised: neighbours of one sector (`SAME_SECTOR` each), wishes kept
    (`WISH`), less two crowded exhibitors side by side (`CROWDED` times the smaller crowd).

    Parameters
    ----------
    pins
        Booth by exhibitor: there and nowhere else.
    before
        Booth by exhibitor of a plan that was told. Whoever's booth is gone moves without counting.
    moves
        How many of these may have another booth; None: as many as you like.

    Raises
    ------
    NoBoothPlan
        If there are too few booths, or too few with power, or rivals cannot be kept apart, or not with these pins or
        so few moves.
    """
    started = time.perf_counter()
    number = {b.id: k for k, b in enumerate(booths)}
    pinned = _checked_pins(booths, exhibitors, pins or {}, number)
    home = {
        i: number[before[e.id]]
        for i, e in enumerate(exhibitors)
        if before and before.get(e.id) in number and i not in pinned
    }
    _check_counts(booths, exhibitors)
    hall = HallModel(booths, exhibitors, pinned=pinned, home=home, moves=moves)
    own = _annealed(booths, exhibitors, hall, pinned=pinned, home=home, moves=moves, seed=seed)
    if own is not None:
        hall.hint(own.holder.tolist())
    most = sum(goal.most for goal in most_of_goals(exhibitors))
    watch = _Watch(hall, most, on_progress, should_stop, started)
    if own is not None and own.score() > -RIVALS // 2:
        watch.tell(own.score(), most)
    solver = cp_model.CpSolver()
    left = time_limit_seconds - (time.perf_counter() - started)
    solver.parameters.max_time_in_seconds = max(0.1, left)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(hall.model, watch)
    if status == cp_model.INFEASIBLE:
        raise _no_plan(pinned, home, moves)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    score = None if own is None or own.score() < -RIVALS // 2 else own.score()
    if not found and score is None:
        raise NoBoothPlan("time", "none found in time that keeps rivals apart")
    plans = [hall.places(solver)] if found else []
    if own is not None and score is not None:
        plans.append({i: k for k, i in enumerate(own.holder.tolist()) if i != NOBODY})
    value, placed = max(
        (_valued(booths, exhibitors, places) for places in plans),
        key=lambda one: (one[0].score, -len(_moved(before, one[1]))),
    )
    bound = min(most, hall.whole(solver.best_objective_bound)) if found else most
    return BoothPlan(
        booths=placed,
        score=value.score,
        bound=bound,
        optimal=value.score == bound,
        goals=value.goals,
        moved=_moved(before, placed),
    )


def _valued(
    booths: Sequence[Booth], exhibitors: Sequence[Exhibitor], places: Mapping[int, int]
) -> tuple[PlanValue, dict[str, str]]:
    placed = {e.id: booths[places[i]].id for i, e in enumerate(exhibitors)}
    return score_plan(booths, exhibitors, placed), placed


def _moved(before: Mapping[str, str] | None, placed: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(e for e, booth in placed.items() if before and e in before and before[e] != booth)


class _Watch(cp_model.CpSolverSolutionCallback):
    """Tells of each better plan, and stops where that is asked."""

    def __init__(
        self,
        hall: HallModel,
        most: int,
        on_progress: OnProgress | None,
        should_stop: Callable[[], bool] | None,
        started: float,
    ) -> None:
        super().__init__()
        self._hall = hall
        self._most, self._on_progress, self._should_stop, self._started = most, on_progress, should_stop, started
        self._best: int | None = None

    def tell(self, score: int, bound: int) -> None:
        """Tell of a plan, if it is better than those before."""
        if self._on_progress is None or (self._best is not None and score <= self._best):
            return
        self._best = score
        seconds = time.perf_counter() - self._started
        self._on_progress(BoothProgress(score=score, bound=min(self._most, bound), seconds=seconds))

    def on_solution_callback(self) -> None:
        """Be told of a plan by the solver."""
        self.tell(self._hall.whole(self.objective_value), self._hall.whole(self.best_objective_bound))
        if self._should_stop is not None and self._should_stop():
            self.stop_search()


def _annealed(
    booths: Sequence[Booth],
    exhibitors: Sequence[Exhibitor],
    hall: HallModel,
    *,
    pinned: Mapping[int, int],
    home: Mapping[int, int],
    moves: int | None,
    seed: int,
) -> Swaps | None:
    """Give a plan by swaps from what is told already; None where that leaves somebody without a booth."""
    taken = {**{i: k for i, k in home.items() if k not in set(pinned.values())}, **pinned}
    start = first_guess(booths, exhibitors, {i: k for i, k in taken.items() if may_stand(exhibitors[i], booths[k])})
    if len(start) < len(exhibitors):
        return None
    swaps = Swaps(booths, exhibitors, hall.pairs, seed, start=start, home=home, pinned=frozenset(pinned.values()))
    budget = ANY_MOVES if moves is None else moves
    if sum(start[i] != k for i, k in home.items()) > budget:
        return None
    swaps.improve(SWAPS_PER_BOOTH * len(booths), moves=budget)
    return swaps


def _check_counts(booths: Sequence[Booth], exhibitors: Sequence[Exhibitor]) -> None:
    powered = sum(b.power for b in booths)
    if len(exhibitors) > len(booths):
        raise NoBoothPlan("too_few_booths", f"{len(exhibitors)} exhibitors for {len(booths)} booths")
    if (needing := sum(e.needs_power for e in exhibitors)) > powered:
        raise NoBoothPlan("too_few_with_power", f"{needing} exhibitors need power, {powered} booths have it")
    homeless = tuple(e.id for e in exhibitors if not any(may_stand(e, b) for b in booths))
    if homeless:
        raise NoBoothPlan("no_booth_for", "no hall that it may stand in has a booth that suits", who=homeless)


def _checked_pins(
    booths: Sequence[Booth], exhibitors: Sequence[Exhibitor], pins: Mapping[str, str], number: Mapping[str, int]
) -> dict[int, int]:
    """Booth by exhibitor, both by their numbers. Raises NoBoothPlan."""
    pinned: dict[int, int] = {}
    holder: dict[int, str] = {}
    for i, e in enumerate(exhibitors):
        if e.id not in pins:
            continue
        k = number.get(pins[e.id])
        if k is None or not may_stand(e, booths[k]):
            raise NoBoothPlan("pin_impossible", f"{e.id} cannot stand in {pins[e.id]}", who=(e.id,))
        if k in holder:
            raise NoBoothPlan("pinned_twice", f"two are pinned to {pins[e.id]}", who=(holder[k], e.id))
        holder[k] = e.id
        pinned[i] = k
    return pinned


def _no_plan(pinned: Mapping[int, int], home: Mapping[int, int], moves: int | None) -> NoBoothPlan:
    if moves is not None and home:
        return NoBoothPlan("moves", f"not with {moves} moves")
    if pinned:
        return NoBoothPlan("rivals", "rivals cannot be kept apart with these pins")
    return NoBoothPlan("rivals", "rivals cannot be kept apart")
