"""A season with activities placed on it: what every search and every answer puts, takes and asks."""

import numpy as np

from scheduling.arrays.naming import Place
from scheduling.arrays.season import Season
from scheduling.arrays.season_data import UNLIMITED, SeasonData
from scheduling.kernels.handles import handle
from scheduling.moves.ejection import insert
from scheduling.moves.initial_state import clashing, empty_state
from scheduling.moves.places import CAMPUS, DAY, POOL, ROOM_COUNT, START, choose_resources, is_free
from scheduling.moves.ranking import rank_places
from scheduling.moves.scratch import Work, new_work
from scheduling.moves.state import (
    BUDGET,
    MOVED,
    PLACED,
    TOUCHED,
    VALUE,
    State,
    begin,
    is_placed,
    put,
    put_held,
    refresh_rooms,
    take,
    undo,
)


class Board:
    """The arrays of a season and of a state, for Python code and for kernels.

    Parameters
    ----------
    season
        The compiled problem.
    data
        Its arrays, or longer ones that begin with them.
    state
        Where everything is.

    Attributes
    ----------
    work
        Scratch arrays of the kernels.
    data_handle, state_handle, work_handle
        The same arrays as kernels take them.
    """

    def __init__(self, season: Season, data: SeasonData, state: State) -> None:
        self.season = season
        self.attach(data, state)

    def attach(self, data: SeasonData, state: State) -> None:
        """Use these arrays from now on."""
        self.data, self.state, self.work = data, state, new_work(data)
        self.data_handle: SeasonData = handle(self.data)
        self.state_handle: State = handle(self.state)
        self.work_handle: Work = handle(self.work)

    @property
    def value(self) -> int:
        """Weight placed now."""
        return int(self.state.info[VALUE])

    @property
    def placed(self) -> int:
        """Requests placed now."""
        return int(self.state.info[PLACED])

    @property
    def moved(self) -> int:
        """Tentative places that are not where they are held."""
        return int(self.state.info[MOVED])

    @property
    def touched(self) -> list[int]:
        """Requests changed since `begin`."""
        touched: list[int] = self.state.touched[: int(self.state.info[TOUCHED])].tolist()
        return touched

    def begin(self) -> None:
        """Start a step that `undo` takes back."""
        begin(self.state_handle)

    def undo(self) -> None:
        """Take back everything since `begin`."""
        undo(self.data_handle, self.state_handle)

    def put(self, a: int, place: Place) -> None:
        """Place an activity that has no place."""
        day, start, campus, pool, rooms = place
        chosen = np.array([*rooms, *([0] * (self.data.room_places - len(rooms)))], dtype=np.int64)
        put(self.data_handle, self.state_handle, a, day, start, campus, pool, chosen, len(rooms))

    def take(self, a: int) -> None:
        """Remove a placed activity."""
        take(self.data_handle, self.state_handle, a)

    def insert(self, q: int, *, noise: int = 0, forced: bool = False) -> bool:
        """Place what is not yet placed of a request, see `scheduling.moves.ejection.insert`."""
        return bool(insert(self.data_handle, self.state_handle, q, noise, int(forced), self.work_handle))

    def is_free(self, a: int, place: Place) -> bool:
        """Whether an activity without a place may take this one now."""
        day, start, campus, pool, rooms = place
        chosen = np.array([*rooms, *([0] * (self.data.room_places - len(rooms)))], dtype=np.int64)
        if len(chosen) > self.data.room_places:
            return False
        numbers = np.array([day, start, campus, pool, len(rooms)], dtype=np.int64)
        return bool(is_free(self.data_handle, self.state_handle, a, numbers, chosen, self.work.scratch))

    def free_places(self, a: int, *, limit: int, per_day: int) -> list[tuple[Place, int]]:
        """Up to ``limit`` free places of an activity without one, best first, each with its preference.

        Parameters
        ----------
        per_day
            At most so many of one day.
        """
        data, state, scratch = self.data_handle, self.state_handle, self.work.scratch
        found = np.zeros((limit, 4), dtype=np.int64)
        count = rank_places(data, state, a, per_day, found, scratch)
        places = []
        place, rooms = self.work.place, self.work.rooms
        for day, start, campus, score in found[:count].tolist():
            place[DAY], place[START], place[CAMPUS] = day, start, campus
            choose_resources(data, state, a, place, rooms, scratch)
            chosen = tuple(rooms[: int(place[ROOM_COUNT])].tolist())
            places.append(((day, start, campus, int(place[POOL]), chosen), score))
        return places

    def is_placed(self, q: int) -> bool:
        """Whether all activities of a request are placed."""
        return bool(is_placed(self.data_handle, self.state_handle, q))

    def place_of(self, a: int) -> Place | None:
        """Where an activity is now."""
        state = self.state
        if state.day[a] < 0:
            return None
        rooms = tuple(int(r) for r in state.rooms[a, : state.room_count[a]])
        return int(state.day[a]), int(state.start[a]), int(state.campus[a]), int(state.pool[a]), rooms

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

    def home_of(self, a: int) -> Place | None:
        """Where an activity is tentatively held."""
        data = self.data
        if not data.held_tentative[a]:
            return None
        rooms = tuple(data.held_rooms[a, : data.held_room_count[a]].tolist())
        return int(data.held_day[a]), int(data.held_start[a]), int(data.held_campus[a]), int(data.held_pool[a]), rooms

    def send_home(self) -> None:
        """Move tentative activities back to where they are held, as far as they may and those are free again."""
        for a in np.flatnonzero(self.data.held_tentative & (self.state.day >= 0)).tolist():
            home, place = self.home_of(a), self.place_of(a)
            if self.state.fixed[a] or home is None or place is None or place == home:
                continue
            self.take(a)
            self.put(a, home if self.is_free(a, home) else place)


def starting_board(season: Season, seed: int = 1) -> Board:
    """A season with its held places alone.

    Held places that clash with each other cannot be told apart by the arrays, so tentative ones among them are
    treated as fixed.

    Parameters
    ----------
    seed
        Start of the random numbers; the same seed and moves give the same places.
    """
    data, state = season.data, empty_state(season.data, seed)
    board = Board(season, data, state)
    state.info[BUDGET] = UNLIMITED
    refresh_rooms(board.data_handle, board.state_handle)
    for a in np.flatnonzero(data.held_day >= 0):
        others = clashing(data, state, int(a))
        if others:
            state.fixed[[int(a), *others]] = 1
        put_held(board.data_handle, board.state_handle, int(a))
    for a in np.flatnonzero(data.held_tentative & (state.fixed == 0)):
        state.must[data.request_of[a]] = 1
    return board
