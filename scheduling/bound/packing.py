"""The most that resources can hold in a day, whatever profit each booking is given.

One resource alone: a longest path over its slots (weighted interval scheduling). Bookings that need several at once:
intervals under a profile of capacities, a minimum-cost flow along the slots (Arkin and Silverberg 1987, *Scheduling
jobs with fixed start and end times*).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow

from scheduling.arrays.season_data import Ints
from scheduling.kernels.compiled import compiled

Bits = npt.NDArray[np.bool_]


class Family(NamedTuple):
    """Activities that share resources, and how their bookings are counted.

    A booking of ``k`` resources and length ``i`` counts ``floor(k / at_once) * profit[i]``.
    """

    chosen: Bits  # (resources,)
    members: Bits  # (activities,)
    at_once: int
    profit: Ints  # (lengths,), 0: does not count


def capacities(free: Bits, starts: Bits, lengths: Ints, families: Sequence[Family]) -> Iterator[Ints]:
    """What each family's bookings can count at most on each day.

    Parameters
    ----------
    free
        Shape ``(resources, days, slots)``.
    starts
        Shape ``(lengths, days, slots)``: where bookings of each length may start.
    lengths
        Shape ``(lengths,)``, in slots.

    Yields
    ------
    array
        Shape ``(days,)`` for each family.
    """
    if not families:
        return
    profits, profit_of = np.unique([f.profit for f in families], axis=0, return_inverse=True)
    alone = packings(free, starts, lengths, profits)
    runs = run_lengths(free)
    for family, i in zip(families, profit_of, strict=True):
        if family.at_once == 1:
            yield alone[i][family.chosen].sum(axis=0)
        else:
            yield simultaneous_packings(runs[family.chosen], starts, lengths, family)


def packings(free: Bits, starts: Bits, lengths: Ints, profits: Ints) -> Ints:
    """The most profit that disjoint bookings of one resource bring, for every way of counting it, resource and day.

    Parameters
    ----------
    free, starts, lengths
        See `capacities`.
    profits
        Shape ``(ways, lengths)``.

    Returns
    -------
    array
        Shape ``(ways, resources, days)``.
    """
    found = np.zeros((len(profits), *free.shape[:2]), dtype=np.int64)
    longest_paths(free, starts, lengths, profits, np.zeros(free.shape[2] + 1, dtype=np.int64), found)
    return found


@compiled
def longest_paths(free: Bits, starts: Bits, lengths: Ints, profits: Ints, best: Ints, found: Ints) -> None:
    """`packings` into ``found``; ``best`` is scratch, shape ``(slots + 1,)``."""
    resources, days, slots = free.shape
    for u in range(len(profits)):
        for r in range(resources):
            for d in range(days):
                run = 0
                for s in range(slots - 1, -1, -1):
                    run = run + 1 if free[r, d, s] else 0
                    best[s] = best[s + 1]
                    for i in range(len(lengths)):
                        if profits[u, i] > 0 and lengths[i] <= run and starts[i, d, s]:
                            best[s] = max(best[s], profits[u, i] + best[s + lengths[i]])
                found[u, r, d] = best[0]


def run_lengths(free: Bits) -> Ints:
    """How many slots in a row are free from each slot on; shape as ``free``."""
    runs = np.zeros(free.shape, dtype=np.int64)
    run = np.zeros(free.shape[:2], dtype=np.int64)
    for s in range(free.shape[2] - 1, -1, -1):
        run = np.where(free[:, :, s], run + 1, 0)
        runs[:, :, s] = run
    return runs


def simultaneous_packings(runs: Ints, starts: Bits, lengths: Ints, family: Family) -> Ints:
    """The most that bookings of ``at_once`` resources count on each day, as if any so many free at a slot would do.

    At a slot with ``n`` free resources at most ``floor(n / at_once)`` such bookings are under way. The days are
    disjoint parts of one network: what flows along a slot is its capacity, by bookings or idle.

    Parameters
    ----------
    runs
        Shape ``(resources, days, slots)``, see `run_lengths`.
    starts, lengths, family
        See `capacities`.

    Returns
    -------
    array
        Shape ``(days,)``.
    """
    _, days, slots = runs.shape
    capacity = (runs > 0).sum(axis=0) // family.at_once
    flow = min_cost_flow.SimpleMinCostFlow()
    nodes = np.arange(days * (slots + 1)).reshape(days, slots + 1)
    edge = np.zeros((days, 1), dtype=np.int64)
    flow.set_nodes_supplies(nodes.ravel(), np.diff(capacity, axis=1, prepend=edge, append=edge).ravel())
    idle, largest = nodes[:, :-1].ravel(), np.full(days * slots, capacity.max(initial=0))
    flow.add_arcs_with_capacity_and_unit_cost(idle, idle + 1, largest, np.zeros(days * slots, dtype=np.int64))
    booked, day_of, profit_of = [], [], []
    for i in np.flatnonzero(family.profit).tolist():
        fitting = (runs >= lengths[i]).sum(axis=0) // family.at_once * starts[i]
        day, start = np.nonzero(fitting)
        tail = nodes[day, start]
        profit = np.full(len(tail), family.profit[i])
        booked.append(flow.add_arcs_with_capacity_and_unit_cost(tail, tail + lengths[i], fitting[day, start], -profit))
        day_of.append(day)
        profit_of.append(profit)
    if flow.solve() != flow.OPTIMAL:
        return np.asarray((capacity * family.profit.max(initial=0)).sum(axis=1))
    counted = flow.flows(np.concatenate(booked)) * np.concatenate(profit_of)
    by_day = np.zeros(days, dtype=np.int64)
    np.add.at(by_day, np.concatenate(day_of), counted)
    return by_day
