"""An upper bound on the weight that any solution places, safe against rounding.

The linear program has the rows of `scheduling.bound.relaxation` and places each request at most once, or exactly once
where it is tentative. What its multipliers prove (`scheduling.bound.lagrangian`) is reported, not the program's own
value, so neither its tolerances nor an early stop can make it wrong.
"""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from ortools.linear_solver.python import model_builder_helper as linear
from scipy import sparse

from scheduling.arrays.season import Season
from scheduling.arrays.season_data import Ints
from scheduling.bound.lagrangian import proven_weight
from scheduling.bound.relaxation import Floats, Relaxation

NOTHING = 1e-6  # shares below are rounding


@dataclass(frozen=True)
class Bound:
    """``weight``: no solution places more. ``seconds``: what it took.

    ``days``: where the program, solved to its end, has the most of each activity; -1: nowhere.
    """

    weight: int
    seconds: float
    rows: int
    columns: int
    days: Ints | None = None


class BoundProgram:
    """The linear program of one season's relaxation.

    Attributes
    ----------
    rows
        Matrix and right side over the relaxation's columns.
    """

    def __init__(self, relaxation: Relaxation) -> None:
        self.relaxation = relaxation
        self.data = relaxation.data
        self.solver = linear.ModelSolverHelper("glop")
        self.rows = self._with_moves(*_without_repeats(*relaxation.matrix()))

    def solve(self, time_limit_seconds: float) -> Bound:
        """Solve it and turn its multipliers into a bound."""
        started = time.perf_counter()
        columns = len(self.relaxation.activity)
        matrix, right = self.rows
        weight = proven_weight(self.relaxation, matrix, right, np.zeros(len(right)))
        days = None
        if len(right):
            self.solver.set_time_limit_in_seconds(time_limit_seconds)
            self.solver.solve(self.model(matrix, right))
            if self.solver.has_solution():
                duals = np.maximum(0.0, np.array(self.solver.dual_values())[: len(right)])
                weight = min(weight, proven_weight(self.relaxation, matrix, right, duals))
            if self.solver.status() == linear.SolveStatus.OPTIMAL:
                days = self._days(np.array(self.solver.variable_values())[:columns])
        return Bound(weight, time.perf_counter() - started, len(right), columns, days)

    def _with_moves(self, matrix: sparse.csr_matrix, right: Floats) -> tuple[sparse.csr_matrix, Floats]:
        """A row more where moves are limited: so many fixed activities stay on their day and campus."""
        references, budget = self.relaxation.references, self.relaxation.season.problem.policy.move_budget
        if budget is None or budget >= references.sum():
            return matrix, right
        stay = sparse.csr_matrix(-references.astype(float))
        return sparse.vstack([matrix, stay], format="csr"), np.append(right, budget - float(references.sum()))

    def _days(self, chosen: Floats) -> Ints:
        """The day on which each activity is most of all."""
        by_share = np.argsort(chosen, kind="stable")
        by_share = by_share[chosen[by_share] > NOTHING]
        days = np.full(len(self.data.duration), -1, dtype=np.int64)
        days[self.relaxation.activity[by_share]] = self.relaxation.day[by_share]
        return days

    def model(self, matrix: sparse.csr_matrix, right: Floats, bonus: Floats | float = 0.0) -> Any:
        """One row per activity beside the others: at most once, or, in an itinerary, as often as its request.

        ``bonus`` is added to what each column is worth.
        """
        data, activity = self.data, self.relaxation.activity
        columns, activities, requests = len(activity), len(data.duration), len(data.weight)
        several = np.diff(data.activity_ptr) > 1
        in_itinerary = several[data.request_of]
        once = sparse.csr_matrix((np.ones(columns), (activity, np.arange(columns))), shape=(activities, columns))
        whole = sparse.csr_matrix(
            (-in_itinerary.astype(float), (np.arange(activities), data.request_of)), shape=(activities, requests)
        )
        least, most = np.where(in_itinerary, 0.0, -np.inf), np.where(in_itinerary, 0.0, 1.0)
        fixed = self.relaxation.board.state.fixed == 1
        least[fixed], most[fixed] = -np.inf, np.inf
        must = self.relaxation.must
        least[must & ~in_itinerary] = 1.0
        exempt = list(self.relaxation.exempt)
        least[exempt], most[exempt] = -np.inf, np.inf
        request = data.request_of[activity]
        objective = np.concatenate([np.where(several[request], 0, data.weight[request]) + bonus, data.weight * several])
        model: Any = linear.ModelBuilderHelper()  # its stubs want other array types than it takes
        model.fill_model_from_sparse_data(
            np.concatenate([np.zeros(columns), several & (self.relaxation.board.state.must == 1)]),
            np.ones(columns + requests),
            objective.astype(float),
            np.concatenate([np.full(len(right), -np.inf), least]),
            np.concatenate([right, most]),
            sparse.bmat([[matrix, None], [once, whole]], format="csr"),
        )
        model.set_maximize(True)
        return model


def upper_bound(season: Season, time_limit_seconds: float = 60.0) -> Bound:
    """An upper bound on the placed weight.

    Parameters
    ----------
    time_limit_seconds
        Limit of the linear program; stopped early, the bound is weaker, never wrong.
    """
    started = time.perf_counter()
    program = BoundProgram(Relaxation(season))
    bound = program.solve(time_limit_seconds - (time.perf_counter() - started))
    return replace(bound, seconds=time.perf_counter() - started)


def _without_repeats(matrix: sparse.csr_matrix, right: Floats) -> tuple[sparse.csr_matrix, Floats]:
    """Drop rows that repeat another with the same or a smaller right side (found by random projection)."""
    projection = np.random.default_rng(0).random(matrix.shape[1])
    mark = matrix @ projection
    order = np.lexsort((right, mark))
    same = np.zeros(len(right), dtype=np.bool_)
    same[order[1:]] = np.abs(np.diff(mark[order])) < 1e-9
    kept = np.flatnonzero(~same)
    return matrix[kept], right[kept]
