"""A season with what occupies it, changed in place, and what is still open for one more request.

A `Snapshot` of a season in which nothing is asked for: what occupies rooms, channels and staff is written into its
arrays and taken out again, each in some microseconds, and nothing is ever compiled anew. A newcomer brings its own
people along: when they are elsewhere, and on which days things of theirs are counted.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Literal

import msgspec
import numpy as np

from scheduling.answers.diversity import diverse_placements
from scheduling.answers.extended_board import ExtendedBoard
from scheduling.answers.newcomer import Fields, newcomer_fields, start_fields
from scheduling.answers.sequels import Bits, starts_with_sequels
from scheduling.answers.snapshot import Snapshot
from scheduling.answers.ways import MOST_WAYS, count_ways, free_bits
from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.arrays.season_index import in_link_order
from scheduling.arrays.time_grid import FULL_WORD, WORD_BITS, bits_from_masks
from scheduling.model.problem import Activity, Channel, Group, Interval, Problem, Request
from scheduling.model.solution import Offer
from scheduling.moves.board import starting_board
from scheduling.moves.state import busy_row, refresh_room

# The newcomer's own people, as a group of the problem.
PEOPLE: Final = "people"
# Why a day has no way: what is booked or the later steps, exams, the people's own other activities, hours and other
# closures; `unfit`: no room would do on any day.
NoWay = Literal["full", "exams", "clash", "closed", "unfit"]
_MOST_ROOM_CHOICES: Final = 5_000


class Occupied(msgspec.Struct, frozen=True):
    """What one booking takes: stretches of rooms and channels by their ids, and where staff start it.

    ``campus`` is where it has rooms; ``None``: no limit of staff counts it.
    """

    resources: tuple[tuple[str, Interval], ...] = ()
    campus: str | None = None
    day: int = 0
    start: int = 0


class Own(msgspec.Struct, frozen=True):
    """What a newcomer's own people do already: when and on which campus, and the days that a group counts."""

    busy: tuple[tuple[Interval, str | None], ...] = ()
    counted: Mapping[str, tuple[int, ...]] = {}


class DayWays(msgspec.Struct, frozen=True):
    """So many ways fit on a day, at most `MOST_WAYS`; where there is none, what is in the way."""

    ways: int
    no_way: NoWay | None = None


