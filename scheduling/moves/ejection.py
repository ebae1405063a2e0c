"""Ejection-pool local search: force an unplaced request in, eject what it costs least to eject, put that back.

After Nagata and Bräysy's ejection pool for vehicle routing (2009): an unplaced request takes a free place or,
failing that, the place whose present holders have the smallest sum of weight times penalty. The ejected are
inserted again where something is free. The penalty of a request grows each time it has to be forced in, so that the
search does not eject the same ones for ever; every step is kept that drops nobody people rely on.

It is the search where people are shared by many activities; where rooms bind, `scheduling.moves.recreate` is better.
Its moves also serve one request at a time (`scheduling.answers.snapshot`).
"""

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import WORD_BITS, assign, fill, has_slot, is_empty
from scheduling.kernels.compiled import compiled
from scheduling.moves.conflicts import (
    INFINITE,
    channel_victims,
    cheapest_rooms,
    counting_victims,
    group_victims,
    link_victims,
    price,
    room_victims,
    staff_victims,
)
from scheduling.moves.incumbent import keep_best
from scheduling.moves.places import (
    CAMPUS,
    DAY,
    NO_PLACE,
    POOL,
    ROOM_COUNT,
    START,
    best_place,
    channel_starts,
    group_starts,
    pool_starts,
)
from scheduling.moves.scratch import ALLOWED, CHANNEL_FREE, GROUPS_FREE, MAX_VICTIMS, Work
from scheduling.moves.state import (
    BEST,
    BUDGET,
    MOVED,
    QUEUED,
    TOUCHED,
    VALUE,
    State,
    begin,
    is_placed,
    leave_queue,
    next_random,
    put,
    requeue,
    save_request,
    take_request,
    undo,
)


@compiled
def open_masks(data: SeasonData, state: State, a: int, c: int, d: int, work: Work) -> bool:
    """Masks of a day: starts ever allowed, and those at which team and channel are free already."""
    pattern = data.row_pattern[data.row_ptr[a] + d - data.first_day[a]]
    if pattern < 0:
        return False
    allowed = work.masks[ALLOWED]
    assign(allowed, data.pattern_starts[pattern])
    group_starts(data, data.busy_base, a, c, d, allowed, work.scratch)
    free = work.masks[GROUPS_FREE]
    fill(free)
    group_starts(data, state.busy, a, c, d, free, work.scratch)
    channel = work.masks[CHANNEL_FREE]
    fill(channel)
    if data.needs_channel[a]:
        channel_starts(data, state, a, d, channel, work.scratch)
    return not is_empty(allowed)


@compiled
def forced_cost(
    data: SeasonData, state: State, a: int, c: int, d: int, s: int, base: int, limit: float, work: Work
) -> tuple[float, int]:
    """Cost and number of victims of one place, in ``work.victims``; `INFINITE` if it cannot be had."""
    count = base
    if data.rooms_needed[a] and not cheapest_rooms(data, state, a, c, d, s, limit, work):
        return INFINITE, 0
    if not has_slot(work.masks[GROUPS_FREE], s):
        count = group_victims(data, state, a, c, d, s, work.victims, count)
    if count >= 0 and data.link_ptr[a] < data.link_ptr[a + 1]:
        count = link_victims(data, state, a, c, d, s, work.victims, count)
    if count >= 0 and data.rooms_needed[a]:
        count = room_victims(data, state, a, d, s, work, count)
    if count >= 0 and not has_slot(work.masks[CHANNEL_FREE], s):
        count = channel_victims(data, state, a, d, s, work, count)
    if count >= 0 and c >= 0:
        count = staff_victims(data, state, a, c, d, s, work, count)
    if count < 0 or count >= MAX_VICTIMS:
        return INFINITE, 0
    cost = 0.0
    for v in range(count):
        cost += price(data, state, work.victims[v])
    return cost * (1 + (next_random(state) & 63) / 512.0), count


@compiled
def cheapest_forced(data: SeasonData, state: State, a: int, work: Work) -> tuple[float, int]:
    """The place whose holders cost least to eject.

    Returns
    -------
    cost : float
        `INFINITE` if no place can be had at all.
    count : int
        Length of ``work.forced_victims``; the place is in ``work.forced`` and ``work.forced_rooms``.
    """
    best = INFINITE
    best_count = 0
    needed = data.rooms_needed[a]
    for c in range(data.campuses) if needed else range(-1, 0):
        i = a * data.campuses + c
        if needed and data.candidate_ptr[i + 1] - data.candidate_ptr[i] < needed:
            continue
        for d in range(state.first_day[a], state.last_day[a] + 1):
            if not open_masks(data, state, a, c, d, work):
                continue
            base = counting_victims(data, state, a, d, work.victims)
            if base < 0:
                continue
            for limit in range(len(work.staff_victim)):
                work.staff_victim[limit] = -2
            for w in range(data.words):
                left = work.masks[ALLOWED, w]
                s = w * WORD_BITS
                while left:
                    if left & 1:
                        cost, count = forced_cost(data, state, a, c, d, s, base, best, work)
                        if cost < best:
                            best, best_count = cost, count
                            work.forced[DAY] = d
                            work.forced[START] = s
                            work.forced[CAMPUS] = c
                            for k in range(needed):
                                work.forced_rooms[k] = work.chosen_rooms[k]
                            for v in range(count):
                                work.forced_victims[v] = work.victims[v]
                    left >>= 1
                    s += 1
    return best, best_count


