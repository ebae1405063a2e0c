"""Which requests have to be ejected so that an activity can have a placement, and at what cost.

Each function looks at one rule. It adds the requests to eject to a list and returns the list's new length, or -1 where
one of them may not be ejected. Where there is a choice, the cheapest requests are ejected.
"""

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import assign, fitting, has_slot, is_empty
from scheduling.kernels.compiled import compiled
from scheduling.moves.scratch import MAX_EJECTED, Scratch
from scheduling.moves.state import (
    BUDGET,
    MOVED,
    State,
    busy_row,
    is_at_reference,
    next_random,
    pool_total,
    room_total,
)

INFINITE = 1e18


@compiled
def ejection_cost(data: SeasonData, state: State, q: int) -> float:
    """What it costs to eject a request."""
    return float(max(1, data.weight[q]) * state.penalty[q])


@compiled
def can_eject(data: SeasonData, state: State, b: int, own: int) -> bool:
    """Whether the activity may lose its placement for a request ``own``."""
    if state.fixed[b] or data.request_of[b] == own:
        return False
    return not (data.tentative[b] and state.info[MOVED] >= state.info[BUDGET] and is_at_reference(data, state, b))


@compiled
def add_ejected(ejected: Ints, count: int, q: int) -> int:
    """Add a request to the list of ejected requests, once; the new length."""
    for i in range(count):
        if ejected[i] == q:
            return count
    if count < MAX_EJECTED:
        ejected[count] = q
    return count + 1


@compiled
def ejected_for_counts(data: SeasonData, state: State, a: int, d: int, ejected: Ints) -> int:
    """Requests to eject so that the counting rules open the day; -1 if they cannot be opened."""
    count = 0
    own = data.request_of[a]
    for j in range(data.counted_ptr[a], data.counted_ptr[a + 1]):
        g = data.counted_group[j]
        gap = data.group_gap[g]
        for i in range(data.member_ptr[g], data.member_ptr[g + 1]):
            b = data.member[i]
            if b != a and state.day[b] >= 0 and abs(state.day[b] - d) < gap:
                if not can_eject(data, state, b, own):
                    return -1
                count = add_ejected(ejected, count, data.request_of[b])
        excess = state.group_day[g, d] + 1 - data.group_per_day[g]
        count = cheapest_members(data, state, a, g, d, d, excess, ejected, count)
        for p in range(data.period_ptr[g], data.period_ptr[g + 1]):
            if count >= 0 and data.period_first[p] <= d <= data.period_last[p]:
                used = 0
                for other in range(data.period_first[p], data.period_last[p] + 1):
                    used += state.group_day[g, other]
                excess = used + 1 - data.period_limit[p]
                count = cheapest_members(
                    data, state, a, g, data.period_first[p], data.period_last[p], excess, ejected, count
                )
        if count < 0 or count >= MAX_EJECTED:
            return -1
    return count


@compiled
def cheapest_members(
    data: SeasonData,
    state: State,
    a: int,
    g: int,
    first: int,
    last: int,
    excess: int,
    ejected: Ints,
    count: int,
) -> int:
    """Add the cheapest members of a group on the days until ``excess`` are out; -1 if there are too few."""
    own = data.request_of[a]
    for i in range(data.member_ptr[g], data.member_ptr[g + 1]):
        b = data.member[i]
        # Of a request that is out already, what is fixed stays where it is.
        if state.day[b] >= first and state.day[b] <= last and not state.fixed[b]:
            for v in range(count):
                if ejected[v] == data.request_of[b]:
                    excess -= 1
    while excess > 0:
        best, chosen = INFINITE, -1
        for i in range(data.member_ptr[g], data.member_ptr[g + 1]):
            b = data.member[i]
            if state.day[b] < first or state.day[b] > last or not can_eject(data, state, b, own):
                continue
            listed = False
            for v in range(count):
                listed = listed or ejected[v] == data.request_of[b]
            cost = ejection_cost(data, state, data.request_of[b]) * (1 + (next_random(state) & 255) / 256.0)
            if not listed and cost < best:
                best, chosen = cost, data.request_of[b]
        if chosen < 0 or count >= MAX_EJECTED:
            return -1
        count = add_ejected(ejected, count, chosen)
        excess -= 1
    return count


