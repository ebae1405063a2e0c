"""Ruin and recreate: a part of one day is taken out and inserted again where it costs others least.

The scheme is Christiaens and Vanden Berghe's slack induction (2020). `scheduling.moves.ruin` takes bookings out around
an unplaced request; they, the request and other unplaced ones are inserted again in some greedy order. The result is
accepted as in simulated annealing.

The opportunity cost of a placement is what the free run that it divides loses in worth (`scheduling.arrays.run_worth`):
a run of nine slots that bookings of nine slots ask for is worth more than its pieces. So long runs stay whole, and the
search improves beyond the point where a search that inserts by preference stops.
"""

import math

from scheduling.arrays.season_data import SeasonData
from scheduling.arrays.time_grid import WORD_BITS, has_slot, narrow
from scheduling.kernels.compiled import compiled
from scheduling.moves.ejection import acceptable
from scheduling.moves.incumbent import keep_incumbent
from scheduling.moves.placements import (
    CAMPUS,
    DAY,
    POOL,
    ROOM_COUNT,
    START,
    choose_pool,
    day_starts,
    is_free,
    room_starts,
)
from scheduling.moves.ruin import ruin
from scheduling.moves.scratch import Scratch
from scheduling.moves.state import (
    INCUMBENT,
    QUEUED,
    STOP,
    TOUCHED,
    VALUE,
    State,
    begin,
    leave_queue,
    next_random,
    put_at,
    put_reference,
    requeue,
    save_request,
    take_request,
    undo,
)

NO_COST = 1 << 40
NOISE = 63  # added to costs, a power of two less one; the worth of a run is in the hundreds
SKIPPED_DAYS = 10  # of a thousand: now and then a day is not looked at


@compiled
def opportunity_cost(data: SeasonData, state: State, r: int, d: int, s: int, total: int) -> int:
    """What a booking costs others: the worth that the free run of the room loses by it."""
    first, last = state.run_first[r, d, s], state.run_last[r, d, s]
    worth = data.run_worth[r]
    return worth[last - first] - worth[s - first] - worth[last - s - total]  # type: ignore[no-any-return]


@compiled
def cheapest_single(data: SeasonData, state: State, a: int, c: int, d: int, best: int, scratch: Scratch) -> int:
    """The cheapest start and room of a campus-day for an activity with one room; `best` if none is cheaper.

    The starts that other rules leave open are in ``scratch.spare[3]``.
    """
    one = scratch.spare[4]
    i = a * data.campuses + c
    for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]):
        room_starts(data, state, a, j, d, one)
        narrow(one, scratch.spare[3])
        r, total = data.candidate_room[j], data.fit_total[data.candidate_class[j]]
        noise = next_random(state)
        for w in range(data.words):
            left = one[w]
            s = w * WORD_BITS
            while left:
                if left & 1:
                    cost = opportunity_cost(data, state, r, d, s, total) + ((noise >> (s & 15)) & NOISE)
                    if cost < best:
                        best = cost
                        scratch.placement[DAY], scratch.placement[START], scratch.placement[CAMPUS] = d, s, c
                        scratch.rooms[0] = r
                left >>= 1
                s += 1
    return best


@compiled
def note_room(scratch: Scratch, s: int, needed: int, r: int, cost: int) -> None:
    """Sort a room in among the cheapest so many of a start."""
    k = needed
    while k > 0 and scratch.start_cost[s, k - 1] > cost:
        k -= 1
        if k + 1 < needed:
            scratch.start_cost[s, k + 1] = scratch.start_cost[s, k]
            scratch.start_rooms[s, k + 1] = scratch.start_rooms[s, k]
    if k < needed:
        scratch.start_cost[s, k] = cost
        scratch.start_rooms[s, k] = r


@compiled
def cheapest_several(data: SeasonData, state: State, a: int, c: int, d: int, best: int, scratch: Scratch) -> int:
    """As `cheapest_single` for several rooms at once: per start the cheapest so many."""
    one = scratch.spare[4]
    needed = data.rooms_needed[a]
    for s in range(data.slots):
        for k in range(needed):
            scratch.start_cost[s, k] = NO_COST
    i = a * data.campuses + c
    for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]):
        room_starts(data, state, a, j, d, one)
        narrow(one, scratch.spare[3])
        r, total = data.candidate_room[j], data.fit_total[data.candidate_class[j]]
        noise = next_random(state)
        for w in range(data.words):
            left = one[w]
            s = w * WORD_BITS
            while left:
                if left & 1:
                    cost = opportunity_cost(data, state, r, d, s, total) + ((noise >> (s & 15)) & NOISE)
                    note_room(scratch, s, needed, r, cost)
                left >>= 1
                s += 1
    for s in range(data.slots):
        if scratch.start_cost[s, needed - 1] < NO_COST:
            cost = 0
            for k in range(needed):
                cost += scratch.start_cost[s, k]
            if cost < best:
                best = cost
                scratch.placement[DAY], scratch.placement[START], scratch.placement[CAMPUS] = d, s, c
                for k in range(needed):
                    scratch.rooms[k] = scratch.start_rooms[s, k]
    return best


