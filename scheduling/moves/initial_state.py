"""The state that a search starts from."""

import numpy as np

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import bits_from_masks
from scheduling.kernels.random_numbers import random_stream
from scheduling.moves.state import BLOCKED, NOBODY, State, pool_total


def empty_state(data: SeasonData, seed: int) -> State:
    """A state in which nothing has a placement."""
    requests, activities = len(data.weight), len(data.duration)
    rooms = len(data.room_campus)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    def nothing(*shape: int) -> Ints:
        return np.full(shape, -1, dtype=np.int64)

    holder = np.full((rooms, data.days, data.slots), BLOCKED, dtype=np.int32)
    holder[bits_from_masks(data.room_free, data.slots)] = NOBODY
    return State(
        day=nothing(activities),
        start=zeros(activities),
        campus=nothing(activities),
        pool=nothing(activities),
        rooms=zeros(activities, data.max_rooms),
        room_count=zeros(activities),
        free=data.room_free.copy(),
        holder=holder,
        fits=zeros(len(data.fit_total), rooms, data.days, data.words),
        run_first=np.zeros((rooms, data.days, data.slots), dtype=np.int16),
        run_last=np.zeros((rooms, data.days, data.slots), dtype=np.int16),
        pool_used=zeros(len(data.pool_size), data.slots),
        pool_open=data.pool_free.copy(),
        staff_used=zeros(*data.staff_size.shape),
        busy=data.busy_base.copy(),
        group_day=zeros(len(data.group_gap), data.days),
        day_head=nothing(data.days),
        day_next=nothing(activities),
        day_previous=nothing(activities),
        placed_activities=zeros(requests),
        first_day=data.first_day.copy(),
        last_day=data.last_day.copy(),
        fixed=data.immovable.copy(),
        must=zeros(requests),
        penalty=np.ones(requests, dtype=np.int64),
        left=zeros(activities, 3),
        queue=zeros(requests),
        queue_index=nothing(requests),
        touched=zeros(requests),
        touched_stamp=zeros(requests),
        mark=zeros(requests),
        saved=zeros(activities, 5),
        saved_rooms=zeros(activities, data.max_rooms),
        placement=zeros(5),
        incumbent=nothing(activities, 5),
        incumbent_rooms=zeros(activities, data.max_rooms),
        random=random_stream(seed),
        info=zeros(16),
    )


def clashing(data: SeasonData, state: State, a: int) -> list[int]:
    """Activities placed so far that meet the fixed placement of ``a`` in a room, a channel or a team."""
    day, start = int(data.reference_day[a]), int(data.reference_start[a])
    found: list[int] = []
    for r in data.reference_rooms[a, : data.reference_room_count[a]]:
        total = int(data.duration[a] + data.room_turnover[r, data.kind_of[a]])
        holders = state.holder[r, day, start : start + total]
        found += [int(b) for b in set(holders.tolist()) if b >= 0]
    groups = set(data.exclusive_group[data.exclusive_ptr[a] : data.exclusive_ptr[a + 1]].tolist())
    pool = int(data.reference_pool[a])
    for b in np.flatnonzero(state.day == day):
        meets = start < state.start[b] + data.duration[b] and state.start[b] < start + data.duration[a]
        theirs = data.exclusive_group[data.exclusive_ptr[b] : data.exclusive_ptr[b + 1]].tolist()
        if meets and groups.intersection(theirs):
            found.append(int(b))
        elif pool >= 0 and state.pool[b] == pool:
            until, theirs_until = start + pool_total(data, a, pool), state.start[b] + pool_total(data, int(b), pool)
            if start < theirs_until and state.start[b] < until:
                found.append(int(b))
    return found
