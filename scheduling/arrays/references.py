"""Arrays of the reference placements of fixed activities."""

from collections import defaultdict

import numpy as np

from scheduling.arrays.season_data import Ints
from scheduling.arrays.season_index import SeasonIndex


def reference_arrays(index: SeasonIndex, pools: list[tuple[int, ...]], max_rooms: int) -> dict[str, Ints]:
    """Reference placements by activity, and which of them may move."""
    count = len(index.activities)
    day = np.full(count, -1, dtype=np.int64)
    start, campus, pool = np.zeros(count, np.int64), np.full(count, -1), np.full(count, -1)
    rooms, room_count = np.full((count, max_rooms), -1), np.zeros(count, np.int64)
    tentative, immovable = np.zeros(count, np.int64), np.zeros(count, np.int64)
    singles: dict[tuple[int, int], int] = {}
    for p, (members, pool_day) in enumerate(zip(pools, pool_days(pools), strict=True)):
        if len(members) == 1:
            singles[members[0], pool_day] = p
    fixed_ids = {h.activity for h in index.problem.fixed}
    for entry in index.problem.fixed:
        a = index.activity_index[entry.activity]
        day[a], start[a] = entry.day, entry.start
        indices = [index.room_index[r] for r in entry.rooms]
        rooms[a, : len(indices)] = indices
        room_count[a] = len(indices)
        if indices:
            campus[a] = index.campus_index[index.problem.rooms[indices[0]].campus]
        if entry.channel is not None:
            pool[a] = singles[index.channel_index[entry.channel], entry.day]
        siblings = index.problem.requests[index.request_of[a]].activities
        # a request that is fixed only in part cannot be ejected as a whole, so that part stays
        whole = all(s.id in fixed_ids for s in siblings)
        tentative[a] = entry.state == "tentative" and whole
        immovable[a] = not tentative[a]
    return {
        "reference_day": day,
        "reference_start": start,
        "reference_campus": campus.astype(np.int64),
        "reference_pool": pool.astype(np.int64),
        "reference_rooms": rooms.astype(np.int64),
        "reference_room_count": room_count,
        "immovable": immovable,
        "tentative": tentative,
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
