"""Placements of one request that a person would call different."""

from collections.abc import Iterator, Sequence

import numpy as np

from scheduling.answers.extended_board import ExtendedBoard
from scheduling.answers.snapshot import Snapshot
from scheduling.answers.ways import free_bits, place_later_steps
from scheduling.arrays.naming import IndexPlacement
from scheduling.arrays.season_data import Ints
from scheduling.arrays.time_grid import WORD_BITS
from scheduling.model.day_parts import DAY_PARTS, part_of_day
from scheduling.model.problem import Request
from scheduling.model.solution import Offer
from scheduling.moves.placements import CAMPUS, DAY, POOL, ROOM_COUNT, START, choose_resources

# How many points of preference a placement may be worse and still be offered for being on another day, in another part
# of the day, on another campus.
OTHER_DAY, OTHER_PART, OTHER_CAMPUS = 8, 4, 2
MOST_TRIED = 60  # starts of the first step that are tried
MOST_TRIED_OF_A_PART = 4


class _Starts:
    """Every free start of a newcomer's first step, and which of them are still to be tried."""

    def __init__(self, board: ExtendedBoard, a: int, part_of_slot: Ints) -> None:
        data = board.data
        worth = np.full((data.days, data.slots), -1, dtype=np.int64)
        rows = data.row_pattern[data.row_ptr[a] : data.row_ptr[a + 1]]
        days = np.flatnonzero(rows >= 0)
        bonus: Ints = data.row_bonus[data.row_ptr[a] : data.row_ptr[a + 1]]
        worth[data.first_day[a] + days] = data.pattern_preference[rows[days]] + bonus[days, None]
        self.campus, self.day, self.slot = np.nonzero(free_bits(board, a))
        self.part = part_of_slot[self.slot]
        self.preference = worth[self.day, self.slot]
        self.campus = self.campus if data.rooms_needed[a] else self.campus - 1
        self.is_left = np.ones(len(self.day), dtype=np.bool_)
        # of equals the earliest, on the first campus
        self.order = ((self.day * data.slots + self.slot) * (data.campuses + 1)) + self.campus + 1

    def next(self, chosen: Sequence[tuple[int, int, int]]) -> int | None:
        """The best start beside those chosen (day, part, campus); None where none is left."""
        left = np.flatnonzero(self.is_left)
        if not len(left):
            return None
        worth = self.preference[left]
        for own, theirs, points in (
            (self.day, {day for day, _, _ in chosen}, OTHER_DAY),
            (self.part, {part for _, part, _ in chosen}, OTHER_PART),
            (self.campus, {campus for _, _, campus in chosen}, OTHER_CAMPUS),
        ):
            worth = worth + points * ~np.isin(own[left], list(theirs))
        best = left[worth == worth.max()]
        return int(best[np.argmin(self.order[best])])

    def leave_part(self, i: int) -> None:
        """Try no more starts of the same part of that day."""
        self.is_left &= (self.day != self.day[i]) | (self.part != self.part[i])


def diverse_placements(snapshot: Snapshot, request: Request, limit: int) -> list[Offer]:
    """Up to ``limit`` free placements of the newcomer that has entered the snapshot's board, the cheapest first.

    No two of them begin in the same part of the same day. The first is the best; each further one is the best where
    another day, part of the day or campus counts as many points of preference as the constants above say, in rooms that
    none of the others has where there are such. The board is left as it was.
    """
    board, grid = snapshot.extended, snapshot.problem.grid
    first = board.activities[0]
    parts = [list(DAY_PARTS).index(part_of_day(grid, slot)) for slot in range(board.data.slots)]
    starts = _Starts(board, first, np.array(parts, dtype=np.int64))
    chosen: list[tuple[int, int, int]] = []
    tried: dict[tuple[int, int], int] = {}
    rooms: set[int] = set()
    offers: list[Offer] = []
    for _ in range(MOST_TRIED):
        i = starts.next(chosen)
        if i is None or len(offers) == limit:
            break
        starts.is_left[i] = False
        day, slot, campus = int(starts.day[i]), int(starts.slot[i]), int(starts.campus[i])
        board.put(first, _with_other_rooms(board, first, (day, slot, campus), rooms))
        if found := place_later_steps(board):
            offers.append(snapshot.offer_of(request))
            chosen.append((day, parts[slot], campus))
            rooms.update(r for a in board.activities if (at := board.placement_of(a)) for r in at[4])
        board.clear()
        place = day, parts[slot]
        tried[place] = tried.get(place, 0) + 1
        if found or tried[place] == MOST_TRIED_OF_A_PART:
            starts.leave_part(i)
    return sorted(offers, key=lambda offer: offer.cost)


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
