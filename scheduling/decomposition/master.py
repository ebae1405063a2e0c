"""The master problem of `scheduling.decomposition.benders`: it assigns a campus and day to each activity.

The bound's linear program is solved with a small bonus for activities that stay. Where its solution keeps an activity,
the activity is settled there, except for those that could move at the least loss; CP-SAT decides the others in whole
numbers (relaxation induced neighbourhoods; Danna, Rothberg and Le Pape 2005).
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.linear_solver.python import model_builder_helper as linear
from ortools.sat.python import cp_model
from scipy import sparse

from scheduling.arrays.season_data import Ints
from scheduling.bound.relaxation import Floats
from scheduling.bound.upper_bound import BoundProgram
from scheduling.decomposition.cuts import Cut, NoGood
from scheduling.exact.interruptible import one_thread_solver

Chosen = npt.NDArray[np.bool_]
RunLinear = Callable[[linear.ModelSolverHelper, Any], None]  # solves a program with a solver

WEIGHT, STAY = 100, 2  # a unit of weight is worth fifty activities that stay on their campus and day
SETTLED = 0.999  # of an activity in one column
DETERMINISTIC_SECONDS = 2.0


class Master:
    """The day-level program, with what campus-days have shown since.

    Parameters
    ----------
    program
        Whose rows are kept; it has been solved.
    """

    def __init__(self, program: BoundProgram) -> None:
        self.program = program
        self.relaxation, self.data = program.relaxation, program.data
        self.learnt: list[Cut | NoGood] = []
        self.solver = linear.ModelSolverHelper("glop")
        self.is_free = self.relaxation.choosable

    def neighbourhood(self, now: Chosen, most: int, run: RunLinear) -> "Neighbourhood | None":
        """What the program would rather change, and what it could change at the least loss.

        Parameters
        ----------
        now
            The present columns, shape ``(columns,)``.
        most
            Columns that are free, unless the program itself wants more to change.
        run
            Solves the linear program; what it raises is passed on.
        """
        matrix, right = self._rows()
        bonus = np.where(now, STAY / WEIGHT, 0.0)
        run(self.solver, self.program.model(matrix, right, bonus))
        if self.solver.status() != linear.SolveStatus.OPTIMAL:
            return None
        shares = np.array(self.solver.variable_values())[: len(now)]
        duals = np.maximum(0.0, np.array(self.solver.dual_values())[: len(right)])
        settled = self._settled(now & (shares >= SETTLED))
        self._free_cheap(settled, now, matrix.T @ duals - bonus, most)
        chosen = settled[self.relaxation.activity]
        free = np.flatnonzero(self.is_free & ~chosen)
        if not len(free):
            return None
        model = Neighbourhood(self, free, now & chosen, now)
        model.add_rows(matrix, right)
        for item in self.learnt:
            if isinstance(item, NoGood):
                model.exclude(item)
        return model

    def _free_cheap(self, settled: Chosen, now: Chosen, price: Floats, most: int) -> None:
        """Unsettle the requests whose next best columns cost least more, as long as no more columns are free."""
        relaxation, data = self.relaxation, self.data
        here, elsewhere = np.zeros(len(settled)), np.full(len(settled), np.inf)
        here[relaxation.activity[now]] = price[now]
        np.minimum.at(elsewhere, relaxation.activity[~now], price[~now])
        starts = data.activity_ptr[:-1]
        loss = np.add.reduceat(elsewhere - here, starts)
        columns = np.add.reduceat(np.bincount(relaxation.activity, minlength=len(settled)), starts)
        is_settled = settled[starts]
        order = np.lexsort((loss, is_settled))
        freed = order[np.cumsum(columns[order]) <= most]
        settled[np.isin(data.request_of, freed)] = False

    def _rows(self) -> tuple[sparse.csr_matrix, Floats]:
        matrix, right = self.program.rows
        cuts = [cut for cut in self.learnt if isinstance(cut, Cut)]
        if not cuts:
            return matrix, right
        rows = np.repeat(np.arange(len(cuts)), [len(cut.columns) for cut in cuts])
        columns = np.concatenate([cut.columns for cut in cuts])
        values = np.concatenate([cut.coefficients for cut in cuts]).astype(float)
        more = sparse.csr_matrix((values, (rows, columns)), shape=(len(cuts), matrix.shape[1]))
        return sparse.vstack([matrix, more], format="csr"), np.append(right, [float(cut.right) for cut in cuts])

    def _settled(self, agreed: Chosen) -> Chosen:
        """Activities whose whole request stays, shape ``(activities,)``."""
        data = self.data
        stays = np.zeros(len(data.duration), dtype=np.bool_)
        stays[self.relaxation.activity[agreed]] = True
        return np.asarray(np.logical_and.reduceat(stays, data.activity_ptr[:-1])[data.request_of])


class Neighbourhood:
    """The activities that are not settled, in whole numbers.

    Parameters
    ----------
    free
        Their columns.
    settled, now
        Columns chosen for good, and all present ones; shape ``(columns,)``.
    """

    def __init__(self, assignment: Master, free: Ints, settled: Chosen, now: Chosen) -> None:
        self.assignment, self.free, self.settled = assignment, free, settled
        self.model = cp_model.CpModel()
        self.chosen = [self.model.new_bool_var("") for _ in free]
        self.variable = dict(zip(free.tolist(), self.chosen, strict=True))
        self.worth: list[cp_model.LinearExpr] = []
        for variable, is_now in zip(self.chosen, now[free].tolist(), strict=True):
            self.model.add_hint(variable, is_now)
            if is_now:
                self.worth.append(STAY * variable)
        self._add_requests(now)
        self.model.maximize(cp_model.LinearExpr.sum(self.worth))

    def _add_requests(self, now: Chosen) -> None:
        """All activities of a request or none, all of those that must have a placement."""
        relaxation, data = self.assignment.relaxation, self.assignment.data
        state = relaxation.board.state
        own: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for a, variable in zip(relaxation.activity[self.free].tolist(), self.chosen, strict=True):
            own[a].append(variable)
        is_placed = np.zeros(len(data.weight), dtype=np.bool_)
        is_placed[data.request_of[relaxation.activity[now]]] = True
        for q in np.unique(data.request_of[relaxation.activity[self.free]]).tolist():
            members = [
                a
                for a in range(data.activity_ptr[q], data.activity_ptr[q + 1])
                if not state.fixed[a] and a not in relaxation.exempt
            ]
            if state.must[q]:
                for a in members:
                    self.model.add_exactly_one(own[a])
                continue
            placed = self.model.new_bool_var("")
            self.model.add_hint(placed, bool(is_placed[q]))
            self.worth.append(WEIGHT * int(data.weight[q]) * placed)
            for a in members:
                self.model.add(cp_model.LinearExpr.sum(own[a]) == placed)

    def add_rows(self, matrix: sparse.csr_matrix, right: Floats) -> None:
        """``matrix x <= right`` over all columns."""
        left = right - matrix @ self.settled
        mine = matrix[:, self.free]
        crowded = np.asarray(mine.sum(axis=1)).ravel() > left + 1e-9
        rows, most = mine[crowded].tocsr(), np.floor(left[crowded] + 1e-6).astype(np.int64)
        for i, limit in enumerate(most.tolist()):
            first, last = rows.indptr[i], rows.indptr[i + 1]
            here = [self.chosen[k] for k in rows.indices[first:last]]
            values = np.round(rows.data[first:last]).astype(np.int64).tolist()
            self.model.add(cp_model.LinearExpr.weighted_sum(here, values) <= limit)

    def learn(self, item: Cut | NoGood) -> None:
        """Keep another rule from now on."""
        if isinstance(item, NoGood):
            self.exclude(item)
            return
        settled = int(item.coefficients @ self.settled[item.columns])
        here = [(j, value) for j, value in zip(item.columns.tolist(), item.coefficients.tolist(), strict=True)]
        terms = [value * self.variable[j] for j, value in here if j in self.variable]
        self.model.add(cp_model.LinearExpr.sum(terms) <= item.right - settled)

    def exclude(self, item: NoGood) -> None:
        """One alternative or another."""
        fewer = []
        for columns, most in item.alternatives:
            here = [self.variable[j] for j in columns.tolist() if j in self.variable]
            fewer.append(self.model.new_bool_var(""))
            left = most - int(self.settled[columns].sum())
            self.model.add(cp_model.LinearExpr.sum(here) <= left).only_enforce_if(fewer[-1])
        self.model.add_bool_or(fewer)

    def solver(self) -> cp_model.CpSolver:
        """For the model: one thread, a limit of deterministic time."""
        solver = one_thread_solver(DETERMINISTIC_SECONDS)
        solver.parameters.linearization_level = 2
        return solver

    def columns(self, solver: cp_model.CpSolver) -> Chosen:
        """The columns of its solution, shape ``(columns,)``."""
        result = self.settled.copy()
        result[self.free] = [solver.boolean_value(variable) for variable in self.chosen]
        return result
