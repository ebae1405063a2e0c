"""A start for the exact model of booths: a plan along the rows, improved by swaps (simulated annealing)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints
from scheduling.booths.fair import CROWDED, SAME_SECTOR, WISH, Booth, Exhibitor, may_stand
from scheduling.kernels.compiled import compiled
from scheduling.kernels.random_numbers import Stream, draw, random_stream

RIVALS = 1_000_000  # of two rivals side by side
WARMEST, COLDEST = 6.0, 0.3  # from worth a wish to worth nothing
STARTS = 3  # two runs of one hall differ by some percent
NOBODY = -1
MOVE = 1 / 1024  # of one that had another booth before: less than any goal, of any number of them
ANY_MOVES = 1_000_000


class Hall(NamedTuple):
    """The halls and their exhibitors as arrays; ``home`` is the booth of before, `NOBODY` without one."""

    beside_ptr: Ints  # (booths + 1,)
    beside: Ints
    allowed: npt.NDArray[np.bool_]  # (exhibitors, booths)
    pinned: npt.NDArray[np.bool_]  # (booths,)
    home: Ints  # (exhibitors,)
    sector: Ints  # (exhibitors,) 0: none
    crowd: Ints  # (exhibitors,)
    rivals: npt.NDArray[np.bool_]  # (exhibitors, exhibitors)
    wishes: npt.NDArray[np.bool_]  # (exhibitors, booths)


class Swaps:
    """Improves a plan by swapping two booths' holders.

    Attributes
    ----------
    holder
        The exhibitor in each booth, `NOBODY` where it is empty; shape ``(booths,)``.
    """

    def __init__(
        self,
        booths: Sequence[Booth],
        exhibitors: Sequence[Exhibitor],
        pairs: Sequence[tuple[int, int]],
        seed: int,
        *,
        start: Mapping[int, int] | None = None,
        home: Mapping[int, int] | None = None,
        pinned: frozenset[int] = frozenset(),
    ) -> None:
        self.hall = hall_arrays(booths, exhibitors, pairs, home or {}, pinned)
        self.stream = random_stream(seed)
        self.holder = np.full(len(booths), NOBODY, dtype=np.int64)
        for i, k in (first_guess(booths, exhibitors) if start is None else start).items():
            self.holder[k] = i

    def improve(self, swaps: int, *, moves: int = ANY_MOVES) -> None:
        """Try so many random swaps at falling temperature, a few times, and go to the best plan met.

        No more than ``moves`` exhibitors are then elsewhere than at home, if no more are before.
        """
        if len(self.holder) < 2:
            return
        for _ in range(STARTS):
            best = self.holder.copy()
            anneal_booths(self.hall, self.holder, best, self.stream, swaps // STARTS, WARMEST, COLDEST, moves)

    def score(self) -> int:
        """The goals' value, less `RIVALS` for each pair of rivals side by side."""
        return plan_worth(self.hall, self.holder)


def hall_arrays(
    booths: Sequence[Booth],
    exhibitors: Sequence[Exhibitor],
    pairs: Sequence[tuple[int, int]],
    home: Mapping[int, int],
    pinned: frozenset[int],
) -> Hall:
    """The arrays of the halls."""
    beside: list[list[int]] = [[] for _ in booths]
    for k, m in pairs:
        beside[k].append(m)
        beside[m].append(k)
    sectors = {name: i + 1 for i, name in enumerate(sorted({e.sector for e in exhibitors if e.sector}))}
    number = {e.id: i for i, e in enumerate(exhibitors)}
    shape = (len(exhibitors), len(booths))
    rivals = np.zeros((len(exhibitors), len(exhibitors)), dtype=np.bool_)
    for i, e in enumerate(exhibitors):
        for other in e.rivals:
            if other in number:
                rivals[i, number[other]] = rivals[number[other], i] = True
    return Hall(
        beside_ptr=np.cumsum([0, *(len(own) for own in beside)], dtype=np.int64),
        beside=np.array([m for own in beside for m in own], dtype=np.int64),
        allowed=np.array([[may_stand(e, b) for b in booths] for e in exhibitors], dtype=np.bool_).reshape(shape),
        pinned=np.array([k in pinned for k in range(len(booths))], dtype=np.bool_),
        home=np.array([home.get(i, NOBODY) for i in range(len(exhibitors))], dtype=np.int64),
        sector=np.array([sectors.get(e.sector, 0) for e in exhibitors], dtype=np.int64),
        crowd=np.array([e.crowd for e in exhibitors], dtype=np.int64),
        rivals=rivals,
        wishes=np.array([[b.id in e.wishes for b in booths] for e in exhibitors], dtype=np.bool_).reshape(shape),
    )


