"""One campus-day as an exact CP-SAT model at the least cost to the lower goals.

On top of the rules of `scheduling.exact.day_rules`: of the goals preference, clash and room fit. The limit is one of
deterministic time: every machine finds the same.
"""

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

from ortools.sat.python import cp_model

from scheduling.arrays.naming import IndexPlacement
from scheduling.exact.day_rules import DayRules, Option, Variable, small_solver, total_of
from scheduling.moves.board import Board
from scheduling.moves.tally import CLASH, FIT, NEVER, PREFERENCE, Tally, count_clashes, hear

CHEAP_ROOMS = 4  # that an activity may choose from, beside those that members of the model are in
DETERMINISTIC_SECONDS = 0.02


class Found(NamedTuple):
    """Cheaper placements of all members, and by how much each goal's total changes."""

    placements: dict[int, IndexPlacement]
    changes: dict[int, int]


class DayModel(DayRules):
    """The members of a campus-day, taken out of the search's state before they are added.

    Parameters
    ----------
    tally, tally_handle
        Prices, and bounds that no goal's total may pass.
    """

    def __init__(self, board: Board, tally: Tally, tally_handle: Tally, campus: int, day: int) -> None:
        super().__init__(board, day)
        self.campus = campus
        self.tally, self.tally_handle = tally, tally_handle
        self.prices: list[int] = tally.prices.tolist()
        self.old_start: dict[int, int] = {}
        # what a variable costs each goal, and what it is now
        self.costs: dict[int, list[tuple[int, Variable]]] = defaultdict(list)
        self.now: dict[int, bool] = {}
        self.least = 0  # no solution costs less
        self.holds_present = True

    def add_activity(self, a: int, old: IndexPlacement, used: set[int]) -> None:
        """Offer an activity each free start, with the rooms ``used`` by members and a few cheap ones."""
        data = self.data
        _, self.old_start[a], _, old_pool, old_rooms = old
        own = self.options.setdefault(a, [])
        clash, wished = self._clash(a), self._wished(a)
        needed = int(data.rooms_needed[a])
        least, offers_old = NEVER, False
        for start, pools, rooms in self.openings(a, self.campus, used, CHEAP_ROOMS):
            fit = {r: int(data.room_cost[r] + max(0, data.room_capacity[r] - data.needed_capacity[a])) for r in rooms}
            costs = {PREFERENCE: -wished[start], CLASH: clash[start], FIT: sum(sorted(fit.values())[:needed])}
            for pool in pools:
                is_old = start == self.old_start[a] and pool == old_pool
                option = Option(self.campus, start, pool, self._choice(now=is_old), {})
                for r in rooms:
                    option.rooms[r] = self._choice(now=is_old and r in old_rooms)
                    self._cost(FIT, fit[r], option.rooms[r])
                for goal in (PREFERENCE, CLASH):
                    self._cost(goal, costs[goal], option.chosen)
                self.add_option(a, option)
                least = min(least, sum(self.prices[goal] * cost for goal, cost in costs.items()))
                offers_old = offers_old or (is_old and set(old_rooms) <= set(rooms))
        self.model.add_exactly_one(option.chosen for option in own)
        self.least += least
        self.holds_present = self.holds_present and offers_old

    def cheaper(self) -> Found | None:
        """The best placements found within the limit, if they cost less than the present ones."""
        if not self.holds_present:
            return None
        self._add_pairs()
        before = {goal: sum(cost for cost, x in costs if self.now[x.index]) for goal, costs in self.costs.items()}
        now = sum(self.prices[goal] * value for goal, value in before.items())
        if now <= self.least:
            return None
        self.add_shared()
        values = {
            goal: cp_model.LinearExpr.weighted_sum([x for _, x in costs], [cost for cost, _ in costs])
            for goal, costs in self.costs.items()
        }
        for goal, value in values.items():
            if self.tally.most[goal] < NEVER:
                self.model.add(value <= before[goal] + int(self.tally.most[goal] - self.tally.totals[goal]))
        self.model.minimize(cp_model.LinearExpr.weighted_sum(list(values.values()), [self.prices[g] for g in values]))
        solver = small_solver(DETERMINISTIC_SECONDS)
        solver.parameters.linearization_level = 2  # costs are sums, so the linear relaxation pays for itself
        if solver.solve(self.model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE} or solver.objective_value >= now:
            return None
        changes = {goal: int(solver.value(value)) - before[goal] for goal, value in values.items()}
        return Found(self.chosen_placements(solver), changes)

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

    def _add_pairs(self) -> None:
        """Members of one team never overlap; those with a common audience pay for it."""
        data = self.data
        teammates = set(self.team_pairs())
        audience = {
            a: set(data.audience_major[data.audience_ptr[a] : data.audience_ptr[a + 1]].tolist()) for a in self.options
        }
        for a, b in combinations(self.options, 2):
            shared = sum(int(data.cohort[m]) for m in audience[a] & audience[b])
            if (a, b) in teammates:
                self.keep_team_apart(a, b)
            elif shared:
                overlap = self._choice(now=self._meet(a, self.old_start[a], b, self.old_start[b]))
                self._cost(CLASH, shared, overlap)
                self._overlap(a, b, overlap)

    def _overlap(self, a: int, b: int, overlap: Variable) -> None:
        """True where two members overlap."""
        for x in self.options[a]:
            meeting = [y.chosen for y in self.options[b] if self._meet(a, x.start, b, y.start)]
            if meeting:
                self.model.add(total_of([x.chosen, *meeting]) <= 1 + overlap)

    def _meet(self, a: int, start: int, b: int, other: int) -> bool:
        return bool(start < other + self.data.duration[b] and other < start + self.data.duration[a])