class OpenSeason:
    """A season, what occupies it, and answers for one more request. Not to be shared between threads.

    Parameters
    ----------
    problem
        Valid, without requests. Its groups are the rules that a newcomer's people may have; one of them is `PEOPLE`.
    without_exams
        The same problem without the closures for exams, to tell these from others.
    """

    def __init__(self, problem: Problem, without_exams: Problem | None = None) -> None:
        self.snapshot = Snapshot(with_single_channels(problem))
        self.season = self.snapshot.season
        self.board = self.snapshot.extended
        # nobody has booked there
        self.empty = ExtendedBoard(starting_board(self.season))
        self.without_exams = self.empty
        if without_exams is not None and without_exams != problem:
            self.without_exams = Snapshot(with_single_channels(without_exams)).extended
        self._occupied: dict[Hashable, Occupied] = {}
        self._stretches: dict[tuple[str, int], dict[Hashable, int]] = defaultdict(dict)
        self._changed: set[tuple[str, int]] = set()
        campuses = self.season.index.campus_index
        self._staff_starts = bits_from_masks(self.season.data.staff_starts, self.season.data.slots)
        self._limits = {
            name: range(self.season.data.staff_ptr[c], self.season.data.staff_ptr[c + 1])
            for name, c in campuses.items()
        }

    def occupy(self, key: Hashable, occupied: Occupied) -> None:
        """Write in what a booking takes, instead of what was there under its key."""
        self.vacate(key)
        self._occupied[key] = occupied
        for resource, interval in occupied.resources:
            stretch = ((1 << max(0, interval.to_slot - interval.from_slot)) - 1) << interval.from_slot
            slots = self._stretches[resource, interval.day]
            slots[key] = slots.get(key, 0) | stretch
            self._changed.add((resource, interval.day))
        self._count_staff(occupied, 1)

    def vacate(self, key: Hashable) -> None:
        """Take out what stands under a key, if anything does."""
        occupied = self._occupied.pop(key, None)
        if occupied is None:
            return
        for resource, interval in occupied.resources:
            self._stretches[resource, interval.day].pop(key, None)
            self._changed.add((resource, interval.day))
        self._count_staff(occupied, -1)

    @contextmanager
    def without(self, keys: Sequence[Hashable]) -> Iterator[None]:
        """Leave out, for the length of the block, what stands under some keys: a request's own bookings."""
        kept = {key: self._occupied[key] for key in keys if key in self._occupied}
        for key in kept:
            self.vacate(key)
        try:
            yield
        finally:
            for key, occupied in kept.items():
                self.occupy(key, occupied)

    def likely_placements(self, request: Request, own: Own, limit: int = 3) -> list[Offer]:
        """Up to ``limit`` placements of a request that is not in the problem, the cheapest first, unlike each other.

        See `scheduling.answers.diversity.diverse_placements`.
        """
        wished = [_worth(self.season.data, step) for step in in_link_order(request)]
        fields = self._linked(request, own, wished)
        if fields is None:
            return []
        with self._entered(self.board, fields, own):
            return diverse_placements(self.snapshot, request, limit)

    def ways(self, request: Request, own: Own) -> list[DayWays]:
        """In how many ways the request fits, by the day of its first step, whatever days its first step wishes.

        A day that it wishes is looked at in the hours wished for it, another one in the hours wished for any day.
        """
        wished = [_worth(self.season.data, step) for step in in_link_order(request)]
        first = wished[0]
        any_day = first.max(axis=0)
        wished[0] = np.where((first >= 0).any(axis=1, keepdims=True), first, any_day)
        _forbid(wished[0], in_link_order(request)[0])
        fields = self._linked(request, own, wished)
        ways = np.zeros(self.season.data.days, dtype=np.int64)
        if fields is not None:
            with self._entered(self.board, fields, own):
                ways = count_ways(self.board)
        no_way = self._no_ways(request, wished[0], own, np.flatnonzero(ways == 0)) if not ways.all() else {}
        return [DayWays(min(count, MOST_WAYS), no_way.get(day)) for day, count in enumerate(ways.tolist())]

    def _linked(self, request: Request, own: Own, wished: list[Ints]) -> Fields | None:
        """The newcomer's arrays with the starts that links alone leave; None where a step has none."""
        structure, slots = newcomer_fields(self.season, request), self.season.data.slots
        if len(wished) == 1:
            return structure | start_fields(wished, slots)
        with self._entered(self.board, structure | start_fields(wished, slots), own):
            free: list[Bits] = [np.logical_or.reduce(free_bits(self.board, a)) for a in self.board.activities]
        possible = starts_with_sequels(request, free)
        if not all(starts.any() for starts in possible):
            return None
        left = [np.where(starts, worth, -1) for starts, worth in zip(possible, wished, strict=True)]
        return structure | start_fields(left, slots)

    def _no_ways(self, request: Request, wished: Ints, own: Own, days: Ints) -> dict[int, NoWay]:
        """What is in the way on some days: the first obstacle without which the first step alone would fit."""
        first = msgspec.structs.replace(request, activities=tuple(in_link_order(request)[:1]), links=())
        alone = msgspec.structs.replace(first, activities=(msgspec.structs.replace(first.activities[0], groups=()),))
        nobody = Own()
        starts = start_fields([wished], self.season.data.slots)
        found: dict[int, NoWay] = {}
        left = days
        looks: tuple[tuple[NoWay, ExtendedBoard, Request, Own], ...] = (
            ("full", self.board, first, own),  # the later steps find no place
            ("clash", self.board, alone, nobody),
            ("full", self.empty, alone, nobody),
            ("exams", self.without_exams, alone, nobody),
        )
        for no_way, board, asked, people in looks:
            if not len(left):
                return found
            if (asked is first and len(request.activities) == 1) or (no_way == "exams" and board is self.empty):
                continue
            with self._entered(board, newcomer_fields(self.season, asked) | starts, people):
                ways = count_ways(board)
            found |= dict.fromkeys(left[ways[left] > 0].tolist(), no_way)
            left = left[ways[left] == 0]
        has_room = self._has_room(first.activities[0], first)
        return found | dict.fromkeys(left.tolist(), "closed" if has_room else "unfit")

    def _has_room(self, activity: Activity, request: Request) -> bool:
        by_campus = self.season.index.chooser.rooms_by_campus(activity, request)
        return not activity.rooms_needed or any(len(rooms) >= activity.rooms_needed for rooms in by_campus.values())

    @contextmanager
    def _entered(self, board: ExtendedBoard, fields: Fields, own: Own) -> Iterator[None]:
        """Let a newcomer onto a board, with what its people do."""
        if len(self.season.index.chooser.known) > _MOST_ROOM_CHOICES:
            self.season.index.chooser.known.clear()
        board.enter(fields)
        self._settle()
        rows = self._enter_people(board, own)
        try:
            yield
        finally:
            board.leave()
            board.state.busy[rows] = board.data.busy_base[rows]
            board.state.group_day[:] = 0

    def _enter_people(self, board: ExtendedBoard, own: Own) -> list[int]:
        state, index = board.state, self.season.index
        rows: list[int] = []
        people = index.group_index[PEOPLE]
        for interval, campus in own.busy:
            row = int(busy_row(board.data_handle, people, -1 if campus is None else index.campus_index[campus]))
            rows.append(row)
            state.busy[row, interval.day] |= _words(
                ((1 << max(0, interval.to_slot - interval.from_slot)) - 1) << interval.from_slot, board.data.words
            )
        for name, days in own.counted.items():
            for day in days:
                state.group_day[index.group_index[name], day] += 1
        return rows

    def _settle(self) -> None:
        """Bring the arrays of rooms and channels up to date with what occupies them."""
        data, state = self.board.data, self.board.state
        for resource, day in self._changed:
            taken = 0
            for stretch in self._stretches[resource, day].values():
                taken |= stretch
            left = ~_words(taken & ((1 << data.slots) - 1), data.words)
            if (r := self.season.index.room_index.get(resource)) is not None:
                state.free[r, day] = data.room_free[r, day] & left
                refresh_room(self.board.data_handle, self.board.state_handle, r, day)
            elif (c := self.season.index.channel_index.get(resource)) is not None:
                pool = int(data.pool_ptr[c * data.days + day])
                state.pool_open[pool] = data.pool_free[pool] & left
        self._changed.clear()

    def _count_staff(self, occupied: Occupied, sign: int) -> None:
        for limit in self._limits.get(occupied.campus or "", ()):
            if self._staff_starts[limit, occupied.start]:
                self.board.state.staff_used[limit, occupied.day] += sign


