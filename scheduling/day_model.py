"""One campus-day as an exact CP-SAT model: who starts when and in which rooms, at the least cost to the lower goals.

A variable says that an activity starts at a slot (and takes a channel of a pool), a second kind that it uses a room
then. Days and campuses stay as they are, so the model holds what a campus-day decides: rooms, channels by number,
staff and teams, and of the goals preference, clash and room fit. Rules with all that is not in the model are kept by
offering only what is free beside it. The limit is one of deterministic time: every machine finds the same.
"""

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from scheduling.places import day_starts, pool_starts, room_starts
from scheduling.searcher import Place, Searcher
from scheduling.season_data import Ints
from scheduling.state import pool_total, room_total
from scheduling.tally import CLASH, FIT, NEVER, PREFERENCE, Tally, count_clashes, hear
from scheduling.time_grid import bits_from_masks, has_slot

CHEAP_ROOMS = 4  # that an activity may choose from, beside those that members of the model are in
DETERMINISTIC_SECONDS = 0.02

Variable = cp_model.IntVar
total_of = cp_model.LinearExpr.sum


class Found(NamedTuple):
    """Cheaper places of all members, and by how much each goal's total changes."""

    places: dict[int, Place]
    changes: dict[int, int]


class _Option(NamedTuple):
    start: int
    pool: int
    chosen: Variable
    rooms: dict[int, Variable]


