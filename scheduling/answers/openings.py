"""The free starts of an activity on a board, and the rules that close the others; computed for whole days at once."""

from collections.abc import Callable, Iterator

import numpy as np

from scheduling.answers.group_blocking import Bits, Closed, closed_by_groups
from scheduling.answers.link_blocking import closed_by_links
from scheduling.arrays.season import Season
from scheduling.arrays.season_data import Ints
from scheduling.arrays.time_grid import bits_from_masks, fitting_masks
from scheduling.model.problem import Activity
from scheduling.moves.board import Board

LISTED = 12  # entries of one rule that are kept


class Openings:
    """One activity without a placement: what closes each of its starts, campus by campus.

    Attributes
    ----------
    allowed
        Starts that its own windows leave, shape ``(days, slots)``.
    free
        Those that every rule leaves, by campus (-1: without rooms).
    closed
        The entries that close most, of each rule and resource.
    """

    def __init__(self, board: Board, activity: Activity) -> None:
        self.season = board.season
        self.data, self.state = board.data, board.state
        self.activity = activity
        self.a = self.season.activity_index[activity.id]
        self.allowed = allowed_starts(self.season, self.a)
        self.free: dict[int, Bits] = {}
        self.closed: list[Closed] = []
        for c in self._campuses():
            left = self.allowed.copy()
            groups = closed_by_groups(self.season, self.state, self.a, c)
            for entry in (*groups, *self._staff(c), *closed_by_links(self.season, self.state, self.a, c)):
                left[entry.day] &= ~entry.starts
                self._keep(entry)
            if c >= 0:
                left &= ~self._close_rooms(c)
            if self.data.needs_channel[self.a]:
                left &= ~self._close_channels()
            self.free[c] = left

    @property
    def has_placement(self) -> bool:
        """Whether some start is free."""
        return any(starts.any() for starts in self.free.values())

    def holders(self, entry: Closed) -> tuple[int, ...]:
        """Indices of the activities that hold the starts of an entry."""
        if entry.rule == "room_overlap":
            return self._in_room(entry)
        if entry.rule == "channel_overlap":
            return self._on_channel(entry)
        return entry.held_by

    def _campuses(self) -> list[int]:
        data, needed = self.data, self.data.rooms_needed[self.a]
        if not needed:
            return [-1]
        first = self.a * data.campuses
        counts = np.diff(data.candidate_ptr[first : first + data.campuses + 1])
        return [int(c) for c in np.flatnonzero(counts >= needed)]

    def _keep(self, entry: Closed) -> None:
        starts = entry.starts & self.allowed[entry.day]
        if starts.any():
            self.closed.append(entry._replace(starts=starts))

    def _staff(self, c: int) -> Iterator[Closed]:
        data, state = self.data, self.state
        for limit in range(data.staff_ptr[c], data.staff_ptr[c + 1]) if c >= 0 else ():
            starts = bits_from_masks(data.staff_starts[limit], data.slots)
            for day in np.flatnonzero(state.staff_used[limit] >= data.staff_size[limit]):
                here = np.flatnonzero((state.day == day) & (state.campus == c))
                held_by = tuple(here[starts[state.start[here]]].tolist())
                yield Closed("staff_limit", self.season.problem.campuses[c].id, int(day), starts, held_by)

    def _close_rooms(self, c: int) -> Bits:
        """Starts with too few rooms, shape ``(days, slots)``; each room that is not to be had then is noted."""
        data, i = self.data, self.a * self.data.campuses + c
        own = slice(data.candidate_ptr[i], data.candidate_ptr[i + 1])
        rooms, classes = data.candidate_room[own], data.candidate_class[own]
        banned = self._banned(rooms)
        fits = bits_from_masks(self.state.fits[classes, rooms], data.slots) & ~banned
        short: Bits = self.allowed & (fits.sum(axis=0) < data.rooms_needed[self.a])
        unblocked = np.zeros_like(fits)
        for total in np.unique(data.fit_total[classes]):
            same = data.fit_total[classes] == total
            unblocked[same] = bits_from_masks(fitting_masks(data.room_free[rooms[same]], int(total)), data.slots)
        days = np.broadcast_to(np.arange(data.days), fits.shape[:2])
        names = np.broadcast_to(rooms[:, None], fits.shape[:2])
        self._note(
            short & ~fits,
            {
                "forbidden_place": banned,
                "room_closed": ~bits_from_masks(data.open_starts[classes, rooms], data.slots),
                "room_blocked": ~unblocked,
            },
            "room_overlap",
            days,
            lambda where: self.season.problem.rooms[names[where]].id,
        )
        return short

    def _banned(self, rooms: Ints) -> Bits:
        data = self.data
        banned = np.zeros((len(rooms), data.days, data.slots), dtype=np.bool_)
        for b in range(data.ban_ptr[self.a], data.ban_ptr[self.a + 1]):
            day = slice(None) if data.ban_day[b] < 0 else data.ban_day[b]
            banned[rooms == data.ban_room[b], day] |= bits_from_masks(data.ban_starts[b], data.slots)
        return banned

    def _close_channels(self) -> Bits:
        """Starts without a channel; each pool that is full or closed then is noted."""
        data, a = self.data, self.a
        pools: list[int] = []
        days: list[int] = []
        for k in data.channel_class[data.channel_ptr[a] : data.channel_ptr[a + 1]]:
            for day in range(data.days):
                own = range(data.pool_ptr[k * data.days + day], data.pool_ptr[k * data.days + day + 1])
                pools += own
                days += [day] * len(own)
        pool, day_of = np.array(pools, dtype=np.int64), np.array(days, dtype=np.int64)
        total = data.duration[a] + data.pool_turnover[pool, data.kind_of[a]]
        opened = bits_from_masks(fitting_masks(data.pool_open[pool], int(data.duration[a])), data.slots)
        fits, unblocked = np.zeros_like(opened), np.zeros_like(opened)
        for length in np.unique(total):
            same = total == length
            fits[same] = bits_from_masks(fitting_masks(self.state.pool_open[pool[same]], int(length)), data.slots)
            unblocked[same] = bits_from_masks(fitting_masks(data.pool_free[pool[same]], int(length)), data.slots)
        found = np.zeros((data.days, data.slots), dtype=np.bool_)
        np.logical_or.at(found, day_of, fits & opened)
        short: Bits = self.allowed & ~found
        channels = self.season.pool_channels
        self._note(
            short[day_of],
            {"channel_closed": ~opened, "channel_blocked": ~unblocked},
            "channel_overlap",
            day_of,
            lambda where: self.season.problem.channels[channels[pool[where]][0]].id,
        )
        return short

    def _note(
        self, left: Bits, causes: dict[str, Bits], else_rule: str, days: Ints, name: Callable[[tuple[int, ...]], str]
    ) -> None:
        """Keep the largest entries of each cause; the first that applies to a start counts, the last is the rest."""
        for rule, broken in (*causes.items(), (else_rule, left)):
            mine: Bits = left & broken
            left = left & ~mine
            counts = mine.sum(axis=-1)
            for index in np.argsort(-counts, axis=None, kind="stable")[:LISTED].tolist():
                where = tuple(int(i) for i in np.unravel_index(index, counts.shape))
                if counts[where]:
                    self._keep(Closed(rule, name(where), int(days[where]), mine[where], ()))

    def _in_room(self, entry: Closed) -> tuple[int, ...]:
        r = self.season.index.room_index[entry.resource or ""]
        total = int(self.data.duration[self.a] + self.data.room_turnover[r, self.data.kind_of[self.a]])
        fixed = np.zeros(self.data.slots, dtype=np.bool_)
        for start in np.flatnonzero(entry.starts):
            fixed[start : start + total] = True
        return tuple(b for b in dict.fromkeys(self.state.holder[r, entry.day, fixed].tolist()) if b >= 0)

    def _on_channel(self, entry: Closed) -> tuple[int, ...]:
        channel = self.season.index.channel_index[entry.resource or ""]
        state = self.state
        here = np.flatnonzero((state.day == entry.day) & (state.pool >= 0))
        return tuple(b for b in here.tolist() if channel in self.season.pool_channels[state.pool[b]])


def allowed_starts(season: Season, a: int) -> Bits:
    """Starts by day that an activity's own windows leave, shape ``(days, slots)``."""
    data = season.data
    allowed = np.zeros((data.days, data.slots), dtype=np.bool_)
    rows = data.row_pattern[data.row_ptr[a] : data.row_ptr[a + 1]]
    days = np.flatnonzero(rows >= 0)
    allowed[data.first_day[a] + days] = bits_from_masks(data.pattern_starts[rows[days]], data.slots)
    return allowed
