"""Options: the places that a few activities could take, listed for an exact model; and one place tested."""

from typing import NamedTuple

import numpy as np

from scheduling.compiled import compiled
from scheduling.places import day_starts, enough_rooms, pool_starts, room_starts
from scheduling.season_data import Ints, SeasonData
from scheduling.state import State, next_random
from scheduling.time_grid import has_slot, is_empty, narrow

MAX_OPTIONS = 20_000
MAX_ROOM_OPTIONS = 60_000

# columns of an option
INDEX, CAMPUS, DAY, START, POOL = range(5)


class OptionLists(NamedTuple):
    """Arrays that `list_options` reads (the first four) and writes."""

    activities: Ints  # (n,)
    old: Ints  # (n, 5) day or -1, start, campus, pool, room count
    old_rooms: Ints  # (n, room_places)
    core: Ints  # (campuses + 1, days) 1: list many starts; campus + 1, so that 0 stands for no rooms
    options: Ints  # (MAX_OPTIONS, 5)
    room_options: Ints  # (MAX_ROOM_OPTIONS, 2) option, room
    counts: Ints  # (2,)
    starts: Ints  # scratch (slots,)
    rooms: Ints  # scratch (rooms,)


def new_option_lists(data: SeasonData, activities: int) -> OptionLists:
    """Lists for up to so many activities."""

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return OptionLists(
        activities=zeros(activities),
        old=zeros(activities, 5),
        old_rooms=zeros(activities, data.room_places),
        core=zeros(data.campuses + 1, data.days),
        options=zeros(MAX_OPTIONS, 5),
        room_options=zeros(MAX_ROOM_OPTIONS, 2),
        counts=zeros(2),
        starts=zeros(data.slots + 1),
        rooms=zeros(len(data.room_campus) + 1),
    )


@compiled
def list_options(
    data: SeasonData,
    state: State,
    lists: OptionLists,
    count: int,
    core_starts: int,
    core_rooms: int,
    other_days: int,
    other_starts: int,
    scratch: Ints,
) -> None:
    """List places for the first ``count`` activities, none of which is placed now.

    On core campus-days up to ``core_starts`` random starts with ``core_rooms`` rooms each; on about ``other_days``
    others ``other_starts`` starts with two rooms. The old place is always listed where it is still free.
    """
    lists.counts[0] = 0
    lists.counts[1] = 0
    out = scratch[3]
    for index in range(count):
        a = lists.activities[index]
        needed = data.rooms_needed[a]
        days = state.last_day[a] - state.first_day[a] + 1
        for c in range(data.campuses) if needed else range(-1, 0):
            i = a * data.campuses + c
            if needed and data.candidate_ptr[i + 1] - data.candidate_ptr[i] < needed:
                continue
            for d in range(state.first_day[a], state.last_day[a] + 1):
                core = lists.core[c + 1, d] == 1
                old = lists.old[index, 0] == d and lists.old[index, 2] == c
                if not core and not old and next_random(state) % days >= other_days:
                    continue
                if not day_starts(data, state, a, c, d, out, scratch):
                    continue
                if needed:
                    enough_rooms(data, state, a, c, d, scratch[5:], scratch[4])
                    narrow(out, scratch[4 + needed])
                    if is_empty(out):
                        continue
                chosen = choose_starts(data, state, lists, index, out, core_starts if core else other_starts, old)
                for k in range(chosen):
                    if not add_option(
                        data, state, lists, index, c, d, lists.starts[k], core_rooms if core else 2, scratch
                    ):
                        return


@compiled
def choose_starts(
    data: SeasonData,
    state: State,
    lists: OptionLists,
    index: int,
    mask: Ints,
    most: int,
    old: int,
) -> int:
    """Put random starts of the mask, and the old one, first in ``lists.starts``; how many were put there."""
    count = 0
    for s in range(data.slots):
        if has_slot(mask, s):
            lists.starts[count] = s
            count += 1
    chosen = min(most, count)
    for k in range(chosen):
        other = k + next_random(state) % (count - k)
        lists.starts[k], lists.starts[other] = lists.starts[other], lists.starts[k]
    if old and has_slot(mask, lists.old[index, 1]):
        for k in range(chosen):
            if lists.starts[k] == lists.old[index, 1]:
                return chosen
        lists.starts[chosen] = lists.old[index, 1]
        chosen += 1
    return chosen


@compiled
def add_option(
    data: SeasonData,
    state: State,
    lists: OptionLists,
    index: int,
    c: int,
    d: int,
    s: int,
    most_rooms: int,
    scratch: Ints,
) -> bool:
    """Add one start with its pools and rooms; False when the lists are full."""
    a = lists.activities[index]
    old = lists.old[index, 0] == d and lists.old[index, 1] == s and lists.old[index, 2] == c
    free = 0
    needed = data.rooms_needed[a]
    if needed:
        i = a * data.campuses + c
        for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]):
            room_starts(data, state, a, j, d, scratch[0])
            if has_slot(scratch[0], s):
                lists.rooms[free] = data.candidate_room[j]
                free += 1
    chosen = min(free, max(most_rooms, needed + 1 if needed > 1 else 1))
    for k in range(chosen):
        other = k + next_random(state) % (free - k)
        lists.rooms[k], lists.rooms[other] = lists.rooms[other], lists.rooms[k]
    if old:
        chosen = add_old_rooms(lists, index, chosen, free)
    if not data.needs_channel[a]:
        return add_rows(lists, index, c, d, s, -1, chosen)
    pools = 0
    for j in range(data.channel_ptr[a], data.channel_ptr[a + 1]):
        first = data.channel_class[j] * data.days + d
        for pool in range(data.pool_ptr[first], data.pool_ptr[first + 1]):
            if pools >= 3 and not (old and lists.old[index, 3] == pool):
                continue
            pool_starts(data, state, a, pool, scratch[0], scratch[1])
            if has_slot(scratch[0], s):
                pools += 1
                if not add_rows(lists, index, c, d, s, pool, chosen):
                    return False
    return True


@compiled
def add_old_rooms(lists: OptionLists, index: int, chosen: int, free: int) -> int:
    """Bring the rooms of the old place among the chosen ones; how many are chosen then."""
    for k in range(lists.old[index, 4]):
        r = lists.old_rooms[index, k]
        for other in range(chosen, free):
            if lists.rooms[other] == r:
                lists.rooms[other] = lists.rooms[chosen]
                lists.rooms[chosen] = r
                chosen += 1
                break
    return chosen


@compiled
def add_rows(lists: OptionLists, index: int, c: int, d: int, s: int, pool: int, rooms: int) -> bool:
    """Write an option and its rooms; False when the lists are full."""
    row, room_row = lists.counts[0], lists.counts[1]
    if row + 1 >= len(lists.options) or room_row + rooms >= len(lists.room_options):
        return False
    lists.options[row, INDEX] = index
    lists.options[row, CAMPUS] = c
    lists.options[row, DAY] = d
    lists.options[row, START] = s
    lists.options[row, POOL] = pool
    for k in range(rooms):
        lists.room_options[room_row + k, 0] = row
        lists.room_options[room_row + k, 1] = lists.rooms[k]
    lists.counts[0] += 1
    lists.counts[1] += rooms
    return True


@compiled
def is_free(data: SeasonData, state: State, a: int, place: Ints, rooms: Ints, scratch: Ints) -> bool:
    """Whether an activity without a place may take this one now (day, start, campus, pool, room count; rooms)."""
    d, s, c, pool, count = place[0], place[1], place[2], place[3], place[4]
    if d < data.first_day[a] or d > data.last_day[a] or count != data.rooms_needed[a]:
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
