"""Arrays of held places."""

from collections import defaultdict

import numpy as np

from scheduling.arrays.season_data import Ints
from scheduling.arrays.season_index import SeasonIndex


def held_arrays(index: SeasonIndex, pools: list[tuple[int, ...]], room_places: int) -> dict[str, Ints]:
    """Held places by activity, and which of them may move."""
    count = len(index.activities)
    held_day = np.full(count, -1, dtype=np.int64)
    start, campus, pool = np.zeros(count, np.int64), np.full(count, -1), np.full(count, -1)
    rooms, room_count = np.full((count, room_places), -1), np.zeros(count, np.int64)
    tentative, fixed = np.zeros(count, np.int64), np.zeros(count, np.int64)
    singles: dict[tuple[int, int], int] = {}
    for p, (members, day) in enumerate(zip(pools, pool_days(pools), strict=True)):
        if len(members) == 1:
            singles[members[0], day] = p
    held_ids = {h.activity for h in index.problem.held}
    for held in index.problem.held:
        a = index.activity_index[held.activity]
        held_day[a], start[a] = held.day, held.start
        indices = [index.room_index[r] for r in held.rooms]
        rooms[a, : len(indices)] = indices
        room_count[a] = len(indices)
        if indices:
            campus[a] = index.campus_index[index.problem.rooms[indices[0]].campus]
        if held.channel is not None:
            pool[a] = singles[index.channel_index[held.channel], held.day]
        siblings = index.problem.requests[index.request_of[a]].activities
        # a request held only in part cannot be ejected as a whole, so its held part stays
        whole = all(s.id in held_ids for s in siblings)
        tentative[a] = held.state == "tentative" and whole
        fixed[a] = not tentative[a]
    return {
        "held_day": held_day,
        "held_start": start,
        "held_campus": campus.astype(np.int64),
        "held_pool": pool.astype(np.int64),
        "held_rooms": rooms.astype(np.int64),
        "held_room_count": room_count,
        "held_fixed": fixed,
        "held_tentative": tentative,
    }


def pool_days(pools: list[tuple[int, ...]]) -> list[int]:
    """Day of each pool: a channel is in exactly one pool a day, and pools are listed day by day."""
    seen: dict[int, int] = defaultdict(int)
    days = []
    for members in pools:
        days.append(seen[members[0]])
        for channel in members:
            seen[channel] += 1
    return days
