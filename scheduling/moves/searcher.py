"""A search state with its kernels: what Python code holds, moves and reads."""

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season import Season
from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.kernels.handles import handle
from scheduling.kernels.random_numbers import random_start
from scheduling.model.solution import Placement, Solution
from scheduling.moves.ejection import construct, improve, insert
from scheduling.moves.incumbent import follow, keep_best, restore_best
from scheduling.moves.initial_state import clashing, empty_state
from scheduling.moves.places import is_free
from scheduling.moves.recreate import anneal
from scheduling.moves.scratch import Work, new_work
from scheduling.moves.state import (
    BEST,
    BUDGET,
    MOVED,
    PLACED,
    QUEUED,
    STOP,
    VALUE,
    State,
    begin,
    is_placed,
    put,
    put_held,
    refresh_rooms,
    requeue,
    save_request,
    take,
    take_request,
    undo,
)

# a place as plain numbers: day, start, campus, pool, rooms; comparable, hashable, cheap to send
Place = tuple[int, int, int, int, tuple[int, ...]]

# the arrays of a state remembered, and its weight
Best = tuple[Ints, Ints, int]


class Searcher:
    """A season's search state.

    Parameters
    ----------
    season
        The compiled problem.
    seed
        Start of the random numbers; the same seed and moves give the same places.
    move_budget
        Tentative places that may move, ``None`` = all.

    Attributes
    ----------
    data, state, work
        The arrays, to be read by Python code.
    """

    def __init__(self, season: Season, seed: int = 1, move_budget: int | None = None) -> None:
        self.season = season
        self.data = season.data
        self.state = empty_state(season.data, seed)
        self.work = new_work(season.data)
        self.data_handle: SeasonData = handle(self.data)
        self.state_handle: State = handle(self.state)
        self.work_handle: Work = handle(self.work)
        self.earliest, self.latest = self.data.first_day, self.data.last_day
        self.move_budget = 1 << 40 if move_budget is None else move_budget
        self.state.info[BUDGET] = self.move_budget
        refresh_rooms(self.data_handle, self.state_handle)
        self._put_held()
        self.refresh_queue()
        keep_best(self.state_handle)

    def _put_held(self) -> None:
        """Take every held place.

        Held places that clash with each other cannot be told apart by the arrays, so tentative ones among them
        are treated as fixed.
        """
        data, state = self.data, self.state
        for a in np.flatnonzero(data.held_day >= 0):
            others = clashing(data, state, int(a))
            if others:
                state.fixed[[int(a), *others]] = 1
            put_held(self.data_handle, self.state_handle, int(a))
        for a in np.flatnonzero(data.held_tentative & (state.fixed == 0)):
            state.must[data.request_of[a]] = 1
        self.fixed = state.fixed.copy()

    @property
    def value(self) -> int:
        """Weight placed now."""
        return int(self.state.info[VALUE])

    @property
    def best_value(self) -> int:
        """Weight placed in the best state remembered."""
        return int(self.state.info[BEST])

    @property
    def placed(self) -> int:
        """Requests placed now."""
        return int(self.state.info[PLACED])

    @property
    def moved(self) -> int:
        """Tentative places that are not where they are held."""
        return int(self.state.info[MOVED])

    @property
    def moves_are_scarce(self) -> bool:
        """Whether some tentative places may move, but not all of them."""
        tentative = self.data.held_tentative & (self.fixed == 0)
        return 0 < self.move_budget < int(tentative.sum())

    @property
    def queued(self) -> int:
        """Requests that the search would still try to place."""
        return int(self.state.info[QUEUED])

    def seed(self, seed: int) -> None:
        """Start the random numbers afresh."""
        self.state.random[0] = random_start(seed)

    def construct(self, order: Ints) -> None:
        """Place requests in this order where something is free."""
        construct(self.data_handle, self.state_handle, order, self.work_handle)

    def improve(self, steps: int) -> None:
        """Ejection steps, see `scheduling.moves.ejection.improve`."""
        improve(self.data_handle, self.state_handle, steps, self.work_handle)

    def anneal(self, steps: int, temperature: float) -> None:
        """Ruin and recreate, see `scheduling.moves.recreate.anneal`."""
        anneal(self.data_handle, self.state_handle, steps, temperature, self.work_handle)

    def insert(self, q: int) -> bool:
        """Place a request where something is free; unchanged if nothing is."""
        begin(self.state_handle)
        if insert(self.data_handle, self.state_handle, q, 0, 0, self.work_handle):
            self.requeue(q)
            return True
        undo(self.data_handle, self.state_handle)
        return False

    def take_request(self, q: int) -> None:
        """Remove what may be removed of a request."""
        begin(self.state_handle)
        take_request(self.data_handle, self.state_handle, q)
        self.requeue(q)

    def take(self, a: int) -> None:
        """Remove a placed activity."""
        take(self.data_handle, self.state_handle, a)

    def put(self, a: int, place: Place) -> None:
        """Place an activity that has no place."""
        day, start, campus, pool, rooms = place
        chosen = np.array([*rooms, *([0] * (self.data.room_places - len(rooms)))], dtype=np.int64)
        put(self.data_handle, self.state_handle, a, day, start, campus, pool, chosen, len(rooms))

    def is_free(self, a: int, place: Place) -> bool:
        """Whether an activity without a place may take this one now."""
        day, start, campus, pool, rooms = place
        chosen = np.array([*rooms, *([0] * (self.data.room_places - len(rooms)))], dtype=np.int64)
        if len(chosen) > self.data.room_places:
            return False
        numbers = np.array([day, start, campus, pool, len(rooms)], dtype=np.int64)
        return bool(is_free(self.data_handle, self.state_handle, a, numbers, chosen, self.work.scratch))

    def put_free(self, places: dict[int, Place]) -> None:
        """Take over places from elsewhere, one by one where they are free; whole requests or nothing."""
        for q in range(len(self.data.weight)):
            begin(self.state_handle)
            save_request(self.data_handle, self.state_handle, q)
            for a in range(self.data.activity_ptr[q], self.data.activity_ptr[q + 1]):
                if self.state.day[a] >= 0 and a in places and not self.state.fixed[a]:
                    self.take(a)
                if self.state.day[a] < 0 and a in places and self.is_free(a, places[a]):
                    self.put(a, places[a])
            if not self.is_placed(q):
                undo(self.data_handle, self.state_handle)
        self.refresh_queue()
        self.keep_best()

    def send_home(self) -> None:
        """Move tentative activities back to where they are held, as far as they may and those are free again."""
        for a in np.flatnonzero(self.data.held_tentative & (self.state.day >= 0)).tolist():
            home, place = self.home_of(a), self.place_of(a)
            if self.state.fixed[a] or home is None or place is None or place == home:
                continue
            self.take(a)
            self.put(a, home if self.is_free(a, home) else place)

    def home_of(self, a: int) -> Place | None:
        """Where an activity is tentatively held."""
        data = self.data
        if not data.held_tentative[a]:
            return None
        rooms = tuple(data.held_rooms[a, : data.held_room_count[a]].tolist())
        return int(data.held_day[a]), int(data.held_start[a]), int(data.held_campus[a]), int(data.held_pool[a]), rooms

    def place_of(self, a: int) -> Place | None:
        """Where an activity is now."""
        state = self.state
        if state.day[a] < 0:
            return None
        rooms = tuple(int(r) for r in state.rooms[a, : state.room_count[a]])
        return int(state.day[a]), int(state.start[a]), int(state.campus[a]), int(state.pool[a]), rooms

    def is_placed(self, q: int) -> bool:
        """Whether all activities of a request are placed."""
        return bool(is_placed(self.data_handle, self.state_handle, q))

    def requeue(self, q: int) -> None:
        """Keep the queue in step after a request was changed by hand."""
        requeue(self.data_handle, self.state_handle, q)

    def refresh_queue(self, requests: Ints | None = None) -> None:
        """Queue all unplaced requests, or the unplaced ones among those given and no others."""
        state = self.state
        unplaced = state.placed_activities < np.diff(self.data.activity_ptr)
        waiting = np.flatnonzero(unplaced)
        if requests is not None:
            waiting = requests[unplaced[requests]]
        state.queue_index[:] = -1
        state.queue[: len(waiting)] = waiting
        state.queue_index[waiting] = np.arange(len(waiting))
        state.info[QUEUED] = len(waiting)

    def keep_best(self) -> None:
        """Remember the present state as the best."""
        keep_best(self.state_handle)

    def restore_best(self) -> None:
        """Go back to the best state remembered."""
        restore_best(self.data_handle, self.state_handle)

    def best(self) -> Best:
        """The best state remembered, as a copy."""
        return self.state.best.copy(), self.state.best_rooms.copy(), self.best_value

    def set_best(self, best: Best) -> None:
        """Remember another state of the season as the best."""
        self.state.best[:], self.state.best_rooms[:], self.state.info[BEST] = best

    def stop(self, *, stopped: bool) -> None:
        """Stop `anneal` in another thread after the step in hand, or let it run again."""
        self.state.info[STOP] = stopped

    def follow(self, other: "Searcher", requests: npt.NDArray[np.bool_] | None = None) -> None:
        """Take over where another searcher has some requests, or all."""
        chosen = np.ones(len(self.data.weight), dtype=np.bool_) if requests is None else requests
        follow(self.data_handle, self.state_handle, other.state_handle, chosen)
        self.refresh_queue()

    def places(self) -> dict[int, Place]:
        """All present places by activity."""
        state = self.state
        placed = np.flatnonzero(state.day >= 0)
        columns = (state.day, state.start, state.campus, state.pool, state.room_count, state.rooms)
        rows = zip(*(column[placed].tolist() for column in columns), strict=True)
        return {
            a: (day, start, campus, pool, tuple(rooms[:count]))
            for a, (day, start, campus, pool, count, rooms) in zip(placed.tolist(), rows, strict=True)
        }

    def enter(self, first_day: int, last_day: int, movable: npt.NDArray[np.bool_], move_budget: int) -> None:
        """Narrow the problem: only these requests may change, only on these days."""
        state = self.state
        state.first_day[:] = np.maximum(self.earliest, first_day)
        state.last_day[:] = np.minimum(self.latest, last_day)
        state.fixed[:] = np.maximum(self.fixed, ~movable[self.data.request_of])
        state.info[BUDGET] = move_budget
        self.refresh_queue(np.flatnonzero(movable))

    def leave(self) -> None:
        """Undo `enter`."""
        self.state.first_day[:] = self.earliest
        self.state.last_day[:] = self.latest
        self.state.fixed[:] = self.fixed
        self.state.info[BUDGET] = self.move_budget
        self.refresh_queue()

    def keep_to_days(self, days: Ints | None) -> None:
        """From now on place each activity on its day alone; ``None`` or -1: on any of its own."""
        data = self.data
        wanted = np.full(len(data.first_day), -1) if days is None else days
        self.earliest = np.where(wanted < 0, data.first_day, wanted)
        self.latest = np.where(wanted < 0, data.last_day, wanted)
        self.leave()

    def unplaced_queue(self) -> list[int]:
        """Requests the search would still try to place."""
        queue: list[int] = self.state.queue[: self.queued].tolist()
        return queue

    def solution(self) -> Solution:
        """The present places by name."""
        return name_places(self.season, self.places())


