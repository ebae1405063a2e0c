"""A local search with ejections: an unplaced request is forced in, the cheapest others are ejected and inserted again.

It follows Nagata and Bräysy's ejection pool for vehicle routing (2009). An unplaced request takes a free placement or,
where there is none, the placement whose present holders have the smallest sum of weight times penalty. The ejected are
inserted again where something is free. The penalty of a request grows each time it has to be forced in, so that the
search does not eject the same requests again and again. Every step is accepted that ejects no tentative request.

This search is used where many activities share the same people; where rooms are scarce, `scheduling.moves.recreate` is
better. Its moves also insert one request at a time (`scheduling.answers.snapshot`).
"""

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import WORD_BITS, assign, fill, has_slot, is_empty
from scheduling.kernels.compiled import compiled
from scheduling.moves.conflicts import (
    INFINITE,
    can_eject,
    cheapest_rooms,
    ejected_for_channel,
    ejected_for_counts,
    ejected_for_groups,
    ejected_for_links,
    ejected_for_rooms,
    ejected_for_staff,
    ejection_cost,
)
from scheduling.moves.incumbent import keep_incumbent
from scheduling.moves.placements import (
    CAMPUS,
    DAY,
    NO_PLACEMENT,
    START,
    best_placement,
    channel_starts,
    group_starts,
    pool_starts,
)
from scheduling.moves.scratch import ALLOWED, CHANNEL_FREE, GROUPS_FREE, MAX_EJECTED, Scratch
from scheduling.moves.state import (
    BUDGET,
    INCUMBENT,
    MOVED,
    QUEUED,
    STEP,
    TOUCHED,
    VALUE,
    State,
    begin,
    is_placed,
    leave_queue,
    next_random,
    put,
    put_at,
    requeue,
    save_request,
    take_request,
    undo,
)

SHARED_PEOPLE = 4  # teams per activity from which people, not rooms, are what is scarce
TENURE = 10  # steps for which the start that was just left is avoided, at most


@compiled
def open_masks(data: SeasonData, state: State, a: int, c: int, d: int, scratch: Scratch) -> bool:
    """Masks of a day: starts ever allowed, and those at which team and channel are free already."""
    pattern = data.row_pattern[data.row_ptr[a] + d - data.first_day[a]]
    if pattern < 0:
        return False
    allowed = scratch.masks[ALLOWED]
    assign(allowed, data.pattern_starts[pattern])
    group_starts(data, data.busy_base, a, c, d, allowed, scratch.spare)
    free = scratch.masks[GROUPS_FREE]
    fill(free)
    group_starts(data, state.busy, a, c, d, free, scratch.spare)
    channel = scratch.masks[CHANNEL_FREE]
    fill(channel)
    if data.needs_channel[a]:
        channel_starts(data, state, a, d, channel, scratch.spare)
    return not is_empty(allowed)


@compiled
def price_people(data: SeasonData, state: State, a: int, c: int, d: int, scratch: Scratch) -> None:
    """What the people of an activity at least cost at each start of a day, in ``scratch.people_cost``.

    Each placed activity that shares a person is looked at once for the day, not once for every start. With few teams
    that brings nothing, and 0 is as good a least price as any.
    """
    prices = scratch.people_cost
    for s in range(data.slots):
        prices[s] = 0.0
    if data.exclusive_ptr[a + 1] - data.exclusive_ptr[a] <= SHARED_PEOPLE:
        return
    scratch.seen_stamp[0] += 1
    for j in range(data.exclusive_ptr[a], data.exclusive_ptr[a + 1]):
        g = data.exclusive_group[j]
        if not data.group_exclusive[g]:
            continue
        for i in range(data.member_ptr[g], data.member_ptr[g + 1]):
            b = data.member[i]
            q = data.request_of[b]
            if b == a or state.day[b] != d or scratch.seen[q] == scratch.seen_stamp[0]:
                continue
            scratch.seen[q] = scratch.seen_stamp[0]
            price = ejection_cost(data, state, q) if can_eject(data, state, b, data.request_of[a]) else INFINITE
            after, before = 0, 0
            if data.group_travel[g] and c >= 0 and state.campus[b] >= 0:
                after, before = data.travel[state.campus[b], c], data.travel[c, state.campus[b]]
            first = state.start[b] - data.duration[a] - before + 1
            last = state.start[b] + data.duration[b] + after
            for s in range(max(0, first), min(last, data.slots)):
                prices[s] += price


