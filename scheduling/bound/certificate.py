"""A proof by prices that a request cannot be added however the others move.

If resources had prices at which everything there is to buy costs less than the cheapest placements of all that must be
placed, then not all of it can be placed. That is Farkas' lemma on the day-level rows ``A x <= b`` of
`scheduling.bound.relaxation`: for any ``y >= 0``, ``b y < sum_a min_columns (A' y)`` over the activities that must
have a placement shows that they cannot all have one. A linear program finds the prices; what is believed is only that
inequality, so neither its tolerances nor an early stop can make it wrong.
"""

from typing import Any

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[attr-defined]

from scheduling.arrays.season import Season
from scheduling.bound.relaxation import Relaxation

SECONDS = 0.4
MAX_COLUMNS = 60_000  # above this the first program takes longer than an answer may
MARGIN = 1e-6


class Certificate:
    """The day-level program of a season whose placed requests must all keep a placement.

    Parameters
    ----------
    season
        Everything that is placed is fixed in it; what is confirmed or pinned stays where it is.
    """

    def __init__(self, season: Season) -> None:
        self.model = Relaxation(season)
        data = season.data
        self.usable = len(self.model.activity) <= MAX_COLUMNS and self.model.rows.count > 0
        if not self.usable:
            return
        self.matrix, self.right = self.model.matrix()
        fixed = data.reference_day >= 0
        bound_by_rows = ~(self.model.board.state.fixed == 1)
        bound_by_rows[list(self.model.exempt)] = False
        self.must = fixed & bound_by_rows
        self.loose = bound_by_rows & ~fixed
        self._build()

    def shows_full(self, q: int) -> bool:
        """Whether prices show that request ``q`` cannot be added; False where none were found in time."""
        if not self.usable:
            return False
        pointer = self.model.data.activity_ptr
        own = [a for a in range(int(pointer[q]), int(pointer[q + 1])) if self.loose[a]]
        if any(a not in self.wanted for a in own):
            return True  # not even a day is left beside the fixed placements
        for variable in self.wanted.values():
            self.solver.Objective().SetCoefficient(variable, 0.0)
        for a in own:
            self.solver.Objective().SetCoefficient(self.wanted[a], 1.0)
        if self.solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
            return False
        prices = np.maximum(0.0, np.array([row.dual_value() for row in self.rows]))
        cost = self.matrix.T @ prices
        cheapest = np.full(len(self.must), np.inf)
        np.minimum.at(cheapest, self.model.activity, cost)
        needed = self.must.copy()
        needed[own] = True
        paid = float(self.right @ prices)
        return bool(paid * (1 + MARGIN) + MARGIN < float(cheapest[needed].sum()))

    def _build(self) -> None:
        solver = pywraplp.Solver.CreateSolver("GLOP")
        solver.set_time_limit(int(SECONDS * 1000))
        self.solver: Any = solver
        x = [solver.NumVar(0.0, 1.0, "") for _ in self.model.activity]
        self.rows = []
        for i, right in enumerate(self.right.tolist()):
            row = solver.Constraint(-solver.infinity(), right)
            first, last = self.matrix.indptr[i], self.matrix.indptr[i + 1]
            for column, value in zip(
                self.matrix.indices[first:last].tolist(), self.matrix.data[first:last].tolist(), strict=True
            ):
                row.SetCoefficient(x[column], value)
            self.rows.append(row)
        self.wanted: dict[int, Any] = {}
        placed: dict[int, Any] = {}
        for a in np.unique(self.model.activity).tolist():
            if self.must[a]:
                placed[a] = solver.Constraint(1.0, 1.0)
            elif self.loose[a]:
                self.wanted[a] = solver.NumVar(0.0, 1.0, "")
                placed[a] = solver.Constraint(0.0, 0.0)
                placed[a].SetCoefficient(self.wanted[a], -1.0)
        for variable, a in zip(x, self.model.activity.tolist(), strict=True):
            if a in placed:
                placed[a].SetCoefficient(variable, 1.0)
        solver.Objective().SetMaximization()
