"""Booths of a fair: which employer stands where, by CP-SAT.

Sectors stand together, rivals apart, those that need power get it, wishes count, and the most visited employers are
spread over the hall so that the flow of visitors does not jam at the entrance.
"""

from typing import Annotated

import msgspec
from ortools.sat.python import cp_model

Id = Annotated[str, msgspec.Meta(min_length=1)]

SAME_SECTOR, WISH, CROWDED = 3, 10, 4


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
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = time_limit_seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise NoBoothPlan("rivals cannot be kept apart" if status == cp_model.INFEASIBLE else "none found in time")
    return BoothPlan(
        booths={
            e.id: next(b.id for b, v in zip(booths, row, strict=True) if v is not None and solver.value(v))
            for e, row in zip(exhibitors, at, strict=True)
        },
        score=round(solver.objective_value),
        bound=round(solver.best_objective_bound),
        optimal=status == cp_model.OPTIMAL,
    )


Grid = list[list[cp_model.IntVar | None]]


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
