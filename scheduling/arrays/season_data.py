"""A problem compiled to arrays: what the kernels read and never write.

Index spaces: ``q`` requests, ``a`` activities (those of a request adjoin, in the order of their links), ``r``
rooms, ``c`` campuses, ``d`` days, ``g`` groups, ``l`` staff limits. A ``*_ptr`` array of length ``n + 1`` delimits
each owner's stretch of the arrays that follow it (compressed rows). Masks have a last axis of words, see
`scheduling.arrays.time_grid`. docs/glossary.md lists every letter.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

UNLIMITED = 1 << 40


class SeasonData(NamedTuple):
    """The arrays; all are int64."""

    days: int
    slots: int  # width of a day's row, room for the longest turnover after the last slot included
    words: int
    campuses: int
    max_rooms: int  # width of a row of rooms: the most that one activity uses
    # requests
    activity_ptr: Ints
    weight: Ints
    # activities
    request_of: Ints
    duration: Ints
    rooms_needed: Ints
    needed_capacity: Ints
    needs_channel: Ints
    kind_of: Ints
    first_day: Ints
    last_day: Ints
    row_ptr: Ints  # (a + 1,) first row of the activity's days
    row_pattern: Ints  # (rows,) -1: no start on that day
    row_bonus: Ints  # (rows,) preference of the day
    pattern_starts: Ints  # (patterns, words)
    pattern_preference: Ints  # (patterns, slots)
    # rooms
    room_campus: Ints
    room_free: Ints  # (r, d, words) slots not blocked
    room_cost: Ints
    room_capacity: Ints
    room_turnover: Ints  # (r, kinds) slots
    fit_bare: Ints  # (classes,) bare slots
    fit_total: Ints  # (classes,) with turnover
    open_starts: Ints  # (classes, r, d, words) starts whose bare time lies in the opening hours
    candidate_ptr: Ints  # (a * c + 1,) rooms of an activity on a campus, cheapest first
    candidate_room: Ints
    candidate_class: Ints
    run_worth: Ints  # (r, slots + 1) what a free run of so many slots is worth to those who could use the room
    ban_ptr: Ints  # (a + 1,) forbidden starts in a room
    ban_room: Ints
    ban_day: Ints
    ban_starts: Ints  # (bans, words)
    # channels: interchangeable ones of one day form a pool
    channel_ptr: Ints  # (a + 1,) channel classes of an activity
    channel_class: Ints
    pool_ptr: Ints  # (channel classes * days + 1,)
    pool_size: Ints
    pool_free: Ints  # (pools, words)
    pool_open: Ints  # (pools, words)
    pool_turnover: Ints  # (pools, kinds) slots
    # staff
    staff_ptr: Ints  # (c + 1,)
    staff_starts: Ints  # (l, words)
    staff_size: Ints  # (l, d)
    # groups
    exclusive_ptr: Ints  # (a + 1,) groups whose busy times bind the activity
    exclusive_group: Ints
    busy_row: Ints  # (g,) first row in the busy masks
    group_exclusive: Ints
    group_travel: Ints
    travel: Ints  # (c, c) slots
    busy_base: Ints  # (rows, d, words) times taken outside the problem
    member_ptr: Ints  # (g + 1,)
    member: Ints
    counted_ptr: Ints  # (a + 1,) groups that count the activity
    counted_group: Ints
    group_per_day: Ints
    group_gap: Ints
    period_ptr: Ints  # (g + 1,)
    period_first: Ints
    period_last: Ints
    period_limit: Ints
    # links
    link_ptr: Ints  # (a + 1,)
    link_other: Ints
    link_follows: Ints  # 1: the activity follows the other, 0: goes before it
    link_gaps: Ints  # (links, 4) min and max pause in slots, min and max days
    link_same_campus: Ints
    # reference placements: where fixed activities are before the solve
    reference_day: Ints  # -1: none
    reference_start: Ints
    reference_campus: Ints
    reference_pool: Ints
    reference_rooms: Ints  # (a, max_rooms)
    reference_room_count: Ints
    immovable: Ints  # 1: never moves
    tentative: Ints  # 1: may move, never dropped
    # audience
    audience_ptr: Ints  # (a + 1,)
    audience_major: Ints
    cohort: Ints
    week: Ints  # (d,)


def ints(values: Iterable[int | bool]) -> Ints:
    """Values as an array."""
    return np.array(list(values), dtype=np.int64)


def pointers(lengths: Sequence[int]) -> Ints:
    """Where each of adjoining stretches begins, and the last one ends."""
    return np.concatenate([[0], np.cumsum(np.array(lengths, dtype=np.int64))]).astype(np.int64)
