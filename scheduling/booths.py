"""Booths of a fair: which employer stands where, by CP-SAT.

Sectors stand together, rivals apart, those that need power get it, wishes count, and the most visited employers are
spread over the hall so that the flow of visitors does not jam at the entrance.
"""

from random import Random
from typing import Annotated

import msgspec
from ortools.sat.python import cp_model

Id = Annotated[str, msgspec.Meta(min_length=1)]

SAME_SECTOR, WISH, CROWDED = 3, 10, 4
RIVALS = 1_000_000  # of two rivals side by side, in the search for a start only
SWAPS_PER_BOOTH = 400


class Booth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A booth at ``(row, column)`` of the hall; neighbours differ by 1 in one of them."""

    id: Id
    row: int
    column: int
    power: bool = False


class Exhibitor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An employer at the fair. ``rivals`` never stand beside it; ``wishes`` are booths it would like."""

    id: Id
    sector: str = ""
    needs_power: bool = False
    rivals: tuple[Id, ...] = ()
    wishes: tuple[Id, ...] = ()
    crowd: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0


class BoothPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Booth by exhibitor; ``score`` against the ``bound`` of the same goals."""

    booths: dict[str, str]
    score: int
    bound: int
    optimal: bool


class NoBoothPlan(ValueError):
    """No assignment keeps all hard rules; the message says which cannot be kept."""


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
    model = cp_model.CpModel()
    at = [
        [model.new_bool_var(f"{e.id}@{b.id}") if b.power or not e.needs_power else None for b in booths]
        for e in exhibitors
    ]
    for row in at:
        model.add_exactly_one(v for v in row if v is not None)
    for column in zip(*at, strict=True):
        model.add_at_most_one(v for v in column if v is not None)
    pairs = _neighbours(booths)
    index = {e.id: i for i, e in enumerate(exhibitors)}
    _keep_rivals_apart(model, at, exhibitors, index, pairs)
    terms = [
        WISH * v
        for e, row in zip(exhibitors, at, strict=True)
        for b, v in zip(booths, row, strict=True)
        if v is not None and b.id in e.wishes
    ]
    terms += _sector_terms(model, at, exhibitors, pairs)
    terms += _crowd_terms(model, at, exhibitors, pairs)
    model.maximize(sum(terms))
    swapped = _Swaps(booths, exhibitors, pairs, seed)
    swapped.improve(SWAPS_PER_BOOTH * len(booths))
    for i, row in enumerate(at):
        for k, variable in enumerate(row):
            if variable is not None:
                model.add_hint(variable, swapped.holder[k] == i)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = time_limit_seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        raise NoBoothPlan("rivals cannot be kept apart")
    own = swapped.score()
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    if not found and own < -RIVALS // 2:
        raise NoBoothPlan("none found in time that keeps rivals apart")
    if not found or own > solver.objective_value:
        places = {i: k for k, i in enumerate(swapped.holder) if i is not None}
        score = own
    else:
        places = {
            i: next(k for k, v in enumerate(row) if v is not None and solver.value(v)) for i, row in enumerate(at)
        }
        score = round(solver.objective_value)
    most = WISH * len(exhibitors) + SAME_SECTOR * len(pairs)
    return BoothPlan(
        booths={e.id: booths[places[i]].id for i, e in enumerate(exhibitors)},
        score=score,
        bound=min(most, round(solver.best_objective_bound)) if found else most,
        optimal=status == cp_model.OPTIMAL,
    )


class _Swaps:
    """Improves a plan by swapping two booths' holders, as a start for the exact model."""

    def __init__(
        self, booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...], pairs: list[tuple[int, int]], seed: int
    ) -> None:
        self.booths, self.exhibitors, self.pairs = booths, exhibitors, pairs
        self.random = Random(seed)
        self.holder: list[int | None] = [None] * len(booths)
        for i, k in _first_guess(booths, exhibitors).items():
            self.holder[k] = i
        self.beside: list[list[int]] = [[] for _ in booths]
        for k, m in pairs:
            self.beside[k].append(m)
            self.beside[m].append(k)
        self.rivals = {(e.id, r) for e in exhibitors for r in e.rivals}

    def improve(self, swaps: int) -> None:
        """Try random swaps and keep those that do not lower the score."""
        if len(self.booths) < 2:
            return
        for _ in range(swaps):
            k, m = self.random.sample(range(len(self.booths)), 2)
            before = self._around(k) + self._around(m)
            self.holder[k], self.holder[m] = self.holder[m], self.holder[k]
            if not (self._powered(k) and self._powered(m)) or self._around(k) + self._around(m) < before:
                self.holder[k], self.holder[m] = self.holder[m], self.holder[k]

    def score(self) -> int:
        """The goals' value, less `RIVALS` for each pair of rivals side by side."""
        return sum(self._pair(k, m) for k, m in self.pairs) + sum(self._wish(k) for k in range(len(self.booths)))

    def _powered(self, k: int) -> bool:
        i = self.holder[k]
        return i is None or self.booths[k].power or not self.exhibitors[i].needs_power

    def _around(self, k: int) -> int:
        return self._wish(k) + sum(self._pair(k, m) for m in self.beside[k])

    def _wish(self, k: int) -> int:
        i = self.holder[k]
        return WISH if i is not None and self.booths[k].id in self.exhibitors[i].wishes else 0

    def _pair(self, k: int, m: int) -> int:
        i, j = self.holder[k], self.holder[m]
        if i is None or j is None:
            return 0
        one, two = self.exhibitors[i], self.exhibitors[j]
        score = SAME_SECTOR if one.sector and one.sector == two.sector else 0
        if (one.id, two.id) in self.rivals or (two.id, one.id) in self.rivals:
            score -= RIVALS
        return score - CROWDED * min(one.crowd, two.crowd)


