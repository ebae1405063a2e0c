"""Booths of a fair: which employer stands where, by CP-SAT.

Sectors stand together, rivals apart, those that need power get it, wishes count, and the most visited employers are
spread over the hall so that the flow of visitors does not jam at the entrance.

Exhibitors that nothing tells apart are one *type* with a count, so the model has no symmetry among them. Of ``n`` cells
of a grid at most ``2n - ceil(2 sqrt(n))`` pairs lie side by side (Harary and Harborth 1976, *Extremal animals*): with
that row for every sector the bound is near what a hall can be worth.
"""

import time
from collections import defaultdict
from math import isqrt

from ortools.sat.python import cp_model

from scheduling.booths.fair import CROWDED, SAME_SECTOR, WISH, Booth, BoothPlan, Exhibitor, NoBoothPlan, neighbours
from scheduling.booths.swaps import NOBODY, RIVALS, Swaps
from scheduling.kernels.compiled import HAS_NUMBA

__all__ = ["CROWDED", "SAME_SECTOR", "WISH", "Booth", "BoothPlan", "Exhibitor", "NoBoothPlan", "assign_booths"]

SWAPS_PER_BOOTH = 90_000 if HAS_NUMBA else 1_200  # two seconds for 400 booths

Variable = cp_model.IntVar


def assign_booths(
    booths: tuple[Booth, ...],
    exhibitors: tuple[Exhibitor, ...],
    *,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    workers: int = 1,
) -> BoothPlan:
    """Give every exhibitor a booth.

    Hard: one booth each, power where needed, no rivals side by side. Maximised: neighbours of one sector
    (`SAME_SECTOR` each), wishes kept (`WISH`), less two crowded exhibitors side by side (`CROWDED` times the
    smaller crowd).

    Raises
    ------
    NoBoothPlan
        If there are too few booths, or too few with power, or rivals cannot be kept apart.
    """
    powered = sum(b.power for b in booths)
    if len(exhibitors) > len(booths):
        raise NoBoothPlan(f"{len(exhibitors)} exhibitors for {len(booths)} booths")
    if (needing := sum(e.needs_power for e in exhibitors)) > powered:
        raise NoBoothPlan(f"{needing} exhibitors need power, {powered} booths have it")
    started = time.perf_counter()
    hall = _Hall(booths, exhibitors)
    swapped = Swaps(booths, exhibitors, hall.pairs, seed)
    swapped.improve(SWAPS_PER_BOOTH * len(booths))
    hall.hint(swapped.holder.tolist())
    solver = cp_model.CpSolver()
    left = time_limit_seconds - (time.perf_counter() - started)
    solver.parameters.max_time_in_seconds = max(0.1, left)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(hall.model)
    if status == cp_model.INFEASIBLE:
        raise NoBoothPlan("rivals cannot be kept apart")
    own = swapped.score()
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    if not found and own < -RIVALS // 2:
        raise NoBoothPlan("none found in time that keeps rivals apart")
    if not found or own > solver.objective_value:
        places = {i: k for k, i in enumerate(swapped.holder.tolist()) if i != NOBODY}
        score = own
    else:
        places = hall.places(solver)
        score = round(solver.objective_value)
    bound = min(hall.trivial_bound(), round(solver.best_objective_bound)) if found else hall.trivial_bound()
    return BoothPlan(
        booths={e.id: booths[places[i]].id for i, e in enumerate(exhibitors)},
        score=score,
        bound=bound,
        optimal=score == bound,
    )


def most_pairs(cells: int) -> int:
    """The most pairs side by side among so many cells of a grid."""
    return 2 * cells - isqrt(4 * cells - 1) - 1 if cells else 0


