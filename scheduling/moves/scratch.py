"""Scratch arrays of one search, so that kernels allocate nothing."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints, SeasonData

MAX_VICTIMS = 60

# rows of Work.masks beside the scratch of places
ALLOWED, GROUPS_FREE, LINKS_KEPT, CHANNEL_FREE = range(4)


class Work(NamedTuple):
    """Scratch of one search."""

    place: Ints
    rooms: Ints
    forced: Ints
    forced_rooms: Ints
    victims: Ints
    forced_victims: Ints
    chosen_rooms: Ints
    chosen_costs: npt.NDArray[np.float64]
    staff_victim: Ints  # (l,) cheapest request to eject for a staff limit, -2 not looked up
    masks: Ints
    scratch: Ints
    start_cost: Ints  # (slots, room_places) cheapest rooms of each start
    start_rooms: Ints
    order: Ints  # (q,) requests to insert again
    rank: Ints


def new_work(data: SeasonData) -> Work:
    """Scratch arrays for a season."""

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Work(
        place=zeros(5),
        rooms=zeros(data.room_places),
        forced=zeros(5),
        forced_rooms=zeros(data.room_places),
        victims=zeros(MAX_VICTIMS + 1),
        forced_victims=zeros(MAX_VICTIMS + 1),
        chosen_rooms=zeros(data.room_places),
        chosen_costs=np.zeros(data.room_places, dtype=np.float64),
        staff_victim=zeros(len(data.staff_size)),
        masks=zeros(4, data.words),
        scratch=zeros(data.room_places + 6, data.words),
        start_cost=zeros(data.slots, data.room_places),
        start_rooms=zeros(data.slots, data.room_places),
        order=zeros(len(data.weight)),
        rank=zeros(len(data.weight)),
    )
