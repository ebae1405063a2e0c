"""Arrays of rooms: closures, opening hours, turnover, who may use which."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints, ints, pointers
from scheduling.arrays.season_index import SeasonIndex
from scheduling.arrays.time_grid import fitting_masks, interval_bits, masks_from_bits
from scheduling.model.problem import Channel, Room, turnover_slots


def room_arrays(index: SeasonIndex) -> dict[str, Ints]:
    """Closures and costs by room, and what `candidate_arrays` adds."""
    rooms = index.problem.rooms
    rows = np.ones((len(rooms), index.days, index.slots), dtype=np.bool_)
    for r, room in enumerate(rooms):
        rows[r] = ~interval_bits(room.blocked, index.days, index.slots)
    return {
        "room_campus": ints([index.campus_index[r.campus] for r in rooms]),
        "room_free": masks_from_bits(rows),
        "room_cost": ints([r.cost for r in rooms]),
        "room_capacity": ints([r.capacity for r in rooms]),
    } | candidate_arrays(index)


def candidate_arrays(index: SeasonIndex) -> dict[str, Ints]:
    """Rooms by activity and campus, with the lengths they are taken for, and rooms forbidden at times."""
    rooms = index.problem.rooms
    classes: dict[tuple[int, int], int] = {}
    counts: list[int] = []
    candidates: list[int] = []
    candidate_class: list[int] = []
    bans: list[tuple[int, int, npt.NDArray[np.bool_]]] = []
    ban_counts = []
    class_of: dict[tuple[int, str, int], int] = {}
    for i, a in enumerate(index.activities):
        by_campus = index.chooser.rooms_by_campus(a, index.problem.requests[index.request_of[i]])
        for campus in index.problem.campuses:
            here = by_campus.get(campus.id, ()) if a.rooms_needed else ()
            counts.append(len(here))
            candidates += here
            for r in here:
                key = a.duration_slots, a.kind, r
                if key not in class_of:
                    total = a.duration_slots + turnover_slots(rooms[r], a.kind)
                    class_of[key] = classes.setdefault((a.duration_slots, total), len(classes))
                candidate_class.append(class_of[key])
        before = len(bans)
        for placement in a.forbidden:
            if placement.room is not None and (placement.day is not None or placement.start is not None):
                starts = np.zeros(index.slots, dtype=np.bool_)
                starts[slice(None) if placement.start is None else slice(placement.start, placement.start + 1)] = True
                bans.append((index.room_index[placement.room], -1 if placement.day is None else placement.day, starts))
        ban_counts.append(len(bans) - before)
    lengths = list(classes) or [(1, 1)]
    return {
        "room_turnover": turnovers(index, rooms),
        "fit_bare": ints([bare for bare, _ in lengths]),
        "fit_total": ints([total for _, total in lengths]),
        "open_starts": open_starts(index, [bare for bare, _ in lengths]),
        "candidate_ptr": pointers(counts),
        "candidate_room": ints(candidates),
        "candidate_class": ints(candidate_class),
        "ban_ptr": pointers(ban_counts),
        "ban_room": ints([room for room, _, _ in bans]),
        "ban_day": ints([day for _, day, _ in bans]),
        "ban_starts": masks_from_bits(np.array([s for _, _, s in bans]).reshape(-1, index.slots)),
    }


def open_starts(index: SeasonIndex, bare: Sequence[int]) -> Ints:
    """Starts whose bare time lies in the opening hours, shape ``(classes, r, d, words)``."""
    if index.opening is None:
        rows = np.ones((len(index.problem.rooms), index.days, index.slots), dtype=np.bool_)
        for r, room in enumerate(index.problem.rooms):
            if room.open is not None:
                rows[r] = interval_bits(room.open, index.days, index.slots)
        index.opening = masks_from_bits(rows)
    by_length = {length: fitting_masks(index.opening, length) for length in set(bare)}
    return np.ascontiguousarray(np.stack([by_length[length] for length in bare]))


def turnovers(index: SeasonIndex, resources: Sequence[Room | Channel]) -> Ints:
    """Turnover by resource and kind, in slots."""
    table = [[turnover_slots(r, kind) for kind in index.kinds or ("",)] for r in resources]
    return np.array(table, dtype=np.int64).reshape(len(resources), max(1, len(index.kinds)))
