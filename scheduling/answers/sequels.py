"""The starts of a request's steps after which its links leave the later ones a start."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_index import in_link_order
from scheduling.model.problem import Link, Request

Bits = npt.NDArray[np.bool_]


def starts_with_sequels(request: Request, free: Sequence[Bits]) -> list[Bits]:
    """Of the free starts of each step those that leave every step after it a free start, as far as links say.

    What the steps take from each other (rooms, people, counts) is not looked at, so that no possible start is lost.

    Parameters
    ----------
    free
        Free starts of each step in the order of the request's links, each of shape ``(days, slots)``.

    Returns
    -------
    list
        In the same shape and order.
    """
    steps = in_link_order(request)
    number = {step.id: i for i, step in enumerate(steps)}
    left = [starts.copy() for starts in free]
    for i in reversed(range(len(steps))):
        for link in request.links:
            if number[link.before] == i:
                left[i] &= _before(link, steps[i].duration_slots, left[number[link.after]])
    return left


def _before(link: Link, duration: int, after: Bits) -> Bits:
    """Starts, shape ``(days, slots)``, that have one of ``after`` behind them as the link wants it."""
    days, slots = after.shape
    found = np.zeros_like(after)
    if link.min_days == 0:
        found |= _any_within(after, duration + link.min_gap_slots, _most(link.max_gap_slots, slots) + duration, axis=1)
    furthest = 0 if link.same_day else _most(link.max_days, days)
    if furthest:
        days_after: Bits = np.logical_or.reduce(after, axis=1, keepdims=True)
        found |= _any_within(days_after, max(1, link.min_days), furthest, axis=0)
    return found


def _most(limit: int | None, size: int) -> int:
    return size if limit is None else min(limit, size)


def _any_within(bits: Bits, nearest: int, furthest: int, axis: int) -> Bits:
    """Whether one is set between so many and so many places behind each place, along an axis."""
    size = bits.shape[axis]
    counts = np.concatenate([np.zeros_like(bits.take([0], axis), dtype=np.int64), bits.cumsum(axis=axis)], axis=axis)
    places = np.arange(size)
    until = counts.take(np.minimum(places + furthest + 1, size), axis)
    before = counts.take(np.minimum(places + nearest, size), axis)
    within: Bits = until > before
    return within
