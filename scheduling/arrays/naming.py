"""Placements as plain numbers, and as the names that a solution carries."""

from scheduling.arrays.season import Season
from scheduling.arrays.season_data import SeasonData
from scheduling.model.solution import Placement, Solution

# a placement as plain numbers: day, start, campus, pool, rooms; comparable, hashable, cheap to send
IndexPlacement = tuple[int, int, int, int, tuple[int, ...]]


def index_placements(season: Season, solution: Solution) -> dict[int, IndexPlacement]:
    """A solution's placements as numbers; unknown names are left out."""
    problem = season.problem
    rooms = {r.id: i for i, r in enumerate(problem.rooms)}
    channels = {c.id: i for i, c in enumerate(problem.channels)}
    pools: dict[tuple[int, int], int] = {}
    for k in range((len(season.data.pool_ptr) - 1) // season.data.days):
        for d in range(season.data.days):
            i = k * season.data.days + d
            for pool in range(season.data.pool_ptr[i], season.data.pool_ptr[i + 1]):
                pools |= {(channel, d): pool for channel in season.pool_channels[pool]}
    found: dict[int, IndexPlacement] = {}
    for p in solution.placements:
        if p.activity not in season.activity_index or not set(p.rooms) <= set(rooms):
            continue
        pool = -1
        if p.channel is not None:
            if (channels.get(p.channel, -1), p.day) not in pools:
                continue
            pool = pools[channels[p.channel], p.day]
        own = tuple(rooms[r] for r in p.rooms)
        campus = int(season.data.room_campus[own[0]]) if own else -1
        found[season.activity_index[p.activity]] = (p.day, p.start, campus, pool, own)
    return found


def solution_of(season: Season, placements: dict[int, IndexPlacement]) -> Solution:
    """A solution from placements as numbers, its activities in the order of the arrays."""
    ids = {a: season.activities[a].id for a in sorted(placements)}
    named = name_placements(season, season.data, placements, ids)
    return Solution(placements=tuple(named[a] for a in ids))


def name_placements(
    season: Season, data: SeasonData, placements: dict[int, IndexPlacement], ids: dict[int, str]
) -> dict[int, Placement]:
    """Placements with rooms and channels by name.

    Inside a pool, channels are handed out from left to right: at most ``size`` activities overlap at any slot, so
    some channel is always free again (interval graphs are perfect).

    Parameters
    ----------
    data
        The season's arrays, or longer ones that begin with them.
    ids
        Name of each activity in ``placements``.
    """
    free_from: dict[int, list[int]] = {}
    named: dict[int, Placement] = {}
    for a, (day, start, _, pool, rooms) in sorted(placements.items(), key=lambda item: item[1][1]):
        channel = None
        if pool >= 0:
            ends = free_from.setdefault(pool, [0] * len(season.pool_channels[pool]))
            # fixed placements may overlap in a channel of one name, hence the fallback
            number = next((i for i, end in enumerate(ends) if end <= start), 0)
            ends[number] = start + int(data.duration[a] + data.pool_turnover[pool, data.kind_of[a]])
            channel = season.problem.channels[season.pool_channels[pool][number]].id
        named[a] = Placement(
            activity=ids[a],
            day=day,
            start=start,
            rooms=tuple(season.problem.rooms[r].id for r in rooms),
            channel=channel,
        )
    return named
