"""Recombination: the best selection among what many rounds found that keeps the budget of moves.

Annealing that may move anything finds good placements for newcomers, and moves far more fixed placements than allowed.
Every round's changes are remembered as *options*: a request and all of its placements at once. A set-packing model
over the options, solved by CP-SAT, then takes the most weight with at most so many moves. It is exact for rooms,
channels by number, staff, people and counts; what it leaves out (travel, links to other requests) is looked at when
its answer is taken over, and nothing is taken over that is worth less than before.

The idea is that of solution merging over a pool of columns, as in Rothberg's MIP polishing (2007) and set-partitioning
heuristics for routing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from ortools.sat.python import cp_model

from scheduling.arrays.naming import IndexPlacement
from scheduling.arrays.season import Season
from scheduling.arrays.season_data import UNLIMITED, SeasonData
from scheduling.arrays.time_grid import has_slot
from scheduling.exact.interruptible import one_thread_solver, wait_unless
from scheduling.moves.searcher import Searcher
from scheduling.search.team import Team

CYCLE = 12  # rounds between two recombinations
LIMITED = 3  # of so many cycles one keeps to the budget: it finds what needs no move at all
MOST_OPTIONS = 30  # of one request, the latest
EFFORT = 1.0  # deterministic seconds of CP-SAT

# Placements of a request's activities, None where one has none.
Option = tuple[IndexPlacement | None, ...]
# Something that only so many options may use: (kind, index, day or campus, slot).
Counted = tuple[str, int, int, int]


class Recombiner:
    """Rounds of annealing in cycles, most of them without a limit of moves, and the best of all of them together.

    Parameters
    ----------
    kept
        The searcher whose budget of moves is kept; it is always at its best.

    Attributes
    ----------
    roaming
        The searcher that a team is to work on.
    """

    def __init__(self, season: Season, budgeted: Searcher, seed: int) -> None:
        self.data, self.budgeted, self.seed = season.data, budgeted, seed
        self.budget = budgeted.move_budget
        if budgeted.board.value > budgeted.incumbent_value:
            budgeted.keep_incumbent()
        self.unbudgeted = Searcher(season, seed)
        self.references = self.unbudgeted.board.placements()
        self.is_news = False  # whether there was a round since the last answer
        self.options: dict[int, dict[Option, None]] = {}
        self.load: Counter[Counted] = Counter()
        for a, placement in self.references.items():
            self.load.update(counted_at(self.data, a, placement))

    def begin_cycle(self, team: Team, number: int) -> None:
        """The team goes on from the best."""
        team.start_from(self.budgeted, self.budget if number % LIMITED == 0 else UNLIMITED)

    def after_round(self) -> None:
        """Remember what the round found."""
        self.note(self.unbudgeted)
        if (
            self.unbudgeted.incumbent_value > self.budgeted.incumbent_value
            and self.unbudgeted.move_budget == self.budget
        ):
            self.budgeted.set_incumbent(self.unbudgeted.incumbent())
            self.budgeted.restore_incumbent()

    def recombine(self, should_stop: Callable[[], bool]) -> None:
        """Put the best options together; what is kept stays as it is where that brings nothing.

        Raises
        ------
        Stopped
            If asked to stop before the answer is there.
        """
        if not self.is_news:
            return
        budgeted, board = self.budgeted, self.budgeted.board
        self.note(budgeted)
        wanted = self._solve(should_stop)
        self.is_news = False
        for a, placement in wanted.items():
            if board.state.day[a] >= 0 and board.placement_of(a) != placement:
                board.take(a)
        for a, placement in wanted.items():
            if placement is not None and board.state.day[a] < 0 and board.is_free(a, placement):
                board.put(a, placement)
        budgeted.refresh_queue()
        whole = all(board.state.day[a] >= 0 for a in self.references)
        if whole and board.moved <= self.budget and budgeted.board.value > budgeted.incumbent_value:
            budgeted.keep_incumbent()
        else:
            budgeted.restore_incumbent()

    def note(self, searcher: Searcher) -> None:
        """Remember the placements of whole requests that are not at their reference placements."""
        self.is_news = True
        placements = searcher.board.placements()
        away = (self.data.reference_day < 0) | (self.data.tentative > 0)
        requests = np.unique(self.data.request_of[np.flatnonzero(away & (searcher.board.state.day >= 0))])
        for q in requests.tolist():
            option = self.option_of(q, placements)
            if None not in option and option != self.reference_of(q):
                known = self.options.setdefault(q, {})
                known.pop(option, None)
                known[option] = None
                if len(known) > MOST_OPTIONS:
                    known.pop(next(iter(known)))

    def _solve(self, should_stop: Callable[[], bool]) -> dict[int, IndexPlacement | None]:
        """The placements of all requests with options, ``None`` for an activity without."""
        choice = _Choice(self)
        for q, known in self.options.items():
            choice.add_request(q, known)
        choice.add_limits()
        return choice.solve(should_stop)

    def activities(self, q: int) -> range:
        """A request's activities."""
        return range(int(self.data.activity_ptr[q]), int(self.data.activity_ptr[q + 1]))

    def reference_of(self, q: int) -> Option:
        """The reference placements of a request."""
        return tuple(self.references.get(a) for a in self.activities(q))

    def option_of(self, q: int, placements: dict[int, IndexPlacement]) -> Option:
        """Where a request is."""
        return tuple(placements.get(a) for a in self.activities(q))


