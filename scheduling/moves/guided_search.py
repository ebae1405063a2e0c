"""A search by guided ejection beside a searcher: from its present placements, and back to it as its incumbent."""

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints, SeasonData, pointers
from scheduling.arrays.time_grid import WORD_BITS, assign, bits_from_masks, fitting_masks, masks_from_bits, words_for
from scheduling.kernels.compiled import compiled
from scheduling.kernels.handles import handle
from scheduling.moves.guided_ejection import guide
from scheduling.moves.guided_state import BEST, BIT_HASH, BUDGET, FORBIDDEN, QUEUED, Guided, keep_best, settle
from scheduling.moves.placements import group_starts
from scheduling.moves.scratch import MAX_EJECTED
from scheduling.moves.searcher import Searcher
from scheduling.moves.state import NOBODY

MOST_WORTH = 1000  # in the price of the heaviest request
MOST_CELLS = 1 << 24  # of the table of activities and starts


def can_be_guided(data: SeasonData) -> bool:
    """Whether every rule of a season is one of those that the tables of guided ejection know.

    These are people, links, rooms one at a time, closures, bans and what is fixed: no channels, staff limits, counts of
    groups, travel, itineraries, several rooms at once, or links that ask for one campus where there are several.
    """
    activities = len(data.duration)
    return bool(
        activities
        and activities == len(data.weight)
        and activities * max(activities, data.days * data.slots) <= MOST_CELLS
        and data.rooms_needed.max() <= 1
        and not data.needs_channel.any()
        and not len(data.staff_size)
        and not len(data.counted_group)
        and not data.group_travel.any()
        and not (data.campuses > 1 and data.link_same_campus.any())
    )


