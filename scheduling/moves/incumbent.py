"""Places remembered and taken over: the best state of a search, and that of another one."""

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.kernels.compiled import compiled
from scheduling.moves.state import BEST, VALUE, State, copy_place, put, requeue, take


@compiled
def keep_best(state: State) -> None:
    """Remember all places as the best so far."""
    state.info[BEST] = state.info[VALUE]
    for a in range(len(state.day)):
        copy_place(state, a, state.best, state.best_rooms)


@compiled
def is_at(state: State, a: int, place: Ints, rooms: Ints) -> bool:
    """Whether an activity is at this place (day, start, campus, pool, room count), or has none just as here."""
    if state.day[a] != place[0]:
        return False
    if place[0] < 0:
        return True
    if state.start[a] != place[1] or state.campus[a] != place[2] or state.pool[a] != place[3]:
        return False
    if state.room_count[a] != place[4]:
        return False
    for i in range(place[4]):
        if state.rooms[a, i] != rooms[i]:
            return False
    return True


@compiled
def follow(data: SeasonData, state: State, other: State, movable: npt.NDArray[np.bool_]) -> None:
    """Take over where another state of the season has the activities of some requests."""
    place = state.place
    for leaving in (1, 0):
        for a in range(len(state.day)):
            if not movable[data.request_of[a]]:
                continue
            place[0], place[1], place[2] = other.day[a], other.start[a], other.campus[a]
            place[3], place[4] = other.pool[a], other.room_count[a]
            if is_at(state, a, place, other.rooms[a]):
                continue
            if leaving:
                if state.day[a] >= 0:
                    take(data, state, a)
            elif place[0] >= 0:
                put(data, state, a, place[0], place[1], place[2], place[3], other.rooms[a], place[4])


@compiled
def restore_best(data: SeasonData, state: State) -> None:
    """Go back to the best places remembered."""
    for a in range(len(state.day)):
        if state.day[a] >= 0 and not state.fixed[a] and not is_at(state, a, state.best[a], state.best_rooms[a]):
            take(data, state, a)
    for a in range(len(state.day)):
        if state.day[a] < 0 and state.best[a, 0] >= 0:
            place = state.best[a]
            put(data, state, a, place[0], place[1], place[2], place[3], state.best_rooms[a], place[4])
    for q in range(len(data.weight)):
        requeue(data, state, q)