@compiled
def anneal_booths(
    hall: Hall, holder: Ints, best: Ints, stream: Stream, swaps: int, warmest: float, coldest: float, moves: int
) -> None:
    """Swap holders; ``holder`` ends as the best plan met, ``best`` is scratch holding a copy of it at first."""
    booths = len(holder)
    gain, most = 0.0, 0.0
    away = 0
    for k in range(booths):
        away += is_away(hall, holder[k], k)
    temperature, cooling = warmest, (coldest / warmest) ** (1 / max(1, swaps))
    for _ in range(swaps):
        temperature *= cooling
        k, m = draw(stream) % booths, draw(stream) % booths
        if k == m or hall.pinned[k] or hall.pinned[m]:
            continue
        if not (may_hold(hall, holder[m], k) and may_hold(hall, holder[k], m)):
            continue
        further = is_away(hall, holder[m], k) + is_away(hall, holder[k], m)
        further -= is_away(hall, holder[k], k) + is_away(hall, holder[m], m)
        if further > 0 and away + further > moves:
            continue
        before = worth_around(hall, holder, k) + worth_around(hall, holder, m)
        holder[k], holder[m] = holder[m], holder[k]
        # Of plans that are worth the same, the one that moves fewest.
        change = worth_around(hall, holder, k) + worth_around(hall, holder, m) - before - MOVE * further
        if change < 0 and draw(stream) >= np.exp(change / temperature) * 2.0**31:
            holder[k], holder[m] = holder[m], holder[k]
            continue
        gain += change
        away += further
        if gain > most + MOVE / 2:
            most = gain
            for i in range(booths):
                best[i] = holder[i]
    for i in range(booths):
        holder[i] = best[i]


@compiled
def may_hold(hall: Hall, i: int, k: int) -> bool:
    """Whether an exhibitor may stand in a booth."""
    return bool(i < 0 or hall.allowed[i, k])


@compiled
def is_away(hall: Hall, i: int, k: int) -> int:
    """1 where an exhibitor in a booth had another one before."""
    return 1 if i >= 0 and hall.home[i] >= 0 and hall.home[i] != k else 0


@compiled
def worth_around(hall: Hall, holder: Ints, k: int) -> int:
    """What a booth's holder adds: its wish and the pairs with its neighbours."""
    worth = wish_worth(hall, holder, k)
    for j in range(hall.beside_ptr[k], hall.beside_ptr[k + 1]):
        worth += pair_worth(hall, holder[k], holder[hall.beside[j]])
    return worth


@compiled
def wish_worth(hall: Hall, holder: Ints, k: int) -> int:
    """`WISH` where the holder of a booth wished for it."""
    return WISH if holder[k] >= 0 and hall.wishes[holder[k], k] else 0


@compiled
def pair_worth(hall: Hall, i: int, j: int) -> int:
    """What two exhibitors side by side are worth."""
    if i < 0 or j < 0:
        return 0
    worth = -CROWDED * min(hall.crowd[i], hall.crowd[j])
    if hall.sector[i] > 0 and hall.sector[i] == hall.sector[j]:
        worth += SAME_SECTOR
    if hall.rivals[i, j]:
        worth -= RIVALS
    return worth  # type: ignore[no-any-return]


def plan_worth(hall: Hall, holder: Ints) -> int:
    """The whole plan's worth; each pair is met twice."""
    wishes = sum(wish_worth(hall, holder, k) for k in range(len(holder)))
    around = sum(worth_around(hall, holder, k) for k in range(len(holder)))
    return int(wishes + (around - wishes) // 2)


def first_guess(
    booths: Sequence[Booth], exhibitors: Sequence[Exhibitor], taken: Mapping[int, int] | None = None
) -> dict[int, int]:
    """Hall by hall and sector by sector along the rows, back and forth, around those that have a booth already.

    What each may hold is kept where that is possible one after the other, the choosiest first; it is a start for the
    solver, and what a person would do by hand. An exhibitor for whom nothing is left that it may hold has no booth.
    """
    guess = dict(taken or {})
    gone = set(guess.values())
    order = sorted(range(len(booths)), key=lambda k: _along(booths[k]))
    rank = {k: at for at, k in enumerate(order)}
    waiting = [i for i in range(len(exhibitors)) if i not in guess]
    for i in sorted(
        waiting, key=lambda i: (not exhibitors[i].needs_power, not exhibitors[i].halls, exhibitors[i].sector)
    ):
        free = [k for k in order if k not in gone and may_stand(exhibitors[i], booths[k])]
        if not free:
            continue
        power = exhibitors[i].needs_power
        # Booths with power are left to those that need it while others last.
        k = min(free, key=lambda k: (booths[k].power != power, rank[k]))
        guess[i] = k
        gone.add(k)
    return guess


def _along(booth: Booth) -> tuple[str, int, int]:
    return booth.hall, booth.row, booth.column * (-1) ** (booth.row % 2)
