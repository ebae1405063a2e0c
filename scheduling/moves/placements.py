"""Which placements are free for an activity, and which of them is best.

Never expands to (day, start, room) triples: starts of a whole day are one mask, narrowed rule by rule.
"""

import numpy as np

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import (
    FULL_WORD,
    WORD_BITS,
    add,
    assign,
    clear_slots,
    fitting,
    has_slot,
    is_empty,
    narrow,
    next_slot,
    remove,
    set_slots,
)
from scheduling.kernels.compiled import compiled
from scheduling.moves.state import State, next_random, pool_total

NO_PLACEMENT = -(1 << 40)

# columns of a placement
DAY, START, CAMPUS, POOL, ROOM_COUNT = range(5)


@compiled
def counts_allow(data: SeasonData, state: State, a: int, d: int) -> bool:
    """Whether the counting rules of the activity's groups leave the day open."""
    for j in range(data.counted_ptr[a], data.counted_ptr[a + 1]):
        g = data.counted_group[j]
        if state.group_day[g, d] >= data.group_per_day[g]:
            return False
        gap = data.group_gap[g]
        for other in range(max(0, d - gap + 1), min(data.days, d + gap)):
            if state.group_day[g, other] > 0:
                return False
        for p in range(data.period_ptr[g], data.period_ptr[g + 1]):
            if data.period_first[p] <= d <= data.period_last[p]:
                used = 0
                for other in range(data.period_first[p], data.period_last[p] + 1):
                    used += state.group_day[g, other]
                if used >= data.period_limit[p]:
                    return False
    return True


@compiled
def pool_starts(data: SeasonData, state: State, a: int, pool: int, out: Ints, scratch: Ints) -> None:
    """Starts at which the pool has a channel left for the activity."""
    assign(out, state.pool_open[pool])
    fitting(out, pool_total(data, a, pool))
    assign(scratch, data.pool_open[pool])
    fitting(scratch, data.duration[a])
    narrow(out, scratch)


@compiled
def channel_starts(data: SeasonData, state: State, a: int, d: int, out: Ints, scratch: Ints) -> None:
    """Starts at which some channel is left."""
    one = scratch[0]
    for w in range(data.words):
        out[w] = 0
    for j in range(data.channel_ptr[a], data.channel_ptr[a + 1]):
        k = data.channel_class[j] * data.days + d
        for pool in range(data.pool_ptr[k], data.pool_ptr[k + 1]):
            pool_starts(data, state, a, pool, one, scratch[1])
            add(out, one)


@compiled
def group_starts(data: SeasonData, busy: Ints, a: int, c: int, d: int, out: Ints, scratch: Ints) -> None:
    """Starts at which none of the activity's groups is busy, given the busy masks; ``out`` is narrowed.

    With travel, what is busy on another campus is busy for so many slots more on either side.
    """
    taken = scratch[0]
    wide = scratch[1]
    for j in range(data.exclusive_ptr[a], data.exclusive_ptr[a + 1]):
        g = data.exclusive_group[j]
        first, last = data.busy_row[g], data.busy_row[g + 1]
        any_busy = False
        for row in range(first, last):
            if not is_empty(busy[row, d]):
                any_busy = True
        if not any_busy:
            continue
        assign(taken, busy[last - 1, d])
        for row in range(first, last - 1):
            pause = data.travel[row - first, c] if c >= 0 else 0
            back = data.travel[c, row - first] if c >= 0 else 0
            assign(wide, busy[row, d])
            if pause or back:
                widen(busy[row, d], wide, back, pause)
            add(taken, wide)
        for w in range(data.words):
            taken[w] = ~taken[w] & FULL_WORD
        fitting(taken, data.duration[a])
        narrow(out, taken)


@compiled
def widen(mask: Ints, out: Ints, before: int, after: int) -> None:
    """Set in ``out`` also the slots up to ``before`` ahead of and ``after`` behind each slot of ``mask``."""
    for slot in range(len(mask) * WORD_BITS):
        if has_slot(mask, slot):
            set_slots(out, slot - before, slot + after + 1)


