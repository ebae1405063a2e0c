"""The rules of one day as a CP-SAT model: who starts when and in which rooms.

A variable says that an activity starts at a slot (and takes a channel of a pool), a second kind that it uses a room
then. Days and campuses are given, so the model holds what a day decides: rooms, channels by number, staff and teams.
Rules with all that is not in the model are kept by offering only what is free beside it.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from scheduling.arrays.naming import IndexPlacement
from scheduling.arrays.season_data import Ints
from scheduling.arrays.time_grid import bits_from_masks, has_slot
from scheduling.exact.interruptible import one_thread_solver
from scheduling.moves.board import Board
from scheduling.moves.placements import day_starts, pool_starts, room_starts
from scheduling.moves.state import pool_total, room_total

Variable = cp_model.IntVar
total_of = cp_model.LinearExpr.sum


class Opening(NamedTuple):
    """A start of an activity, with the pools of channels (-1: it needs none) and the rooms that are free then."""

    start: int
    pools: list[int]
    rooms: list[int]


class Option(NamedTuple):
    """A start with a pool on a campus (-1: without rooms): whether it is chosen, and in which rooms."""

    campus: int
    start: int
    pool: int
    chosen: Variable
    rooms: dict[int, Variable]


class DayRules:
    """The members of a day, taken out of the search's state before they are added.

    Parameters
    ----------
    model
        To which the day is added; a new one if it is ``None``.

    Attributes
    ----------
    options
        By member; a subclass adds them and says how many of each are chosen.
    """

    def __init__(self, board: Board, day: int, model: cp_model.CpModel | None = None) -> None:
        self.board, self.data, self.state = board, board.data, board.state
        self.handles = board.data_handle, board.state_handle
        self.day = day
        self.model = cp_model.CpModel() if model is None else model
        self.options: dict[int, list[Option]] = {}

    def openings(self, a: int, campus: int, used: set[int] | None = None, cheap: int = 0) -> Iterator[Opening]:
        """Every start on a campus with enough free rooms: ``used`` ones and so many ``cheap`` others, or any."""
        out = np.zeros(self.data.words, dtype=np.int64)
        if not day_starts(*self.handles, a, campus, self.day, out, self.board.scratch.spare):
            return
        rooms, pools = self._rooms(a, campus, used, cheap), self._pools(a)
        for start in np.flatnonzero(bits_from_masks(out, self.data.slots)).tolist():
            free = [r for r, starts in rooms.items() if has_slot(starts, start)]
            open_pools = [pool for pool, starts in pools.items() if has_slot(starts, start)]
            if len(free) >= self.data.rooms_needed[a] and open_pools:
                yield Opening(start, open_pools, free)

    def add_option(self, a: int, option: Option) -> None:
        """As many rooms as the activity needs where it is chosen."""
        self.model.add(total_of(list(option.rooms.values())) == int(self.data.rooms_needed[a]) * option.chosen)
        self.options.setdefault(a, []).append(option)

    def add_shared(self) -> None:
        """What members share: rooms, channels, staff."""
        self._add_rooms()
        self._add_channels()
        self._add_staff()

    def team_pairs(self) -> Iterator[tuple[int, int]]:
        """Members of one team, which never overlap."""
        teams = {a: self._teams(a, self.data.group_exclusive) for a in self.options}
        return ((a, b) for a, b in combinations(self.options, 2) if teams[a] & teams[b])

    def given_staff(self, limit: int) -> int:
        """Starts within a limit of staff that stand whatever the limit says: none, unless a subclass knows some."""
        return 0

    def are_given(self, a: int, x: Option, b: int, y: Option) -> bool:
        """Whether two members may be there together whatever the rules say: never, unless a subclass knows of some."""
        return False

    def keep_team_apart(self, a: int, b: int) -> None:
        """Two members of a team never overlap, and have the time to come from one campus to another."""
        data = self.data
        travels = bool(self._teams(a, data.group_travel) & self._teams(b, data.group_travel))
        for x in self.options[a]:
            missed = []
            for y in self.options[b]:
                away = travels and x.campus != y.campus and min(x.campus, y.campus) >= 0
                there, back = (data.travel[x.campus, y.campus], data.travel[y.campus, x.campus]) if away else (0, 0)
                meet = y.start < x.start + data.duration[a] + there and x.start < y.start + data.duration[b] + back
                if meet and not self.are_given(a, x, b, y):
                    missed.append(y.chosen)
            if missed:
                self.model.add(total_of([x.chosen, *missed]) <= 1)

    def _teams(self, a: int, which: Ints) -> set[int]:
        groups = self.data.exclusive_group[self.data.exclusive_ptr[a] : self.data.exclusive_ptr[a + 1]].tolist()
        return {g for g in groups if which[g]}

    def chosen_placements(self, solver: cp_model.CpSolver) -> dict[int, IndexPlacement]:
        """Where a solution has the members."""
        placements: dict[int, IndexPlacement] = {}
        for a, own in self.options.items():
            for option in own:
                if solver.boolean_value(option.chosen):
                    rooms = tuple(r for r, uses in option.rooms.items() if solver.boolean_value(uses))
                    placements[a] = (self.day, option.start, option.campus, option.pool, rooms)
        return placements

    def _rooms(self, a: int, campus: int, used: set[int] | None, cheap: int) -> dict[int, Ints]:
        """Free starts in the rooms to choose from."""
        found: dict[int, Ints] = {}
        i, others = a * self.data.campuses + campus, 0
        candidates = range(self.data.candidate_ptr[i], self.data.candidate_ptr[i + 1]) if campus >= 0 else ()
        for j in candidates:
            r = int(self.data.candidate_room[j])
            is_other = used is not None and r not in used
            if is_other and others >= cheap:
                continue
            starts = np.zeros(self.data.words, dtype=np.int64)
            room_starts(*self.handles, a, j, self.day, starts)
            if starts.any():
                found[r] = starts
                others += is_other
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
                pool_starts(*self.handles, a, pool, found[pool], self.board.scratch.spare[1])
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
        data = self.data
        choices = [option for own in self.options.values() for option in own]
        for c in sorted({option.campus for option in choices if option.campus >= 0}):
            here = [option for option in choices if option.campus == c]
            for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]):
                counted = [option.chosen for option in here if has_slot(data.staff_starts[limit], option.start)]
                left = data.staff_size[limit, self.day] - self.state.staff_used[limit, self.day]
                self._at_most(counted, max(int(left), self.given_staff(limit)))

    def _at_most(self, variables: list[Variable], limit: int) -> None:
        if limit == 1 and len(variables) > 1:
            self.model.add_at_most_one(variables)
        elif len(variables) > limit:
            self.model.add(total_of(variables) <= limit)


def small_solver(deterministic_seconds: float) -> cp_model.CpSolver:
    """For models of one day."""
    solver = one_thread_solver(deterministic_seconds)
    # probing takes longer than all the rest of so small a model
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    return solver