@compiled
def force(data: SeasonData, state: State, a: int, work: Work) -> bool:
    """Place an activity at the cheapest cost of others; False if no place can be had."""
    cost, count = cheapest_forced(data, state, a, work)
    if cost >= INFINITE:
        return False
    for v in range(count):
        take_request(data, state, work.forced_victims[v])
    d, s = work.forced[DAY], work.forced[START]
    pool = -1
    if data.needs_channel[a]:
        for j in range(data.channel_ptr[a], data.channel_ptr[a + 1]):
            k = data.channel_class[j] * data.days + d
            for candidate in range(data.pool_ptr[k], data.pool_ptr[k + 1]):
                if pool < 0:
                    pool_starts(data, state, a, candidate, work.scratch[0], work.scratch[1])
                    if has_slot(work.scratch[0], s):
                        pool = candidate
        if pool < 0:
            return False
    put(data, state, a, d, s, work.forced[CAMPUS], pool, work.forced_rooms, data.rooms_needed[a])
    return True


@compiled
def insert(data: SeasonData, state: State, q: int, noise: int, may_force: int, work: Work) -> bool:
    """Place what is not yet placed of a request; False (and the rest as it was) if that cannot be done.

    An itinerary whose later part finds no place is tried again with other places for its earlier parts.
    """
    save_request(data, state, q)
    first, last = data.activity_ptr[q], data.activity_ptr[q + 1]
    for attempt in range(1 if last - first == 1 else 4):
        done = True
        for a in range(first, last):
            if state.day[a] >= 0:
                continue
            if best_place(data, state, a, noise + 20 * attempt, work.place, work.rooms, work.scratch) > NO_PLACE:
                place = work.place
                put(
                    data,
                    state,
                    a,
                    place[DAY],
                    place[START],
                    place[CAMPUS],
                    place[POOL],
                    work.rooms,
                    place[ROOM_COUNT],
                )
            elif not ((may_force and attempt == 3) or (may_force and last - first == 1)) or not force(
                data, state, a, work
            ):
                done = False
                break
        if done:
            return True
        take_request(data, state, q)
    return False


@compiled
def construct(data: SeasonData, state: State, order: Ints, work: Work) -> None:
    """Give each request of the order the best place that is free, and remember the result."""
    for q in order:
        if not is_placed(data, state, q):
            begin(state)
            if not insert(data, state, q, 0, 0, work):
                undo(data, state)
            requeue(data, state, q)
    keep_best(state)


@compiled
def acceptable(data: SeasonData, state: State, least: int) -> bool:
    """Whether the state after a step may stay: nobody dropped, no move too many, at least so much weight."""
    for i in range(state.info[TOUCHED]):
        q = state.touched[i]
        if state.must[q] and not is_placed(data, state, q):
            return False
    if state.info[MOVED] > state.info[BUDGET]:
        return False
    return bool(state.info[VALUE] >= least)


@compiled
def ejection_step(data: SeasonData, state: State, work: Work) -> None:
    """Try to bring one unplaced request in."""
    i, other = next_random(state) % state.info[QUEUED], next_random(state) % state.info[QUEUED]
    if data.weight[state.queue[other]] > data.weight[state.queue[i]]:
        i = other
    q = state.queue[i]
    begin(state)
    if not insert(data, state, q, 8, 1, work):
        undo(data, state)
        leave_queue(state, q)
        return
    touched = state.info[TOUCHED]
    if touched > 1:
        state.penalty[q] += 1
    for v in range(touched):
        if state.touched[v] != q:
            insert(data, state, state.touched[v], 30, 0, work)
    if acceptable(data, state, 0):
        for v in range(touched):
            requeue(data, state, state.touched[v])
    else:
        undo(data, state)


@compiled
def wander(data: SeasonData, state: State, work: Work) -> None:
    """Move one random placed request, unless it holds a tentative place, to another place if it has one."""
    q = next_random(state) % len(data.weight)
    if state.must[q] or not is_placed(data, state, q):
        return
    for a in range(data.activity_ptr[q], data.activity_ptr[q + 1]):
        if state.fixed[a]:
            return
    begin(state)
    take_request(data, state, q)
    if not insert(data, state, q, 40, 0, work):
        undo(data, state)


@compiled
def improve(data: SeasonData, state: State, steps: int, work: Work) -> None:
    """Run so many steps, each followed by two random moves; the best is remembered."""
    for _ in range(steps):
        if state.info[QUEUED] == 0:
            return
        ejection_step(data, state, work)
        wander(data, state, work)
        wander(data, state, work)
        if state.info[VALUE] > state.info[BEST]:
            keep_best(state)