@compiled
def link_starts(data: SeasonData, state: State, a: int, c: int, d: int, out: Ints) -> bool:
    """Narrow the starts to those that keep the links with what is placed; False: no start on this day."""
    for j in range(data.link_ptr[a], data.link_ptr[a + 1]):
        b = data.link_other[j]
        if state.day[b] < 0:
            continue
        days = d - state.day[b] if data.link_follows[j] else state.day[b] - d
        if days < data.link_gaps[j, 2] or days > data.link_gaps[j, 3] or days < 0:
            return False
        if data.link_same_campus[j] and c >= 0 and state.campus[b] >= 0 and c != state.campus[b]:
            return False
        if days == 0:
            if data.link_follows[j]:
                end = state.start[b] + data.duration[b]
                clear_slots(out, 0, end + data.link_gaps[j, 0])
                clear_slots(out, min(data.slots, end + data.link_gaps[j, 1] + 1), data.slots)
            else:
                last = state.start[b] - data.duration[a]
                clear_slots(out, max(0, last - data.link_gaps[j, 0] + 1), data.slots)
                clear_slots(out, 0, last - data.link_gaps[j, 1])
    return True


@compiled
def day_starts(data: SeasonData, state: State, a: int, c: int, d: int, out: Ints, scratch: Ints) -> bool:
    """Starts of a day that every rule but the rooms leaves open; False where there is none.

    Parameters
    ----------
    c
        Campus, or -1 for an activity without rooms.
    out
        Mask, shape ``(words,)``, written.
    scratch
        Shape ``(>= 3, words)``, overwritten.
    """
    pattern = data.row_pattern[data.row_ptr[a] + d - data.first_day[a]]
    if pattern < 0 or not counts_allow(data, state, a, d):
        return False
    assign(out, data.pattern_starts[pattern])
    if c >= 0:
        for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]):
            if state.staff_used[limit, d] >= data.staff_size[limit, d]:
                remove(out, data.staff_starts[limit])
    if data.needs_channel[a]:
        channel_starts(data, state, a, d, scratch[2], scratch)
        narrow(out, scratch[2])
    if is_empty(out):
        return False
    group_starts(data, state.busy, a, c, d, out, scratch)
    if data.link_ptr[a] < data.link_ptr[a + 1] and not link_starts(data, state, a, c, d, out):
        return False
    return not is_empty(out)


@compiled
def room_starts(data: SeasonData, state: State, a: int, j: int, d: int, out: Ints) -> None:
    """Free starts in the candidate room ``j`` of the activity."""
    r = data.candidate_room[j]
    assign(out, state.fits[data.candidate_class[j], r, d])
    for b in range(data.ban_ptr[a], data.ban_ptr[a + 1]):
        if data.ban_room[b] == r and (data.ban_day[b] < 0 or data.ban_day[b] == d):
            remove(out, data.ban_starts[b])


@compiled
def enough_rooms(data: SeasonData, state: State, a: int, c: int, d: int, layers: Ints, one: Ints) -> None:
    """Starts at which enough rooms of the campus are free, in ``layers[rooms_needed - 1]``.

    Layer ``i`` holds the starts at which more than ``i`` rooms are free: adding a room carries upwards.
    """
    needed = data.rooms_needed[a]
    i = a * data.campuses + c
    for layer in range(needed):
        for w in range(data.words):
            layers[layer, w] = 0
    for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]):
        room_starts(data, state, a, j, d, one)
        for layer in range(needed - 1, 0, -1):
            for w in range(data.words):
                layers[layer, w] |= layers[layer - 1, w] & one[w]
        add(layers[0], one)


@compiled
def next_choice(data: SeasonData, state: State, a: int, choice: int, scratch: Ints) -> int:
    """The next campus and day on which an activity has a free start; -1 after the last one.

    Parameters
    ----------
    choice
        The one before, as ``(campus + 1) * days + day``; -1 for the first.
    scratch
        Shape ``(>= max_rooms + 5, words)``, overwritten; the free starts are in row 3.
    """
    needed = data.rooms_needed[a]
    out = scratch[3]
    c, d = 0 if needed else -1, state.first_day[a]
    if choice >= 0:
        c, d = choice // data.days - 1, choice % data.days + 1
    while c < (data.campuses if needed else 0):
        i = a * data.campuses + c
        if not needed or data.candidate_ptr[i + 1] - data.candidate_ptr[i] >= needed:
            while d <= state.last_day[a]:
                if day_starts(data, state, a, c, d, out, scratch):
                    if needed:
                        enough_rooms(data, state, a, c, d, scratch[5:], scratch[4])
                        narrow(out, scratch[4 + needed])
                    if not is_empty(out):
                        return (c + 1) * data.days + d  # type: ignore[no-any-return]
                d += 1
        c += 1
        d = state.first_day[a]
    return -1


