"""The order in which a season's requests are inserted, and whether people or rooms are scarce."""

import numpy as np

from scheduling.arrays.season import Season
from scheduling.arrays.season_data import Ints
from scheduling.moves.ejection import SHARED_PEOPLE


def construction_order(season: Season) -> Ints:
    """Requests by weight per room-slot they need, heavy first."""
    data = season.data
    if len(data.weight) == 0:
        return np.zeros(0, dtype=np.int64)
    need = data.duration * np.maximum(1, data.rooms_needed) + 4.0
    per_request = np.add.reduceat(need, data.activity_ptr[:-1])
    return np.argsort(-(data.weight / per_request), kind="stable").astype(np.int64)


def people_are_shared(season: Season) -> bool:
    """Whether activities share so many teams that the guided scheme is the better one."""
    activities = len(season.data.duration)
    return activities > 0 and len(season.data.exclusive_group) > SHARED_PEOPLE * activities
