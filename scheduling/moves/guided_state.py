"""The state of guided ejection over single starts: what is where, and what each start would cost each activity.

A start is numbered ``day * slots + slot``, so that a season has one axis of starts. The cost of a start for an
activity is kept, not looked up: placing an activity adds its price to the starts of all those that could not be beside
it, by a shared person or a link, and removing it takes that away again. A start of cost 0 is free but for its room,
and the price of all that would have to leave is one load. The scheme is that of the tables of conflicts in tabu
search for colouring (Hertz and de Werra 1987), with prices in place of counts.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.kernels.compiled import compiled
from scheduling.moves.state import NOBODY, room_total

# counters in Guided.info
QUEUED, WEIGHT, BEST, MOVED, BUDGET, STEP, STAMP, TRAIL, EJECTED, START, BEST_EJECTED = range(11)

FORBIDDEN = 1 << 40  # price of what never leaves

BIT_HASH = 67  # the powers of two below 2**66 have different remainders

Bytes = npt.NDArray[np.uint8]
Halves = npt.NDArray[np.int32]


class Guided(NamedTuple):
    """Arrays of the search; ``t`` starts, ``a`` activities, ``r`` rooms."""

    # what never changes
    start_ptr: Ints  # (a + 1,) starts that an activity may ever have
    start_at: Halves
    clash_ptr: Ints  # (a + 1,) those that share a person, but for the linked
    clash_other: Halves
    clashes: Bytes  # (a, a) the same as a table
    candidates: Ints  # (a, words) rooms that an activity may use, as a mask
    profile: Ints  # (a,)
    open_rooms: Ints  # (profiles, t, words) rooms that are open from a start on, as a mask
    longest: Ints  # (2,) most slots that an activity lasts, and that it takes of a room
    bit_of: Ints  # (BIT_HASH,) which bit a power of two is, by its remainder
    fixed: Ints  # (a,)
    reference: Ints  # (a, 2) start and room of a tentative activity; -1 where it is not tentative
    # what is where
    at: Ints  # (a,) start, -1: none
    room: Ints  # (a,) -1: none
    occupant: Halves  # (t, r) activity or NOBODY
    first_at: Halves  # (t,) list of the activities that begin there
    after: Halves  # (a,)
    before: Halves  # (a,)
    cost: Ints  # (t, a)
    # memory
    price: Ints  # (a,) weight times penalty
    worth: Ints  # (a,) the weight in it
    tabu: Ints  # (a, t) step until which a start is avoided
    queue: Ints  # (a,) those without a placement
    queue_index: Ints  # (a,) -1: not in the queue
    best_at: Ints
    best_room: Ints
    # scratch
    stamp: Ints  # (a,) of those regarded as gone
    free: Ints  # (t,) starts
    ejected: Ints
    best_ejected: Ints
    trail: Ints  # (n, 3) activity, start and room before a change
    seen: Ints  # (words,) rooms looked at
    parent: Ints  # (r,) the room that is left for this one, -1: none
    mover: Ints  # (r,) who would come into the room
    rooms: Ints  # (r,) rooms to look at
    random: npt.NDArray[np.uint64]
    info: Ints


@compiled
def link_holds_at(data: SeasonData, j: int, a: int, t: int, other: int) -> bool:
    """Whether link ``j`` of an activity at start ``t`` holds with its other end at ``other``."""
    b = data.link_other[j]
    days = t // data.slots - other // data.slots
    pause = t % data.slots - other % data.slots
    if data.link_follows[j]:
        pause -= data.duration[b]
    else:
        days, pause = -days, -pause - data.duration[a]
    if days < 0 or days < data.link_gaps[j, 2] or days > data.link_gaps[j, 3]:
        return False
    return bool(days > 0 or (data.link_gaps[j, 0] <= pause <= data.link_gaps[j, 1]))


@compiled
def add_cost(data: SeasonData, guided: Guided, a: int, price: int) -> None:
    """Add a price to the starts of all that could not be beside an activity where it is."""
    t = guided.at[a]
    first = t - t % data.slots
    last = min(t + data.duration[a], first + data.slots)
    if guided.longest[0] == 1:
        row = guided.cost[t]
        for k in range(guided.clash_ptr[a], guided.clash_ptr[a + 1]):
            row[guided.clash_other[k]] += price
    else:
        for k in range(guided.clash_ptr[a], guided.clash_ptr[a + 1]):
            b = guided.clash_other[k]
            for meets in range(max(first, t - data.duration[b] + 1), last):
                guided.cost[meets, b] += price
    for j in range(data.link_ptr[a], data.link_ptr[a + 1]):
        b = data.link_other[j]
        for k in range(guided.start_ptr[b], guided.start_ptr[b + 1]):
            if not link_holds_at(data, j, a, t, guided.start_at[k]):
                guided.cost[guided.start_at[k], b] += price


@compiled
def fill_room(data: SeasonData, guided: Guided, a: int, content: int) -> None:
    """Enter an activity into its room's times, or `NOBODY`."""
    r = guided.room[a]
    if r >= 0:
        t = guided.at[a]
        for slot in range(t, t + room_total(data, a, r)):
            guided.occupant[slot, r] = content


