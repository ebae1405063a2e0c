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
from scheduling.answers.snapshot import Snapshot
from scheduling.answers.ways import MOST_WAYS, count_ways
from scheduling.arrays.season_data import Ints
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
        fields = newcomer_fields(self.season, request)
        with self._entered(self.board, fields, own):
            return diverse_placements(self.snapshot, request, limit)

    def ways(self, request: Request, own: Own) -> list[DayWays]:
        """In how many ways the request fits, by the day of its first step, whatever days its first step wishes.

        A day that it wishes is looked at in the hours wished for it, another one in the hours wished for any day.
        """
        structure = newcomer_fields(self.season, request)
        steps = in_link_order(request)
        scores = [self._wished(step, any_day=i == 0) for i, step in enumerate(steps)]
        fields = structure | start_fields(scores, self.season.data.slots)
        with self._entered(self.board, fields, own):
            ways = count_ways(self.board)
        no_way = self._no_ways(request, scores[:1], own, np.flatnonzero(ways == 0)) if not ways.all() else {}
        return [DayWays(min(count, MOST_WAYS), no_way.get(day)) for day, count in enumerate(ways.tolist())]

    def _no_ways(self, request: Request, scores: list[Ints], own: Own, days: Ints) -> dict[int, NoWay]:
        """What is in the way on some days: the first obstacle without which the first step alone would fit."""
        first = msgspec.structs.replace(request, activities=tuple(in_link_order(request)[:1]), links=())
        alone = msgspec.structs.replace(first, activities=(msgspec.structs.replace(first.activities[0], groups=()),))
        nobody = Own()
        starts = start_fields(scores, self.season.data.slots)
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
        has_room = self._has_room(first.activities[0], first.owner)
        return found | dict.fromkeys(left.tolist(), "closed" if has_room else "unfit")

    def _has_room(self, activity: Activity, owner: str) -> bool:
        by_campus = self.season.index.chooser.rooms_by_campus(activity, owner)
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
        people = index.group_index.get(PEOPLE)
        for interval, campus in own.busy if people is not None else ():
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

    def _wished(self, activity: Activity, *, any_day: bool) -> Ints:
        """Zero where a start is wished, -1 elsewhere, shape ``(days, slots)``; see `ways`."""
        data = self.season.data
        wished = np.zeros((data.days, data.slots), dtype=np.bool_)
        for window in activity.windows:
            wished[window.first_day : window.last_day + 1, list(window.starts)] = True
        if any_day:
            wished = np.where(wished.any(axis=1, keepdims=True), wished, wished.any(axis=0))
        for placement in activity.forbidden:
            if placement.room is None:
                day = slice(None) if placement.day is None else placement.day
                wished[day, slice(None) if placement.start is None else placement.start] = False
        return np.where(wished, 0, -1).astype(np.int64)


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
