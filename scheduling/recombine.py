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
from collections.abc import Iterator

import numpy as np
from ortools.sat.python import cp_model

from scheduling.searcher import Place, Searcher
from scheduling.season_data import UNLIMITED, Season
from scheduling.time_grid import has_slot

CYCLE = 12  # rounds between two recombinations
LIMITED = 3  # of so many cycles one keeps to the budget: it finds what needs no move at all
MOST_OPTIONS = 30  # of one request, the latest
EFFORT = 1.0  # deterministic seconds of CP-SAT

# Places of a request's activities, None where one has none.
Option = tuple[Place | None, ...]
# Something that only so many options may use: (kind, index, day or campus, slot).
Counted = tuple[str, int, int, int]


class Recombiner:
    """Remembers options and puts the best of them together.

    Parameters
    ----------
    home
        A searcher with the held places alone, as they are held.
    budget
        Held places that may move.
    """

    def __init__(self, season: Season, home: Searcher, budget: int, seed: int) -> None:
        self.season, self.data = season, season.data
        self.budget, self.seed = budget, seed
        self.homes = {a: place for a, place in home.places().items() if self.data.held_day[a] >= 0}
        self.options: dict[int, dict[Option, None]] = {}
        self.load: Counter[Counted] = Counter()
        for a, place in self.homes.items():
            self.load.update(self._counted(a, place))

    def note(self, searcher: Searcher) -> None:
        """Remember the places of whole requests that are not at home."""
        places = searcher.places()
        away = (self.data.held_day < 0) | (self.data.held_tentative > 0)
        requests = np.unique(self.data.request_of[np.flatnonzero(away & (searcher.state.day >= 0))])
        for q in requests.tolist():
            option = self._option(q, places)
            if None not in option and option != self._home(q):
                known = self.options.setdefault(q, {})
                known.pop(option, None)
                known[option] = None
                if len(known) > MOST_OPTIONS:
                    known.pop(next(iter(known)))

    def improve(self, kept: Searcher) -> None:
        """Put the best options together in ``kept``; its best stays where that brings nothing."""
        self.note(kept)
        wanted = self._solve(kept)
        if wanted is None:
            return
        for a, place in wanted.items():
            if kept.state.day[a] >= 0 and kept.place_of(a) != place:
                kept.take(a)
        for a, place in wanted.items():
            if place is not None and kept.state.day[a] < 0 and kept.is_free(a, place):
                kept.put(a, place)
        kept.refresh_queue()
        whole = all(kept.state.day[a] >= 0 for a in self.homes)
        if whole and kept.moved <= self.budget and kept.value > kept.best_value:
            kept.keep_best()
        else:
            kept.restore_best()

    def _solve(self, kept: Searcher) -> dict[int, Place | None] | None:
        """The places of all requests with options, ``None`` for an activity without; ``None`` if there is nothing."""
        model = cp_model.CpModel()
        chosen: list[tuple[int, Option, cp_model.IntVar]] = []
        users: dict[Counted, list[cp_model.IntVar]] = defaultdict(list)
        at_home: Counter[Counted] = Counter()
        moves: list[cp_model.LinearExprT] = []
        worth: list[cp_model.LinearExprT] = []
        now = kept.places()
        for q, known in self.options.items():
            home = self._home(q)
            held = any(place is not None for place in home)
            own = []
            for option in (*((home,) if held else ()), *known):
                taken = model.new_bool_var("")
                own.append(taken)
                chosen.append((q, option, taken))
                model.add_hint(taken, option == self._option(q, now))
                counted = self._counted_by(q, option)
                for key in counted:
                    users[key].append(taken)
                if option == home:
                    at_home.update(counted)
                moved = sum(a != b for a, b in zip(home, option, strict=True) if a is not None)
                moves.append(moved * taken)
                if None not in option:
                    worth.append(int(self.data.weight[q]) * taken)
            if held:
                model.add_exactly_one(own)
            else:
                model.add_at_most_one(own)
        for key, variables in users.items():
            # what is held clashes with nobody but newcomers, hence the second term
            left = max(self._limit(key) - self.load[key] + at_home[key], at_home[key])
            if len(variables) > left:
                model.add(sum(variables) <= left)
        if not chosen:
            return None
        model.add(sum(moves) <= self.budget)
        # weight first, then as few moves as can be
        model.maximize((self.budget + 1) * sum(worth) - sum(moves))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.seed
        solver.parameters.max_deterministic_time = EFFORT
        solver.parameters.catch_sigint_signal = False
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        found: dict[int, Place | None] = {}
        for q, option, taken in chosen:
            places = option if solver.boolean_value(taken) else (None,) * len(option)
            for a, place in zip(self._activities(q), places, strict=True):
                found[a] = place or found.get(a)
        return found

    def _activities(self, q: int) -> range:
        return range(int(self.data.activity_ptr[q]), int(self.data.activity_ptr[q + 1]))

    def _home(self, q: int) -> Option:
        return tuple(self.homes.get(a) for a in self._activities(q))

    def _option(self, q: int, places: dict[int, Place]) -> Option:
        return tuple(places.get(a) for a in self._activities(q))

    def _counted_by(self, q: int, option: Option) -> list[Counted]:
        return [
            key
            for a, place in zip(self._activities(q), option, strict=True)
            if place is not None
            for key in self._counted(a, place)
        ]

    def _counted(self, a: int, place: Place) -> Iterator[Counted]:
        """Everything of which an activity uses one at a place."""
        data = self.data
        day, start, campus, pool, rooms = place
        length, kind = int(data.duration[a]), int(data.kind_of[a])
        for r in rooms:
            for slot in range(start, min(data.slots, start + length + int(data.room_turnover[r, kind]))):
                yield "room", r, day, slot
        for limit in range(data.staff_ptr[campus], data.staff_ptr[campus + 1]) if rooms else ():
            if has_slot(data.staff_starts[limit], start):
                yield "staff", limit, day, 0
        if pool >= 0:
            for slot in range(start, min(data.slots, start + length + int(data.pool_turnover[pool, kind]))):
                yield "channel", pool, 0, slot
        for g in data.exclusive_group[data.exclusive_ptr[a] : data.exclusive_ptr[a + 1]].tolist():
            if data.group_exclusive[g]:
                for slot in range(start, start + length):
                    yield "people", g, day, slot
        for g in data.counted_group[data.counted_ptr[a] : data.counted_ptr[a + 1]].tolist():
            yield "day", g, day, 0
            for period in range(data.period_ptr[g], data.period_ptr[g + 1]):
                if data.period_first[period] <= day <= data.period_last[period]:
                    yield "period", period, 0, 0
            for first in range(day - int(data.group_gap[g]) + 1, day + 1) if data.group_gap[g] > 0 else ():
                yield "gap", g, first, 0

    def _limit(self, key: Counted) -> int:
        kind, index, day, _ = key
        data = self.data
        match kind:
            case "staff":
                return int(data.staff_size[index, day])
            case "channel":
                return int(data.pool_size[index])
            case "day":
                return int(min(data.group_per_day[index], UNLIMITED))
            case "period":
                return int(data.period_limit[index])
            case _:
                return 1
