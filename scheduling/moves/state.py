"""The search state: the arrays that the kernels write, and the four moves that keep them consistent.

``put`` and ``take`` place and remove one activity. ``save_request`` copies a request's placements before its first
change in a step, and ``undo`` brings all copied requests back, so that any sequence of moves can be tried.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import add, assign, clear_slots, fitting, has_slot, narrow, set_slots
from scheduling.kernels.compiled import compiled
from scheduling.kernels.random_numbers import draw

# counters in State.info
VALUE, INCUMBENT, PLACED, MOVED, BUDGET, QUEUED, TOUCHED, STAMP, STOP, STEP = range(10)

NOBODY = -1
BLOCKED = -2


class State(NamedTuple):
    """Mutable arrays; int64 unless said otherwise."""

    # the placement of each activity; day -1: none
    day: Ints
    start: Ints
    campus: Ints
    pool: Ints
    rooms: Ints  # (a, max_rooms)
    room_count: Ints
    # what the rules look at
    free: Ints  # (r, d, words)
    holder: npt.NDArray[np.int32]  # (r, d, slots) activity, NOBODY or BLOCKED
    fits: Ints  # (classes, r, d, words) starts that are free now
    run_first: npt.NDArray[np.int16]  # (r, d, slots) first slot of the free run that a slot lies in
    run_last: npt.NDArray[np.int16]  # (r, d, slots) the slot after its end
    pool_used: Ints  # (pools, slots)
    pool_open: Ints  # (pools, words) slots with a channel left
    staff_used: Ints  # (l, d)
    busy: Ints  # (rows, d, words)
    group_day: Ints  # (g, d) members
    day_head: Ints  # (d,) linked list of the day's activities
    day_next: Ints
    day_previous: Ints
    placed_activities: Ints  # (q,)
    # what may change: days and locks narrow the problem to a band
    first_day: Ints
    last_day: Ints
    fixed: Ints  # (a,)
    must: Ints  # (q,) never dropped
    # search memory
    penalty: Ints  # (q,)
    left: Ints  # (a, 3) day and start that an ejected activity left, and until which step it is not to return
    queue: Ints  # unplaced requests
    queue_index: Ints  # (q,) -1: not in the queue
    touched: Ints
    touched_stamp: Ints
    mark: Ints  # (q,) scratch of stamps
    saved: Ints  # (a, 5) day, start, campus, pool, room count
    saved_rooms: Ints
    placement: Ints  # (5,) scratch
    incumbent: Ints  # (a, 5)
    incumbent_rooms: Ints
    random: npt.NDArray[np.uint64]
    info: Ints


@compiled
def next_random(state: State) -> int:
    """A number in 0 … 2**31 - 1."""
    return draw(state.random)


@compiled
def refresh_room(data: SeasonData, state: State, r: int, d: int) -> None:
    """Recompute the free starts and runs of one room and day."""
    for k in range(len(data.fit_total)):
        row = state.fits[k, r, d]
        assign(row, state.free[r, d])
        fitting(row, data.fit_total[k])
        narrow(row, data.open_starts[k, r, d])
    first = 0
    for s in range(data.slots + 1):
        if s == data.slots or not has_slot(state.free[r, d], s):
            for t in range(first, s):
                state.run_last[r, d, t] = s
            first = s + 1
        else:
            state.run_first[r, d, s] = first


@compiled
def refresh_rooms(data: SeasonData, state: State) -> None:
    """Recompute the free starts and runs of all rooms and days."""
    for r in range(state.free.shape[0]):
        for d in range(state.free.shape[1]):
            refresh_room(data, state, r, d)


@compiled
def room_total(data: SeasonData, a: int, r: int) -> int:
    """Slots that the activity takes of a room, turnover included."""
    return data.duration[a] + data.room_turnover[r, data.kind_of[a]]  # type: ignore[no-any-return]


@compiled
def pool_total(data: SeasonData, a: int, pool: int) -> int:
    """Slots that the activity takes of a channel, turnover included."""
    return data.duration[a] + data.pool_turnover[pool, data.kind_of[a]]  # type: ignore[no-any-return]


@compiled
def busy_row(data: SeasonData, g: int, c: int) -> int:
    """Row of a group's busy mask on a campus (-1: none); one row serves all where nobody travels."""
    if data.group_travel[g]:
        return data.busy_row[g + 1] - 1 if c < 0 else data.busy_row[g] + c  # type: ignore[no-any-return]
    return data.busy_row[g]  # type: ignore[no-any-return]


