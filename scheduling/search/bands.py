"""Disjoint bands of days: what each thread may change in a round, so that all changes fit together again.

Rooms, channels, staff and teams are rules of one day, so bookings of different bands cannot meet. Requests under a
rule that reaches across days (links between requests, limits over a period, gaps in days) are left to one thread
per round, the *owner*; an itinerary is moved only by the thread whose band holds all of it. The cuts move every
round, so that nothing stays behind a border.
"""

from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season import Season
from scheduling.moves.searcher import Searcher
from scheduling.moves.state import BUDGET

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Scope:
    """Days ``first_day … last_day`` and the requests that may be moved or placed there."""

    first_day: int
    last_day: int
    movable: Flags  # (q,)
    move_budget: int


def crossing_requests(season: Season) -> Flags:
    """Requests under a rule that reaches across days and binds them to other requests."""
    data = season.data
    crossing = np.zeros(len(data.weight), dtype=np.bool_)
    owner = np.repeat(data.request_of, np.diff(data.link_ptr))
    crossing[owner[data.request_of[data.link_other] != owner]] = True
    wide = (data.group_gap > 1) | (np.diff(data.period_ptr) > 0)
    counted_by = np.repeat(data.request_of, np.diff(data.counted_ptr))
    crossing[counted_by[wide[data.counted_group]]] = True
    return crossing


def cut_bands(searcher: Searcher, crossing: Flags, parts: int, round_number: int, seed: int) -> list[Scope]:
    """One scope per thread for a round, from the present state and the round's number alone."""
    data, state = searcher.board.data, searcher.board.state
    days = data.days
    starts = data.activity_ptr[:-1]
    unplaced = state.placed_activities < np.diff(data.activity_ptr)
    free_first = np.maximum.reduceat(searcher.earliest, starts)
    free_last = np.minimum.reduceat(searcher.latest, starts)
    cuts = _cuts((free_first[unplaced] + free_last[unplaced]) / 2, days, parts, Random(seed * 1_000_003 + round_number))
    first_placed = np.minimum.reduceat(np.where(state.day < 0, days, state.day), starts)
    last_placed = np.maximum.reduceat(state.day, starts)
    fixed = np.maximum.reduceat(state.fixed * (state.day >= 0), starts) > 0
    owner = round_number % parts
    earliest = np.minimum.reduceat(searcher.earliest, starts)
    latest = np.maximum.reduceat(searcher.latest, starts)
    budget, moved = int(state.info[BUDGET]), searcher.board.moved
    taken = np.zeros(len(data.weight), dtype=np.bool_)
    turn = [(round_number + i) % parts for i in range(parts)]
    own: dict[int, Flags] = {}
    for part in turn:
        low, high = cuts[part], cuts[part + 1] - 1
        allowed = ~crossing | (part == owner)
        inside = ~unplaced & ~fixed & (first_placed >= low) & (last_placed <= high) & allowed
        reaches = unplaced & (latest >= low) & (earliest <= high) & allowed & ~taken
        # of the requests that reach several bands, each band in turn leaves a half to the next ones
        later = reaches & (latest > high) & (np.arange(len(taken)) + round_number) % 2 == 1
        if part != turn[-1]:
            reaches &= ~later
        taken |= reaches
        own[part] = inside | reaches
    return [
        Scope(cuts[part], cuts[part + 1] - 1, own[part], budget if part == owner else min(budget, moved))
        for part in range(parts)
    ]


def _cuts(middles: npt.NDArray[np.float64], days: int, parts: int, random: Random) -> list[int]:
    """Borders of the bands: quantiles of where the unplaced want to be, jittered."""
    if len(middles) == 0:
        middles = np.array([days / 2])
    inner = [int(np.quantile(middles, (i + 1) / parts)) + random.randint(-3, 3) for i in range(parts - 1)]
    borders = [0]
    for cut in inner:
        borders.append(min(max(cut, borders[-1]), days))
    return [*borders, days]