@compiled
def best_placement(
    data: SeasonData, state: State, a: int, noise: int, placement: Ints, rooms: Ints, scratch: Ints
) -> int:
    """The free placement of highest preference, plus a random number below ``noise`` if that is positive.

    Parameters
    ----------
    placement
        Shape ``(5,)``, written: day, start, campus, pool, room count.
    rooms
        Shape ``(max_rooms,)``, written.
    scratch
        Shape ``(max_rooms + 5, words)``, overwritten.

    Returns
    -------
    int
        The score, or `NO_PLACEMENT`.
    """
    best = NO_PLACEMENT
    choice = next_choice(data, state, a, -1, scratch)
    while choice >= 0:
        c, d = choice // data.days - 1, choice % data.days
        row = data.row_ptr[a] + d - data.first_day[a]
        s = next_slot(scratch[3], 0)
        while s >= 0:
            score = data.pattern_preference[data.row_pattern[row], s] + data.row_bonus[row]
            if noise:
                score += next_random(state) % noise
            if score > best:
                best = score
                placement[DAY], placement[START], placement[CAMPUS] = d, s, c
            s = next_slot(scratch[3], s + 1)
        choice = next_choice(data, state, a, choice, scratch)
    if best > NO_PLACEMENT:
        choose_resources(data, state, a, placement, rooms, scratch)
    return best


@compiled
def choose_pool(data: SeasonData, state: State, a: int, placement: Ints, scratch: Ints) -> bool:
    """Fill in the first pool with a channel for a day and start; False if one is needed and none is left."""
    placement[POOL] = -1
    if not data.needs_channel[a]:
        return True
    for j in range(data.channel_ptr[a], data.channel_ptr[a + 1]):
        k = data.channel_class[j] * data.days + placement[DAY]
        for pool in range(data.pool_ptr[k], data.pool_ptr[k + 1]):
            pool_starts(data, state, a, pool, scratch[0], scratch[1])
            if has_slot(scratch[0], placement[START]):
                placement[POOL] = pool
                return True
    return False


@compiled
def choose_resources(data: SeasonData, state: State, a: int, placement: Ints, rooms: Ints, scratch: Ints) -> bool:
    """Fill in the cheapest free rooms and the first pool with a channel for a day, start and campus."""
    d, s, c = placement[DAY], placement[START], placement[CAMPUS]
    if not choose_pool(data, state, a, placement, scratch):
        return False
    count = 0
    if c >= 0:
        i = a * data.campuses + c
        for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]):
            if count < data.rooms_needed[a]:
                room_starts(data, state, a, j, d, scratch[0])
                if has_slot(scratch[0], s):
                    rooms[count] = data.candidate_room[j]
                    count += 1
    placement[ROOM_COUNT] = count
    return bool(count == data.rooms_needed[a])


@compiled
def is_free(data: SeasonData, state: State, a: int, placement: Ints, rooms: Ints, scratch: Ints) -> bool:
    """Whether an activity without a placement may take this one now (day, start, campus, pool, room count; rooms).

    Days outside the searcher's band are not free to it: another thread may be changing them.
    """
    d, s, c, pool, count = placement[0], placement[1], placement[2], placement[3], placement[4]
    if d < state.first_day[a] or d > state.last_day[a] or count != data.rooms_needed[a]:
        return False
    out = scratch[3]
    if not day_starts(data, state, a, c, d, out, scratch) or not has_slot(out, s):
        return False
    if data.needs_channel[a]:
        pool_starts(data, state, a, pool, scratch[0], scratch[1])
        if not has_slot(scratch[0], s):
            return False
    i = a * data.campuses + c
    for k in range(count):
        found = False
        for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]):
            if data.candidate_room[j] == rooms[k]:
                room_starts(data, state, a, j, d, scratch[0])
                found = has_slot(scratch[0], s)
        if not found:
            return False
    return True


def new_scratch(data: SeasonData) -> Ints:
    """Scratch masks for the kernels of this module."""
    return np.zeros((data.max_rooms + 6, data.words), dtype=np.int64)
