"""A board with room for one more request at the end of its arrays.

A season of 5,000 takes a fifth of a second to compile, and copying its arrays for a newcomer still takes two
milliseconds. An `ExtendedBoard` copies them once, with room to spare behind the last request; a newcomer then only
writes its own few numbers there, and everything about resources is shared with the board that was copied.
"""

import numpy as np

from scheduling.answers.newcomer import Fields
from scheduling.arrays.rooms import open_starts
from scheduling.arrays.season_data import Ints, SeasonData
from scheduling.moves.board import Board
from scheduling.moves.state import State, refresh_rooms

# pointers by activity, with the arrays they delimit
ROWS = {
    "row_ptr": ("row_pattern", "row_bonus"),
    "candidate_ptr": ("candidate_room", "candidate_class"),
    "ban_ptr": ("ban_room", "ban_day", "ban_starts"),
    "channel_ptr": ("channel_class",),
    "exclusive_ptr": ("exclusive_group",),
    "counted_ptr": ("counted_group",),
    "link_ptr": ("link_other", "link_follows", "link_gaps", "link_same_campus"),
}
PER_ACTIVITY = (
    "duration",
    "rooms_needed",
    "needed_capacity",
    "needs_channel",
    "kind_of",
    "first_day",
    "last_day",
    "reference_day",
    "reference_start",
    "reference_campus",
    "reference_pool",
    "reference_rooms",
    "reference_room_count",
    "immovable",
    "tentative",
)
STATE_PER_ACTIVITY = {
    "day": -1,
    "start": 0,
    "campus": -1,
    "pool": -1,
    "rooms": 0,
    "room_count": 0,
    "day_next": -1,
    "day_previous": -1,
    "first_day": 0,
    "last_day": 0,
    "fixed": 0,
    "saved": 0,
    "saved_rooms": 0,
    "incumbent": -1,
    "incumbent_rooms": 0,
}
STATE_PER_REQUEST = {
    "placed_activities": 0,
    "must": 0,
    "penalty": 1,
    "queue": 0,
    "queue_index": -1,
    "touched": 0,
    "touched_stamp": 0,
    "mark": 0,
}
SPARE_CLASSES = 8  # lengths with turnover that no request of the season has
# what a search of chains leaves behind although every placement is as it was
MEMORY = ("day_head", "day_next", "day_previous", "fixed", "penalty", "touched_stamp", "random", "info")


