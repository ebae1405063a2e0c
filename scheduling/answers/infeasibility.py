"""Whether a few requests can all be placed beside what is fixed: a small CP-SAT model, exact or easier than the rules.

A variable says that an activity starts on a campus, day and slot; a second kind that it uses a room then. Rooms,
channels by number, staff, groups with their travel and links inside a request are kept. Links between requests and the
names of channels are left out: the model then has no solution only where the problem has none.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from scheduling.answers.openings import Openings
from scheduling.arrays.season_data import UNLIMITED
from scheduling.arrays.time_grid import bits_from_masks, has_slot
from scheduling.model.problem import Activity, Link, Request
from scheduling.moves.board import Board

MAX_ROOM_CHOICES = 20_000
SECONDS = 0.2

Variable = cp_model.IntVar


class _Choice(NamedTuple):
    campus: int
    day: int
    start: int
    variable: Variable


def cannot_all_be_placed(base: Board, members: Sequence[Request], *, most_choices: int = 6_000) -> bool:
    """Whether the members' activities that ``base`` does not place cannot all have a placement beside what it does.

    The last members are left out where the model would be too large, which only makes it easier; the first is always
    in it. False also where it takes too long.
    """
    model = _Model(base)
    for request in members:
        for activity in request.activities:
            if base.state.day[base.season.activity_index[activity.id]] >= 0:
                continue
            if not model.add_activity(activity):
                return True
        if model.size > most_choices:
            break
    for request in members:
        for link in request.links:
            model.add_link(link)
    return model.is_infeasible()


class _Model:
    def __init__(self, base: Board) -> None:
        self.base = base
        self.season, self.data, self.state = base.season, base.data, base.state
        self.model = cp_model.CpModel()
        self.choices: dict[str, list[_Choice]] = {}
        self.activities: dict[str, Activity] = {}
        self.times: dict[str, tuple[cp_model.LinearExpr, cp_model.LinearExpr]] = {}
        self.size = 0

    def add_activity(self, activity: Activity) -> bool:
        """Its choices, exactly one of them; False where it has none."""
        look = Openings(self.base, activity)
        own = [
            _Choice(c, int(day), int(start), self.model.new_bool_var(""))
            for c, free in look.free.items()
            for day, start in zip(*np.nonzero(free), strict=True)
        ]
        if not own:
            return False
        self.model.add_exactly_one(choice.variable for choice in own)
        self.choices[activity.id] = own
        self.activities[activity.id] = activity
        self.times[activity.id] = (
            cp_model.LinearExpr.weighted_sum([x.variable for x in own], [x.day for x in own]),
            cp_model.LinearExpr.weighted_sum([x.variable for x in own], [x.start for x in own]),
        )
        self.size += len(own)
        return True

    def add_link(self, link: Link) -> None:
        """Order, days, pauses of one day, and campus, where both ends are in the model."""
        if link.before not in self.times or link.after not in self.times:
            return
        model = self.model
        (day_before, before), (day_after, after) = self.times[link.before], self.times[link.after]
        days = day_after - day_before
        pause = after - before - int(self.data.duration[self.season.activity_index[link.before]])
        same_day = model.new_bool_var("")
        model.add(days >= link.min_days)
        model.add(days == 0).only_enforce_if(same_day)
        model.add(days >= 1).only_enforce_if(~same_day)
        model.add(pause >= link.min_gap_slots).only_enforce_if(same_day)
        if link.max_gap_slots is not None:
            model.add(pause <= link.max_gap_slots).only_enforce_if(same_day)
        if link.max_days is not None:
            model.add(days <= link.max_days)
        if link.same_day:
            model.add(same_day == 1)
        if link.same_campus and self._has_room(link.before) and self._has_room(link.after):
            for c in range(self.data.campuses):
                here = [
                    cp_model.LinearExpr.sum([x.variable for x in self.choices[a] if x.campus == c])
                    for a in (link.before, link.after)
                ]
                model.add(here[0] == here[1])

    def is_infeasible(self) -> bool:
        """Add what activities share, and solve."""
        if len(self.choices) > 1:
            self._add_rooms()
            self._add_channels()
            self._add_staff()
            self._add_groups()
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = SECONDS
        solver.parameters.num_workers = 1
        solver.parameters.catch_sigint_signal = False
        return bool(solver.solve(self.model) == cp_model.INFEASIBLE)

    def _has_room(self, name: str) -> bool:
        return bool(self.data.rooms_needed[self.season.activity_index[name]])

    def _add_rooms(self) -> None:
        """Which rooms each choice uses, unless there are too many to say."""
        data = self.data
        fixed: dict[tuple[int, int, int], list[Variable]] = defaultdict(list)
        count = 0
        for name, own in self.choices.items():
            a = self.season.activity_index[name]
            for choice in own if self._has_room(name) else ():
                i = a * data.campuses + choice.campus
                used = []
                for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]):
                    r, k = int(data.candidate_room[j]), data.candidate_class[j]
                    if not has_slot(self.state.fits[k, r, choice.day], choice.start):
                        continue
                    uses = self.model.new_bool_var("")
                    self.model.add_implication(uses, choice.variable)
                    used.append(uses)
                    for slot in range(choice.start, choice.start + int(data.fit_total[k])):
                        fixed[r, choice.day, slot].append(uses)
                self.model.add(sum(used) == int(data.rooms_needed[a]) * choice.variable)
                count += len(used)
                if count > MAX_ROOM_CHOICES:
                    return
        for variables in fixed.values():
            if len(variables) > 1:
                self.model.add_at_most_one(variables)

    def _add_channels(self) -> None:
        """No more at once than there are channels; turnover counts where every channel has it."""
        data, state = self.data, self.state
        if not len(data.pool_size):
            return
        left = np.zeros((data.days, data.slots), dtype=np.int64)
        for k in range((len(data.pool_ptr) - 1) // data.days):
            for day in range(data.days):
                for pool in range(data.pool_ptr[k * data.days + day], data.pool_ptr[k * data.days + day + 1]):
                    left[day] += data.pool_size[pool] - state.pool_used[pool]
        users: dict[tuple[int, int], list[Variable]] = defaultdict(list)
        for name, own in self.choices.items():
            a = self.season.activity_index[name]
            if data.needs_channel[a]:
                total = int(data.duration[a] + data.pool_turnover[:, data.kind_of[a]].min())
                for choice in own:
                    for slot in range(choice.start, choice.start + total):
                        users[choice.day, slot].append(choice.variable)
        for (day, slot), variables in users.items():
            self._at_most(variables, int(left[day, slot]))

    def _add_staff(self) -> None:
        data, state = self.data, self.state
        for c in range(data.campuses):
            for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]):
                counted = bits_from_masks(data.staff_starts[limit], data.slots)
                by_day: dict[int, list[Variable]] = defaultdict(list)
                for choice in self._all():
                    if choice.campus == c and counted[choice.start]:
                        by_day[choice.day].append(choice.variable)
                for day, variables in by_day.items():
                    self._at_most(variables, int(data.staff_size[limit, day] - state.staff_used[limit, day]))

    def _add_groups(self) -> None:
        """Members never overlap, and are no more in a day, a period or a gap than is left beside the fixed ones."""
        data, used = self.data, self.state.group_day
        for g, group in enumerate(self.season.problem.groups):
            members = [name for name, activity in self.activities.items() if group.id in activity.groups]
            if len(members) < 2:
                continue
            if group.exclusive:
                self.model.add_no_overlap(self._interval(name) for name in members)
            if data.group_travel[g]:
                for one, other in combinations(members, 2):
                    self._add_travel(one, other)
            by_day: dict[int, list[Variable]] = defaultdict(list)
            for name in members:
                for choice in self.choices[name]:
                    by_day[choice.day].append(choice.variable)
            stretches = [(day, day, int(data.group_per_day[g])) for day in range(data.days)]
            stretches += [(p.first_day, p.last_day, p.limit) for p in group.period_limits]
            if group.min_gap_days:
                stretches += [(day, day + group.min_gap_days - 1, 1) for day in range(data.days)]
            for first, last, limit in stretches:
                here = [v for day in range(first, min(last + 1, data.days)) for v in by_day[day]]
                self._at_most(here, limit - int(used[g, first : last + 1].sum()) if limit < UNLIMITED else limit)

    def _add_travel(self, first: str, second: str) -> None:
        """The same people come from one campus to the other in time."""
        for x in self.choices[first]:
            missed = [y.variable for y in self.choices[second] if self._is_missed(first, x, second, y)]
            if missed:
                self.model.add_at_most_one([x.variable, *missed])

    def _is_missed(self, first: str, x: _Choice, second: str, y: _Choice) -> bool:
        if x.day != y.day or x.campus < 0 or y.campus < 0 or x.campus == y.campus:
            return False
        there, back = self.data.travel[x.campus, y.campus], self.data.travel[y.campus, x.campus]
        ends_x, ends_y = (
            choice.start + self.activities[name].duration_slots for name, choice in ((first, x), (second, y))
        )
        return bool(y.start < ends_x + there and x.start < ends_y + back)

    def _interval(self, name: str) -> cp_model.IntervalVar:
        day, start = self.times[name]
        moment = self.model.new_int_var(0, self.data.days * self.data.slots, "")
        self.model.add(moment == day * self.data.slots + start)
        return self.model.new_fixed_size_interval_var(moment, self.activities[name].duration_slots, "")

    def _all(self) -> Iterable[_Choice]:
        return (choice for own in self.choices.values() for choice in own)

    def _at_most(self, variables: list[Variable], limit: int) -> None:
        if len(variables) > limit:
            self.model.add(sum(variables) <= max(0, limit))
