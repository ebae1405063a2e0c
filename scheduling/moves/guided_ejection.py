"""Guided ejection over single starts, for seasons whose people are what is scarce.

It follows Nagata and Bräysy's ejection pool (2009). One without a placement takes a random free start; where there is
none, the start whose holders have the smallest sum of prices. Those are ejected and take other free starts where they
can. A price is weight times penalty; the penalty of whoever has to be forced in grows, so what is hard to place is no
longer ejected. Sums of prices are compared with much noise, and starts just left are avoided for a few steps: without
either the search runs in circles. Every step stands that drops no tentative placement.
"""

from scheduling.arrays.season_data import SeasonData
from scheduling.kernels.compiled import compiled
from scheduling.kernels.random_numbers import draw
from scheduling.moves.guided_rooms import NO_ROOM, eject_from_room, find_room, make_way, may_leave
from scheduling.moves.guided_state import (
    BEST,
    BEST_EJECTED,
    BUDGET,
    EJECTED,
    FORBIDDEN,
    MOVED,
    QUEUED,
    STAMP,
    START,
    STEP,
    TRAIL,
    WEIGHT,
    Guided,
    keep_best,
    link_holds_at,
    note,
    settle,
    take_back,
    unsettle,
)
from scheduling.moves.scratch import MAX_EJECTED

TENURE = 10  # steps for which a start just left is avoided, at most
NOISE_BITS = 6  # costs are compared with up to as much again of noise: of near ones any may be the least
NOISE = (1 << NOISE_BITS) - 1
MOST_PENALTY = 1 << 20


@compiled
def settle_free(data: SeasonData, guided: Guided, a: int, avoided: int) -> bool:
    """Place an activity at a random free start other than ``avoided``; False if there is none."""
    count = 0
    for k in range(guided.start_ptr[a], guided.start_ptr[a + 1]):
        t = guided.start_at[k]
        if guided.cost[t, a] == 0 and t != avoided:
            guided.free[count] = t
            count += 1
    while count:
        i = draw(guided.random) % count
        t = guided.free[i]
        guided.info[STAMP] += 1
        r, _, _ = find_room(data, guided, a, t, pricing=False)
        if r != NO_ROOM:
            r = make_way(data, guided, r)
            note(guided, a)
            settle(data, guided, a, t, r)
            return True
        count -= 1
        guided.free[i] = guided.free[count]
    return False


@compiled
def eject(guided: Guided, b: int) -> bool:
    """Add an activity to the ejected, once; False if it may not leave."""
    if guided.stamp[b] == guided.info[STAMP]:
        return True
    if guided.info[EJECTED] >= MAX_EJECTED or not may_leave(guided, b):
        return False
    guided.stamp[b] = guided.info[STAMP]
    guided.ejected[guided.info[EJECTED]] = b
    guided.info[EJECTED] += 1
    return True


@compiled
def eject_for_people(data: SeasonData, guided: Guided, a: int, t: int) -> bool:
    """List those who cannot stay beside an activity at a start; False if one of them may not leave."""
    first = t - t % data.slots
    for start in range(max(first, t - guided.longest[0] + 1), min(t + data.duration[a], first + data.slots)):
        b = guided.first_at[start]
        while b >= 0:
            if guided.clashes[a, b] and start + data.duration[b] > t and not eject(guided, b):
                return False
            b = guided.after[b]
    for j in range(data.link_ptr[a], data.link_ptr[a + 1]):
        b = data.link_other[j]
        if guided.at[b] >= 0 and not link_holds_at(data, j, a, t, guided.at[b]) and not eject(guided, b):
            return False
    return True


@compiled
def cheapest_start(data: SeasonData, guided: Guided, a: int) -> bool:
    """The start whose holders cost least, in ``info[START]`` and ``best_ejected``; False if none can be had."""
    best = FORBIDDEN
    for k in range(guided.start_ptr[a], guided.start_ptr[a + 1]):
        t = guided.start_at[k]
        cost = guided.cost[t, a]
        if cost >= best or (guided.tabu[a, t] > guided.info[STEP] and draw(guided.random) & 3):
            continue
        guided.info[STAMP] += 1
        guided.info[EJECTED] = 0
        if cost and not eject_for_people(data, guided, a, t):
            continue
        r, price, cheapest = find_room(data, guided, a, t, pricing=True)
        if r == NO_ROOM:
            cost += price
            if cost >= best:
                continue
            eject_from_room(data, guided, a, t, cheapest)
        cost += (cost * (draw(guided.random) & NOISE)) >> NOISE_BITS
        if cost < best and guided.info[EJECTED] < MAX_EJECTED:
            best = cost
            guided.info[START] = t
            guided.info[BEST_EJECTED] = guided.info[EJECTED]
            for v in range(guided.info[EJECTED]):
                guided.best_ejected[v] = guided.ejected[v]
    return best < FORBIDDEN


@compiled
def force_in(data: SeasonData, guided: Guided, a: int) -> bool:
    """Place an activity where others cost least, and those where something is free; False if nothing can be had."""
    if not cheapest_start(data, guided, a):
        return False
    t, count = guided.info[START], guided.info[BEST_EJECTED]
    for v in range(count):
        b = guided.best_ejected[v]
        guided.tabu[b, guided.at[b]] = guided.info[STEP] + draw(guided.random) % TENURE
        guided.ejected[v] = guided.at[b]
        note(guided, b)
        unsettle(data, guided, b)
    guided.info[STAMP] += 1
    r, _, _ = find_room(data, guided, a, t, pricing=False)
    if r == NO_ROOM:
        return False
    r = make_way(data, guided, r)
    if guided.price[a] < MOST_PENALTY * guided.worth[a]:
        guided.price[a] += guided.worth[a]
    note(guided, a)
    settle(data, guided, a, t, r)
    kept = True
    for v in range(count):
        b = guided.best_ejected[v]
        if not settle_free(data, guided, b, guided.ejected[v]) and guided.reference[b, 0] >= 0:
            kept = False
    return kept and guided.info[MOVED] <= guided.info[BUDGET]


@compiled
def guide(data: SeasonData, guided: Guided, steps: int) -> None:
    """Run so many steps; the best is remembered."""
    for _ in range(steps):
        if guided.info[QUEUED] == 0:
            return
        guided.info[STEP] += 1
        guided.info[TRAIL] = 0
        a = guided.queue[draw(guided.random) % guided.info[QUEUED]]
        if not settle_free(data, guided, a, -1) and not force_in(data, guided, a):
            take_back(data, guided)
        if guided.info[WEIGHT] > guided.info[BEST]:
            keep_best(guided)