class GuidedSearch:
    """Guided ejection from a searcher's present placements on.

    Parameters
    ----------
    searcher
        Of a season that `can_be_guided`; its incumbent is the best that is found.
    """

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.data = searcher.board.data
        self.guided = new_guided(searcher)
        self.handle: Guided = handle(self.guided)
        state = searcher.board.state
        for a in np.flatnonzero(state.day >= 0).tolist():
            start = int(state.day[a]) * self.data.slots + int(state.start[a])
            room = int(state.rooms[a, 0]) if state.room_count[a] else -1
            settle(searcher.board.data_handle, self.handle, a, start, room)
        keep_best(self.handle)

    @property
    def starts(self) -> int:
        """Starts of an activity, at most."""
        return max(1, int(np.diff(self.guided.start_ptr).max()))

    @property
    def is_whole(self) -> bool:
        """Whether everything that has a start at all is placed."""
        return not self.guided.info[QUEUED]

    def run(self, steps: int) -> None:
        """Run so many steps, and let the searcher know if a better schedule was found."""
        guide(self.searcher.board.data_handle, self.handle, steps)
        if self.guided.info[BEST] > self.searcher.incumbent_value:
            self.searcher.set_incumbent(self._incumbent())

    def _incumbent(self) -> tuple[Ints, Ints, int]:
        best_at, best_room = self.guided.best_at, self.guided.best_room
        state = self.searcher.board.state
        incumbent, rooms = state.incumbent.copy(), state.incumbent_rooms.copy()
        placed, roomy = best_at >= 0, best_room >= 0
        incumbent[:, 0] = np.where(placed, best_at // self.data.slots, -1)
        incumbent[:, 1] = np.where(placed, best_at % self.data.slots, 0)
        incumbent[:, 2] = -1
        incumbent[roomy, 2] = self.data.room_campus[best_room[roomy]]
        incumbent[:, 3] = -1
        incumbent[:, 4] = roomy
        rooms[:, 0] = np.maximum(best_room, 0)
        return incumbent, rooms, int(self.guided.info[BEST])


def new_guided(searcher: Searcher) -> Guided:
    """Tables of a season with nothing placed; the searcher gives locks, budget of moves and random numbers."""
    data, state = searcher.board.data, searcher.board.state
    activities, rooms, starts = len(data.duration), len(data.room_campus), data.days * data.slots
    start_ptr, start_at = _starts(searcher)
    clash_ptr, clash_other, clashes = _clashes(data)
    profile, open_rooms = _open_rooms(data)
    bit_of = np.zeros(BIT_HASH, dtype=np.int64)
    bit_of[[(1 << bit) % BIT_HASH for bit in range(WORD_BITS)]] = np.arange(WORD_BITS)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    def nothing(*shape: int) -> Ints:
        return np.full(shape, -1, dtype=np.int64)

    movable = (data.tentative != 0) & (state.fixed == 0)
    reference = nothing(activities, 2)
    reference[movable, 0] = (data.reference_day * data.slots + data.reference_start)[movable]
    reference[movable, 1] = np.where(data.reference_room_count > 0, data.reference_rooms[:, 0], -1)[movable]
    heaviest = max(MOST_WORTH, int(data.weight.max()))  # so that no sum of prices comes near to what is forbidden
    worth = np.maximum(1, np.array([w * MOST_WORTH // heaviest for w in data.weight.tolist()], dtype=np.int64))
    housed = (data.rooms_needed == 0) | (_choices(data) > 0)
    hopeful = np.flatnonzero((state.fixed == 0) & (np.diff(start_ptr) > 0) & housed)
    guided = Guided(
        start_ptr=start_ptr,
        start_at=start_at,
        clash_ptr=clash_ptr,
        clash_other=clash_other,
        clashes=clashes,
        candidates=_candidates(data),
        profile=profile,
        open_rooms=open_rooms,
        longest=np.array([data.duration.max(), data.fit_total.max()], dtype=np.int64),
        bit_of=bit_of,
        fixed=state.fixed.copy(),
        reference=reference,
        at=nothing(activities),
        room=nothing(activities),
        occupant=np.full((starts, rooms), NOBODY, dtype=np.int32),
        first_at=np.full(starts, -1, dtype=np.int32),
        after=np.full(activities, -1, dtype=np.int32),
        before=np.full(activities, -1, dtype=np.int32),
        cost=zeros(starts, activities),
        price=np.where(state.fixed != 0, FORBIDDEN, worth),
        worth=worth,
        tabu=zeros(activities, starts),
        queue=zeros(activities),
        queue_index=nothing(activities),
        best_at=nothing(activities),
        best_room=nothing(activities),
        stamp=zeros(activities),
        free=zeros(starts),
        ejected=zeros(MAX_EJECTED + 1),
        best_ejected=zeros(MAX_EJECTED + 1),
        trail=zeros((MAX_EJECTED + 2) * (rooms + 3), 3),
        seen=zeros(words_for(rooms)),
        parent=zeros(rooms),
        mover=zeros(rooms),
        rooms=zeros(rooms),
        random=state.random,
        info=zeros(16),
    )
    guided.queue[: len(hopeful)] = hopeful
    guided.queue_index[hopeful] = np.arange(len(hopeful))
    guided.info[QUEUED] = len(hopeful)
    guided.info[BUDGET] = searcher.move_budget
    return guided


def _starts(searcher: Searcher) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Starts that an activity may ever have, in compressed rows: in its windows, and nobody of it busy elsewhere."""
    data = searcher.board.data
    masks = np.zeros((len(data.duration), data.days, data.words), dtype=np.int64)
    open_to_people(searcher.board.data_handle, masks, searcher.board.scratch.spare)
    bits = bits_from_masks(masks, data.slots).reshape(len(masks), -1)
    return pointers(bits.sum(axis=1).tolist()), np.nonzero(bits)[1].astype(np.int32)


@compiled
def open_to_people(data: SeasonData, masks: Ints, spare: Ints) -> None:
    """Fill in the starts of each activity and day, shape ``(a, d, words)``, that windows and busy times leave open."""
    for a in range(len(data.duration)):
        for d in range(data.first_day[a], data.last_day[a] + 1):
            pattern = data.row_pattern[data.row_ptr[a] + d - data.first_day[a]]
            if pattern >= 0:
                assign(masks[a, d], data.pattern_starts[pattern])
                group_starts(data, data.busy_base, a, -1, d, masks[a, d], spare)


def _clashes(data: SeasonData) -> tuple[Ints, npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Who shares a person with whom, in compressed rows and as a table; the linked are left out."""
    activities = len(data.duration)
    table = np.zeros((activities, activities), dtype=np.uint8)
    for g in np.flatnonzero(data.group_exclusive).tolist():
        members = data.member[data.member_ptr[g] : data.member_ptr[g + 1]]
        table[members[:, None], members] = 1
    np.fill_diagonal(table, 0)
    ends = np.repeat(np.arange(activities), np.diff(data.link_ptr))
    table[ends, data.link_other] = 0  # a link that holds keeps them apart
    rows, others = np.nonzero(table)
    return pointers(np.bincount(rows, minlength=activities).tolist()), others.astype(np.int32), table


def _choices(data: SeasonData) -> Ints:
    """How many rooms each activity may use."""
    if not data.campuses:
        return np.zeros(len(data.duration), dtype=np.int64)
    return np.diff(data.candidate_ptr[:: data.campuses])


def _candidates(data: SeasonData) -> Ints:
    """Rooms that each activity may use, as masks, shape ``(a, words)``."""
    bits = np.zeros((len(data.duration), len(data.room_campus)), dtype=np.bool_)
    bits[np.repeat(np.arange(len(bits)), _choices(data)), data.candidate_room] = True
    return masks_from_bits(bits)


def _open_rooms(data: SeasonData) -> tuple[Ints, Ints]:
    """Profile of each activity, and which rooms are open from a start on to those of a profile, as masks.

    Activities of one length and kind without bans share a profile; the masks have the shape ``(profiles, t, words)``.
    """
    profiles: dict[tuple[int, int, int], int] = {}
    profile = np.zeros(len(data.duration), dtype=np.int64)
    tables: list[Ints] = []
    for a, (duration, kind) in enumerate(zip(data.duration.tolist(), data.kind_of.tolist(), strict=True)):
        bans = range(data.ban_ptr[a], data.ban_ptr[a + 1])
        key = (duration, kind, a if bans else -1)
        if key not in profiles:
            profiles[key] = len(tables)
            bits = _open_bits(data, duration, kind)
            for b in bans:
                banned = bits_from_masks(data.ban_starts[b], data.slots)
                days = slice(None) if data.ban_day[b] < 0 else slice(data.ban_day[b], data.ban_day[b] + 1)
                bits[data.ban_room[b], days] &= ~banned
            tables.append(masks_from_bits(bits.reshape(len(bits), data.days * data.slots).T))
        profile[a] = profiles[key]
    return profile, np.ascontiguousarray(np.stack(tables))


def _open_bits(data: SeasonData, duration: int, kind: int) -> npt.NDArray[np.bool_]:
    """Starts in the opening hours that meet no closure, shape ``(r, d, slots)``."""
    classes = np.flatnonzero(data.fit_bare == duration)
    if not len(classes) or not len(data.room_campus):  # nobody of this length has a room
        return np.zeros((len(data.room_campus), data.days, data.slots), dtype=np.bool_)
    opening = data.open_starts[classes[0]]
    masks = np.stack(
        [
            opening[r] & fitting_masks(data.room_free[r], duration + int(data.room_turnover[r, kind]))
            for r in range(len(data.room_campus))
        ]
    )
    return bits_from_masks(masks, data.slots)