class DayModel:
    """The members of a campus-day, taken out of the search's state before they are added.

    Parameters
    ----------
    tally, tally_handle
        Prices, and bounds that no goal's total may pass.
    """

    def __init__(self, searcher: Searcher, tally: Tally, tally_handle: Tally, campus: int, day: int) -> None:
        self.searcher, self.data, self.state = searcher, searcher.data, searcher.state
        self.handles = searcher.data_handle, searcher.state_handle
        self.tally, self.tally_handle = tally, tally_handle
        self.prices: list[int] = tally.prices.tolist()
        self.campus, self.day = campus, day
        self.model = cp_model.CpModel()
        self.options: dict[int, list[_Option]] = {}
        self.old_start: dict[int, int] = {}
        # what a variable costs each goal, and what it is now
        self.costs: dict[int, list[tuple[int, Variable]]] = defaultdict(list)
        self.now: dict[int, bool] = {}
        self.least = 0  # no solution costs less
        self.holds_present = True

    def add_activity(self, a: int, old: Place, used: set[int]) -> None:
        """Offer an activity each free start, with the rooms ``used`` by members and a few cheap ones."""
        data = self.data
        _, self.old_start[a], _, old_pool, old_rooms = old
        own = self.options[a] = []
        out = np.zeros(data.words, dtype=np.int64)
        found = day_starts(*self.handles, a, self.campus, self.day, out, self.searcher.work.scratch)
        clash, wished = self._clash(a), self._wished(a)
        rooms, pools = self._rooms(a, used) if found else {}, self._pools(a)
        fit = {r: int(data.room_cost[r] + max(0, data.room_capacity[r] - data.needed_capacity[a])) for r in rooms}
        needed = int(data.rooms_needed[a])
        least, offers_old = NEVER, False
        for start in np.flatnonzero(bits_from_masks(out, data.slots)).tolist() if found else ():
            free = [r for r, starts in rooms.items() if has_slot(starts, start)]
            if len(free) < needed:
                continue
            costs = {PREFERENCE: -wished[start], CLASH: clash[start], FIT: sum(sorted(fit[r] for r in free)[:needed])}
            for pool in [pool for pool, starts in pools.items() if has_slot(starts, start)]:
                is_old = start == self.old_start[a] and pool == old_pool
                option = _Option(start, pool, self._choice(now=is_old), {})
                for r in free:
                    option.rooms[r] = self._choice(now=is_old and r in old_rooms)
                    self._cost(FIT, fit[r], option.rooms[r])
                for goal in (PREFERENCE, CLASH):
                    self._cost(goal, costs[goal], option.chosen)
                self.model.add(total_of(list(option.rooms.values())) == needed * option.chosen)
                own.append(option)
                least = min(least, sum(self.prices[goal] * cost for goal, cost in costs.items()))
                offers_old = offers_old or (is_old and set(old_rooms) <= set(free))
        self.model.add_exactly_one(option.chosen for option in own)
        self.least += least
        self.holds_present = self.holds_present and offers_old

    def cheaper(self) -> Found | None:
        """The best places found within the limit, if they cost less than the present ones."""
        if not self.holds_present:
            return None
        self._add_pairs()
        before = {goal: sum(cost for cost, x in costs if self.now[x.index]) for goal, costs in self.costs.items()}
        now = sum(self.prices[goal] * value for goal, value in before.items())
        if now <= self.least:
            return None
        self._add_rooms()
        self._add_channels()
        self._add_staff()
        values = {
            goal: cp_model.LinearExpr.weighted_sum([x for _, x in costs], [cost for cost, _ in costs])
            for goal, costs in self.costs.items()
        }
        for goal, value in values.items():
            if self.tally.most[goal] < NEVER:
                self.model.add(value <= before[goal] + int(self.tally.most[goal] - self.tally.totals[goal]))
        self.model.minimize(cp_model.LinearExpr.weighted_sum(list(values.values()), [self.prices[g] for g in values]))
        solver = _solver()
        if solver.solve(self.model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE} or solver.objective_value >= now:
            return None
        places: dict[int, Place] = {}
        for a, own in self.options.items():
            option = next(x for x in own if solver.boolean_value(x.chosen))
            rooms = tuple(r for r, uses in option.rooms.items() if solver.boolean_value(uses))
            places[a] = (self.day, option.start, self.campus, option.pool, rooms)
        return Found(places, {goal: int(solver.value(value)) - before[goal] for goal, value in values.items()})

    def _choice(self, *, now: bool) -> Variable:
        variable = self.model.new_bool_var("")
        self.now[variable.index] = now
        self.model.add_hint(variable, now)
        return variable

    def _cost(self, goal: int, cost: int, variable: Variable) -> None:
        if cost:
            self.costs[goal].append((cost, variable))

    def _clash(self, a: int) -> list[int]:
        """Clash of each start with what is not in the model."""
        hear(self.handles[0], self.tally_handle, a, 1)
        count_clashes(*self.handles, self.tally_handle, a, self.day)
        hear(self.handles[0], self.tally_handle, a, 0)
        clash: list[int] = self.tally.clash.tolist()
        return clash

    def _wished(self, a: int) -> list[int]:
        """Preference of each start."""
        row = self.data.row_ptr[a] + self.day - self.data.first_day[a]
        wished: list[int] = (
            self.data.pattern_preference[self.data.row_pattern[row]] + self.data.row_bonus[row]
        ).tolist()
        return wished

    def _rooms(self, a: int, used: set[int]) -> dict[int, Ints]:
        """Free starts in the rooms to choose from."""
        found: dict[int, Ints] = {}
        i, cheap = a * self.data.campuses + self.campus, 0
        candidates = range(self.data.candidate_ptr[i], self.data.candidate_ptr[i + 1]) if self.campus >= 0 else ()
        for j in candidates:
            r = int(self.data.candidate_room[j])
            if r not in used and cheap >= CHEAP_ROOMS:
                continue
            starts = np.zeros(self.data.words, dtype=np.int64)
            room_starts(*self.handles, a, j, self.day, starts)
            if starts.any():
                found[r] = starts
                cheap += r not in used
        return found

    def _pools(self, a: int) -> dict[int, Ints]:
        """Free starts in each pool of channels; where no channel is needed, every start in pool -1."""
        data = self.data
        if not data.needs_channel[a]:
            return {-1: np.full(data.words, -1, dtype=np.int64)}
        found: dict[int, Ints] = {}
        for k in data.channel_class[data.channel_ptr[a] : data.channel_ptr[a + 1]].tolist():
            i = k * data.days + self.day
            for pool in range(data.pool_ptr[i], data.pool_ptr[i + 1]):
                found[pool] = np.zeros(data.words, dtype=np.int64)
                pool_starts(*self.handles, a, pool, found[pool], self.searcher.work.scratch[1])
        return found

    def _add_rooms(self) -> None:
        users: dict[tuple[int, int], list[Variable]] = defaultdict(list)
        for a, own in self.options.items():
            for option in own:
                for r, uses in option.rooms.items():
                    for slot in range(option.start, option.start + room_total(self.handles[0], a, r)):
                        users[r, slot].append(uses)
        for variables in users.values():
            self._at_most(variables, 1)

    def _add_channels(self) -> None:
        """As many at once as the pool has channels left."""
        users: dict[tuple[int, int], list[Variable]] = defaultdict(list)
        for a, own in self.options.items():
            for option in own:
                if option.pool >= 0:
                    for slot in range(option.start, option.start + pool_total(self.handles[0], a, option.pool)):
                        users[option.pool, slot].append(option.chosen)
        for (pool, slot), variables in users.items():
            self._at_most(variables, int(self.data.pool_size[pool] - self.state.pool_used[pool, slot]))

    def _add_staff(self) -> None:
        data, c = self.data, self.campus
        choices = [option for own in self.options.values() for option in own]
        for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]) if c >= 0 else ():
            counted = [option.chosen for option in choices if has_slot(data.staff_starts[limit], option.start)]
            self._at_most(counted, int(data.staff_size[limit, self.day] - self.state.staff_used[limit, self.day]))

    def _at_most(self, variables: list[Variable], limit: int) -> None:
        if limit == 1 and len(variables) > 1:
            self.model.add_at_most_one(variables)
        elif len(variables) > limit:
            self.model.add(total_of(variables) <= limit)

    def _add_pairs(self) -> None:
        """Members of one team never overlap; those with a common audience pay for it."""
        data = self.data
        teams: dict[int, set[int]] = {}
        audience: dict[int, set[int]] = {}
        for a in self.options:
            groups = data.exclusive_group[data.exclusive_ptr[a] : data.exclusive_ptr[a + 1]].tolist()
            teams[a] = {g for g in groups if data.group_exclusive[g]}
            audience[a] = set(data.audience_major[data.audience_ptr[a] : data.audience_ptr[a + 1]].tolist())
        for a, b in combinations(self.options, 2):
            shared = sum(int(data.cohort[m]) for m in audience[a] & audience[b])
            if teams[a] & teams[b]:
                self._keep_apart(a, b, [])
            elif shared:
                overlap = self._choice(now=self._meet(a, self.old_start[a], b, self.old_start[b]))
                self._cost(CLASH, shared, overlap)
                self._keep_apart(a, b, [overlap])

    def _keep_apart(self, a: int, b: int, unless: list[Variable]) -> None:
        for x in self.options[a]:
            meeting = [y.chosen for y in self.options[b] if self._meet(a, x.start, b, y.start)]
            if meeting:
                self.model.add(total_of([x.chosen, *meeting]) <= 1 + total_of(unless))

    def _meet(self, a: int, start: int, b: int, other: int) -> bool:
        return bool(start < other + self.data.duration[b] and other < start + self.data.duration[a])


def _solver() -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
    # probing takes longer than all the rest of so small a model; the linear relaxation pays for itself
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.linearization_level = 2
    solver.parameters.catch_sigint_signal = False
    return solver