@compiled
def forced_cost(
    data: SeasonData, state: State, a: int, c: int, d: int, s: int, base: int, limit: float, scratch: Scratch
) -> tuple[float, int]:
    """Cost and number of ejected requests of one placement, in ``scratch.ejected``; `INFINITE` if it cannot be had."""
    count = base
    if data.rooms_needed[a] and not cheapest_rooms(data, state, a, c, d, s, limit, scratch):
        return INFINITE, 0
    if not has_slot(scratch.masks[GROUPS_FREE], s):
        count = ejected_for_groups(data, state, a, c, d, s, scratch.ejected, count)
    if count >= 0 and data.link_ptr[a] < data.link_ptr[a + 1]:
        count = ejected_for_links(data, state, a, c, d, s, scratch.ejected, count)
    if count >= 0 and data.rooms_needed[a]:
        count = ejected_for_rooms(data, state, a, d, s, scratch, count)
    if count >= 0 and not has_slot(scratch.masks[CHANNEL_FREE], s):
        count = ejected_for_channel(data, state, a, d, s, scratch, count)
    if count >= 0 and c >= 0:
        count = ejected_for_staff(data, state, a, c, d, s, scratch, count)
    if count < 0 or count >= MAX_EJECTED:
        return INFINITE, 0
    cost = 0.0
    for v in range(count):
        cost += ejection_cost(data, state, scratch.ejected[v])
    return cost * (1 + (next_random(state) & 63) / 512.0), count


@compiled
def is_avoided(state: State, a: int, d: int, s: int) -> bool:
    """Whether an activity has just left this start; one time in four that does not matter."""
    if state.left[a, 2] <= state.info[STEP] or state.left[a, 0] != d or state.left[a, 1] != s:
        return False
    return next_random(state) & 3 != 0


@compiled
def cheapest_forced(data: SeasonData, state: State, a: int, scratch: Scratch) -> tuple[float, int]:
    """The placement whose holders cost least to eject.

    Returns
    -------
    cost : float
        `INFINITE` if no placement can be had at all.
    count : int
        Length of ``scratch.forced_ejected``; the placement is in ``scratch.forced`` and ``scratch.forced_rooms``.
    """
    best = INFINITE
    best_count = 0
    needed = data.rooms_needed[a]
    for c in range(data.campuses) if needed else range(-1, 0):
        i = a * data.campuses + c
        if needed and data.candidate_ptr[i + 1] - data.candidate_ptr[i] < needed:
            continue
        for d in range(state.first_day[a], state.last_day[a] + 1):
            # not `next_choice`: starts that others hold are looked at too
            if not open_masks(data, state, a, c, d, scratch):
                continue
            base = ejected_for_counts(data, state, a, d, scratch.ejected)
            if base < 0:
                continue
            price_people(data, state, a, c, d, scratch)
            for limit in range(len(scratch.staff_ejected)):
                scratch.staff_ejected[limit] = -2
            for w in range(data.words):
                left = scratch.masks[ALLOWED, w]
                s = w * WORD_BITS
                while left:
                    if left & 1 and scratch.people_cost[s] < best and not is_avoided(state, a, d, s):
                        cost, count = forced_cost(data, state, a, c, d, s, base, best, scratch)
                        if cost < best:
                            best, best_count = cost, count
                            scratch.forced[DAY] = d
                            scratch.forced[START] = s
                            scratch.forced[CAMPUS] = c
                            for k in range(needed):
                                scratch.forced_rooms[k] = scratch.chosen_rooms[k]
                            for v in range(count):
                                scratch.forced_ejected[v] = scratch.ejected[v]
                    left >>= 1
                    s += 1
    return best, best_count


