"""A start for the exact model of booths: a plan along the rows, improved by swaps (simulated annealing)."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.arrays.season_data import Ints
from scheduling.booths.fair import CROWDED, SAME_SECTOR, WISH, Booth, Exhibitor
from scheduling.kernels.compiled import compiled
from scheduling.kernels.random_numbers import Stream, draw, random_stream

RIVALS = 1_000_000  # of two rivals side by side
WARMEST, COLDEST = 6.0, 0.3  # from worth a wish to worth nothing
STARTS = 3  # two runs of one hall differ by some percent
NOBODY = -1


class Hall(NamedTuple):
    """The hall and its exhibitors as arrays."""

    beside_ptr: Ints  # (booths + 1,)
    beside: Ints
    power: npt.NDArray[np.bool_]  # (booths,)
    needs_power: npt.NDArray[np.bool_]  # (exhibitors,)
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
        self, booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...], pairs: list[tuple[int, int]], seed: int
    ) -> None:
        self.hall = hall_arrays(booths, exhibitors, pairs)
        self.stream = random_stream(seed)
        self.holder = np.full(len(booths), NOBODY, dtype=np.int64)
        for i, k in first_guess(booths, exhibitors).items():
            self.holder[k] = i

    def improve(self, swaps: int) -> None:
        """Try so many random swaps at falling temperature, a few times, and go to the best plan met."""
        if len(self.holder) < 2:
            return
        for _ in range(STARTS):
            anneal_booths(self.hall, self.holder, self.holder.copy(), self.stream, swaps // STARTS, WARMEST, COLDEST)

    def score(self) -> int:
        """The goals' value, less `RIVALS` for each pair of rivals side by side."""
        return plan_worth(self.hall, self.holder)


def hall_arrays(booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...], pairs: list[tuple[int, int]]) -> Hall:
    """The arrays of a hall."""
    beside: list[list[int]] = [[] for _ in booths]
    for k, m in pairs:
        beside[k].append(m)
        beside[m].append(k)
    sectors = {name: i + 1 for i, name in enumerate(sorted({e.sector for e in exhibitors if e.sector}))}
    number = {e.id: i for i, e in enumerate(exhibitors)}
    rivals = np.zeros((len(exhibitors), len(exhibitors)), dtype=np.bool_)
    for i, e in enumerate(exhibitors):
        for other in e.rivals:
            if other in number:
                rivals[i, number[other]] = rivals[number[other], i] = True
    return Hall(
        beside_ptr=np.cumsum([0, *(len(own) for own in beside)], dtype=np.int64),
        beside=np.array([m for own in beside for m in own], dtype=np.int64),
        power=np.array([b.power for b in booths], dtype=np.bool_),
        needs_power=np.array([e.needs_power for e in exhibitors], dtype=np.bool_),
        sector=np.array([sectors.get(e.sector, 0) for e in exhibitors], dtype=np.int64),
        crowd=np.array([e.crowd for e in exhibitors], dtype=np.int64),
        rivals=rivals,
        wishes=np.array([[b.id in e.wishes for b in booths] for e in exhibitors], dtype=np.bool_).reshape(
            len(exhibitors), len(booths)
        ),
    )


@compiled
def anneal_booths(
    hall: Hall, holder: Ints, best: Ints, stream: Stream, swaps: int, warmest: float, coldest: float
) -> None:
    """Swap holders; ``holder`` ends as the best plan met, ``best`` is scratch holding a copy of it at first."""
    booths = len(holder)
    gain, most = 0, 0
    temperature, cooling = warmest, (coldest / warmest) ** (1 / max(1, swaps))
    for _ in range(swaps):
        temperature *= cooling
        k, m = draw(stream) % booths, draw(stream) % booths
        if k == m or not (may_hold(hall, holder[m], k) and may_hold(hall, holder[k], m)):
            continue
        before = worth_around(hall, holder, k) + worth_around(hall, holder, m)
        holder[k], holder[m] = holder[m], holder[k]
        change = worth_around(hall, holder, k) + worth_around(hall, holder, m) - before
        if change < 0 and draw(stream) >= np.exp(change / temperature) * 2.0**31:
            holder[k], holder[m] = holder[m], holder[k]
            continue
        gain += change
        if gain > most:
            most = gain
            for i in range(booths):
                best[i] = holder[i]
    for i in range(booths):
        holder[i] = best[i]


@compiled
def may_hold(hall: Hall, i: int, k: int) -> bool:
    """Whether an exhibitor has the power it needs in a booth."""
    return bool(i < 0 or hall.power[k] or not hall.needs_power[i])


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


def first_guess(booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...]) -> dict[int, int]:
    """Sector by sector along the rows, back and forth, power first where it is needed: a start for the solver."""
    free = sorted(range(len(booths)), key=lambda k: (booths[k].row, booths[k].column * (-1) ** (booths[k].row % 2)))
    guess: dict[int, int] = {}
    for i in sorted(range(len(exhibitors)), key=lambda i: (not exhibitors[i].needs_power, exhibitors[i].sector)):
        power = exhibitors[i].needs_power
        # booths with power are left to those that need it while others last
        k = min(free, key=lambda k: (booths[k].power != power, free.index(k)))
        guess[i] = k
        free.remove(k)
    return guess
