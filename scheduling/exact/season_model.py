"""Some requests of a season as an exact CP-SAT model: which of them can be placed together, on any of their days.

All rules are in it but the shares, and those with requests that are left out: the model is then easier than the
season, so that what it cannot place cannot be placed.
"""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from scheduling.arrays.naming import IndexPlacement
from scheduling.arrays.season import Season
from scheduling.arrays.season_data import UNLIMITED, Ints, SeasonData
from scheduling.arrays.time_grid import bits_from_masks, has_slot
from scheduling.exact.day_rules import DayRules, Option, Variable, total_of
from scheduling.exact.interruptible import Stopped, one_thread_solver, wait_unless
from scheduling.moves.board import Board, immovable_board

MOST_STARTS = 3_000  # on a day and campus, of all members, as their own wishes allow
MOST_ROOMS = 20_000  # the same for each room that is free then
DETERMINISTIC_SECONDS = 0.5


class Best(NamedTuple):
    """What members can weigh at most, and where the best choice found has them."""

    bound: int
    weight: int
    placements: dict[int, IndexPlacement]


class SeasonModel:
    """The heaviest choice of some requests beside what never moves.

    Parameters
    ----------
    move_budget
        Tentative activities that may move, all in all; ``None`` = any number.
    """

    def __init__(self, season: Season, move_budget: int | None) -> None:
        self.data, self.move_budget = season.data, move_budget
        self.board, self.exempt = immovable_board(season)
        self.starts = _starts_by_request(season.data)

    def best(self, requests: set[int], should_stop: Callable[[], bool]) -> Best | None:
        """The best choice of these requests; ``None`` where they are too many, or nothing was found in time.

        Raises
        ------
        Stopped
            If asked to stop before the end.
        """
        if self.starts[sorted(requests)].sum() > MOST_STARTS:
            return None
        members = _Members(self.data, self.board, self.exempt)
        for q in sorted(requests):
            members.add_request(q)
            if should_stop():
                raise Stopped
            if members.rooms > MOST_ROOMS:
                return None
        return members.best(self.move_budget, should_stop)


def _starts_by_request(data: SeasonData) -> Ints:
    """Starts on a day and campus of each request's activities, shape ``(requests,)``."""
    if not len(data.weight):
        return np.zeros(0, dtype=np.int64)
    in_pattern = np.append(bits_from_masks(data.pattern_starts, data.slots).sum(axis=1), 0)  # -1: no start
    in_row = in_pattern[data.row_pattern]
    by_activity = np.array(
        [in_row[first:last].sum() for first, last in pairwise(data.row_ptr.tolist())], dtype=np.int64
    )
    candidates = np.diff(data.candidate_ptr).reshape(len(data.duration), data.campuses)
    campuses = (candidates >= np.maximum(1, data.rooms_needed)[:, None]).sum(axis=1)
    starts = by_activity * np.where(data.rooms_needed > 0, campuses, 1)
    return np.add.reduceat(starts, data.activity_ptr[:-1])


class _Day(DayRules):
    """A day of the model; members at their reference placements are given, and never exclude each other."""

    def given_staff(self, limit: int) -> int:
        """References that a limit counts."""
        campus = int(np.searchsorted(self.data.staff_ptr, limit, side="right")) - 1
        return sum(
            reference is not None
            and (reference[0], reference[2]) == (self.day, campus)
            and has_slot(self.data.staff_starts[limit], reference[1])
            for reference in (self.board.reference_of(a) for a in self.options)
        )

    def are_given(self, a: int, x: Option, b: int, y: Option) -> bool:
        """Whether both are at their reference placements, as far as times and campuses tell."""
        return all(
            reference is not None and reference[:3] == (self.day, option.start, option.campus)
            for reference, option in ((self.board.reference_of(a), x), (self.board.reference_of(b), y))
        )


