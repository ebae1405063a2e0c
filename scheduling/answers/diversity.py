"""Placements of one request that a person would call different."""

from collections.abc import Iterator, Sequence

import numpy as np

from scheduling.answers.extended_board import ExtendedBoard
from scheduling.answers.snapshot import Snapshot
from scheduling.answers.ways import free_bits, place_later_steps
from scheduling.arrays.naming import IndexPlacement
from scheduling.arrays.season_data import Ints
from scheduling.arrays.time_grid import WORD_BITS
from scheduling.model.day_parts import DayPart, part_of_day
from scheduling.model.problem import Grid, Request
from scheduling.model.solution import Offer
from scheduling.moves.placements import CAMPUS, DAY, POOL, ROOM_COUNT, START, choose_resources

# How many points of preference a placement may be worse and still be offered for being on another day, in another part of
# the day, on another campus.
OTHER_DAY, OTHER_PART, OTHER_CAMPUS = 8, 4, 2
MOST_TRIED = 60  # starts of the first step that are tried
MOST_TRIED_OF_A_PART = 4

Start = tuple[int, int, int, int]  # preference, day, start, campus


def diverse_placements(snapshot: Snapshot, request: Request, limit: int) -> list[Offer]:
    """Up to ``limit`` free placements of the newcomer that has entered the snapshot's board, the cheapest first.

    No two of them begin in the same part of the same day. The first is the best; each further one is the best where
    another day, part of the day or campus counts as many points of preference as the constants above say, in rooms that
    none of the others has where there are such. The board is left as it was.
    """
    board, grid = snapshot.extended, snapshot.problem.grid
    first = board.activities[0]
    left = _starts(board, first)
    parts = [part_of_day(grid, slot) for slot in range(board.data.slots)]
    chosen: list[tuple[int, DayPart]] = []
    campuses: set[int] = set()
    tried: dict[tuple[int, DayPart], int] = {}
    rooms: set[int] = set()
    offers: list[Offer] = []
    for _ in range(MOST_TRIED):
        start = _next(left, parts, chosen, campuses)
        if start is None or len(offers) == limit:
            break
        left.remove(start)
        _, day, slot, campus = start
        place = day, parts[slot]
        board.put(first, _with_other_rooms(board, first, (day, slot, campus), rooms))
        if place_later_steps(board):
            offers.append(snapshot.offer_of(request))
            chosen.append(place)
            campuses.add(campus)
            rooms.update(r for a in board.activities if (at := board.placement_of(a)) for r in at[4])
        board.clear()
        tried[place] = tried.get(place, 0) + 1
        if place in chosen or tried[place] == MOST_TRIED_OF_A_PART:
            left = [entry for entry in left if (entry[1], parts[entry[2]]) != place]
    return sorted(offers, key=lambda offer: offer.cost)


def _next(
    left: Sequence[Start], parts: Sequence[DayPart], chosen: Sequence[tuple[int, DayPart]], campuses: set[int]
) -> Start | None:
    days, used = {day for day, _ in chosen}, {part for _, part in chosen}

    def worth(entry: Start) -> tuple[int, int, int, int]:
        preference, day, slot, campus = entry
        new = OTHER_DAY * (day not in days) + OTHER_PART * (parts[slot] not in used)
        return preference + new + OTHER_CAMPUS * (campus not in campuses), -day, -slot, -campus

    return max(left, key=worth, default=None)


def _starts(board: ExtendedBoard, a: int) -> list[Start]:
    """Every free start of an activity with its preference."""
    data = board.data
    free = free_bits(board, a)
    worth = np.full((data.days, data.slots), -1, dtype=np.int64)
    rows = data.row_pattern[data.row_ptr[a] : data.row_ptr[a + 1]]
    days = np.flatnonzero(rows >= 0)
    bonus: Ints = data.row_bonus[data.row_ptr[a] : data.row_ptr[a + 1]]
    worth[data.first_day[a] + days] = data.pattern_preference[rows[days]] + bonus[days, None]
    campuses, at_days, slots = np.nonzero(free)
    first = 0 if data.rooms_needed[a] else -1
    return list(
        zip(worth[at_days, slots].tolist(), at_days.tolist(), slots.tolist(), (campuses + first).tolist(), strict=True)
    )


def _with_other_rooms(board: ExtendedBoard, a: int, when: tuple[int, int, int], used: set[int]) -> IndexPlacement:
    """A free start with the rooms that fit best, but for those that are used already where others are free."""
    placement, rooms = board.scratch.placement, board.scratch.rooms
    placement[DAY], placement[START], placement[CAMPUS] = when
    choose_resources(board.data_handle, board.state_handle, a, placement, rooms, board.scratch.spare)
    best = tuple(rooms[: int(placement[ROOM_COUNT])].tolist())
    others = [r for r in _free_rooms(board, a, *when) if r not in used][: len(best)]
    found = *when, int(placement[POOL]), tuple(others)
    return found if len(others) == len(best) and board.is_free(a, found) else (*found[:4], best)


def _free_rooms(board: ExtendedBoard, a: int, day: int, slot: int, campus: int) -> Iterator[int]:
    data = board.data
    i = a * data.campuses + campus
    for j in range(data.candidate_ptr[i], data.candidate_ptr[i + 1]) if campus >= 0 else ():
        r = int(data.candidate_room[j])
        mask = int(board.state.fits[data.candidate_class[j], r, day, slot // WORD_BITS])
        if mask >> (slot % WORD_BITS) & 1:
            yield r