@compiled
def is_at_reference(data: SeasonData, state: State, a: int) -> bool:
    """Whether a placed activity is at its reference placement."""
    if (
        state.day[a] != data.reference_day[a]
        or state.start[a] != data.reference_start[a]
        or state.pool[a] != data.reference_pool[a]
        or state.room_count[a] != data.reference_room_count[a]
    ):
        return False
    for i in range(state.room_count[a]):
        found = False
        for j in range(state.room_count[a]):
            found = found or state.rooms[a, i] == data.reference_rooms[a, j]
        if not found:
            return False
    return True


@compiled
def enter_day(state: State, a: int, d: int) -> None:
    """Link an activity into its day's list."""
    head = state.day_head[d]
    state.day_next[a] = head
    state.day_previous[a] = -1
    if head >= 0:
        state.day_previous[head] = a
    state.day_head[d] = a


@compiled
def leave_day(state: State, a: int, d: int) -> None:
    """Take an activity out of its day's list."""
    after, before = state.day_next[a], state.day_previous[a]
    if after >= 0:
        state.day_previous[after] = before
    if before >= 0:
        state.day_next[before] = after
    else:
        state.day_head[d] = after


@compiled
def put(
    data: SeasonData, state: State, a: int, d: int, s: int, c: int, pool: int, rooms: Ints, room_count: int
) -> None:
    """Place an activity: day, start, campus (-1 without rooms), pool (-1 without channel), rooms."""
    state.day[a] = d
    state.start[a] = s
    state.campus[a] = c
    state.pool[a] = pool
    state.room_count[a] = room_count
    for i in range(room_count):
        r = rooms[i]
        state.rooms[a, i] = r
        total = room_total(data, a, r)
        clear_slots(state.free[r, d], s, s + total)
        for t in range(s, s + total):
            state.holder[r, d, t] = a
        refresh_room(data, state, r, d)
    if pool >= 0:
        for t in range(s, s + pool_total(data, a, pool)):
            state.pool_used[pool, t] += 1
            if state.pool_used[pool, t] >= data.pool_size[pool]:
                clear_slots(state.pool_open[pool], t, t + 1)
    count_placement(data, state, a, 1)
    for j in range(data.exclusive_ptr[a], data.exclusive_ptr[a + 1]):
        g = data.exclusive_group[j]
        if data.group_exclusive[g]:
            set_slots(state.busy[busy_row(data, g, c), d], s, s + data.duration[a])
    enter_day(state, a, d)
    q = data.request_of[a]
    state.placed_activities[q] += 1
    if state.placed_activities[q] == data.activity_ptr[q + 1] - data.activity_ptr[q]:
        state.info[VALUE] += data.weight[q]
        state.info[PLACED] += 1
    if data.tentative[a] and not is_at_reference(data, state, a):
        state.info[MOVED] += 1


@compiled
def put_at(data: SeasonData, state: State, a: int, placement: Ints, rooms: Ints) -> None:
    """Place an activity at a placement: day, start, campus, pool, number of rooms."""
    put(data, state, a, placement[0], placement[1], placement[2], placement[3], rooms, placement[4])


@compiled
def take(data: SeasonData, state: State, a: int) -> None:
    """Remove a placed activity."""
    d, s, c, pool = state.day[a], state.start[a], state.campus[a], state.pool[a]
    if data.tentative[a] and not is_at_reference(data, state, a):
        state.info[MOVED] -= 1
    for i in range(state.room_count[a]):
        r = state.rooms[a, i]
        for t in range(s, s + room_total(data, a, r)):
            if state.holder[r, d, t] == a:
                if has_slot(data.room_free[r, d], t):
                    state.holder[r, d, t] = NOBODY
                    set_slots(state.free[r, d], t, t + 1)
                else:
                    state.holder[r, d, t] = BLOCKED
        refresh_room(data, state, r, d)
    if pool >= 0:
        for t in range(s, s + pool_total(data, a, pool)):
            state.pool_used[pool, t] -= 1
            if state.pool_used[pool, t] < data.pool_size[pool] and has_slot(data.pool_free[pool], t):
                set_slots(state.pool_open[pool], t, t + 1)
    count_placement(data, state, a, -1)
    for j in range(data.exclusive_ptr[a], data.exclusive_ptr[a + 1]):
        g = data.exclusive_group[j]
        if data.group_exclusive[g]:
            row = busy_row(data, g, c)
            clear_slots(state.busy[row, d], s, s + data.duration[a])
            add(state.busy[row, d], data.busy_base[row, d])
    leave_day(state, a, d)
    q = data.request_of[a]
    if state.placed_activities[q] == data.activity_ptr[q + 1] - data.activity_ptr[q]:
        state.info[VALUE] -= data.weight[q]
        state.info[PLACED] -= 1
    state.placed_activities[q] -= 1
    state.day[a] = -1


