"""The arrays of one more request alone, in the numbering of a compiled season."""

from collections import defaultdict
from collections.abc import Sequence
from copy import copy

import msgspec
import numpy as np

from scheduling.arrays.activities import link_rows, request_arrays, start_arrays
from scheduling.arrays.channels import channel_choice
from scheduling.arrays.groups import membership
from scheduling.arrays.references import reference_arrays
from scheduling.arrays.rooms import candidate_arrays, turnovers
from scheduling.arrays.season import Season
from scheduling.arrays.season_data import Ints
from scheduling.arrays.season_index import SeasonIndex
from scheduling.arrays.time_grid import masks_from_bits
from scheduling.model.problem import Link, Request

Fields = dict[str, Ints]


def newcomer_fields(season: Season, request: Request, links: Sequence[Link] = ()) -> Fields:
    """Everything that depends on the request: its activities, starts, room choice with fit classes, groups, links.

    Parameters
    ----------
    links
        Links between the newcomer and activities of the season.

    Returns
    -------
    dict
        As `scheduling.arrays.season_data.SeasonData` names them. Resources and known kinds keep their indices,
        activities follow the season's; patterns and fit classes start from 0, new kinds follow the known ones.
    """
    index = copy(season.index)
    index.problem = msgspec.structs.replace(season.problem, requests=(request,), links=(), fixed=())
    index.use_requests()
    known = season.index.kinds or {"": 0}
    new = [kind for kind in index.kinds if kind not in known]
    index.kinds = {**known, **{kind: len(known) + i for i, kind in enumerate(new)}}
    fields: Fields = request_arrays(index) | start_arrays(index)
    fields |= channel_choice(index) | membership(index)
    fields |= reference_arrays(index, [], season.data.max_rooms)
    names = {a.id: len(season.activities) + i for i, a in enumerate(index.activities)}
    fields |= _link_fields({**season.activity_index, **names}, (*request.links, *links), list(names.values()))
    index.kinds = {}
    return fields | candidate_arrays(index) | _turnovers(season, index, new)


def _turnovers(season: Season, index: SeasonIndex, kinds: list[str]) -> Fields:
    """Turnover by room and by pool of kinds that the season does not have."""
    if not kinds:
        nothing = np.zeros((0, 0), dtype=np.int64)
        return {"room_turnover": nothing, "pool_turnover": nothing}
    index.kinds = dict.fromkeys(kinds, 0)
    channels = [season.problem.channels[members[0]] for members in season.pool_channels]
    return {
        "room_turnover": turnovers(index, season.problem.rooms),
        "pool_turnover": turnovers(index, channels),
    }


def _link_fields(index: dict[str, int], links: Sequence[Link], own: list[int]) -> Fields:
    of: dict[int, list[tuple[int, int, Link]]] = defaultdict(list)
    for link in links:
        before, after = index[link.before], index[link.after]
        of[after].append((before, 1, link))
        of[before].append((after, 0, link))
    return link_rows([of[a] for a in own])


def start_fields(scores: Sequence[Ints], slots: int) -> Fields:
    """The part of the fields about starts, from the worth of each day and start (-1: none) of each activity.

    Parameters
    ----------
    scores
        One of shape ``(days, starts)`` for each activity, in the order of the request's links.
    slots
        Width of the season's masks.
    """
    first_day, last_day, rows, counts = [], [], [], []
    patterns: list[Ints] = []
    for score in scores:
        days = np.flatnonzero((score >= 0).any(axis=1))
        first, last = (int(days[0]), int(days[-1])) if len(days) else (0, -1)
        for day in range(first, last + 1):
            has_start = bool((score[day] >= 0).any())
            rows.append(len(patterns) if has_start else -1)
            if has_start:
                patterns.append(score[day])
        first_day.append(first)
        last_day.append(last)
        counts.append(last + 1 - first)
    table = np.full((len(patterns), slots), -1, dtype=np.int64)
    if patterns:
        table[:, : len(patterns[0])] = np.stack(patterns)
    return {
        "first_day": np.array(first_day, dtype=np.int64),
        "last_day": np.array(last_day, dtype=np.int64),
        "row_ptr": np.cumsum([0, *counts], dtype=np.int64),
        "row_pattern": np.array(rows, dtype=np.int64),
        "row_bonus": np.zeros(len(rows), dtype=np.int64),
        "pattern_starts": masks_from_bits(table >= 0),
        "pattern_preference": table,
    }
