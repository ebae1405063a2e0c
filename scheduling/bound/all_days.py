"""A weaker bound at once where a season has too many columns: its rows with all days together.

One column for each activity, at the least that any of its days costs. The multipliers of this small program, the same
on every day, prove something about the whole one.
"""

from typing import Any

import numpy as np
from ortools.linear_solver.python import model_builder_helper as linear
from scipy import sparse

from scheduling.bound.lagrangian import proven_weight
from scheduling.bound.relaxation import Floats, Relaxation

MANY_COLUMNS = 150_000  # above this the whole program takes ten seconds or more
SECONDS = 5.0


def weight_of_all_days(relaxation: Relaxation) -> int:
    """No solution of the season places more."""
    matrix, right = relaxation.matrix()
    multipliers = np.zeros(len(right))
    if len(right):
        whole, total = _together(relaxation, matrix, right)
        multipliers = _multipliers(relaxation, whole, total)[relaxation.rows.kinds]
    return proven_weight(relaxation, matrix, right, multipliers)


def _together(relaxation: Relaxation, matrix: sparse.csr_matrix, right: Floats) -> tuple[sparse.csr_matrix, Floats]:
    """Rows of one kind added up, over activities instead of columns."""
    kind = relaxation.rows.kinds
    kinds, activities = int(kind.max()) + 1, len(relaxation.data.duration)
    added = sparse.csr_matrix((np.ones(len(kind)), (kind, np.arange(len(kind)))), shape=(kinds, len(kind))) @ matrix
    entries = added.tocoo()
    # a column that a row does not name costs nothing there
    named, where, count = np.unique(
        entries.row * activities + relaxation.activity[entries.col], return_inverse=True, return_counts=True
    )
    least = np.full(len(named), np.inf)
    np.minimum.at(least, where, entries.data)
    row, activity = named // activities, named % activities
    everywhere = count == np.bincount(relaxation.activity, minlength=activities)[activity]
    together = sparse.csr_matrix(
        (least[everywhere], (row[everywhere], activity[everywhere])), shape=(kinds, activities)
    )
    return together, np.bincount(kind, weights=right, minlength=kinds).astype(float)


def _multipliers(relaxation: Relaxation, matrix: sparse.csr_matrix, right: Floats) -> Floats:
    data = relaxation.data
    activities = len(data.duration)
    model: Any = linear.ModelBuilderHelper()  # its stubs want other array types than it takes
    model.fill_model_from_sparse_data(
        np.zeros(activities),
        np.ones(activities),
        data.weight[data.request_of] / np.diff(data.activity_ptr)[data.request_of],
        np.full(len(right), -np.inf),
        right,
        matrix,
    )
    model.set_maximize(True)
    solver = linear.ModelSolverHelper("glop")
    solver.set_time_limit_in_seconds(SECONDS)
    solver.solve(model)
    if not solver.has_solution():
        return np.zeros(len(right))
    return np.asarray(np.maximum(0.0, np.array(solver.dual_values())))
