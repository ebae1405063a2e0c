"""Exact re-optimisation of small neighbourhoods by CP-SAT.

A neighbourhood is one unplaced request, some bookings of one campus-day that it could use, and a few other
unplaced requests. Their places are taken back, a few random ones are listed for each (`scheduling.options`), and a
model chooses. Solutions at least as good as before are kept, so the search also drifts along plateaus.

The model is written straight into its protocol buffer: 2-4 ms instead of 15-20 ms through the modelling calls.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import numpy as np
from ortools.sat.python import cp_model

from scheduling.handles import handle
from scheduling.options import CAMPUS, DAY, INDEX, POOL, START, list_options, new_option_lists
from scheduling.searcher import Place, Searcher
from scheduling.season_data import UNLIMITED, Ints
from scheduling.state import BUDGET, MOVED
from scheduling.time_grid import has_slot

BOOKINGS = 8  # of the campus-day
OTHER_UNPLACED = 3
CORE_STARTS, CORE_ROOMS = 8, 6
OTHER_DAYS, OTHER_STARTS = 4, 2
DETERMINISTIC_SECONDS = 0.05  # of one model; nine in ten need less than a tenth of it
MOST_ACTIVITIES = 60


@dataclass
class _Model:
    """A CP-SAT model whose variables are all 0-1, filled without the modelling layer."""

    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)

    def __post_init__(self) -> None:
        self.proto = self.model.proto
        self.constraints = self.proto.constraints

    def variables(self, count: int) -> None:
        add = self.proto.variables.add
        for _ in range(count):
            add().domain.extend((0, 1))

    def at_most_one(self, literals: list[int]) -> None:
        if len(literals) > 1:
            self.constraints.add().at_most_one.literals.extend(literals)

    def linear(self, variables: list[int], coefficients: list[int], low: int, high: int) -> None:
        row = self.constraints.add().linear
        row.vars.extend(variables)
        row.coeffs.extend(coefficients)
        row.domain.extend((low, high))

    def at_most(self, variables: list[int], limit: int) -> None:
        if len(variables) > limit:
            self.linear(variables, [1] * len(variables), 0, max(0, limit))


class Neighbourhoods:
    """Picks and solves neighbourhoods on a searcher.

    Parameters
    ----------
    searcher
        Its present state is improved in place.
    seed
        Start of the choices.
    """

    def __init__(self, searcher: Searcher, seed: int) -> None:
        self.searcher = searcher
        self.data = searcher.data
        self.random = Random(seed)
        first, last = self.data.candidate_ptr[:-1], self.data.candidate_ptr[1:]
        self.candidates = (last - first).reshape(len(self.data.duration), self.data.campuses)
        self.misses = [0.0] * len(self.data.weight)
        self.possible = self._possible()
        self.lists = new_option_lists(self.data, MOST_ACTIVITIES + 1)
        self.lists_handle = handle(self.lists)
        self.solver = cp_model.CpSolver()
        parameters = self.solver.parameters
        parameters.num_workers = 1
        parameters.catch_sigint_signal = False  # an interrupt is for the caller, who wants the best so far
        # models this small are solved before presolve would be done: 6 ms instead of 14 a model
        parameters.cp_model_presolve = False
        parameters.symmetry_level = 0
        parameters.linearization_level = 1
        parameters.max_deterministic_time = DETERMINISTIC_SECONDS
        parameters.max_time_in_seconds = 1.0

    def _possible(self) -> list[bool]:
        """Requests each of whose activities has enough rooms on some campus, and days."""
        data = self.data
        enough = (data.rooms_needed == 0) | (self.candidates >= data.rooms_needed[:, None]).any(axis=1)
        enough &= data.first_day <= data.last_day
        flags: list[bool] = np.logical_and.reduceat(enough, data.activity_ptr[:-1]).tolist()
        return flags

    def reseed(self, seed: int) -> None:
        """Start the random choices afresh; which requests were tried in vain is remembered."""
        self.random = Random(seed)
        self.searcher.seed(seed)

    def step(self, unplaced: list[int]) -> int:
        """Try to bring one of the unplaced requests in; the gain in weight (never negative)."""
        data, random = self.data, self.random
        unplaced = [q for q in unplaced if self.possible[q]]
        if not unplaced:
            return 0
        q = min(unplaced, key=lambda q: self.misses[q] + 2 * random.random() - 0.05 * data.weight[q])
        self.misses[q] += 1
        core = np.zeros((data.campuses + 1, data.days), dtype=np.int64)
        chosen = self._around(q, core)
        days = np.flatnonzero(core.any(axis=0))
        others = [o for o in unplaced if o != q and self._reaches(o, days)]
        chosen += random.sample(others, min(OTHER_UNPLACED, len(others)))
        return self.solve(list(dict.fromkeys(chosen)), core)

    def _reaches(self, q: int, days: Ints) -> bool:
        state, a = self.searcher.state, self.data.activity_ptr[q]
        return bool(((state.first_day[a] <= days) & (days <= state.last_day[a])).any())

    def _around(self, q: int, core: Ints) -> list[int]:
        """The request and bookings of campus-days it could use, until there are enough."""
        data, state, random = self.data, self.searcher.state, self.random
        chosen = [q]
        parts = [a for a in range(data.activity_ptr[q], data.activity_ptr[q + 1]) if state.day[a] < 0]
        a = random.choice(parts)
        needed = int(data.rooms_needed[a])
        campuses = [c for c in range(data.campuses) if self.candidates[a, c] >= needed] if needed else [-1]
        choices = [(c, d) for c in campuses for d in range(state.first_day[a], state.last_day[a] + 1)]
        random.shuffle(choices)
        for c, d in choices:
            core[c + 1, d] = 1
            bookings = self._movable_on(a, c, d)
            random.shuffle(bookings)
            if c >= 0:
                i = a * data.campuses + c
                rooms = set(data.candidate_room[data.candidate_ptr[i] : data.candidate_ptr[i + 1]].tolist())
                bookings.sort(key=lambda b: rooms.isdisjoint(state.rooms[b, : state.room_count[b]].tolist()))
            for b in bookings:
                if len(chosen) <= BOOKINGS:
                    chosen.append(int(data.request_of[b]))
            if len(chosen) > BOOKINGS:
                break
        chosen += self._counted_mates(a)
        # the other parts of an itinerary may go anywhere
        for part in parts:
            if part != a:
                core[:, state.first_day[part] : state.last_day[part] + 1] = 1
        return chosen

    def _movable_on(self, a: int, c: int, d: int) -> list[int]:
        """Activities of the day on the campus, or for a livestream those with a channel."""
        data, state = self.data, self.searcher.state
        found = []
        b = int(state.day_head[d])
        while b >= 0:
            alike = state.campus[b] == c if c >= 0 else data.needs_channel[a] and data.needs_channel[b]
            if alike and self._may_move(int(data.request_of[b])):
                found.append(b)
            b = int(state.day_next[b])
        return found

    def _may_move(self, q: int) -> bool:
        state = self.searcher.state
        first, last = self.data.activity_ptr[q], self.data.activity_ptr[q + 1]
        return not state.fixed[first:last].any()

    def _counted_mates(self, a: int) -> list[int]:
        """Up to three placed requests that a counting group sets against the activity."""
        data, state = self.data, self.searcher.state
        mates = []
        for g in data.counted_group[data.counted_ptr[a] : data.counted_ptr[a + 1]]:
            members = data.member[data.member_ptr[g] : data.member_ptr[g + 1]].tolist()
            mates += [int(data.request_of[b]) for b in members if b != a and state.day[b] >= 0]
        mates = [q for q in mates if self._may_move(q)]
        return self.random.sample(mates, min(3, len(mates)))

    def solve(self, requests: list[int], core: Ints) -> int:
        """Re-place the requests as well as possible, at least as well as now; the gain in weight."""
        searcher, data, lists = self.searcher, self.data, self.lists
        free: list[int] = []
        for q in requests:
            own = range(data.activity_ptr[q], data.activity_ptr[q + 1])
            if len(free) + len(own) <= MOST_ACTIVITIES:
                free += [a for a in own if not searcher.state.fixed[a]]
        old = {a: place for a in free if (place := searcher.place_of(a)) is not None}
        before, moved_before = searcher.value, searcher.moved
        for index, a in enumerate(free):
            place = old.get(a)
            lists.activities[index] = a
            lists.old[index] = (-1, 0, 0, 0, 0) if place is None else (*place[:4], len(place[4]))
            if place is not None:
                lists.old_rooms[index, : len(place[4])] = place[4]
        for a in old:
            searcher.take(a)
        lists.core[:] = core
        list_options(
            searcher.data_handle,
            searcher.state_handle,
            self.lists_handle,
            len(free),
            CORE_STARTS,
            CORE_ROOMS,
            OTHER_DAYS,
            OTHER_STARTS,
            searcher.work.scratch,
        )
        places = _ChoiceModel(searcher, free, old, lists.options[: lists.counts[0]], self._room_options()).best(
            self.solver
        )
        if places is not None and self._apply(places):
            worse = searcher.value < before or searcher.moved > max(moved_before, int(searcher.state.info[BUDGET]))
            lost = any(searcher.state.must[q] and not searcher.is_placed(q) for q in requests)
            if not worse and not lost:
                self._requeue(free)
                return searcher.value - before
        for a in free:
            if searcher.state.day[a] >= 0:
                searcher.take(a)
        for a, place in old.items():
            searcher.put(a, place)
        return 0

    def _requeue(self, free: list[int]) -> None:
        for q in {int(self.data.request_of[a]) for a in free}:
            self.searcher.requeue(q)

    def _room_options(self) -> Ints:
        return self.lists.room_options[: self.lists.counts[1]]

    def _apply(self, places: dict[int, Place]) -> bool:
        """Put the places one by one, each tested against all rules; False at the first that is not free."""
        searcher = self.searcher
        for a in sorted(places):
            place = places[a]
            if not searcher.is_free(a, place):
                return False
            searcher.put(a, place)
        return True


class _ChoiceModel:
    """The model of one neighbourhood: which option, and which of its rooms, each activity takes."""

    def __init__(self, searcher: Searcher, free: list[int], old: dict[int, Place], options: Ints, rooms: Ints) -> None:
        self.searcher, self.data = searcher, searcher.data
        self.free, self.old, self.options, self.rooms = free, old, options, rooms
        free_array = np.array(free, dtype=np.int64)
        self.activity = free_array[options[:, INDEX]]
        single = self.data.rooms_needed[self.activity] == 1
        # a place with one room is its room's variable; the others have one of their own
        self.own_rows = np.flatnonzero(~single)
        self.own_variable = np.full(len(options), -1, dtype=np.int64)
        self.own_variable[self.own_rows] = np.arange(len(self.own_rows))
        self.room_variable = len(self.own_rows) + np.arange(len(rooms))
        self.single_room = single[rooms[:, 0]] if len(rooms) else np.zeros(0, dtype=np.bool_)
        # "main" variables: exactly those that place an activity
        self.main = np.concatenate([self.own_variable[self.own_rows], self.room_variable[self.single_room]])
        self.row = np.concatenate([self.own_rows, rooms[self.single_room, 0]])
        self.main_activity = self.activity[self.row]
        self.day, self.start = options[self.row, DAY], options[self.row, START]
        self.campus, self.pool = options[self.row, CAMPUS], options[self.row, POOL]
        self.model = _Model()
        self.count = len(self.own_rows) + len(rooms)

    def best(self, solver: cp_model.CpSolver) -> dict[int, Place] | None:
        """Places of the best choice found, or None."""
        if self.count == 0:
            return None
        self.model.variables(self.count)
        self._requests()
        self._rooms()
        self._channels()
        self._staff()
        self._exclusive()
        self._counted()
        self._links()
        self._moves()
        self._hint()
        status = solver.solve(self.model.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return self._places(np.array(solver.response_proto.solution))

    def _requests(self) -> None:
        """Each activity at most once; all of a request or none; the weights."""
        data, state = self.data, self.searcher.state
        proto = self.model.proto
        by_activity = dict(_grouped(self.main_activity, self.main))
        weights: dict[int, list[int]] = {}
        for a in self.free:
            weights.setdefault(int(data.request_of[a]), []).append(a)
        for q, own in weights.items():
            weight = int(data.weight[q])
            if len(own) == 1 and data.activity_ptr[q + 1] - data.activity_ptr[q] == 1:
                literals = by_activity.get(own[0], [])
                if state.must[q]:
                    self.model.linear(literals, [1] * len(literals), 1, 1)
                else:
                    self.model.at_most_one(literals)
                proto.objective.vars.extend(literals)
                proto.objective.coeffs.extend([-weight] * len(literals))
                continue
            placed = self.count
            self.count += 1
            self.model.variables(1)
            for a in own:
                literals = by_activity.get(a, [])
                self.model.linear([*literals, placed], [*[1] * len(literals), -1], 0, 0)
            if state.must[q]:
                self.model.linear([placed], [1], 1, 1)
            proto.objective.vars.append(placed)
            proto.objective.coeffs.append(-weight)

    def _rooms(self) -> None:
        """No room twice at a slot; as many rooms as an option needs."""
        data, rooms = self.data, self.rooms
        if not len(rooms):
            return
        row = rooms[:, 0]
        total = data.duration[self.activity[row]] + data.room_turnover[rooms[:, 1], data.kind_of[self.activity[row]]]
        day, start = self.options[row, DAY], self.options[row, START]
        at, offset = _spread(total)
        key = (rooms[at, 1] * data.days + day[at]) * data.slots + start[at] + offset
        previous: list[int] = []
        for _, literals in _grouped(key, self.room_variable[at]):
            if literals != previous:
                self.model.at_most_one(literals)
                previous = literals
        several = ~self.single_room
        for option, literals in _grouped(row[several], self.room_variable[several]):
            needed = int(data.rooms_needed[self.activity[option]])
            place = int(self.own_variable[option])
            self.model.linear([*literals, place], [*[1] * len(literals), -needed], 0, 0)

    def _channels(self) -> None:
        data, state = self.data, self.searcher.state
        chosen = np.flatnonzero(self.pool >= 0)
        activity, pool = self.main_activity[chosen], self.pool[chosen]
        at, offset = _spread(data.duration[activity] + data.pool_turnover[pool, data.kind_of[activity]])
        key = pool[at] * data.slots + self.start[chosen][at] + offset
        for where, variables in _grouped(key, self.main[chosen][at]):
            p, slot = divmod(where, data.slots)
            self.model.at_most(variables, int(data.pool_size[p] - state.pool_used[p, slot]))

    def _staff(self) -> None:
        data, state = self.data, self.searcher.state
        for c in np.unique(self.campus[self.campus >= 0]):
            for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]):
                counted = np.array([has_slot(data.staff_starts[limit], int(s)) for s in range(data.slots)])
                chosen = np.flatnonzero((self.campus == c) & counted[self.start])
                for day, variables in _grouped(self.day[chosen], self.main[chosen]):
                    self.model.at_most(variables, int(data.staff_size[limit, day] - state.staff_used[limit, day]))

    def _members(self, pointers: Ints, groups: Ints) -> Iterator[tuple[int, Ints]]:
        """Groups with several free activities, and the indices of their main variables."""
        found: dict[int, list[int]] = {}
        for a in self.free:
            for g in groups[pointers[a] : pointers[a + 1]].tolist():
                found.setdefault(g, []).append(a)
        for g, members in found.items():
            chosen = np.flatnonzero(np.isin(self.main_activity, members))
            if len(members) > 1 and len(chosen):
                yield g, chosen

    def _exclusive(self) -> None:
        data = self.data
        for g, chosen in self._members(data.exclusive_ptr, data.exclusive_group):
            if not data.group_exclusive[g]:
                continue
            at, offset = _spread(data.duration[self.main_activity[chosen]])
            key = self.day[chosen][at] * data.slots + self.start[chosen][at] + offset
            for _, literals in _grouped(key, self.main[chosen][at]):
                self.model.at_most_one(literals)
            if data.group_travel[g]:
                self._travel(chosen)

    def _travel(self, chosen: Ints) -> None:
        """Pairs on different campuses of one day that are too close to travel between."""
        data = self.data
        end = self.start + data.duration[self.main_activity]
        for i in chosen:
            if self.campus[i] < 0:
                continue
            others = chosen[(self.day[chosen] == self.day[i]) & (self.campus[chosen] > self.campus[i])]
            there = data.travel[self.campus[i], self.campus[others]]
            back = data.travel[self.campus[others], self.campus[i]]
            close = (self.start[others] < end[i] + there) & (self.start[i] < end[others] + back)
            for j in others[close]:
                self.model.at_most_one([int(self.main[i]), int(self.main[j])])

    def _counted(self) -> None:
        data, used = self.data, self.searcher.state.group_day
        for g, chosen in self._members(data.counted_ptr, data.counted_group):
            if data.group_per_day[g] < UNLIMITED:
                for day, variables in _grouped(self.day[chosen], self.main[chosen]):
                    self.model.at_most(variables, int(data.group_per_day[g] - used[g, day]))
            for p in range(data.period_ptr[g], data.period_ptr[g + 1]):
                first, last = data.period_first[p], data.period_last[p]
                inside = chosen[(self.day[chosen] >= first) & (self.day[chosen] <= last)]
                left = int(data.period_limit[p] - used[g, first : last + 1].sum())
                self.model.at_most(self.main[inside].tolist(), left)
            gap = int(data.group_gap[g])
            # days less than a gap apart lie together in some window of so many days
            for first in range(int(self.day[chosen].min()), int(self.day[chosen].max()) + 1) if gap else ():
                inside = chosen[(self.day[chosen] >= first) & (self.day[chosen] < first + gap)]
                self.model.at_most_one(self.main[inside].tolist())

    def _links(self) -> None:
        """Pairs of places that break a link between two free activities."""
        data = self.data
        free = set(self.free)
        for a in self.free:
            for j in range(data.link_ptr[a], data.link_ptr[a + 1]):
                b = int(data.link_other[j])
                if b not in free or not data.link_follows[j]:
                    continue
                after = np.flatnonzero(self.main_activity == a)
                before = np.flatnonzero(self.main_activity == b)
                self._link_pairs(before, after, data.link_gaps[j], same_campus=bool(data.link_same_campus[j]))

    def _link_pairs(self, before: Ints, after: Ints, gaps: Ints, *, same_campus: bool) -> None:
        for i in before:
            days = self.day[after] - self.day[i]
            pause = self.start[after] - self.start[i] - self.data.duration[self.main_activity[i]]
            broken = (days < max(0, gaps[2])) | (days > gaps[3])
            broken |= (days == 0) & ((pause < gaps[0]) | (pause > gaps[1]))
            if same_campus and self.campus[i] >= 0:
                broken |= (self.campus[after] >= 0) & (self.campus[after] != self.campus[i])
            for j in after[broken]:
                self.model.at_most_one([int(self.main[i]), int(self.main[j])])

    def _moves(self) -> None:
        """No more tentative places away from home than the budget leaves."""
        data, info = self.data, self.searcher.state.info
        if info[BUDGET] >= len(data.duration):
            return
        tentative = data.held_tentative[self.main_activity] == 1
        away = tentative & ~self._at(
            data.held_day[self.main_activity],
            data.held_start[self.main_activity],
            data.held_campus[self.main_activity],
            data.held_pool[self.main_activity],
        )
        held_rooms = data.held_rooms[self.main_activity]
        for i in np.flatnonzero(tentative & ~away):
            # at home only in its held rooms; several rooms at once count as home here and are checked afterwards
            if self.main[i] >= len(self.own_rows):
                room = self.rooms[self.main[i] - len(self.own_rows), 1]
                away[i] = room not in held_rooms[i]
        variables = self.main[away].tolist()
        self.model.at_most(variables, int(info[BUDGET] - info[MOVED]))

    def _at(self, day: Ints, start: Ints, campus: Ints, pool: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        here = (self.day == day) & (self.start == start) & (self.campus == campus) & (self.pool == pool)
        return np.asarray(here)

    def _hint(self) -> None:
        """The places as they were."""
        values = np.zeros(self.count, dtype=np.int64)
        kept = np.zeros(len(self.options), dtype=np.bool_)
        for i, (index, campus, day, start, pool) in enumerate(self.options.tolist()):
            place = self.old.get(self.free[index])
            kept[i] = place is not None and place[:4] == (day, start, campus, pool)
        values[self.own_variable[self.own_rows]] = kept[self.own_rows]
        for i, (option, room) in enumerate(self.rooms.tolist()):
            if kept[option]:
                values[self.room_variable[i]] = room in self.old[int(self.activity[option])][4]
        hint = self.model.proto.solution_hint
        hint.vars.extend(range(len(self.own_rows) + len(self.rooms)))
        hint.values.extend(values[: len(self.own_rows) + len(self.rooms)].tolist())

    def _places(self, solution: Ints) -> dict[int, Place]:
        own = len(self.own_rows)
        rooms: dict[int, list[int]] = {}
        for i in np.flatnonzero(solution[own : own + len(self.rooms)]):
            rooms.setdefault(int(self.rooms[i, 0]), []).append(int(self.rooms[i, 1]))
        chosen = {int(self.own_rows[i]) for i in np.flatnonzero(solution[:own])}
        chosen |= {option for option in rooms if self.own_variable[option] < 0}
        places = {}
        for option in chosen:
            _, campus, day, start, pool = self.options[option].tolist()
            places[int(self.activity[option])] = (day, start, campus, pool, tuple(rooms.get(option, ())))
        return places


def _spread(lengths: Ints) -> tuple[Ints, Ints]:
    """Indices ``i`` repeated ``lengths[i]`` times, and the offsets ``0 … lengths[i] - 1`` beside them."""
    at = np.repeat(np.arange(len(lengths)), lengths)
    offset = np.arange(len(at)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return at, offset


def _grouped(keys: Ints, values: Ints) -> Iterator[tuple[int, list[int]]]:
    """Values by key, keys ascending."""
    if not len(keys):
        return
    order = np.argsort(keys, kind="stable")
    sorted_keys, sorted_values = keys[order], values[order]
    cuts = np.flatnonzero(np.diff(sorted_keys)) + 1
    heads = sorted_keys[np.concatenate([[0], cuts])].tolist()
    for key, group in zip(heads, np.split(sorted_values, cuts), strict=True):
        yield key, group.tolist()
