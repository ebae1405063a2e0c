"""Rooms of guided ejection: those who stand beside a start are rearranged until there is a room for one more.

A breadth-first search over rooms for an augmenting path of the bipartite matching of activities and rooms (Berge 1957;
Hopcroft and Karp 1973): the activity comes into a room, who holds that goes into another, and so on to a free one. It
follows a room only where one single activity holds it during the time that is wanted, so times may be longer than a
slot and may overlap by parts. Where there is no such path, the cheapest activity on an alternating path is the one to
eject: with it gone, the path ends in its room.
"""

from scheduling.arrays.season_data import SeasonData
from scheduling.arrays.time_grid import WORD_BITS
from scheduling.kernels.compiled import compiled
from scheduling.kernels.random_numbers import draw
from scheduling.moves.guided_state import (
    BIT_HASH,
    BUDGET,
    EJECTED,
    FORBIDDEN,
    MOVED,
    STAMP,
    Guided,
    change_room,
    is_moved,
    note,
)
from scheduling.moves.scratch import MAX_EJECTED
from scheduling.moves.state import NOBODY, room_total

NO_ROOM = -1
WITHOUT = -2  # the activity needs no room
SEVERAL = -3


@compiled
def may_leave(guided: Guided, a: int) -> bool:
    """Whether an activity may lose its placement."""
    if guided.fixed[a]:
        return False
    return not (guided.reference[a, 0] >= 0 and guided.info[MOVED] >= guided.info[BUDGET] and not is_moved(guided, a))


@compiled
def holder_of(data: SeasonData, guided: Guided, a: int, t: int, r: int) -> int:
    """Who holds a room while an activity would: `NOBODY`, one activity, or `SEVERAL`; those ejected do not count."""
    found = NOBODY
    for slot in range(t, t + room_total(data, a, r)):
        b = guided.occupant[slot, r]
        if b >= 0 and b != found and guided.stamp[b] != guided.info[STAMP]:
            if found >= 0:
                return SEVERAL
            found = b
    return found


@compiled
def look_at_rooms(guided: Guided, a: int, t: int, came_from: int, count: int) -> int:
    """Note the rooms that an activity could go to from a room and that nobody has looked at; their number so far."""
    for w in range(guided.seen.shape[0]):
        left = guided.candidates[a, w] & guided.open_rooms[guided.profile[a], t, w] & ~guided.seen[w]
        guided.seen[w] |= left
        while left:
            low = left & -left
            r = w * WORD_BITS + guided.bit_of[low % BIT_HASH]
            guided.parent[r] = came_from
            guided.mover[r] = a
            guided.rooms[count] = r
            count += 1
            left ^= low
    return count


@compiled
def price_of_room(data: SeasonData, guided: Guided, a: int, t: int, r: int) -> int:
    """What those cost that hold a room while an activity would; `FORBIDDEN` if one of them stays."""
    price = 0
    last = NOBODY
    for slot in range(t, t + room_total(data, a, r)):
        b = guided.occupant[slot, r]
        if b >= 0 and b != last and guided.stamp[b] != guided.info[STAMP]:
            if not may_leave(guided, b):
                return FORBIDDEN
            price += guided.price[b]
            last = b
    return price


@compiled
def find_room(data: SeasonData, guided: Guided, a: int, t: int, pricing: bool) -> tuple[int, int, int]:
    """A room at the end of an augmenting path for an activity at a start.

    Who has the present stamp is regarded as gone.

    Parameters
    ----------
    pricing
        Whether to look for the cheapest room that could be emptied instead.

    Returns
    -------
    room : int
        `NO_ROOM` if there is no path, `WITHOUT` if the activity needs none; the path is in ``parent`` and ``mover``.
    price, cheapest : int
        Without a path: the room on an alternating path whose holders cost least, and what; `FORBIDDEN` if none.
    """
    if not data.rooms_needed[a]:
        return WITHOUT, 0, 0
    best, cheapest = FORBIDDEN, NO_ROOM
    for w in range(guided.seen.shape[0]):
        guided.seen[w] = 0
    count = look_at_rooms(guided, a, t, -1, 0)
    i = 0
    while i < count:
        r = guided.rooms[i]
        i += 1
        mover = guided.mover[r]
        wanted = t if mover == a else guided.at[mover]
        if guided.longest[1] == 1:
            b = guided.occupant[wanted, r]
            if b < 0 or guided.stamp[b] == guided.info[STAMP]:
                return r, 0, NO_ROOM
        else:
            b = holder_of(data, guided, mover, wanted, r)
            if b == NOBODY:
                return r, 0, NO_ROOM
        if pricing:
            if b >= 0:
                price = guided.price[b] if may_leave(guided, b) else FORBIDDEN
            else:
                price = price_of_room(data, guided, mover, wanted, r)
            price += (price * (draw(guided.random) & 63)) >> 8
            if price < best:
                best, cheapest = price, r
        if b >= 0 and not guided.fixed[b] and guided.reference[b, 0] < 0:
            count = look_at_rooms(guided, b, guided.at[b], r, count)
    return NO_ROOM, best, cheapest


@compiled
def eject_from_room(data: SeasonData, guided: Guided, a: int, t: int, r: int) -> None:
    """Add those that hold a room of the search's last look to the ejected."""
    mover = guided.mover[r]
    wanted = t if mover == a else guided.at[mover]
    for slot in range(wanted, wanted + room_total(data, mover, r)):
        b = guided.occupant[slot, r]
        if b >= 0 and guided.stamp[b] != guided.info[STAMP] and guided.info[EJECTED] < MAX_EJECTED:
            guided.stamp[b] = guided.info[STAMP]
            guided.ejected[guided.info[EJECTED]] = b
            guided.info[EJECTED] += 1


@compiled
def make_way(data: SeasonData, guided: Guided, r: int) -> int:
    """Move everybody along the path that ends in a free room; the room that is free then."""
    if r == WITHOUT:
        return NO_ROOM
    while guided.parent[r] >= 0:
        mover = guided.mover[r]
        note(guided, mover)
        change_room(data, guided, mover, r)
        r = guided.parent[r]
    return r