class _Hall:
    """The exact model: how many of each type stand in each booth."""

    def __init__(self, booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...]) -> None:
        self.booths, self.exhibitors = booths, exhibitors
        self.pairs = neighbours(booths)
        self.types = _alike(exhibitors)
        self.model = cp_model.CpModel()
        self.at: list[list[Variable | None]] = [
            [self.model.new_bool_var("") if b.power or not exhibitors[own[0]].needs_power else None for b in booths]
            for own in self.types
        ]
        for own, row in zip(self.types, self.at, strict=True):
            self.model.add(sum(v for v in row if v is not None) == len(own))
        for column in zip(*self.at, strict=True):
            self.model.add_at_most_one(v for v in column if v is not None)
        self._keep_rivals_apart()
        self.model.maximize(sum([*self._wishes(), *self._sectors(), *self._crowds()]))

    def hint(self, holder: list[int]) -> None:
        """Start from a plan: the exhibitor in each booth, -1 where it is empty."""
        type_of = {i: t for t, own in enumerate(self.types) for i in own}
        for t, row in enumerate(self.at):
            for k, variable in enumerate(row):
                if variable is not None:
                    self.model.add_hint(variable, type_of.get(holder[k]) == t)

    def places(self, solver: cp_model.CpSolver) -> dict[int, int]:
        """Booth by exhibitor; those of a type in the order of the booths."""
        found: dict[int, int] = {}
        for own, row in zip(self.types, self.at, strict=True):
            chosen = [k for k, v in enumerate(row) if v is not None and solver.value(v)]
            found |= dict(zip(own, chosen, strict=True))
        return found

    def trivial_bound(self) -> int:
        """Every wish kept and every sector one block."""
        wishes = sum(bool(e.wishes) for e in self.exhibitors)
        return WISH * wishes + SAME_SECTOR * sum(most_pairs(count) for count in self._sector_sizes().values())

    def _sector_sizes(self) -> dict[str, int]:
        sizes: dict[str, int] = defaultdict(int)
        for e in self.exhibitors:
            if e.sector:
                sizes[e.sector] += 1
        return dict(sorted(sizes.items()))

    def _keep_rivals_apart(self) -> None:
        at = {self.exhibitors[own[0]].id: row for own, row in zip(self.types, self.at, strict=True)}
        rivals = {tuple(sorted((e.id, r))) for e in self.exhibitors for r in e.rivals if r in at and r != e.id}
        for one, two in sorted(rivals):
            for k, m in self.pairs:
                for first, second in ((at[one][k], at[two][m]), (at[one][m], at[two][k])):
                    if first is not None and second is not None:
                        self.model.add_at_most_one(first, second)

    def _wishes(self) -> list[cp_model.LinearExpr]:
        return [
            WISH * v
            for own, row in zip(self.types, self.at, strict=True)
            for b, v in zip(self.booths, row, strict=True)
            if v is not None and b.id in self.exhibitors[own[0]].wishes
        ]

    def _sectors(self) -> list[cp_model.LinearExpr]:
        """One variable per sector and pair of neighbouring booths: both hold that sector."""
        terms: list[cp_model.LinearExpr] = []
        for sector, size in self._sector_sizes().items():
            if size < 2:
                continue
            rows = [row for own, row in zip(self.types, self.at, strict=True) if self._sector(own) == sector]
            here = [sum(v for row in rows if (v := row[k]) is not None) for k in range(len(self.booths))]
            both = [self.model.new_bool_var("") for _ in self.pairs]
            for variable, (k, m) in zip(both, self.pairs, strict=True):
                self.model.add(variable <= here[k])
                self.model.add(variable <= here[m])
            self.model.add(sum(both) <= most_pairs(size))
            terms += [SAME_SECTOR * variable for variable in both]
        return terms

    def _sector(self, own: list[int]) -> str:
        return self.exhibitors[own[0]].sector

    def _crowds(self) -> list[cp_model.LinearExpr]:
        """Crowd of the less visited of two neighbours, as a cost."""
        if not any(e.crowd for e in self.exhibitors):
            return []
        crowds = [self.exhibitors[own[0]].crowd for own in self.types]
        crowd = [
            sum(size * v for size, row in zip(crowds, self.at, strict=True) if size and (v := row[k]) is not None)
            for k in range(len(self.booths))
        ]
        terms: list[cp_model.LinearExpr] = []
        for k, m in self.pairs:
            less = self.model.new_int_var(0, 10, "")
            self.model.add_min_equality(less, [crowd[k], crowd[m]])
            terms.append(-CROWDED * less)
        return terms


def _alike(exhibitors: tuple[Exhibitor, ...]) -> list[list[int]]:
    """Exhibitors by type: those that nothing tells apart; who has a rival is a type alone."""
    rivals = {r for e in exhibitors for r in e.rivals} | {e.id for e in exhibitors if e.rivals}
    types: dict[object, list[int]] = defaultdict(list)
    for i, e in enumerate(exhibitors):
        key = e.id if e.id in rivals else (e.sector, e.needs_power, tuple(sorted(e.wishes)), e.crowd)
        types[key].append(i)
    return list(types.values())
