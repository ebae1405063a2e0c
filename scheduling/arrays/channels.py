"""Arrays of channels: those that nothing tells apart are pooled."""

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from scheduling.arrays.rooms import turnovers
from scheduling.arrays.season_data import Ints, ints, pointers
from scheduling.arrays.season_index import SeasonIndex
from scheduling.arrays.time_grid import interval_bits, masks_from_bits
from scheduling.model.problem import Activity


def channel_arrays(index: SeasonIndex) -> tuple[list[tuple[int, ...]], dict[str, Ints]]:
    """Channels that nothing tells apart form a class; those alike on a day and free of holds, a pool.

    Only numbers count inside a pool; names are given at the end, which always succeeds: intervals of one
    day overlapping at most ``size`` times can be coloured with ``size`` colours from left to right.
    """
    channels = index.problem.channels
    listed = defaultdict(list)
    for i, a in enumerate(index.activities):
        for channel_id in a.channels or ():
            listed[channel_id].append(i)
    classes: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for i, channel in enumerate(channels):
        key = (
            tuple(sorted(channel.features)),
            channel.turnover_slots,
            tuple(sorted(channel.turnover_by_kind.items())),
            tuple(listed[channel.id]),
        )
        classes[key].append(i)
    groups = list(classes.values())
    index.channel_groups = groups
    named = {(h.channel, h.day) for h in index.problem.fixed if h.channel is not None}
    blocked = {i: interval_bits(c.blocked, index.days, index.slots) for i, c in enumerate(channels)}
    opened = {
        i: np.ones((index.days, index.slots), dtype=np.bool_)
        if c.open is None
        else interval_bits(c.open, index.days, index.slots)
        for i, c in enumerate(channels)
    }
    pools: list[tuple[int, ...]] = []
    pool_counts: list[int] = []
    free: list[npt.NDArray[np.bool_]] = []
    opening: list[npt.NDArray[np.bool_]] = []
    for group in groups:
        for day in range(index.days):
            alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
            for i in group:
                name = channels[i].id if (channels[i].id, day) in named else None
                alike[name, blocked[i][day].tobytes(), opened[i][day].tobytes()].append(i)
            for members in alike.values():
                pools.append(tuple(members))
                free.append(~blocked[members[0]][day])
                opening.append(opened[members[0]][day])
            pool_counts.append(len(alike))
    return pools, channel_choice(index) | {
        "pool_ptr": pointers(pool_counts),
        "pool_size": ints([len(p) for p in pools]),
        "pool_free": masks_from_bits(np.array(free).reshape(-1, index.slots)),
        "pool_open": masks_from_bits(np.array(opening).reshape(-1, index.slots)),
        "pool_turnover": turnovers(index, [channels[p[0]] for p in pools]),
    }


def channel_choice(index: SeasonIndex) -> dict[str, Ints]:
    """Channel classes by activity."""
    usable = [usable_channels(index, a) for a in index.activities]
    return {
        "channel_ptr": pointers([len(own) for own in usable]),
        "channel_class": ints([k for own in usable for k in own]),
    }


def usable_channels(index: SeasonIndex, activity: Activity) -> list[int]:
    """Channel classes that an activity may use."""
    if not activity.needs_channel:
        return []
    usable = []
    for k, group in enumerate(index.channel_groups):
        channel = index.problem.channels[group[0]]
        allowed = activity.channels is None or channel.id in activity.channels
        if allowed and set(activity.channel_features) <= set(channel.features):
            usable.append(k)
    return usable