def places_of(season: Season, solution: Solution) -> dict[int, Place]:
    """A solution's placements as numbers; unknown names are left out."""
    problem = season.problem
    rooms = {r.id: i for i, r in enumerate(problem.rooms)}
    channels = {c.id: i for i, c in enumerate(problem.channels)}
    pools: dict[tuple[int, int], int] = {}
    for k in range((len(season.data.pool_ptr) - 1) // season.data.days):
        for d in range(season.data.days):
            i = k * season.data.days + d
            for pool in range(season.data.pool_ptr[i], season.data.pool_ptr[i + 1]):
                pools |= {(channel, d): pool for channel in season.pool_channels[pool]}
    found: dict[int, Place] = {}
    for p in solution.placements:
        if p.activity not in season.activity_index or not set(p.rooms) <= set(rooms):
            continue
        pool = -1
        if p.channel is not None:
            if (channels.get(p.channel, -1), p.day) not in pools:
                continue
            pool = pools[channels[p.channel], p.day]
        own = tuple(rooms[r] for r in p.rooms)
        campus = int(season.data.room_campus[own[0]]) if own else -1
        found[season.activity_index[p.activity]] = (p.day, p.start, campus, pool, own)
    return found


def name_places(season: Season, places: dict[int, Place]) -> Solution:
    """Placements with rooms and channels by name.

    Inside a pool, channels are handed out from left to right: at most ``size`` activities overlap at any slot, so
    some channel is always free again (interval graphs are perfect).
    """
    data, problem = season.data, season.problem
    free_from: dict[int, list[int]] = {}
    channels: dict[int, int] = {}
    for a in sorted(places, key=lambda a: places[a][1]):
        _, start, _, pool, _ = places[a]
        if pool < 0:
            continue
        ends = free_from.setdefault(pool, [0] * len(season.pool_channels[pool]))
        # held places may overlap in a channel of one name, hence the fallback
        number = next((i for i, end in enumerate(ends) if end <= start), 0)
        ends[number] = start + int(data.duration[a] + data.pool_turnover[pool, data.kind_of[a]])
        channels[a] = season.pool_channels[pool][number]
    placements = []
    for a in sorted(places):
        day, start, _, _, rooms = places[a]
        placements.append(
            Placement(
                activity=season.activities[a].id,
                day=day,
                start=start,
                rooms=tuple(problem.rooms[r].id for r in rooms),
                channel=problem.channels[channels[a]].id if a in channels else None,
            )
        )
    return Solution(placements=tuple(placements))