@compiled
def link_holds(data: SeasonData, state: State, a: int, j: int, c: int, d: int, s: int) -> bool:
    """Whether link ``j`` of the activity holds with the placement (campus, day, start)."""
    b = data.link_other[j]
    if data.link_follows[j]:
        days = d - state.day[b]
        pause = s - state.start[b] - data.duration[b]
    else:
        days = state.day[b] - d
        pause = state.start[b] - s - data.duration[a]
    if days < 0 or days < data.link_gaps[j, 2] or days > data.link_gaps[j, 3]:
        return False
    if data.link_same_campus[j] and c >= 0 and state.campus[b] >= 0 and c != state.campus[b]:
        return False
    return bool(days > 0 or (pause >= data.link_gaps[j, 0] and pause <= data.link_gaps[j, 1]))


@compiled
def ejected_for_links(data: SeasonData, state: State, a: int, c: int, d: int, s: int, ejected: Ints, count: int) -> int:
    """Add the requests whose links the placement would break; -1 if one of them stays."""
    for j in range(data.link_ptr[a], data.link_ptr[a + 1]):
        b = data.link_other[j]
        if state.day[b] >= 0 and not link_holds(data, state, a, j, c, d, s):
            if not can_eject(data, state, b, data.request_of[a]):
                return -1
            count = add_ejected(ejected, count, data.request_of[b])
    return count


@compiled
def ejected_for_groups(
    data: SeasonData, state: State, a: int, c: int, d: int, s: int, ejected: Ints, count: int
) -> int:
    """Add the requests that share a person with the activity at this time; -1 if one of them stays."""
    end = s + data.duration[a]
    for j in range(data.exclusive_ptr[a], data.exclusive_ptr[a + 1]):
        g = data.exclusive_group[j]
        if not data.group_exclusive[g] or (is_empty(state.busy[busy_row(data, g, c), d]) and not data.group_travel[g]):
            continue
        for i in range(data.member_ptr[g], data.member_ptr[g + 1]):
            b = data.member[i]
            if b == a or state.day[b] != d:
                continue
            after, before = 0, 0
            if data.group_travel[g] and c >= 0 and state.campus[b] >= 0:
                after, before = data.travel[state.campus[b], c], data.travel[c, state.campus[b]]
            if s < state.start[b] + data.duration[b] + after and state.start[b] < end + before:
                if not can_eject(data, state, b, data.request_of[a]):
                    return -1
                count = add_ejected(ejected, count, data.request_of[b])
                if count >= MAX_EJECTED:
                    return -1
    return count


@compiled
def room_price(data: SeasonData, state: State, a: int, j: int, d: int, s: int) -> float:
    """What the holders of candidate room ``j`` cost from ``s`` on; `INFINITE` if it cannot be had."""
    r = data.candidate_room[j]
    k = data.candidate_class[j]
    if not has_slot(data.open_starts[k, r, d], s):
        return INFINITE
    for b in range(data.ban_ptr[a], data.ban_ptr[a + 1]):
        if data.ban_room[b] == r and (data.ban_day[b] < 0 or data.ban_day[b] == d) and has_slot(data.ban_starts[b], s):
            return INFINITE
    cost = 0.0
    if has_slot(state.fits[k, r, d], s):
        return cost
    last = -1
    for t in range(s, s + data.fit_total[k]):
        b = state.holder[r, d, t]
        if not has_slot(data.room_free[r, d], t):  # closed, even where a fixed activity stands in the closure
            return INFINITE
        if b >= 0 and b != last:
            last = b
            if not can_eject(data, state, b, data.request_of[a]):
                return INFINITE
            cost += ejection_cost(data, state, data.request_of[b])
    return cost * (1 + (next_random(state) & 63) / 256.0)


@compiled
def cheapest_rooms(
    data: SeasonData, state: State, a: int, c: int, d: int, s: int, limit: float, scratch: Scratch
) -> bool:
    """The rooms of a campus whose holders cost least, in ``scratch.chosen_rooms``; False if too few or too dear."""
    needed = data.rooms_needed[a]
    for k in range(needed):
        scratch.chosen_costs[k] = INFINITE
        scratch.chosen_rooms[k] = -1
    i = a * data.campuses + c
    for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]):
        cost = room_price(data, state, a, j, d, s)
        if cost >= limit:
            continue
        for k in range(needed):
            if cost < scratch.chosen_costs[k]:
                for m in range(needed - 1, k, -1):
                    scratch.chosen_costs[m] = scratch.chosen_costs[m - 1]
                    scratch.chosen_rooms[m] = scratch.chosen_rooms[m - 1]
                scratch.chosen_costs[k] = cost
                scratch.chosen_rooms[k] = data.candidate_room[j]
                break
    return bool(scratch.chosen_rooms[needed - 1] >= 0)