@compiled
def force(data: SeasonData, state: State, a: int, scratch: Scratch) -> bool:
    """Place an activity at the cheapest cost of others; False if no placement can be had."""
    cost, count = cheapest_forced(data, state, a, scratch)
    if cost >= INFINITE:
        return False
    for v in range(count):
        take_request(data, state, scratch.forced_ejected[v])
    d, s = scratch.forced[DAY], scratch.forced[START]
    pool = -1
    if data.needs_channel[a]:
        for j in range(data.channel_ptr[a], data.channel_ptr[a + 1]):
            k = data.channel_class[j] * data.days + d
            for candidate in range(data.pool_ptr[k], data.pool_ptr[k + 1]):
                if pool < 0:
                    pool_starts(data, state, a, candidate, scratch.spare[0], scratch.spare[1])
                    if has_slot(scratch.spare[0], s):
                        pool = candidate
        if pool < 0:
            return False
    put(data, state, a, d, s, scratch.forced[CAMPUS], pool, scratch.forced_rooms, data.rooms_needed[a])
    return True


@compiled
def insert(data: SeasonData, state: State, q: int, noise: int, may_force: int, scratch: Scratch) -> bool:
    """Place what is not yet placed of a request; False (and the rest as it was) if that cannot be done.

    An itinerary whose later part finds no placement is tried again with other placements for its earlier parts.
    """
    save_request(data, state, q)
    first, last = data.activity_ptr[q], data.activity_ptr[q + 1]
    for attempt in range(1 if last - first == 1 else 4):
        done = True
        for a in range(first, last):
            if state.day[a] >= 0:
                continue
            score = best_placement(
                data, state, a, noise + 20 * attempt, scratch.placement, scratch.rooms, scratch.spare
            )
            if score > NO_PLACEMENT:
                put_at(data, state, a, scratch.placement, scratch.rooms)
            elif not ((may_force and attempt == 3) or (may_force and last - first == 1)) or not force(
                data, state, a, scratch
            ):
                done = False
                break
        if done:
            return True
        take_request(data, state, q)
    return False


@compiled
def construct(data: SeasonData, state: State, order: Ints, scratch: Scratch) -> None:
    """Give each request of the order the best placement that is free, and remember the result."""
    for q in order:
        if not is_placed(data, state, q):
            begin(state)
            if not insert(data, state, q, 0, 0, scratch):
                undo(data, state)
            requeue(data, state, q)
    keep_incumbent(state)


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
def avoid_return(data: SeasonData, state: State, q: int) -> None:
    """Remember for a few steps where an ejected request was."""
    for a in range(data.activity_ptr[q], data.activity_ptr[q + 1]):
        state.left[a, 0], state.left[a, 1] = state.saved[a, 0], state.saved[a, 1]
        state.left[a, 2] = state.info[STEP] + next_random(state) % TENURE


@compiled
def ejection_step(data: SeasonData, state: State, scratch: Scratch) -> None:
    """Try to bring one unplaced request in."""
    i, other = next_random(state) % state.info[QUEUED], next_random(state) % state.info[QUEUED]
    if data.weight[state.queue[other]] > data.weight[state.queue[i]]:
        i = other
    q = state.queue[i]
    begin(state)
    if not insert(data, state, q, 8, 1, scratch):
        undo(data, state)
        leave_queue(state, q)
        return
    touched = state.info[TOUCHED]
    if touched > 1:
        state.penalty[q] += 1
    state.info[STEP] += 1
    for v in range(touched):
        if state.touched[v] != q:
            state.penalty[state.touched[v]] += 1
            avoid_return(data, state, state.touched[v])
            insert(data, state, state.touched[v], 30, 0, scratch)
    if acceptable(data, state, 0):
        for v in range(touched):
            requeue(data, state, state.touched[v])
    else:
        undo(data, state)


@compiled
def move_at_random(data: SeasonData, state: State, scratch: Scratch) -> None:
    """Move one random placed request, unless it holds a tentative placement, to another placement if it has one."""
    q = next_random(state) % len(data.weight)
    if state.must[q] or not is_placed(data, state, q):
        return
    for a in range(data.activity_ptr[q], data.activity_ptr[q + 1]):
        if state.fixed[a]:
            return
    begin(state)
    take_request(data, state, q)
    if not insert(data, state, q, 40, 0, scratch):
        undo(data, state)


@compiled
def improve(data: SeasonData, state: State, steps: int, scratch: Scratch) -> None:
    """Run so many steps, each followed by two random moves; the best is remembered."""
    for _ in range(steps):
        if state.info[QUEUED] == 0:
            return
        ejection_step(data, state, scratch)
        move_at_random(data, state, scratch)
        move_at_random(data, state, scratch)
        if state.info[VALUE] > state.info[INCUMBENT]:
            keep_incumbent(state)
