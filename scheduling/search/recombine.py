"""The best of what many rounds found, when held places may move only so often.

Annealing that may move anything finds good places for newcomers, and moves far more held places than allowed. Every
round's changes are remembered as *options*: a request and all of its places at once. A set-packing model over the
options, solved by CP-SAT, then takes the most weight with at most so many moves. It is exact for rooms, channels by
number, staff, people and counts; what it leaves out (travel, links to other requests) is looked at when its answer is
taken over, and nothing is taken over that is worth less than before.

The idea is that of solution merging over a pool of columns, as in Rothberg's MIP polishing (2007) and set-partitioning
heuristics for routing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from ortools.sat.python import cp_model

from scheduling.arrays.naming import Place
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

# Places of a request's activities, None where one has none.
Option = tuple[Place | None, ...]
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

    def __init__(self, season: Season, kept: Searcher, seed: int) -> None:
        self.data, self.kept, self.seed = season.data, kept, seed
        self.budget = kept.move_budget
        if kept.board.value > kept.best_value:
            kept.keep_best()
        self.roaming = Searcher(season, seed)
        self.homes = self.roaming.board.places()
        self.is_news = False  # whether there was a round since the last answer
        self.options: dict[int, dict[Option, None]] = {}
        self.load: Counter[Counted] = Counter()
        for a, place in self.homes.items():
            self.load.update(counted_at(self.data, a, place))

    def begin_cycle(self, team: Team, number: int) -> None:
        """The team goes on from the best."""
        team.start_from(self.kept, self.budget if number % LIMITED == 0 else UNLIMITED)

    def after_round(self) -> None:
        """Remember what the round found."""
        self.note(self.roaming)
        if self.roaming.best_value > self.kept.best_value and self.roaming.move_budget == self.budget:
            self.kept.set_best(self.roaming.best())
            self.kept.restore_best()

    def recombine(self, should_stop: Callable[[], bool]) -> None:
        """Put the best options together; what is kept stays as it is where that brings nothing.

        Raises
        ------
        Stopped
            If asked to stop before the answer is there.
        """
        if not self.is_news:
            return
        kept, board = self.kept, self.kept.board
        self.note(kept)
        wanted = self._solve(should_stop)
        self.is_news = False
        for a, place in wanted.items():
            if board.state.day[a] >= 0 and board.place_of(a) != place:
                board.take(a)
        for a, place in wanted.items():
            if place is not None and board.state.day[a] < 0 and board.is_free(a, place):
                board.put(a, place)
        kept.refresh_queue()
        whole = all(board.state.day[a] >= 0 for a in self.homes)
        if whole and board.moved <= self.budget and kept.board.value > kept.best_value:
            kept.keep_best()
        else:
            kept.restore_best()

    def note(self, searcher: Searcher) -> None:
        """Remember the places of whole requests that are not at home."""
        self.is_news = True
        places = searcher.board.places()
        away = (self.data.held_day < 0) | (self.data.held_tentative > 0)
        requests = np.unique(self.data.request_of[np.flatnonzero(away & (searcher.board.state.day >= 0))])
        for q in requests.tolist():
            option = self.option_of(q, places)
            if None not in option and option != self.home_of(q):
                known = self.options.setdefault(q, {})
                known.pop(option, None)
                known[option] = None
                if len(known) > MOST_OPTIONS:
                    known.pop(next(iter(known)))

    def _solve(self, should_stop: Callable[[], bool]) -> dict[int, Place | None]:
        """The places of all requests with options, ``None`` for an activity without."""
        choice = _Choice(self)
        for q, known in self.options.items():
            choice.add_request(q, known)
        choice.add_limits()
        return choice.solve(should_stop)

    def activities(self, q: int) -> range:
        """A request's activities."""
        return range(int(self.data.activity_ptr[q]), int(self.data.activity_ptr[q + 1]))

    def home_of(self, q: int) -> Option:
        """Where a request is held."""
        return tuple(self.homes.get(a) for a in self.activities(q))

    def option_of(self, q: int, places: dict[int, Place]) -> Option:
        """Where a request is."""
        return tuple(places.get(a) for a in self.activities(q))


class _Choice:
    """The set-packing model of one recombination."""

    def __init__(self, recombiner: Recombiner) -> None:
        self.recombiner, self.data = recombiner, recombiner.data
        self.now = recombiner.kept.board.places()
        self.model = cp_model.CpModel()
        self.taken: list[tuple[int, Option, cp_model.IntVar]] = []
        self.users: dict[Counted, list[cp_model.IntVar]] = defaultdict(list)
        self.at_home: Counter[Counted] = Counter()
        self.moves: list[cp_model.LinearExpr] = []
        self.worth: list[cp_model.LinearExpr] = []

    def add_request(self, q: int, known: Iterable[Option]) -> None:
        """At most one of its options, exactly one of a held request."""
        home = self.recombiner.home_of(q)
        now = self.recombiner.option_of(q, self.now)
        is_held = any(place is not None for place in home)
        own = []
        for option in (*((home,) if is_held else ()), *known):
            taken = self.model.new_bool_var("")
            self.model.add_hint(taken, option == now)
            own.append(taken)
            self.taken.append((q, option, taken))
            counted = self._counted_by(q, option)
            for key in counted:
                self.users[key].append(taken)
            if option == home:
                self.at_home.update(counted)
            moved = sum(a != b for a, b in zip(home, option, strict=True) if a is not None)
            self.moves.append(moved * taken)
            if None not in option:
                self.worth.append(int(self.data.weight[q]) * taken)
        if is_held:
            self.model.add_exactly_one(own)
        else:
            self.model.add_at_most_one(own)

    def add_limits(self) -> None:
        """What options share, beside held requests that have no option but their home; and the budget of moves."""
        for key, variables in self.users.items():
            # held places never exclude each other, hence the second term
            left = max(limit_of(self.data, key) - self.recombiner.load[key], 0) + self.at_home[key]
            if len(variables) > left:
                self.model.add(sum(variables) <= left)
        self.model.add(cp_model.LinearExpr.sum(self.moves) <= self.recombiner.budget)

    def solve(self, should_stop: Callable[[], bool]) -> dict[int, Place | None]:
        """The most weight, then the fewest moves; nothing where nothing was found. Raises Stopped."""
        worth, moves = cp_model.LinearExpr.sum(self.worth), cp_model.LinearExpr.sum(self.moves)
        self.model.maximize((self.recombiner.budget + 1) * worth - moves)
        solver = one_thread_solver(EFFORT, self.recombiner.seed)
        with ThreadPoolExecutor(1, thread_name_prefix="recombine") as threads:
            running = threads.submit(solver.solve, self.model)
            wait_unless(should_stop, [running], [solver.stop_search])
        if running.result() not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return {}
        found: dict[int, Place | None] = {a: None for q, _, _ in self.taken for a in self.recombiner.activities(q)}
        for q, option, taken in self.taken:
            if solver.boolean_value(taken):
                found.update(zip(self.recombiner.activities(q), option, strict=True))
        return found

    def _counted_by(self, q: int, option: Option) -> list[Counted]:
        return [
            key
            for a, place in zip(self.recombiner.activities(q), option, strict=True)
            if place is not None
            for key in counted_at(self.data, a, place)
        ]


def counted_at(data: SeasonData, a: int, place: Place) -> Iterator[Counted]:
    """Everything of which an activity uses one at a place."""
    day, start, campus, pool, rooms = place
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