class ExtendedBoard(Board):
    """A board with one request more, the last one, which changes from question to question.

    Whatever is placed on it is placed on the resources of the board below too, so `leave` must follow `enter`.

    Parameters
    ----------
    base
        The board whose season is extended.

    Attributes
    ----------
    q
        Index of the newcomer; its activities are the last ones.
    """

    def __init__(self, base: Board) -> None:
        self.base = base
        self.q, self.first = len(base.data.weight), len(base.data.duration)
        lengths = zip(base.data.fit_bare.tolist(), base.data.fit_total.tolist(), strict=True)
        self.classes = {pair: k for k, pair in enumerate(lengths)}
        self.spare = {"activities": 8, "patterns": 128, "kinds": 8, "members": 4, "rooms": 4}
        self.spare |= dict.fromkeys(ROWS, 256)
        self.members: list[int] = []
        data = self._extended_data(0)
        super().__init__(base.season, data, self._extended_state(data))
        self._open_classes()

    def enter(self, fields: Fields) -> None:
        """Take a newcomer in, without a placement; see `scheduling.answers.newcomer.newcomer_fields`."""
        needed = _needed(fields, self.base.data.max_rooms)
        classes = self._new_classes(fields)
        full = len(self.classes) + classes > len(self.data.fit_total)
        if full or any(needed[name] > room for name, room in self.spare.items()):
            self.spare = {name: max(room, 2 * needed[name]) for name, room in self.spare.items()}
            data = self._extended_data(classes)
            self.attach(data, self._extended_state(data))
            self._open_classes()
        self._write(fields)
        self._memory = {name: getattr(self.state, name).copy() for name in MEMORY}

    def clear(self) -> None:
        """Take its activities out of their placements."""
        for a in self.activities:
            if self.state.day[a] >= 0:
                self.take(a)

    def leave(self) -> None:
        """Take the newcomer out, with every trace of what was tried for it."""
        self.clear()
        for i in self.members:
            self.data.member[i] = len(self.data.duration) - 1  # the sentinel
        self.members.clear()
        for name, kept in self._memory.items():
            getattr(self.state, name)[:] = kept

    @property
    def activities(self) -> range:
        """Indices of the newcomer's activities."""
        return range(self.first, int(self.data.activity_ptr[self.q + 1]))

    def _extended_data(self, new_classes: int) -> SeasonData:
        """Copy the arrays with room to spare; one activity more than that is a sentinel that never has a placement."""
        base, spare = self.base.data, self.spare
        more = spare["activities"] + 1
        placements = base.max_rooms + spare["rooms"]
        merged: dict[str, Ints | int] = {"max_rooms": placements}
        for name in (*PER_ACTIVITY, "request_of"):
            merged[name] = _longer(getattr(base, name), more, placements if name == "reference_rooms" else 0)
        merged["request_of"][self.first :] = self.q  # type: ignore[index]
        merged["weight"] = _longer(base.weight, 1)
        merged["activity_ptr"] = _longer(base.activity_ptr, 1)
        for pointer, names in ROWS.items():
            width = base.campuses if pointer == "candidate_ptr" else 1
            merged[pointer] = _longer(getattr(base, pointer), more * width)
            merged |= {name: _longer(getattr(base, name), spare[pointer]) for name in names}
        for name in ("pattern_starts", "pattern_preference"):
            merged[name] = _longer(getattr(base, name), spare["patterns"])
        for name in ("room_turnover", "pool_turnover"):
            merged[name] = _longer(getattr(base, name).T, spare["kinds"]).T.copy()
        classes = len(self.classes) - len(base.fit_total) + new_classes + SPARE_CLASSES
        for name in ("fit_bare", "fit_total", "open_starts"):
            merged[name] = _longer(getattr(base, name), classes)
        merged["fit_total"][len(base.fit_total) :] = 1  # type: ignore[index]
        self._spread_members(merged, self.first + more - 1)
        return base._replace(**merged)  # type: ignore[arg-type]

    def _spread_members(self, merged: dict[str, Ints | int], sentinel: int) -> None:
        """Room for the newcomer at the end of every group's members."""
        base, gap = self.base.data, self.spare["members"]
        ends = np.repeat(base.member_ptr[1:], gap)
        merged["member"] = np.insert(base.member, ends, sentinel)
        merged["member_ptr"] = base.member_ptr + gap * np.arange(len(base.member_ptr))

    def _extended_state(self, data: SeasonData) -> State:
        """Copy the state with room for the arrays of ``data``; resources are shared."""
        base, more, placements = self.base.state, len(data.duration) - self.first, data.max_rooms
        merged: dict[str, Ints] = {}
        for name, value in STATE_PER_ACTIVITY.items():
            merged[name] = _longer(getattr(base, name), more, placements if name.endswith("rooms") else 0)
            merged[name][self.first :] = value
        for name, value in STATE_PER_REQUEST.items():
            merged[name] = _longer(getattr(base, name), 1)
            merged[name][self.q] = value
        merged |= {name: getattr(base, name).copy() for name in ("info", "random", "day_head")}
        merged["fits"] = np.zeros((len(data.fit_total), *base.fits.shape[1:]), dtype=np.int64)
        return base._replace(**merged)  # type: ignore[arg-type]

    def _new_classes(self, fields: Fields) -> int:
        pairs = zip(fields["fit_bare"].tolist(), fields["fit_total"].tolist(), strict=True)
        return len({pair for pair in pairs if pair not in self.classes})

    def _open_classes(self) -> None:
        """Write every known pair of lengths into the arrays and find its free starts."""
        for pair, k in self.classes.items():
            self._open_class(k, pair)
        refresh_rooms(self.data_handle, self.state_handle)

    def _open_class(self, k: int, pair: tuple[int, int]) -> None:
        self.data.fit_bare[k], self.data.fit_total[k] = pair
        self.data.open_starts[k] = open_starts(self.season.index, [pair[0]])[0]

    def _write(self, fields: Fields) -> None:
        """Put the newcomer's numbers behind the season's."""
        data, base, first = self.data, self.base.data, self.first
        last = first + len(fields["duration"])
        data.weight[self.q] = fields["weight"][0]
        data.activity_ptr[self.q + 1] = last
        patterns, kinds = len(base.pattern_starts), base.room_turnover.shape[1]
        new = len(fields["pattern_starts"])
        data.pattern_starts[patterns : patterns + new] = fields["pattern_starts"]
        data.pattern_preference[patterns : patterns + new] = fields["pattern_preference"]
        numbered = {
            **fields,
            "row_pattern": np.where(fields["row_pattern"] < 0, -1, fields["row_pattern"] + patterns),
            "candidate_class": self._classes_of(fields)[fields["candidate_class"]],
        }
        for i in range(fields["room_turnover"].shape[1]):
            data.room_turnover[:, kinds + i] = fields["room_turnover"][:, i]
            data.pool_turnover[:, kinds + i] = fields["pool_turnover"][:, i]
        for name in PER_ACTIVITY:
            own = fields[name]
            array = getattr(data, name)[first:last]
            if own.ndim == 2:
                array[:, : own.shape[1]] = own
            else:
                array[:] = own
        for pointer, names in ROWS.items():
            old = getattr(base, pointer)
            own = fields[pointer]
            getattr(data, pointer)[len(old) : len(old) + len(own) - 1] = own[1:] + old[-1]
            for name in names:
                getattr(data, name)[old[-1] : old[-1] + own[-1]] = numbered[name]
        self.state.first_day[first:last] = data.first_day[first:last]
        self.state.last_day[first:last] = data.last_day[first:last]
        self.state.fixed[first:last] = 0
        self._join_groups(fields)

    def _classes_of(self, fields: Fields) -> Ints:
        """Numbers of the newcomer's fit classes; new ones are kept for later newcomers."""
        numbers = []
        known = len(self.classes)
        for pair in zip(fields["fit_bare"].tolist(), fields["fit_total"].tolist(), strict=True):
            if pair not in self.classes:
                self.classes[pair] = len(self.classes)
                self._open_class(self.classes[pair], pair)
            numbers.append(self.classes[pair])
        if len(self.classes) > known:
            refresh_rooms(self.data_handle, self.state_handle)
        return np.array(numbers, dtype=np.int64)

    def _join_groups(self, fields: Fields) -> None:
        taken: dict[int, int] = {}
        for i in range(len(fields["duration"])):
            own = set()
            for pointer, name in (("exclusive_ptr", "exclusive_group"), ("counted_ptr", "counted_group")):
                own |= set(fields[name][fields[pointer][i] : fields[pointer][i + 1]].tolist())
            for g in own:
                taken[g] = taken.get(g, 0) + 1
                at = int(self.data.member_ptr[g + 1]) - taken[g]
                self.data.member[at] = self.first + i
                self.members.append(at)


def _needed(fields: Fields, max_rooms: int) -> dict[str, int]:
    """How much of each spare room a newcomer takes."""
    count = len(fields["duration"])
    needed = {
        "activities": count,
        "patterns": len(fields["pattern_starts"]),
        "kinds": fields["room_turnover"].shape[1],
        "members": count,
        "rooms": int(fields["rooms_needed"].max(initial=0)) - max_rooms,
    }
    return needed | {pointer: int(fields[pointer][-1]) for pointer in ROWS}


def _longer(array: Ints, more: int, width: int = 0) -> Ints:
    """A contiguous copy with so many zero rows behind; ``width``: and so many columns."""
    shape = (len(array) + more, *array.shape[1:])
    if width:
        shape = (shape[0], width)
    result = np.zeros(shape, dtype=array.dtype)
    if width:
        result[: len(array), : array.shape[1]] = array
    else:
        result[: len(array)] = array
    return result