@compiled
def ejected_for_rooms(data: SeasonData, state: State, a: int, d: int, s: int, scratch: Scratch, count: int) -> int:
    """Add the holders of the chosen rooms."""
    for k in range(data.rooms_needed[a]):
        r = scratch.chosen_rooms[k]
        for t in range(s, s + room_total(data, a, r)):
            if state.holder[r, d, t] >= 0:
                count = add_ejected(scratch.ejected, count, data.request_of[state.holder[r, d, t]])
    return count


@compiled
def ejected_for_channel(data: SeasonData, state: State, a: int, d: int, s: int, scratch: Scratch, count: int) -> int:
    """Add requests until some pool has a channel at this time; -1 if none can."""
    for j in range(data.channel_ptr[a], data.channel_ptr[a + 1]):
        k = data.channel_class[j] * data.days + d
        for pool in range(data.pool_ptr[k], data.pool_ptr[k + 1]):
            opened = scratch.spare[0]
            assign(opened, data.pool_open[pool])
            fitting(opened, data.duration[a])
            bare = scratch.spare[1]
            assign(bare, data.pool_free[pool])
            fitting(bare, pool_total(data, a, pool))
            if has_slot(opened, s) and has_slot(bare, s):
                found = ejected_for_pool(data, state, a, pool, d, s, scratch.ejected, count)
                if found >= 0:
                    return found
    return -1


@compiled
def ejected_for_pool(
    data: SeasonData, state: State, a: int, pool: int, d: int, s: int, ejected: Ints, count: int
) -> int:
    """Add, slot by slot, the cheapest user of a full pool, unless an ejected request already frees it."""
    for t in range(s, s + pool_total(data, a, pool)):
        if state.pool_used[pool, t] < data.pool_size[pool]:
            continue
        covered = False
        best, chosen = INFINITE, -1
        b = state.day_head[d]
        while b >= 0:
            if state.pool[b] == pool and state.start[b] <= t < state.start[b] + pool_total(data, b, pool):
                q = data.request_of[b]
                for v in range(count):
                    covered = covered or ejected[v] == q
                if can_eject(data, state, b, data.request_of[a]):
                    cost = ejection_cost(data, state, q) * (1 + (next_random(state) & 255) / 256.0)
                    if cost < best:
                        best, chosen = cost, q
            b = state.day_next[b]
        if covered:
            continue
        if chosen < 0:
            return -1
        count = add_ejected(ejected, count, chosen)
    return count


@compiled
def ejected_for_staff(
    data: SeasonData, state: State, a: int, c: int, d: int, s: int, scratch: Scratch, count: int
) -> int:
    """Add one request per full staff limit, unless an ejected request already frees it; -1 if none can."""
    for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]):
        used, size = state.staff_used[limit, d], data.staff_size[limit, d]
        if used < size or not has_slot(data.staff_starts[limit], s):
            continue
        if used > size:
            return -1
        freed = False
        for v in range(count):
            q = scratch.ejected[v]
            for b in range(data.activity_ptr[q], data.activity_ptr[q + 1]):
                if state.day[b] == d and state.campus[b] == c and has_slot(data.staff_starts[limit], state.start[b]):
                    freed = True
        if freed:
            continue
        if scratch.staff_ejected[limit] == -2:
            scratch.staff_ejected[limit] = cheapest_starter(data, state, a, c, d, limit)
        if scratch.staff_ejected[limit] < 0:
            return -1
        count = add_ejected(scratch.ejected, count, scratch.staff_ejected[limit])
    return count


@compiled
def cheapest_starter(data: SeasonData, state: State, a: int, c: int, d: int, limit: int) -> int:
    """The cheapest request counted by a staff limit on a day, or -1."""
    best, chosen = INFINITE, -1
    b = state.day_head[d]
    while b >= 0:
        if (
            state.campus[b] == c
            and has_slot(data.staff_starts[limit], state.start[b])
            and can_eject(data, state, b, data.request_of[a])
        ):
            cost = ejection_cost(data, state, data.request_of[b]) * (1 + (next_random(state) & 255) / 256.0)
            if cost < best:
                best, chosen = cost, data.request_of[b]
        b = state.day_next[b]
    return chosen
