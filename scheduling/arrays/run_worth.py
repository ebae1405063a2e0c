"""The worth of a free run of slots in a room: the bookings that it could take, weighted by demand."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from scheduling.arrays.time_grid import bits_from_masks

Ints = npt.NDArray[np.int64]

SCALE = 100


def run_worth(fields: Mapping[str, Any]) -> Ints:
    """Worth of a free run by room and length, shape ``(r, slots + 1)``.

    A run of ``n`` slots takes ``floor(n / m)`` bookings of ``m`` slots. Each counts its slots, times the share of the
    room's free time that bookings of this length would fill if every activity spread evenly over the rooms it could
    use. A booking costs what its run loses: nine slots cut in two cost their nine where bookings of nine are asked
    for, and little where all want four.

    Parameters
    ----------
    fields
        Arrays of `scheduling.arrays.season_data.SeasonData` by name.
    """
    slots, campuses, room_free = fields["slots"], fields["campuses"], fields["room_free"]
    rooms = len(room_free)
    lengths, length_of = np.unique(fields["fit_total"], return_inverse=True)
    pointer = fields["candidate_ptr"]
    offered = np.diff(pointer[::campuses]) if campuses else np.zeros(0, dtype=np.int64)
    activity = np.repeat(np.arange(len(offered)), offered)
    length = length_of[fields["candidate_class"]]
    asked = np.zeros((rooms, len(lengths)))
    np.add.at(
        asked,
        (fields["candidate_room"], length),
        fields["rooms_needed"][activity] * lengths[length] / offered[activity],
    )
    free = bits_from_masks(room_free, slots).sum(axis=(1, 2))
    share = asked / np.maximum(1, free)[:, None]
    pieces = np.arange(slots + 1) // lengths[:, None] * lengths[:, None]
    worth: Ints = np.rint(SCALE * share @ pieces).astype(np.int64)
    return worth
