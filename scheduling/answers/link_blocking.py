"""The starts that links with placed activities close."""

from collections.abc import Iterator

import numpy as np

from scheduling.answers.group_blocking import Closed
from scheduling.arrays.season import Season
from scheduling.moves.state import State


def closed_by_links(season: Season, state: State, a: int, c: int) -> Iterator[Closed]:
    """Every closing of an activity by the activities it is linked to, were it on campus ``c`` (-1: on none)."""
    data = season.data
    start = np.arange(data.slots)
    whole = np.ones(data.slots, dtype=np.bool_)
    for j in range(data.link_ptr[a], data.link_ptr[a + 1]):
        b = int(data.link_other[j])
        if state.day[b] < 0:
            continue
        follows = bool(data.link_follows[j])
        least, most, first, last = data.link_gaps[j].tolist()
        for day in range(data.days):
            days = int(day - state.day[b] if follows else state.day[b] - day)
            if data.link_same_campus[j] and c >= 0 and state.campus[b] >= 0 and c != state.campus[b]:
                yield Closed("link_campus", None, day, whole, (b,))
            elif days < 0:
                yield Closed("link_order", None, day, whole, (b,))
            elif not first <= days <= last:
                yield Closed("link_days", None, day, whole, (b,))
            elif days == 0:
                pause = start - int(state.start[b] + data.duration[b])
                if not follows:
                    pause = int(state.start[b] - data.duration[a]) - start
                yield Closed("link_order", None, day, pause < 0, (b,))
                yield Closed("link_gap", None, day, (pause >= 0) & ~((pause >= least) & (pause <= most)), (b,))