class _Members:
    def __init__(self, data: SeasonData, board: Board, exempt: set[int]) -> None:
        self.data, self.board, self.exempt = data, board, exempt
        self.model = cp_model.CpModel()
        self.days: dict[int, _Day] = {}
        self.own: dict[int, list[tuple[int, Option]]] = {}  # by activity, with the day
        self.is_placed: dict[int, Variable] = {}  # by request
        self.stays: dict[int, Variable] = {}  # tentative activities at their reference placements
        self.rooms = 0

    def add_request(self, q: int) -> None:
        """All of its activities, or none; a request that may not be dropped is placed."""
        must = self.board.state.must[q]
        self.is_placed[q] = self.model.new_constant(1) if must else self.model.new_bool_var("")
        for a in range(int(self.data.activity_ptr[q]), int(self.data.activity_ptr[q + 1])):
            if self.board.state.day[a] < 0:
                self._add_activity(a, self.is_placed[q])

    def best(self, move_budget: int | None, should_stop: Callable[[], bool]) -> Best | None:
        """Add what members share, and solve. Raises Stopped."""
        for day in self.days.values():
            for a, b in day.team_pairs():
                day.keep_team_apart(a, b)
            day.add_shared()
        self._add_counts()
        self._add_links()
        if move_budget is not None:
            self.model.add(len(self.stays) - total_of(list(self.stays.values())) <= move_budget)
        weight = self.data.weight
        self.model.maximize(total_of([int(weight[q]) * placed for q, placed in self.is_placed.items()]))
        solver = one_thread_solver(DETERMINISTIC_SECONDS)
        with ThreadPoolExecutor(1, thread_name_prefix="remainder") as threads:
            running = threads.submit(solver.solve, self.model)
            wait_unless(should_stop, [running], [solver.stop_search])
        if running.result() not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        placements = {a: place for day in self.days.values() for a, place in day.chosen_placements(solver).items()}
        return Best(round(solver.best_objective_bound), round(solver.objective_value), placements)

    def _add_activity(self, a: int, placed: Variable) -> None:
        data = self.data
        own = self.own[a] = []
        campuses = range(data.campuses) if data.rooms_needed[a] else (-1,)
        for day in range(int(data.first_day[a]), int(data.last_day[a]) + 1):
            rules = self.days.get(day) or _Day(self.board, day, self.model)
            for campus in campuses:
                for opening in rules.openings(a, campus):
                    for pool in opening.pools:
                        rooms = {r: self.model.new_bool_var("") for r in opening.rooms}
                        option = Option(campus, opening.start, pool, self.model.new_bool_var(""), rooms)
                        rules.add_option(a, option)
                        own.append((day, option))
                        self.rooms += len(rooms)
            if a in rules.options:
                self.days[day] = rules
        reference = self.board.reference_of(a)
        if reference is not None:
            self._add_stay(a, reference)
        self.model.add(total_of([option.chosen for _, option in own]) == placed)

    def _add_stay(self, a: int, reference: IndexPlacement) -> None:
        """True only where a tentative activity is at its reference placement; an exempt one has an option for that."""
        stays = self.stays[a] = self.model.new_bool_var("")
        day, start, campus, pool, rooms = reference
        if a in self.exempt:
            option = Option(campus, start, pool, stays, dict.fromkeys(rooms, stays))
            self.days.setdefault(day, _Day(self.board, day, self.model)).options.setdefault(a, []).append(option)
            self.own[a].append((day, option))
            return
        at = [
            option
            for d, option in self.own[a]
            if (d, option.start, option.campus, option.pool) == (day, start, campus, pool)
            and set(rooms) <= set(option.rooms)
        ]
        self.model.add(total_of([option.chosen for option in at]) >= stays)
        for option in at:
            for r in rooms:
                self.model.add_implication(stays, option.rooms[r])

    def _add_counts(self) -> None:
        """No more members of a group in a day, a period or a gap than are left, or than are there by reference."""
        data, used = self.data, self.board.state.group_day
        for g in range(len(data.group_gap)):
            by_day: dict[int, list[Variable]] = defaultdict(list)
            references = []
            for a in data.member[data.member_ptr[g] : data.member_ptr[g + 1]].tolist():
                for day, option in self.own.get(a, ()):
                    by_day[day].append(option.chosen)
                if a in self.stays:
                    references.append(int(data.reference_day[a]))
            if not by_day:
                continue
            for first, last, limit in self._stretches(g):
                here = [v for day in range(first, min(last + 1, data.days)) for v in by_day.get(day, ())]
                left = limit - int(used[g, first : last + 1].sum())
                given = sum(first <= day <= last for day in references)
                if len(here) > max(left, given):
                    self.model.add(total_of(here) <= max(left, given, 0))

    def _stretches(self, g: int) -> list[tuple[int, int, int]]:
        data = self.data
        stretches = []
        if data.group_per_day[g] < UNLIMITED:
            stretches += [(day, day, int(data.group_per_day[g])) for day in range(data.days)]
        for p in range(int(data.period_ptr[g]), int(data.period_ptr[g + 1])):
            stretches.append((int(data.period_first[p]), int(data.period_last[p]), int(data.period_limit[p])))
        if data.group_gap[g]:
            stretches += [(day, day + int(data.group_gap[g]) - 1, 1) for day in range(data.days)]
        return stretches

    def _add_links(self) -> None:
        """Where both ends are placed, the second is at a place that the first allows."""
        data = self.data
        for after in self.own:
            for j in range(int(data.link_ptr[after]), int(data.link_ptr[after + 1])):
                before = int(data.link_other[j])
                if data.link_follows[j] and before in self.own:
                    self._add_link(j, before, after)

    def _add_link(self, j: int, before: int, after: int) -> None:
        references = self.board.reference_of(before), self.board.reference_of(after)
        placed = self.is_placed[int(self.data.request_of[after])]
        for day, x in self.own[before]:
            first = (day, x.start, x.campus)
            allowed = [
                y.chosen
                for d, y in self.own[after]
                if keeps_link(self.data, j, before, first, (d, y.start, y.campus))
                or ((first, (d, y.start, y.campus)) == tuple(r and r[:3] for r in references))
            ]
            self.model.add(total_of([x.chosen, placed]) <= 1 + total_of(allowed))


Where = tuple[int, int, int]  # day, start, campus


def keeps_link(data: SeasonData, j: int, before: int, first: Where, second: Where) -> bool:
    """Whether the link ``j`` is kept with ``before`` in the first place and the activity after it in the second."""
    least, most, min_days, max_days = data.link_gaps[j].tolist()
    days = second[0] - first[0]
    if data.link_same_campus[j] and min(first[2], second[2]) >= 0 and first[2] != second[2]:
        return False
    if days < 0 or not min_days <= days <= max_days:
        return False
    pause = second[1] - first[1] - int(data.duration[before])
    return days > 0 or least <= pause <= most
