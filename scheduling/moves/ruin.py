"""Ruin: bookings are taken out around one start of a day, so that an unplaced request can use it.

An unplaced request chooses a campus and day that it could use. Taken out are the bookings around one start in a few of
its rooms, some others of the day, and some under a rule that they share with the request.
"""

from scheduling.arrays.season_data import SeasonData
from scheduling.arrays.time_grid import has_slot
from scheduling.kernels.compiled import compiled
from scheduling.moves.conflicts import can_eject
from scheduling.moves.state import BLOCKED, QUEUED, State, next_random, save_request, take_request

MOST_AROUND = 8  # slots cleared before and after the start
MOST_MORE_ROOMS = 2  # cleared beyond those needed
MOST_DAY_MATES = 6  # other bookings of the day
MOST_GROUP_MATES = 6  # bookings under a common rule
UNPLACED_TRIED = 6  # unplaced requests looked at for going in beside the first


@compiled
def removable(data: SeasonData, state: State, b: int, own: int) -> bool:
    """Whether the whole request of an activity may make way for a request ``own``."""
    q = data.request_of[b]
    for a in range(data.activity_ptr[q], data.activity_ptr[q + 1]):
        if state.day[a] >= 0 and not can_eject(data, state, a, own):
            return False
    return True


@compiled
def clear_rooms(data: SeasonData, state: State, a: int, c: int, d: int) -> None:
    """Take out what is booked around a random start in a few rooms that the activity could use."""
    own = data.request_of[a]
    pattern = data.row_pattern[data.row_ptr[a] + d - data.first_day[a]]
    s = next_random(state) % data.slots
    for _ in range(data.slots):
        if has_slot(data.pattern_starts[pattern], s):
            break
        s = (s + 1) % data.slots
    first = max(0, s - next_random(state) % (MOST_AROUND + 1))
    last = min(data.slots, s + data.duration[a] + 1 + next_random(state) % (MOST_AROUND + 1))
    wanted = data.rooms_needed[a] + next_random(state) % (MOST_MORE_ROOMS + 1)
    i = a * data.campuses + c
    offered = data.candidate_ptr[i + 1] - data.candidate_ptr[i]
    turn = next_random(state) % offered
    for n in range(offered):
        if wanted == 0:
            return
        j = data.candidate_ptr[i] + (turn + n) % offered
        r, k = data.candidate_room[j], data.candidate_class[j]
        possible = has_slot(data.open_starts[k, r, d], s)
        for t in range(s, min(data.slots, s + data.fit_total[k])):
            possible = possible and state.holder[r, d, t] != BLOCKED
        if possible:
            wanted -= 1
            for t in range(first, last):
                b = state.holder[r, d, t]
                if b >= 0 and removable(data, state, b, own):
                    take_request(data, state, data.request_of[b])


@compiled
def clear_day(data: SeasonData, state: State, a: int, d: int) -> None:
    """Take out some other bookings of the day, whatever they hold: staff, channels, people."""
    count = 0
    b = state.day_head[d]
    while b >= 0:
        count += 1
        b = state.day_next[b]
    for _ in range(next_random(state) % (MOST_DAY_MATES + 1)):
        if count == 0:
            return
        b = state.day_head[d]
        for _step in range(next_random(state) % count):
            if state.day_next[b] >= 0:
                b = state.day_next[b]
        if b >= 0 and removable(data, state, b, data.request_of[a]):
            take_request(data, state, data.request_of[b])


@compiled
def clear_group(data: SeasonData, state: State, g: int, first: int, last: int, own: int) -> None:
    """Take out half of a group's bookings on some days, up to a few."""
    left = MOST_GROUP_MATES
    for i in range(data.member_ptr[g], data.member_ptr[g + 1]):
        b = data.member[i]
        if left == 0:
            return
        if state.day[b] >= 0 and first <= state.day[b] <= last and next_random(state) & 1:
            left -= 1
            if removable(data, state, b, own):
                take_request(data, state, data.request_of[b])


@compiled
def clear_rules(data: SeasonData, state: State, a: int, d: int) -> None:
    """Take out some bookings that a counting rule or a link sets against the activity on this day."""
    own = data.request_of[a]
    for j in range(data.counted_ptr[a], data.counted_ptr[a + 1]):
        g = data.counted_group[j]
        reach = max(0, data.group_gap[g] - 1)
        clear_group(data, state, g, d - reach, d + reach, own)
        for p in range(data.period_ptr[g], data.period_ptr[g + 1]):
            if data.period_first[p] <= d <= data.period_last[p]:
                clear_group(data, state, g, data.period_first[p], data.period_last[p], own)
    for j in range(data.link_ptr[a], data.link_ptr[a + 1]):
        b = data.link_other[j]
        if state.day[b] >= 0 and next_random(state) & 1 and removable(data, state, b, own):
            take_request(data, state, data.request_of[b])


@compiled
def ruin(data: SeasonData, state: State, q: int) -> bool:
    """Take bookings out where an unplaced request could be; False if it can be nowhere."""
    first, last = data.activity_ptr[q], data.activity_ptr[q + 1]
    a = first + next_random(state) % (last - first)
    if state.first_day[a] > state.last_day[a]:
        return False
    d = state.first_day[a] + next_random(state) % (state.last_day[a] - state.first_day[a] + 1)
    save_request(data, state, q)
    if data.rooms_needed[a]:
        c = next_random(state) % data.campuses
        offered = 0
        for _ in range(data.campuses):
            i = a * data.campuses + c
            offered = data.candidate_ptr[i + 1] - data.candidate_ptr[i]
            if offered >= data.rooms_needed[a]:
                break
            c = (c + 1) % data.campuses
        if offered < data.rooms_needed[a]:
            return False
        if data.row_pattern[data.row_ptr[a] + d - data.first_day[a]] >= 0:
            clear_rooms(data, state, a, c, d)
    clear_day(data, state, a, d)
    clear_rules(data, state, a, d)
    for _ in range(UNPLACED_TRIED):
        other = state.queue[next_random(state) % state.info[QUEUED]]
        b = data.activity_ptr[other]
        if state.first_day[b] <= d <= state.last_day[b]:
            save_request(data, state, other)
    return True
