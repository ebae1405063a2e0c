"""Inequalities that say what the rooms of a campus and day cannot hold, over types of activities.

Activities that rooms cannot tell apart (the number of rooms they need and the starts open in each) are one *type*. A
CP-SAT model over numbers of each type is the oracle: for weights ``u`` of types, the most ``sum u n`` that the rooms
hold is the right side of a valid inequality. Weights that cut off wanted numbers, or none, are found by separation
over the hull of the numbers met so far, ``max u n  s.t.  u v <= 1`` for each ``v`` met, until the oracle meets none
that breaks it. Numbers that the rooms do not hold though they lie in the hull are excluded as such: of one type or
another there have to be fewer.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import linprog

from scheduling.arrays.season_data import Ints
from scheduling.arrays.time_grid import bits_from_masks
from scheduling.bound.relaxation import Floats, Relaxation
from scheduling.exact.day_rules import small_solver
from scheduling.moves.placements import day_starts, room_starts
from scheduling.moves.state import room_total

MOST_TYPES = 40
MOST_POINTS = 60  # of the hull, before a separation is given up
DETERMINISTIC_SECONDS = 0.2  # of the oracle
SCALE = 1000  # of weights, which are whole
NOTICED = 1.001  # a point breaks an inequality by more than this


@dataclass(frozen=True)
class Cut:
    """``coefficients x[columns] <= right`` in every schedule."""

    columns: Ints
    coefficients: Ints
    right: int


@dataclass(frozen=True)
class NoGood:
    """At least one of these: no more than ``most`` of some columns."""

    alternatives: tuple[tuple[Ints, int], ...]


@dataclass(frozen=True)
class _Type:
    """``starts``: by room, the starts that are open; ``total``: by room, the slots that one of the type holds."""

    needed: int
    starts: tuple[tuple[int, tuple[int, ...]], ...]
    total: tuple[int, ...]

    @property
    def rooms(self) -> frozenset[int]:
        return frozenset(r for r, _ in self.starts)


def fits_rooms(relaxation: Relaxation, campus: int, day: int, wanted: list[int], coming: set[int]) -> bool:
    """Whether the rooms of a campus-day may hold ``wanted``, by their types alone; False is certain.

    Looked at are the sets of rooms from which somebody in ``coming`` chooses.
    """
    of = {a: _type_of(relaxation, a, campus, day) for a in wanted}
    numbers = Counter(of.values())
    newly = {of[a].rooms for a in coming}
    for rooms in {kind.rooms for kind in numbers}:
        if any(own <= rooms for own in newly):
            kinds = [kind for kind in numbers if kind.rooms <= rooms]
            amounts = [numbers[kind] for kind in kinds]
            if not _Hull(kinds, amounts).holds(amounts):
                return False
    return True


def find_cut(relaxation: Relaxation, campus: int, day: int, wanted: list[int]) -> Cut | NoGood:
    """What forbids ``wanted`` activities together on this campus-day, where some did not fit."""
    columns = np.flatnonzero((relaxation.campus == campus) & (relaxation.day == day) & relaxation.choosable)
    types = {int(j): _type_of(relaxation, int(relaxation.activity[j]), campus, day) for j in columns}
    present = {int(relaxation.activity[j]): kind for j, kind in types.items()}
    numbers = Counter(present[a] for a in wanted if a in present)
    references = relaxation.references
    for kinds in _families(numbers, types):
        mine = {kind: np.array([j for j, own in types.items() if own == kind], dtype=np.int64) for kind in kinds}
        hull = _Hull(kinds, [len(mine[kind]) for kind in kinds])
        amounts = [numbers[kind] for kind in kinds]
        if hull.holds(amounts):
            continue
        found = hull.separate(np.array(amounts, dtype=float))
        if found is None:
            least = hull.least_excluded(amounts)
            return NoGood(tuple((mine[kind], n - 1) for kind, n in zip(kinds, least, strict=True) if n))
        weights, most = found
        chosen = np.concatenate([mine[kind] for kind in kinds])
        coefficients = np.repeat(weights, [len(mine[kind]) for kind in kinds])
        # fixed placements never exclude each other
        most = max(most, int(coefficients @ references[chosen]))
        return Cut(chosen[coefficients > 0], coefficients[coefficients > 0], most)
    own = np.array([j for j in columns if int(relaxation.activity[j]) in set(wanted)], dtype=np.int64)
    return NoGood(((own, len(own) - 1),))


def _families(numbers: Counter[_Type], types: dict[int, _Type]) -> Iterator[list[_Type]]:
    """For each set of rooms of a wanted type, small ones first, the types that choose inside."""
    for rooms in sorted({kind.rooms for kind in numbers}, key=lambda rooms: (len(rooms), sorted(rooms))):
        kinds = [kind for kind in dict.fromkeys(types.values()) if kind.starts and kind.rooms <= rooms]
        yield kinds if len(kinds) <= MOST_TYPES else [kind for kind in kinds if numbers[kind]]


def _type_of(relaxation: Relaxation, a: int, campus: int, day: int) -> _Type:
    board, data = relaxation.board, relaxation.data
    handles = board.data_handle, board.state_handle
    allowed, open_starts = np.zeros((2, data.words), dtype=np.int64)
    day_starts(*handles, a, campus, day, allowed, board.scratch.spare)
    i = a * data.campuses + campus
    starts: list[tuple[int, tuple[int, ...]]] = []
    for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]) if campus >= 0 else ():
        room_starts(*handles, a, j, day, open_starts)
        free = np.flatnonzero(bits_from_masks(open_starts & allowed, data.slots)).tolist()
        if free:
            starts.append((int(data.candidate_room[j]), tuple(free)))
    total = tuple(int(room_total(board.data_handle, a, r)) for r, _ in starts)
    return _Type(int(data.rooms_needed[a]), tuple(starts), total)


class _Hull:
    """The numbers of each type that one campus-day's rooms hold."""

    def __init__(self, kinds: list[_Type], most: list[int]) -> None:
        self.model = cp_model.CpModel()
        self.number: list[cp_model.IntVar] = []
        users: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for kind, limit in zip(kinds, most, strict=True):
            at: dict[int, list[cp_model.IntVar]] = defaultdict(list)
            for (r, starts), total in zip(kind.starts, kind.total, strict=True):
                for start in starts:
                    uses = self.model.new_bool_var("")
                    at[start].append(uses)
                    for slot in range(start, start + total):
                        users[r, slot].append(uses)
            begun = []
            for uses_at in at.values():
                begin = self.model.new_int_var(0, min(limit, len(uses_at) // kind.needed), "")
                self.model.add(cp_model.LinearExpr.sum(uses_at) == kind.needed * begin)
                begun.append(begin)
            number = self.model.new_int_var(0, limit, "")
            self.model.add(number == cp_model.LinearExpr.sum(begun))
            self.number.append(number)
        for variables in users.values():
            if len(variables) > 1:
                self.model.add_at_most_one(variables)

    def holds(self, amounts: list[int]) -> bool:
        """Whether so many of each may fit: False is certain."""
        model = self.model.clone()
        for number, amount in zip(self.number, amounts, strict=True):
            model.add(model.get_int_var_from_proto_index(number.index) >= amount)
        return bool(small_solver(DETERMINISTIC_SECONDS).solve(model) != cp_model.INFEASIBLE)

    def least_excluded(self, amounts: list[int]) -> list[int]:
        """Numbers that the rooms cannot hold, made smaller as long as they still cannot."""
        least = list(amounts)
        for i in range(len(least)):
            while least[i] and not self.holds([*least[:i], least[i] - 1, *least[i + 1 :]]):
                least[i] -= 1
        return least

    def separate(self, wanted: Floats) -> tuple[Ints, int] | None:
        """Whole weights and the most that the day holds of them, which ``wanted`` is above; or None."""
        met = list(np.eye(len(wanted)))
        for _ in range(MOST_POINTS):
            # a little for every type, so that those that are not wanted now are in it as well
            found = linprog(-wanted - 1e-4, A_ub=np.array(met), b_ub=np.ones(len(met)), bounds=(0, 1))
            if found.x is None or found.x @ wanted <= NOTICED:
                return None
            weights = np.round(found.x * SCALE).astype(np.int64)
            most, point = self._most(weights)
            if weights @ wanted > most:
                return weights, most
            if point is None or found.x @ point <= 1 + 1e-9:
                return None
            met.append(point)
        return None

    def _most(self, weights: Ints) -> tuple[int, Floats | None]:
        """An upper bound on the weight that the rooms hold, and the numbers of the heaviest found."""
        self.model.maximize(cp_model.LinearExpr.weighted_sum(self.number, weights.tolist()))
        solver = small_solver(DETERMINISTIC_SECONDS)
        if solver.solve(self.model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return int(weights.sum()) << 20, None
        return int(solver.best_objective_bound + 1e-6), np.array([solver.value(n) for n in self.number], dtype=float)