@compiled
def random_start(data: SeasonData, state: State, d: int, best: int, scratch: Scratch) -> int:
    """A random start of those in ``scratch.spare[3]`` for an activity without rooms."""
    for s in range(data.slots):
        if has_slot(scratch.spare[3], s):
            cost = next_random(state) & NOISE
            if cost < best:
                best = cost
                scratch.placement[DAY], scratch.placement[START], scratch.placement[CAMPUS] = d, s, -1
    return best


@compiled
def cheapest_placement(data: SeasonData, state: State, a: int, scratch: Scratch) -> bool:
    """The free placement that costs least, in ``scratch.placement`` and ``scratch.rooms``; False if there is none."""
    best = NO_COST
    needed = data.rooms_needed[a]
    for c in range(data.campuses) if needed else range(-1, 0):
        i = a * data.campuses + c
        if needed and data.candidate_ptr[i + 1] - data.candidate_ptr[i] < needed:
            continue
        for d in range(state.first_day[a], state.last_day[a] + 1):
            # not `next_choice`: a random number is drawn for each day, also for one without a free start
            if next_random(state) % 1000 < SKIPPED_DAYS:
                continue
            if not day_starts(data, state, a, c, d, scratch.spare[3], scratch.spare):
                continue
            if needed == 0:
                best = random_start(data, state, d, best, scratch)
            elif needed == 1:
                best = cheapest_single(data, state, a, c, d, best, scratch)
            else:
                best = cheapest_several(data, state, a, c, d, best, scratch)
    if best == NO_COST:
        return False
    scratch.placement[ROOM_COUNT] = needed
    return choose_pool(data, state, a, scratch.placement, scratch.spare)


@compiled
def insert_cheaply(data: SeasonData, state: State, q: int, scratch: Scratch) -> bool:
    """Place what is not yet placed of a request; False, and nothing of it is placed, if that cannot be done.

    A tentative activity returns to its reference placement if that is free.
    """
    save_request(data, state, q)
    for a in range(data.activity_ptr[q], data.activity_ptr[q + 1]):
        if state.day[a] >= 0:
            continue
        if data.tentative[a]:
            placement = scratch.placement
            placement[DAY], placement[START] = data.reference_day[a], data.reference_start[a]
            placement[CAMPUS], placement[POOL] = data.reference_campus[a], data.reference_pool[a]
            placement[ROOM_COUNT] = data.reference_room_count[a]
            if is_free(data, state, a, placement, data.reference_rooms[a], scratch.spare):
                put_reference(data, state, a)
                continue
        if not cheapest_placement(data, state, a, scratch):
            take_request(data, state, q)
            return False
        put_at(data, state, a, scratch.placement, scratch.rooms)
    return True


@compiled
def sort_removed(data: SeasonData, state: State, q: int, scratch: Scratch) -> None:
    """Put the requests in hand into one of four greedy orders, in ``scratch.order``; ``q`` often comes first."""
    count = state.info[TOUCHED]
    kind = next_random(state) & 3
    ahead = next_random(state) & 1
    for i in range(count):
        other = state.touched[i]
        need = 0
        for a in range(data.activity_ptr[other], data.activity_ptr[other + 1]):
            need += data.duration[a] * max(1, data.rooms_needed[a])
        jitter = 64 + (next_random(state) & 63)
        weight = max(1, data.weight[other])
        if kind == 0:
            rank = jitter
        elif kind == 1:
            rank = need * jitter
        elif kind == 2:
            rank = 256 * weight * jitter // (need + 4)
        else:
            rank = weight * jitter
        if other == q and ahead:
            rank = NO_COST
        at = i
        while at > 0 and scratch.rank[at - 1] < rank:
            scratch.rank[at] = scratch.rank[at - 1]
            scratch.order[at] = scratch.order[at - 1]
            at -= 1
        scratch.rank[at] = rank
        scratch.order[at] = other


@compiled
def step(data: SeasonData, state: State, temperature: float, scratch: Scratch) -> None:
    """Ruin and recreate around one unplaced request."""
    i, other = next_random(state) % state.info[QUEUED], next_random(state) % state.info[QUEUED]
    if data.weight[state.queue[other]] > data.weight[state.queue[i]]:
        i = other
    q = state.queue[i]
    before = state.info[VALUE]
    begin(state)
    if not ruin(data, state, q):
        undo(data, state)
        leave_queue(state, q)
        return
    sort_removed(data, state, q, scratch)
    count = state.info[TOUCHED]
    for i in range(count):
        insert_cheaply(data, state, scratch.order[i], scratch)
    chance = (1 + (next_random(state) & 0xFFFF)) / 65537.0
    if acceptable(data, state, before + int(temperature * math.log(chance))):
        for i in range(count):
            requeue(data, state, state.touched[i])
    else:
        undo(data, state)


@compiled
def anneal(data: SeasonData, state: State, steps: int, temperature: float, scratch: Scratch) -> None:
    """Run so many steps, unless stopped by ``STOP`` from another thread; the best state is remembered.

    Parameters
    ----------
    temperature
        Weight whose loss is kept once in ``e`` times.
    """
    for _ in range(steps):
        if state.info[QUEUED] == 0 or state.info[STOP]:
            return
        step(data, state, temperature, scratch)
        if state.info[VALUE] > state.info[INCUMBENT]:
            keep_incumbent(state)