def with_single_channels(problem: Problem) -> Problem:
    """The problem with every channel told apart from the others, so that each one's own hours count."""
    channels = tuple(_single(channel) for channel in problem.channels)
    return msgspec.structs.replace(problem, channels=channels)


def _single(channel: Channel) -> Channel:
    return msgspec.structs.replace(channel, features=(*channel.features, f"channel:{channel.id}"))


def people_group(*, travel: bool) -> Group:
    """The rule that a newcomer's people are at one place at a time."""
    return Group(id=PEOPLE, exclusive=True, travel=travel)


def _words(mask: int, words: int) -> Ints:
    return np.array([(mask >> (WORD_BITS * w)) & FULL_WORD for w in range(words)], dtype=np.int64)


def _worth(data: SeasonData, activity: Activity) -> Ints:
    """Preference of each wished start, -1 of the others, shape ``(days, slots)``."""
    worth = np.full((data.days, data.slots), -1, dtype=np.int64)
    for window in activity.windows:
        days, starts = slice(window.first_day, window.last_day + 1), list(window.starts)
        worth[days, starts] = np.maximum(worth[days, starts], window.preference)
    _forbid(worth, activity)
    return worth


def _forbid(worth: Ints, activity: Activity) -> None:
    for placement in activity.forbidden:
        if placement.room is None:
            day = slice(None) if placement.day is None else placement.day
            worth[day, slice(None) if placement.start is None else placement.start] = -1