class _Choice:
    """The set-packing model of one recombination."""

    def __init__(self, recombiner: Recombiner) -> None:
        self.recombiner, self.data = recombiner, recombiner.data
        self.now = recombiner.budgeted.board.placements()
        self.model = cp_model.CpModel()
        self.taken: list[tuple[int, Option, cp_model.IntVar]] = []
        self.users: dict[Counted, list[cp_model.IntVar]] = defaultdict(list)
        self.at_reference: Counter[Counted] = Counter()
        self.moves: list[cp_model.LinearExpr] = []
        self.worth: list[cp_model.LinearExpr] = []

    def add_request(self, q: int, known: Iterable[Option]) -> None:
        """At most one of its options, exactly one of a fixed request."""
        reference = self.recombiner.reference_of(q)
        now = self.recombiner.option_of(q, self.now)
        is_fixed = any(placement is not None for placement in reference)
        own = []
        for option in (*((reference,) if is_fixed else ()), *known):
            taken = self.model.new_bool_var("")
            self.model.add_hint(taken, option == now)
            own.append(taken)
            self.taken.append((q, option, taken))
            counted = self._counted_by(q, option)
            for key in counted:
                self.users[key].append(taken)
            if option == reference:
                self.at_reference.update(counted)
            moved = sum(a != b for a, b in zip(reference, option, strict=True) if a is not None)
            self.moves.append(moved * taken)
            if None not in option:
                self.worth.append(int(self.data.weight[q]) * taken)
        if is_fixed:
            self.model.add_exactly_one(own)
        else:
            self.model.add_at_most_one(own)

    def add_limits(self) -> None:
        """What options share, less what fixed requests without options hold; and the budget of moves."""
        for key, variables in self.users.items():
            # fixed placements never exclude each other, hence the second term
            left = max(limit_of(self.data, key) - self.recombiner.load[key], 0) + self.at_reference[key]
            if len(variables) > left:
                self.model.add(sum(variables) <= left)
        self.model.add(cp_model.LinearExpr.sum(self.moves) <= self.recombiner.budget)

    def solve(self, should_stop: Callable[[], bool]) -> dict[int, IndexPlacement | None]:
        """The most weight, then the fewest moves; nothing where nothing was found. Raises Stopped."""
        worth, moves = cp_model.LinearExpr.sum(self.worth), cp_model.LinearExpr.sum(self.moves)
        self.model.maximize((self.recombiner.budget + 1) * worth - moves)
        solver = one_thread_solver(EFFORT, self.recombiner.seed)
        with ThreadPoolExecutor(1, thread_name_prefix="recombine") as threads:
            running = threads.submit(solver.solve, self.model)
            wait_unless(should_stop, [running], [solver.stop_search])
        if running.result() not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return {}
        found: dict[int, IndexPlacement | None] = {
            a: None for q, _, _ in self.taken for a in self.recombiner.activities(q)
        }
        for q, option, taken in self.taken:
            if solver.boolean_value(taken):
                found.update(zip(self.recombiner.activities(q), option, strict=True))
        return found

    def _counted_by(self, q: int, option: Option) -> list[Counted]:
        return [
            key
            for a, placement in zip(self.recombiner.activities(q), option, strict=True)
            if placement is not None
            for key in counted_at(self.data, a, placement)
        ]


def counted_at(data: SeasonData, a: int, placement: IndexPlacement) -> Iterator[Counted]:
    """Everything of which an activity uses one at a placement."""
    day, start, campus, pool, rooms = placement
    until, kind = start + int(data.duration[a]), int(data.kind_of[a])
    for r in rooms:
        for slot in range(start, min(data.slots, until + int(data.room_turnover[r, kind]))):
            yield "room", r, day, slot
    for limit in range(int(data.staff_ptr[campus]), int(data.staff_ptr[campus + 1])) if rooms else ():
        if has_slot(data.staff_starts[limit], start):
            yield "staff", limit, day, 0
    if pool >= 0:
        for slot in range(start, min(data.slots, until + int(data.pool_turnover[pool, kind]))):
            yield "channel", pool, 0, slot
    for g in data.exclusive_group[data.exclusive_ptr[a] : data.exclusive_ptr[a + 1]].tolist():
        for slot in range(start, until) if data.group_exclusive[g] else ():
            yield "people", g, day, slot
    yield from _counted_by_groups(data, a, day)


def _counted_by_groups(data: SeasonData, a: int, day: int) -> Iterator[Counted]:
    for g in data.counted_group[data.counted_ptr[a] : data.counted_ptr[a + 1]].tolist():
        yield "day", g, day, 0
        for period in range(int(data.period_ptr[g]), int(data.period_ptr[g + 1])):
            if data.period_first[period] <= day <= data.period_last[period]:
                yield "period", period, 0, 0
        for first in range(day - max(0, int(data.group_gap[g]) - 1), day + 1) if data.group_gap[g] else ():
            yield "gap", g, first, 0


def limit_of(data: SeasonData, key: Counted) -> int:
    """How many may use it."""
    kind, index, day, _ = key
    limits = {
        "staff": data.staff_size,
        "channel": data.pool_size,
        "day": data.group_per_day,
        "period": data.period_limit,
    }
    if kind not in limits:
        return 1
    return int(limits[kind][index, day] if kind == "staff" else limits[kind][index])
