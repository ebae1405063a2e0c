"""An upper bound on the weight that any solution places, safe against rounding.

Day-level relaxation: a column is (activity, campus, day), forgetting starts and rooms. Rows are all rules that can
be written for a whole day:

* each request at most once; staff, group and period counts; hours of exclusive groups;
* for every set ``S`` of rooms (of one campus) that is the whole choice of some activity, over the activities whose
  choice lies inside ``S``, and every length ``m`` among theirs: the slots they take fit into the free runs of at
  least ``m`` slots, and, counted in pieces of ``m``, ``sum k * floor(L / m) * x <= sum floor(run / m)``.

The last is the dual-feasible function ``u(L) = floor(L / m)`` of bin packing (Fekete and Schepers 2001) applied to
the room timetable's free runs: a booking of ``L`` slots inside a run holds at least ``floor(L / m)`` whole pieces
of ``m``, and no run holds more than ``floor(run / m)``. It sees the waste that a count of slots does not.

Whatever multipliers ``y >= 0`` the linear program returns, by weak duality
``b y + sum_q max(0, w_q - sum_{a in q} min_columns (A' y))`` bounds every solution. That number is reported, not
the program's own, so neither its tolerances nor an early stop can make it wrong.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.linear_solver.python import model_builder_helper as linear
from scipy import sparse

from scheduling.columns import list_columns
from scheduling.searcher import Searcher
from scheduling.season_data import UNLIMITED, Ints, Season
from scheduling.time_grid import bits_from_masks, has_slot

Floats = npt.NDArray[np.float64]

MAX_LENGTHS = 8  # piece lengths per family of rooms; more add rows and hardly any strength
MAX_COLUMNS = 150_000  # above this, campuses are merged: a weaker relaxation, but one that fits in time and memory


@dataclass
class Rows:
    """Rows ``A x <= b`` under construction."""

    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    right: list[Floats] = field(default_factory=list)
    count: int = 0

    def add(self, key: Ints, columns: Ints, values: Floats, right: Floats) -> None:
        """Add one row per entry of ``right``; ``key`` says which of them each term belongs to.

        Rows that cannot be violated even with every term at 1 are left out.
        """
        load = np.bincount(key, weights=values, minlength=len(right))
        kept = load > right + 1e-9
        number = np.cumsum(kept) - 1
        chosen = kept[key]
        self.row.append(number[key[chosen]] + self.count)
        self.column.append(columns[chosen])
        self.value.append(values[chosen])
        self.right.append(np.maximum(right[kept], 0.0))
        self.count += int(kept.sum())


@dataclass(frozen=True)
class Bound:
    """``weight``: no solution places more. ``seconds``: what it took."""

    weight: int
    seconds: float
    rows: int
    columns: int


class DayModel:
    """The relaxation of one season.

    Parameters
    ----------
    season
        The compiled problem. Confirmed places are taken out of the resources; a tentative one that its wishes
        would not allow takes nothing, which is careful.
    """

    def __init__(self, season: Season) -> None:
        self.season = season
        self.data = season.data
        self.searcher = Searcher(season)
        self.merged = False
        self.exempt = self._take_movable()
        self.activity, self.campus, self.day = list_columns(self.searcher)
        if len(self.activity) > MAX_COLUMNS and self.data.campuses > 1:
            self._merge_campuses()
        self.rows = Rows()
        self.solver = linear.ModelSolverHelper("glop")
        self._staff()
        self._groups()
        self._rooms()
        self._channels()

    def _take_movable(self) -> set[int]:
        """Empty the state of what may move; activities held beyond their wishes are exempt from all rows."""
        searcher = self.searcher
        movable = [int(a) for a in np.flatnonzero(searcher.data.held_tentative) if not searcher.state.fixed[a]]
        places = {a: searcher.place_of(a) for a in movable}
        for a in movable:
            searcher.take(a)
        activity, campus, day = list_columns(searcher)
        known = set(zip(activity.tolist(), campus.tolist(), day.tolist(), strict=True))
        exempt = set()
        for a, place in places.items():
            if place is None:
                continue
            pattern_row = int(self.data.row_ptr[a]) + place[0] - int(self.data.first_day[a])
            allowed = (a, place[2], place[0]) in known and self._start_allowed(pattern_row, place[1])
            if not allowed or not self._rooms_allowed(a, place[4]):
                exempt.add(a)
        return exempt

    def _start_allowed(self, row: int, start: int) -> bool:
        pattern = int(self.data.row_pattern[row])
        return has_slot(self.data.pattern_starts[pattern], start)

    def _rooms_allowed(self, a: int, rooms: tuple[int, ...]) -> bool:
        data = self.data
        first, last = data.candidate_ptr[a * data.campuses], data.candidate_ptr[(a + 1) * data.campuses]
        return len(rooms) == data.rooms_needed[a] and set(rooms) <= set(data.candidate_room[first:last].tolist())

    def _merge_campuses(self) -> None:
        key = np.unique(self.activity * self.data.days + self.day)
        self.activity, self.day = key // self.data.days, key % self.data.days
        self.campus = np.where(self.data.rooms_needed[self.activity] > 0, 0, -1)
        self.merged = True

    def _bound_columns(self, selected: npt.NDArray[np.bool_]) -> Ints:
        """Indices of the selected columns without those of exempt activities."""
        if self.exempt:
            selected = selected & ~np.isin(self.activity, list(self.exempt))
        return np.flatnonzero(selected)

    def _staff(self) -> None:
        data, used = self.data, self.searcher.state.staff_used
        for c in range(data.campuses if not self.merged else 0):
            for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]):
                # only activities that cannot start outside the day-part are counted for certain
                inside = (data.pattern_starts & ~data.staff_starts[limit]).sum(axis=1) == 0
                rows = data.row_ptr[self.activity] + self.day - data.first_day[self.activity]
                columns = self._bound_columns((self.campus == c) & inside[data.row_pattern[rows]])
                left = np.maximum(0, data.staff_size[limit] - used[limit]).astype(float)
                self.rows.add(self.day[columns], columns, np.ones(len(columns)), left)
        if self.merged:
            self._merged_staff()

    def _merged_staff(self) -> None:
        """All campuses together, where each has a limit for the whole day."""
        data, used = self.data, self.searcher.state.staff_used
        whole = np.zeros((data.campuses, data.days))
        for c in range(data.campuses):
            best = np.full(data.days, np.inf)
            for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]):
                if (data.pattern_starts & ~data.staff_starts[limit]).sum() == 0:
                    best = np.minimum(best, np.maximum(0, data.staff_size[limit] - used[limit]))
            whole[c] = best
        columns = self._bound_columns(self.campus >= 0)
        right = np.minimum(whole.sum(axis=0), float(UNLIMITED))
        self.rows.add(self.day[columns], columns, np.ones(len(columns)), right)

    def _groups(self) -> None:
        data, state = self.data, self.searcher.state
        columns_of = _columns_by_activity(self.activity, len(data.duration))
        for g in range(len(data.group_gap)):
            members = data.member[data.member_ptr[g] : data.member_ptr[g + 1]]
            columns = np.array(
                [i for a in members if int(a) not in self.exempt for i in columns_of[int(a)]], dtype=np.int64
            )
            if not len(columns):
                continue
            ones = np.ones(len(columns))
            days = self.day[columns]
            used = state.group_day[g]
            if data.group_per_day[g] < UNLIMITED:
                self.rows.add(days, columns, ones, np.maximum(0, data.group_per_day[g] - used).astype(float))
            for p in range(data.period_ptr[g], data.period_ptr[g + 1]):
                first, last = data.period_first[p], data.period_last[p]
                inside = (days >= first) & (days <= last)
                left = float(max(0, data.period_limit[p] - used[first : last + 1].sum()))
                self._one_row(columns[inside], ones[inside], left)
            if data.group_gap[g] > 0:
                for first in range(data.days):
                    inside = (days >= first) & (days < first + data.group_gap[g])
                    left = max(0, 1 - int(used[first : first + data.group_gap[g]].sum()))
                    self._one_row(columns[inside], ones[inside], float(left))
            if data.group_exclusive[g]:
                busy = state.busy[data.busy_row[g] : data.busy_row[g + 1]]
                taken = np.logical_or.reduce(bits_from_masks(busy, data.slots), axis=0)
                slots = self.season.problem.grid.slots_per_day
                left = slots - taken[:, :slots].sum(axis=1)
                self.rows.add(days, columns, data.duration[self.activity[columns]].astype(float), left.astype(float))

    def _one_row(self, columns: Ints, values: Floats, right: float) -> None:
        self.rows.add(np.zeros(len(columns), dtype=np.int64), columns, values, np.array([right]))

    def _rooms(self) -> None:
        data = self.data
        free = bits_from_masks(self.searcher.state.free, data.slots)
        end = self.season.problem.grid.slots_per_day
        for r, room in enumerate(self.season.problem.rooms):
            longest = max(room.turnover_slots, *room.turnover_by_kind.values(), 0)
            free[r, :, end + longest :] = False
        campuses = [(c, np.flatnonzero(data.room_campus == c)) for c in range(data.campuses)]
        if self.merged:
            campuses = [(0, np.arange(len(data.room_campus)))]
        for c, rooms in campuses:
            columns = self._bound_columns(self.campus == c)
            used = np.unique(self.activity[columns])
            choice = np.zeros((len(used), len(rooms)), dtype=np.bool_)
            least = np.zeros(len(used), dtype=np.int64)
            local = np.full(len(data.room_campus), -1)
            local[rooms] = np.arange(len(rooms))
            for i, a in enumerate(used):
                first, last = a * data.campuses + c, a * data.campuses + c + 1
                if self.merged:
                    first, last = a * data.campuses, (a + 1) * data.campuses
                own = data.candidate_room[data.candidate_ptr[first] : data.candidate_ptr[last]]
                choice[i, local[own]] = True
                least[i] = data.duration[a] + data.room_turnover[own, data.kind_of[a]].min()
            self._families(free[rooms], columns, used, choice, least, data.rooms_needed[used])

    def _channels(self) -> None:
        data = self.data
        columns = self._bound_columns(data.needs_channel[self.activity] == 1)
        if not len(columns):
            return
        used = np.unique(self.activity[columns])
        channels = len(self.season.problem.channels)
        free = np.zeros((channels, data.days, data.slots), dtype=np.bool_)
        turnover = np.zeros((channels, data.pool_turnover.shape[1]), dtype=np.int64)
        class_of = np.zeros(channels, dtype=np.int64)
        left = data.pool_size[:, None] - self.searcher.state.pool_used
        bits = bits_from_masks(data.pool_free, data.slots)
        end = self.season.problem.grid.slots_per_day
        for k in range((len(data.pool_ptr) - 1) // data.days):
            for d in range(data.days):
                for pool in range(data.pool_ptr[k * data.days + d], data.pool_ptr[k * data.days + d + 1]):
                    for i, channel in enumerate(self.season.pool_channels[pool]):
                        free[channel, d] = bits[pool] & (left[pool] > i)
                        free[channel, d, end + int(data.pool_turnover[pool].max(initial=0)) :] = False
                        turnover[channel] = data.pool_turnover[pool]
                        class_of[channel] = k
        choice = np.zeros((len(used), channels), dtype=np.bool_)
        least = np.zeros(len(used), dtype=np.int64)
        for i, a in enumerate(used):
            choice[i] = np.isin(class_of, data.channel_class[data.channel_ptr[a] : data.channel_ptr[a + 1]])
            least[i] = data.duration[a] + turnover[choice[i], data.kind_of[a]].min()
        self._families(free, columns, used, choice, least, np.ones(len(used), dtype=np.int64))

    def _families(
        self,
        free: npt.NDArray[np.bool_],
        columns: Ints,
        used: Ints,
        choice: npt.NDArray[np.bool_],
        length: Ints,
        count: Ints,
    ) -> None:
        """Slot and piece rows for every distinct choice of resources.

        Parameters
        ----------
        free
            Shape ``(resources, days, slots)``.
        columns
            Columns concerned; ``used`` are their distinct activities, and the next three go with ``used``: what
            they can choose from, shape ``(used, resources)``, the least slots they take, how many they need.
        """
        if not len(used):
            return
        sets, set_of = np.unique(choice, axis=0, return_inverse=True)
        index = np.searchsorted(used, self.activity[columns])
        days = self.day[columns]
        run_resource, run_day, run_length = _runs(free)
        size = len(free)
        lengths = _frequent(length, MAX_LENGTHS)
        slots_of, pieces_of = {}, {}
        for m in lengths:
            where = run_resource * self.data.days + run_day
            long = run_length >= m
            slots = np.bincount(where[long], weights=run_length[long], minlength=size * self.data.days)
            pieces = np.bincount(where, weights=run_length // m, minlength=size * self.data.days)
            slots_of[m] = slots.reshape(size, self.data.days)
            pieces_of[m] = pieces.reshape(size, self.data.days)
        for chosen in sets:
            inside = ~(sets & ~chosen).any(axis=1)[set_of]
            for m in lengths:
                members = inside & (length >= m)
                if members.sum() < 2:
                    continue
                mine = members[index]
                key, own = days[mine], columns[mine]
                taken = (count * length)[index[mine]].astype(float)
                pieces = (count * (length // m))[index[mine]].astype(float)
                self.rows.add(key, own, taken, slots_of[m][chosen].sum(axis=0))
                self.rows.add(key, own, pieces, pieces_of[m][chosen].sum(axis=0))

    def solve(self, time_limit_seconds: float) -> Bound:
        """Solve the linear program and turn its multipliers into a bound."""
        started = time.perf_counter()
        data, rows = self.data, self.rows
        columns, requests = len(self.activity), len(data.weight)
        request = data.request_of[self.activity]
        several = np.diff(data.activity_ptr) > 1
        if columns == 0 or rows.count == 0:
            return Bound(self._lagrangian(np.zeros(0), None), time.perf_counter() - started, 0, columns)
        matrix = sparse.csr_matrix(
            (np.concatenate(rows.value), (np.concatenate(rows.row), np.concatenate(rows.column))),
            shape=(rows.count, columns),
        )
        right = np.concatenate(rows.right)
        matrix, right = _without_repeats(matrix, right)
        # one row per activity: at most once, or, in an itinerary, exactly as often as its request
        activity_rows = sparse.csr_matrix(
            (np.ones(columns), (self.activity, np.arange(columns))), shape=(len(data.duration), columns)
        )
        whole = sparse.csr_matrix(
            (-np.ones(len(data.duration)), (np.arange(len(data.duration)), data.request_of)),
            shape=(len(data.duration), requests),
        )
        whole = sparse.diags(several[data.request_of].astype(float)) @ whole
        least = np.where(several[data.request_of], 0.0, -np.inf)
        most = np.where(several[data.request_of], 0.0, 1.0)
        held_part = np.isin(np.arange(len(data.duration)), np.flatnonzero(self.searcher.state.fixed))
        least[held_part], most[held_part] = -np.inf, np.inf
        full = sparse.bmat([[matrix, None], [activity_rows, whole]], format="csr")
        objective = np.concatenate([np.where(several[request], 0, data.weight[request]), data.weight * several])
        model: Any = linear.ModelBuilderHelper()  # its stubs want other array types than it takes
        model.fill_model_from_sparse_data(
            np.zeros(columns + requests),
            np.ones(columns + requests),
            objective.astype(float),
            np.concatenate([np.full(len(right), -np.inf), least]),
            np.concatenate([right, most]),
            full,
        )
        model.set_maximize(True)
        self.solver.set_time_limit_in_seconds(time_limit_seconds)
        self.solver.solve(model)
        duals = np.zeros(len(right))
        if self.solver.has_solution():
            duals = np.maximum(0.0, np.array(self.solver.dual_values())[: len(right)])
        weight = min(self._lagrangian(np.zeros(len(right)), matrix, right), self._lagrangian(duals, matrix, right))
        return Bound(weight, time.perf_counter() - started, len(right), columns)

    def _lagrangian(self, duals: Floats, matrix: sparse.csr_matrix | None, right: Floats | None = None) -> int:
        """``b y + sum_q max(0, w_q - sum_a min_columns A' y)``, rounded down to a whole weight."""
        data = self.data
        cost = np.zeros(len(self.activity)) if matrix is None else matrix.T @ duals
        cheapest = np.full(len(data.duration), np.inf)
        np.minimum.at(cheapest, self.activity, cost)
        free = list(self.exempt | set(np.flatnonzero(self.searcher.state.fixed).tolist()))
        cheapest[free] = 0.0
        if len(data.weight) == 0:
            return 0
        per_request = np.add.reduceat(cheapest, data.activity_ptr[:-1])
        profit = np.maximum(0.0, data.weight - per_request)
        paid = 0.0 if right is None else float(right @ duals)
        total = paid + float(profit.sum())
        # sums of up to a million terms err by less than this; weights are whole, so any solution's is too
        return int(np.floor(total * (1 + 1e-9) + 1e-6))


def upper_bound(season: Season, time_limit_seconds: float = 60.0) -> Bound:
    """An upper bound on the placed weight.

    Parameters
    ----------
    time_limit_seconds
        Limit of the linear program; stopped early, the bound is weaker, never wrong.
    """
    started = time.perf_counter()
    model = DayModel(season)
    bound = model.solve(time_limit_seconds - (time.perf_counter() - started))
    return Bound(bound.weight, time.perf_counter() - started, bound.rows, bound.columns)


def _columns_by_activity(activity: Ints, count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for i, a in enumerate(activity.tolist()):
        found[a].append(i)
    return found


def _runs(free: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Resource, day and length of every maximal run of free slots."""
    resources, days, slots = free.shape
    padded = np.zeros((resources, days, slots + 2), dtype=np.int8)
    padded[:, :, 1:-1] = free
    change = np.diff(padded, axis=2)
    resource, day, start = np.nonzero(change == 1)
    _, _, end = np.nonzero(change == -1)
    return resource, day, end - start


def _frequent(values: Ints, most: int) -> Iterable[int]:
    """The distinct values, or the most frequent ones."""
    distinct, counts = np.unique(values, return_counts=True)
    chosen = distinct[np.argsort(-counts, kind="stable")[:most]]
    return [int(v) for v in np.sort(chosen)]


def _without_repeats(matrix: sparse.csr_matrix, right: Floats) -> tuple[sparse.csr_matrix, Floats]:
    """Drop rows that repeat another with the same or a smaller right side (found by random projection)."""
    projection = np.random.default_rng(0).random(matrix.shape[1])
    mark = matrix @ projection
    order = np.lexsort((right, mark))
    same = np.zeros(len(right), dtype=np.bool_)
    same[order[1:]] = np.abs(np.diff(mark[order])) < 1e-9
    kept = np.flatnonzero(~same)
    return matrix[kept], right[kept]
