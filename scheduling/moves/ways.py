"""In how many ways an activity fits, and whether those that follow it then find a place."""

from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.time_grid import assign, next_slot
from scheduling.kernels.compiled import compiled
from scheduling.moves.placements import CAMPUS, DAY, START, choose_resources, next_choice
from scheduling.moves.state import State, put_at, take

PLACED, NO_WAY, GAVE_UP = 1, 0, -1

# columns of a cursor: the campus and day that is looked at, see `next_choice`, and the start
CHOICE, AT = range(2)


@compiled
def free_starts(data: SeasonData, state: State, a: int, out: Ints, scratch: Ints) -> None:
    """Free starts of an activity without a placement, by campus and day.

    Parameters
    ----------
    out
        Shape ``(campuses or 1, days, words)``, zero, written; an activity without rooms writes the first campus.
    scratch
        Shape ``(>= max_rooms + 5, words)``, overwritten.
    """
    choice = next_choice(data, state, a, -1, scratch)
    while choice >= 0:
        assign(out[max(0, choice // data.days - 1), choice % data.days], scratch[3])
        choice = next_choice(data, state, a, choice, scratch)


@compiled
def advance(data: SeasonData, state: State, a: int, cursor: Ints, mask: Ints, scratch: Ints) -> bool:
    """Move a cursor to the next free start of an activity; ``mask`` has those of its day. False after the last one."""
    start = next_slot(mask, cursor[AT] + 1) if cursor[CHOICE] >= 0 else -1
    while start < 0:
        choice = next_choice(data, state, a, cursor[CHOICE], scratch)
        if choice < 0:
            return False
        cursor[CHOICE] = choice
        assign(mask, scratch[3])
        start = next_slot(mask, 0)
    cursor[AT] = start
    return True


@compiled
def narrow_days(data: SeasonData, state: State, a: int) -> None:
    """Look for an activity only on the days that its links with what is placed leave."""
    first, last = data.first_day[a], data.last_day[a]
    for j in range(data.link_ptr[a], data.link_ptr[a + 1]):
        b = data.link_other[j]
        if state.day[b] >= 0:
            if data.link_follows[j]:
                first = max(first, state.day[b] + data.link_gaps[j, 2])
                last = min(last, state.day[b] + data.link_gaps[j, 3])
            else:
                first = max(first, state.day[b] - data.link_gaps[j, 3])
                last = min(last, state.day[b] - data.link_gaps[j, 2])
    state.first_day[a], state.last_day[a] = first, last


@compiled
def widen_days(data: SeasonData, state: State, first: int, last: int) -> None:
    """Look for the activities ``first … last`` on all of their days again."""
    for a in range(first, last + 1):
        state.first_day[a], state.last_day[a] = data.first_day[a], data.last_day[a]


@compiled
def put_at_start(
    data: SeasonData, state: State, a: int, choice: int, start: int, placement: Ints, rooms: Ints, scratch: Ints
) -> None:
    """Place an activity at a free start, in the rooms that fit it best."""
    placement[DAY], placement[START], placement[CAMPUS] = choice % data.days, start, choice // data.days - 1
    choose_resources(data, state, a, placement, rooms, scratch)
    put_at(data, state, a, placement, rooms)


@compiled
def place_rest(
    data: SeasonData,
    state: State,
    first: int,
    last: int,
    tries: int,
    cursors: Ints,
    masks: Ints,
    placement: Ints,
    rooms: Ints,
    scratch: Ints,
) -> int:
    """Place the activities ``first … last``, one after the other, going back where one finds no start.

    Starts are tried campus by campus and day by day, the earliest first.

    Parameters
    ----------
    tries
        So many placements are tried at most.
    cursors, masks
        Shape ``(>= last - first + 1, 2)`` and ``(…, words)``, overwritten.

    Returns
    -------
    int
        `PLACED`, and all are placed; else none is: `NO_WAY` where every placement was tried, or `GAVE_UP`.
    """
    a = first
    cursors[0, CHOICE] = -1
    if first <= last:
        narrow_days(data, state, first)
    while a <= last:
        i = a - first
        if not advance(data, state, a, cursors[i], masks[i], scratch):
            if a == first:
                widen_days(data, state, first, last)
                return NO_WAY
            a -= 1
            take(data, state, a)
            continue
        if tries == 0:
            for b in range(first, a):
                take(data, state, b)
            widen_days(data, state, first, last)
            return GAVE_UP
        tries -= 1
        put_at_start(data, state, a, cursors[i, CHOICE], cursors[i, AT], placement, rooms, scratch)
        a += 1
        if a <= last:
            cursors[i + 1, CHOICE] = -1
            narrow_days(data, state, a)
    widen_days(data, state, first, last)
    return PLACED


@compiled
def count_with_rest(
    data: SeasonData,
    state: State,
    first: int,
    last: int,
    most: int,
    tries: int,
    out: Ints,
    cursors: Ints,
    masks: Ints,
    placement: Ints,
    rooms: Ints,
    scratch: Ints,
) -> None:
    """Starts of the activity ``first`` after which ``first + 1 … last`` find a place too, counted by day.

    Parameters
    ----------
    most
        A day is left when so many were found.
    tries
        Placements of the rest that are tried for one start.
    out
        Shape ``(days,)``, zero, written.
    cursors, masks
        One row for each activity, as in `place_rest`.
    """
    cursors[0, CHOICE] = -1
    while advance(data, state, first, cursors[0], masks[0], scratch):
        day = cursors[0, CHOICE] % data.days
        if out[day] >= most:
            continue
        put_at_start(data, state, first, cursors[0, CHOICE], cursors[0, AT], placement, rooms, scratch)
        found = place_rest(data, state, first + 1, last, tries, cursors[1:], masks[1:], placement, rooms, scratch)
        if found == PLACED:
            out[day] += 1
            for a in range(first + 1, last + 1):
                take(data, state, a)
        take(data, state, first)
