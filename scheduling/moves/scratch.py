"""Scratch arrays of one search, so that kernels allocate nothing."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints, SeasonData

MAX_EJECTED = 60

# rows of Scratch.masks for the kernels of `scheduling.moves.ejection`
ALLOWED, GROUPS_FREE, CHANNEL_FREE = range(3)


class Scratch(NamedTuple):
    """Scratch of one search."""

    placement: Ints
    rooms: Ints
    forced: Ints
    forced_rooms: Ints
    ejected: Ints
    forced_ejected: Ints
    chosen_rooms: Ints
    chosen_costs: npt.NDArray[np.float64]
    staff_ejected: Ints  # (l,) cheapest request to eject for a staff limit, -2 not looked up
    people_cost: npt.NDArray[np.float64]  # (slots,) what an activity's people at least cost at a start
    seen: Ints  # (q,) stamps
    seen_stamp: Ints  # (1,)
    masks: Ints
    spare: Ints
    start_cost: Ints  # (slots, max_rooms) cheapest rooms of each start
    start_rooms: Ints
    order: Ints  # (q,) requests to insert again
    rank: Ints


def new_scratch(data: SeasonData) -> Scratch:
    """Scratch arrays for a season."""

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Scratch(
        placement=zeros(5),
        rooms=zeros(data.max_rooms),
        forced=zeros(5),
        forced_rooms=zeros(data.max_rooms),
        ejected=zeros(MAX_EJECTED + 1),
        forced_ejected=zeros(MAX_EJECTED + 1),
        chosen_rooms=zeros(data.max_rooms),
        chosen_costs=np.zeros(data.max_rooms, dtype=np.float64),
        staff_ejected=zeros(len(data.staff_size)),
        people_cost=np.zeros(data.slots, dtype=np.float64),
        seen=zeros(len(data.weight)),
        seen_stamp=zeros(1),
        masks=zeros(3, data.words),
        spare=zeros(data.max_rooms + 6, data.words),
        start_cost=zeros(data.slots, data.max_rooms),
        start_rooms=zeros(data.slots, data.max_rooms),
        order=zeros(len(data.weight)),
        rank=zeros(len(data.weight)),
    )