@compiled
def is_moved(guided: Guided, a: int) -> bool:
    """Whether an activity is tentative and not at its reference placement."""
    t = guided.reference[a, 0]
    return bool(t >= 0 and (guided.at[a] != t or guided.room[a] != guided.reference[a, 1]))


@compiled
def settle(data: SeasonData, guided: Guided, a: int, t: int, r: int) -> None:
    """Place an activity at a start and in a room (-1: it needs none)."""
    guided.at[a] = t
    guided.room[a] = r
    fill_room(data, guided, a, a)
    head = guided.first_at[t]
    guided.after[a], guided.before[a] = head, -1
    if head >= 0:
        guided.before[head] = a
    guided.first_at[t] = a
    add_cost(data, guided, a, guided.price[a])
    guided.info[WEIGHT] += data.weight[data.request_of[a]]
    guided.info[MOVED] += is_moved(guided, a)
    i = guided.queue_index[a]
    if i >= 0:
        guided.info[QUEUED] -= 1
        last = guided.queue[guided.info[QUEUED]]
        guided.queue[i] = last
        guided.queue_index[last] = i
        guided.queue_index[a] = -1


@compiled
def unsettle(data: SeasonData, guided: Guided, a: int) -> None:
    """Remove a placed activity; it waits in the queue."""
    guided.info[WEIGHT] -= data.weight[data.request_of[a]]
    guided.info[MOVED] -= is_moved(guided, a)
    add_cost(data, guided, a, -guided.price[a])
    fill_room(data, guided, a, NOBODY)
    after, before = guided.after[a], guided.before[a]
    if after >= 0:
        guided.before[after] = before
    if before >= 0:
        guided.after[before] = after
    else:
        guided.first_at[guided.at[a]] = after
    guided.at[a] = guided.room[a] = -1
    guided.queue[guided.info[QUEUED]] = a
    guided.queue_index[a] = guided.info[QUEUED]
    guided.info[QUEUED] += 1


@compiled
def change_room(data: SeasonData, guided: Guided, a: int, r: int) -> None:
    """Move a placed activity into another room."""
    guided.info[MOVED] -= is_moved(guided, a)
    fill_room(data, guided, a, NOBODY)
    guided.room[a] = r
    fill_room(data, guided, a, a)
    guided.info[MOVED] += is_moved(guided, a)


@compiled
def note(guided: Guided, a: int) -> None:
    """Write down where an activity is, so that `take_back` can bring it back there."""
    i = guided.info[TRAIL]
    guided.trail[i, 0], guided.trail[i, 1], guided.trail[i, 2] = a, guided.at[a], guided.room[a]
    guided.info[TRAIL] = i + 1


@compiled
def take_back(data: SeasonData, guided: Guided) -> None:
    """Undo every change noted, the last one first."""
    while guided.info[TRAIL] > 0:
        guided.info[TRAIL] -= 1
        i = guided.info[TRAIL]
        a, t, r = guided.trail[i, 0], guided.trail[i, 1], guided.trail[i, 2]
        if t < 0:
            unsettle(data, guided, a)
        elif guided.at[a] < 0:
            settle(data, guided, a, t, r)
        else:
            change_room(data, guided, a, r)


@compiled
def keep_best(guided: Guided) -> None:
    """Remember the present placements as the best."""
    guided.info[BEST] = guided.info[WEIGHT]
    for a in range(len(guided.at)):
        guided.best_at[a] = guided.at[a]
        guided.best_room[a] = guided.room[a]