Grid = list[list[cp_model.IntVar | None]]


def _first_guess(booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...]) -> dict[int, int]:
    """Sector by sector along the rows, back and forth, power first where it is needed: a start for the solver."""
    free = sorted(range(len(booths)), key=lambda k: (booths[k].row, booths[k].column * (-1) ** (booths[k].row % 2)))
    guess: dict[int, int] = {}
    for i in sorted(range(len(exhibitors)), key=lambda i: (not exhibitors[i].needs_power, exhibitors[i].sector)):
        power = exhibitors[i].needs_power
        # booths with power are left to those that need it while others last
        k = min(free, key=lambda k: (booths[k].power != power, free.index(k)))
        guess[i] = k
        free.remove(k)
    return guess


def _neighbours(booths: tuple[Booth, ...]) -> list[tuple[int, int]]:
    places = {(b.row, b.column): i for i, b in enumerate(booths)}
    beside = (
        (i, places.get(other))
        for (row, column), i in places.items()
        for other in ((row + 1, column), (row, column + 1))
    )
    return [(i, j) for i, j in beside if j is not None]


def _keep_rivals_apart(
    model: cp_model.CpModel,
    at: Grid,
    exhibitors: tuple[Exhibitor, ...],
    index: dict[str, int],
    pairs: list[tuple[int, int]],
) -> None:
    rivals = {tuple(sorted((i, index[r]))) for i, e in enumerate(exhibitors) for r in e.rivals if r in index}
    for i, j in sorted(rivals):
        for k, m in pairs:
            for one, two in ((at[i][k], at[j][m]), (at[i][m], at[j][k])):
                if one is not None and two is not None:
                    model.add_at_most_one(one, two)


def _sector_terms(
    model: cp_model.CpModel, at: Grid, exhibitors: tuple[Exhibitor, ...], pairs: list[tuple[int, int]]
) -> list[cp_model.LinearExpr]:
    """One variable per sector and pair of neighbouring booths: both hold that sector."""
    sectors = sorted({e.sector for e in exhibitors if e.sector})
    terms: list[cp_model.LinearExpr] = []
    for sector in sectors:
        members = [i for i, e in enumerate(exhibitors) if e.sector == sector]
        if len(members) < 2:
            continue
        here = [sum(v for i in members if (v := at[i][k]) is not None) for k in range(len(at[0]))]
        for k, m in pairs:
            both = model.new_bool_var("")
            model.add(both <= here[k])
            model.add(both <= here[m])
            terms.append(SAME_SECTOR * both)
    return terms


def _crowd_terms(
    model: cp_model.CpModel, at: Grid, exhibitors: tuple[Exhibitor, ...], pairs: list[tuple[int, int]]
) -> list[cp_model.LinearExpr]:
    """Crowd of the less visited of two neighbours, as a cost."""
    if not any(e.crowd for e in exhibitors):
        return []
    crowd = [
        sum(e.crowd * v for e, row in zip(exhibitors, at, strict=True) if (v := row[k]) is not None)
        for k in range(len(at[0]))
    ]
    terms: list[cp_model.LinearExpr] = []
    for k, m in pairs:
        less = model.new_int_var(0, 10, "")
        model.add_min_equality(less, [crowd[k], crowd[m]])
        terms.append(-CROWDED * less)
    return terms
