"""The day-level relaxation of a season: columns (activity, campus, day), forgetting starts and rooms.

Rows ``A x <= b`` are all rules that can be written for a whole day:

* staff, group and period counts; hours of exclusive groups;
* for every set ``S`` of rooms (of one campus) that is the whole choice of some activity, over the activities whose
  choice lies inside ``S``: whatever profit ``u(L)`` each booking of ``L`` slots is given, together they bring no more
  than the best that each room's free slots can hold that day, ``sum k * u(L) * x <= sum_r packing_r(u)``, a longest
  path (`scheduling.bound.packing`). Profits are the slots taken, and the whole pieces of ``m`` slots inside,
  ``floor(L / m)``, for every length ``m`` among theirs: the dual-feasible function of bin packing (Fekete and Schepers
  2001). Both see the waste that a count of free slots does not.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from scheduling.arrays.season import Season
from scheduling.arrays.season_data import UNLIMITED, Ints
from scheduling.arrays.time_grid import bits_from_masks, interval_bits
from scheduling.bound.columns import list_columns
from scheduling.bound.packing import Bits, Family, capacities
from scheduling.model.problem import Channel, Interval, Room
from scheduling.moves.board import immovable_board

Floats = npt.NDArray[np.float64]

MAX_LENGTHS = 8  # piece lengths per family of rooms; more add rows and hardly any strength
MAX_COLUMNS = 150_000  # above this, campuses are merged: a weaker relaxation, but one that fits in time and memory


class Interrupted(Exception):
    """The construction was left before its end."""


@dataclass
class Rows:
    """Rows ``A x <= b`` under construction.

    ``should_stop`` is asked before each kind of row; `Interrupted` is raised once it has said yes.
    """

    should_stop: Callable[[], bool] = lambda: False
    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    right: list[Floats] = field(default_factory=list)
    kind: list[Ints] = field(default_factory=list)
    count: int = 0

    def add(self, key: Ints, columns: Ints, values: Floats, right: Floats) -> None:
        """Add one row of a kind per entry of ``right``; ``key`` says which of them each term belongs to.

        Rows that cannot be violated even with every term at 1 are left out.
        """
        if self.should_stop():
            raise Interrupted
        load = np.bincount(key, weights=values, minlength=len(right))
        kept = load > right + 1e-9
        number = np.cumsum(kept) - 1
        chosen = kept[key]
        self.row.append(number[key[chosen]] + self.count)
        self.column.append(columns[chosen])
        self.value.append(values[chosen])
        self.right.append(np.maximum(right[kept], 0.0))
        self.kind.append(np.full(int(kept.sum()), len(self.kind)))
        self.count += int(kept.sum())

    @property
    def kinds(self) -> Ints:
        """Which rows were added together, shape ``(rows,)``."""
        return np.concatenate(self.kind) if self.kind else np.zeros(0, dtype=np.int64)

    def matrix(self, columns: int) -> tuple[sparse.csr_matrix, Floats]:
        """``A``, shape ``(rows, columns)``, and ``b``."""
        if not self.count:
            return sparse.csr_matrix((0, columns)), np.zeros(0)
        matrix = sparse.csr_matrix(
            (np.concatenate(self.value), (np.concatenate(self.row), np.concatenate(self.column))),
            shape=(self.count, columns),
        )
        return matrix, np.concatenate(self.right)


class Relaxation:
    """Columns and rows of one season.

    Parameters
    ----------
    season
        The compiled problem. Confirmed placements are taken out of the resources; a tentative one that its wishes
        would not allow takes nothing, which is careful.
    should_stop
        Asked again and again while the rows are made.

    Raises
    ------
    Interrupted
        If asked to stop before the end.
    """

    def __init__(self, season: Season, should_stop: Callable[[], bool] = lambda: False) -> None:
        self.season = season
        self.data = season.data
        self.board, self.exempt = immovable_board(season)
        self.merged = False
        self.activity, self.campus, self.day = list_columns(self.board)
        if len(self.activity) > MAX_COLUMNS and self.data.campuses > 1:
            self._merge_campuses()
        self.rows = Rows(should_stop)
        # activities that are tentative, and so must have a placement
        self.must = (self.data.tentative == 1) & (self.board.state.fixed == 0)
        self.must[list(self.exempt)] = False
        self._staff()
        self._groups()
        self._rooms()
        self._channels()

    def matrix(self) -> tuple[sparse.csr_matrix, Floats]:
        """``A`` and ``b``; fixed placements never exclude each other, so ``b`` is at least what they take."""
        matrix, right = self.rows.matrix(len(self.activity))
        return matrix, np.maximum(right, matrix @ self.references)

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

    @property
    def references(self) -> Bits:
        """Columns in which an activity that may move is on the campus and day of its reference placement."""
        data = self.data
        here = (self.campus == data.reference_campus[self.activity]) | self.merged
        return np.asarray(self.must[self.activity] & here & (self.day == data.reference_day[self.activity]))

    @property
    def choosable(self) -> Bits:
        """Columns of activities that may be anywhere: neither fixed nor exempt."""
        fixed = self.board.state.fixed[self.activity] == 1
        return np.asarray(~fixed & ~np.isin(self.activity, list(self.exempt)))

    def _staff(self) -> None:
        data, used = self.data, self.board.state.staff_used
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
        data, used = self.data, self.board.state.staff_used
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
        data, state = self.data, self.board.state
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
        free = bits_from_masks(self.board.state.free, data.slots)
        for i, room in enumerate(self.season.problem.rooms):
            free[i] &= self._within_reach(room)
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
            self._resources(free[rooms], columns, used, choice, least, data.rooms_needed[used])

    def _channels(self) -> None:
        data = self.data
        columns = self._bound_columns(data.needs_channel[self.activity] == 1)
        if not len(columns):
            return
        used = np.unique(self.activity[columns])
        channels = self.season.problem.channels
        free = np.zeros((len(channels), data.days, data.slots), dtype=np.bool_)
        turnover = np.zeros((len(channels), data.pool_turnover.shape[1]), dtype=np.int64)
        class_of = np.zeros(len(channels), dtype=np.int64)
        left = data.pool_size[:, None] - self.board.state.pool_used
        bits = bits_from_masks(data.pool_free, data.slots)
        for k in range((len(data.pool_ptr) - 1) // data.days):
            for d in range(data.days):
                for pool in range(data.pool_ptr[k * data.days + d], data.pool_ptr[k * data.days + d + 1]):
                    for order, number in enumerate(self.season.pool_channels[pool]):
                        free[number, d] = bits[pool] & (left[pool] > order)
                        turnover[number] = data.pool_turnover[pool]
                        class_of[number] = k
        for i, channel in enumerate(channels):
            free[i] &= self._within_reach(channel)
        choice = np.zeros((len(used), len(channels)), dtype=np.bool_)
        least = np.zeros(len(used), dtype=np.int64)
        for i, a in enumerate(used):
            choice[i] = np.isin(class_of, data.channel_class[data.channel_ptr[a] : data.channel_ptr[a + 1]])
            least[i] = data.duration[a] + turnover[choice[i], data.kind_of[a]].min()
        self._resources(free, columns, used, choice, least, np.ones(len(used), dtype=np.int64))

    def _within_reach(self, resource: Room | Channel) -> Bits:
        """Slots of its opening hours and of the turnover after them, shape ``(days, slots)``."""
        days, slots, end = self.data.days, self.data.slots, self.season.problem.grid.slots_per_day
        opening = [Interval(d, 0, end) for d in range(days)] if resource.open is None else resource.open
        inside = interval_bits(opening, days, slots)
        reach = inside.copy()
        for later in range(1, max(resource.turnover_slots, *resource.turnover_by_kind.values(), 0) + 1):
            reach[:, later:] |= inside[:, :-later]
        return reach

    def _resources(self, free: Bits, columns: Ints, used: Ints, choice: Bits, length: Ints, count: Ints) -> None:
        """Rows of what resources can hold, for every family of those who use them.

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
        lengths, length_of = np.unique(length, return_inverse=True)
        index, days = np.searchsorted(used, self.activity[columns]), self.day[columns]
        families = list(_families(choice, length, count))
        starts = self._starts(columns, length_of[index], len(lengths))
        for family, most in zip(families, capacities(free, starts, lengths, families), strict=True):
            mine = family.members[index]
            profit = (count // family.at_once * family.profit[length_of])[index]
            self.rows.add(days[mine], columns[mine], profit[mine].astype(float), most.astype(float))

    def _starts(self, columns: Ints, length_of: Ints, lengths: int) -> Bits:
        """Where any of the columns may start, by the length it takes; shape ``(lengths, days, slots)``."""
        data, activity, day = self.data, self.activity[columns], self.day[columns]
        patterns = data.row_pattern[data.row_ptr[activity] + day - data.first_day[activity]]
        masks = np.zeros((lengths, data.days, data.words), dtype=np.int64)
        np.bitwise_or.at(masks, (length_of, day), data.pattern_starts[patterns])
        return bits_from_masks(masks, data.slots)


def _columns_by_activity(activity: Ints, count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for i, a in enumerate(activity.tolist()):
        found[a].append(i)
    return found


def _families(choice: Bits, length: Ints, count: Ints) -> Iterator[Family]:
    """A family for every whole choice of some activity, number of resources at once, length and way to count profit.

    Its members' choices lie inside, they need at least so many at once and take at least that length.
    """
    sets, set_of = np.unique(choice, axis=0, return_inverse=True)
    lengths, length_of = np.unique(length, return_inverse=True)
    for chosen in sets:
        inside = ~(sets & ~chosen).any(axis=1)[set_of]
        for at_once in np.union1d(1, count[inside]).tolist():
            for m in (1, *_frequent(length, MAX_LENGTHS)):
                members = inside & (count >= at_once) & (length >= m)
                if members.sum() > 1:
                    present = np.bincount(length_of[members], minlength=len(lengths)) > 0
                    yield Family(chosen, members, at_once, lengths // m * present)


def _frequent(values: Ints, most: int) -> Iterable[int]:
    """The distinct values, or the most frequent ones."""
    distinct, counts = np.unique(values, return_counts=True)
    chosen = distinct[np.argsort(-counts, kind="stable")[:most]]
    return [int(v) for v in np.sort(chosen)]
