"""The incumbent, that is the best schedule of a search so far, and placements taken over from another search."""

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.kernels.compiled import compiled
from scheduling.moves.state import INCUMBENT, VALUE, State, copy_placement, put_at, requeue, take


@compiled
def keep_incumbent(state: State) -> None:
    """Keep the present placements as the incumbent."""
    state.info[INCUMBENT] = state.info[VALUE]
    for a in range(len(state.day)):
        copy_placement(state, a, state.incumbent, state.incumbent_rooms)


@compiled
def is_at(state: State, a: int, placement: Ints, rooms: Ints) -> bool:
    """Whether an activity is at this placement (day, start, campus, pool, room count), or has none just as here."""
    if state.day[a] != placement[0]:
        return False
    if placement[0] < 0:
        return True
    if state.start[a] != placement[1] or state.campus[a] != placement[2] or state.pool[a] != placement[3]:
        return False
    if state.room_count[a] != placement[4]:
        return False
    for i in range(placement[4]):
        if state.rooms[a, i] != rooms[i]:
            return False
    return True


@compiled
def follow(data: SeasonData, state: State, other: State, movable: npt.NDArray[np.bool_]) -> None:
    """Take over where another state of the season has the activities of some requests."""
    placement = state.placement
    for leaving in (1, 0):
        for a in range(len(state.day)):
            if not movable[data.request_of[a]]:
                continue
            placement[0], placement[1], placement[2] = other.day[a], other.start[a], other.campus[a]
            placement[3], placement[4] = other.pool[a], other.room_count[a]
            if is_at(state, a, placement, other.rooms[a]):
                continue
            if leaving:
                if state.day[a] >= 0:
                    take(data, state, a)
            elif placement[0] >= 0:
                put_at(data, state, a, placement, other.rooms[a])


@compiled
def restore_incumbent(data: SeasonData, state: State) -> None:
    """Go back to the placements of the incumbent."""
    for a in range(len(state.day)):
        if (
            state.day[a] >= 0
            and not state.fixed[a]
            and not is_at(state, a, state.incumbent[a], state.incumbent_rooms[a])
        ):
            take(data, state, a)
    for a in range(len(state.day)):
        if state.day[a] < 0 and state.incumbent[a, 0] >= 0:
            put_at(data, state, a, state.incumbent[a], state.incumbent_rooms[a])
    for q in range(len(data.weight)):
        requeue(data, state, q)