@compiled
def count_placement(data: SeasonData, state: State, a: int, sign: int) -> None:
    """Enter a placement into the counts of staff and groups (``sign`` 1), or take it out (-1)."""
    d, s, c = state.day[a], state.start[a], state.campus[a]
    if c >= 0:
        for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]):
            if has_slot(data.staff_starts[limit], s):
                state.staff_used[limit, d] += sign
    for j in range(data.counted_ptr[a], data.counted_ptr[a + 1]):
        state.group_day[data.counted_group[j], d] += sign


@compiled
def put_reference(data: SeasonData, state: State, a: int) -> None:
    """Place an activity at its reference placement."""
    put(
        data,
        state,
        a,
        data.reference_day[a],
        data.reference_start[a],
        data.reference_campus[a],
        data.reference_pool[a],
        data.reference_rooms[a],
        data.reference_room_count[a],
    )


@compiled
def begin(state: State) -> None:
    """Start a step: nothing is remembered yet."""
    state.info[TOUCHED] = 0
    state.info[STAMP] += 1


@compiled
def copy_placement(state: State, a: int, placements: Ints, rooms: Ints) -> None:
    """Note an activity's day, start, campus, pool, number of rooms, and its rooms."""
    placements[a, 0] = state.day[a]
    placements[a, 1] = state.start[a]
    placements[a, 2] = state.campus[a]
    placements[a, 3] = state.pool[a]
    placements[a, 4] = state.room_count[a]
    for i in range(state.room_count[a]):
        rooms[a, i] = state.rooms[a, i]


@compiled
def save_request(data: SeasonData, state: State, q: int) -> None:
    """Remember the placements of a request, once a step."""
    if state.touched_stamp[q] == state.info[STAMP]:
        return
    state.touched_stamp[q] = state.info[STAMP]
    state.touched[state.info[TOUCHED]] = q
    state.info[TOUCHED] += 1
    for a in range(data.activity_ptr[q], data.activity_ptr[q + 1]):
        copy_placement(state, a, state.saved, state.saved_rooms)


@compiled
def take_request(data: SeasonData, state: State, q: int) -> None:
    """Remove what may be removed of a request."""
    save_request(data, state, q)
    for a in range(data.activity_ptr[q], data.activity_ptr[q + 1]):
        if state.day[a] >= 0 and not state.fixed[a]:
            take(data, state, a)


@compiled
def undo(data: SeasonData, state: State) -> None:
    """Bring every remembered request back to its placements."""
    for i in range(state.info[TOUCHED]):
        take_request(data, state, state.touched[i])
    for i in range(state.info[TOUCHED]):
        q = state.touched[i]
        for a in range(data.activity_ptr[q], data.activity_ptr[q + 1]):
            if state.saved[a, 0] >= 0 and state.day[a] < 0:
                put_at(data, state, a, state.saved[a], state.saved_rooms[a])
    state.info[TOUCHED] = 0


@compiled
def is_placed(data: SeasonData, state: State, q: int) -> bool:
    """Whether all activities of a request are placed."""
    return bool(state.placed_activities[q] == data.activity_ptr[q + 1] - data.activity_ptr[q])


@compiled
def requeue(data: SeasonData, state: State, q: int) -> None:
    """Keep the queue of unplaced requests in step with one request."""
    placed = is_placed(data, state, q)
    i = state.queue_index[q]
    if placed and i >= 0:
        leave_queue(state, q)
    elif not placed and i < 0:
        state.queue[state.info[QUEUED]] = q
        state.queue_index[q] = state.info[QUEUED]
        state.info[QUEUED] += 1


@compiled
def leave_queue(state: State, q: int) -> None:
    """Take a request out of the queue, placed or not."""
    i = state.queue_index[q]
    state.info[QUEUED] -= 1
    last = state.queue[state.info[QUEUED]]
    state.queue[i] = last
    state.queue_index[last] = i
    state.queue_index[q] = -1
