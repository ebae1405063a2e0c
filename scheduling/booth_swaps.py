"""A start for the exact model of booths: a plan along the rows, improved by swaps."""

from random import Random

from scheduling.booth_fair import CROWDED, SAME_SECTOR, WISH, Booth, Exhibitor

RIVALS = 1_000_000  # of two rivals side by side


class Swaps:
    """Improves a plan by swapping two booths' holders, as a start for the exact model."""

    def __init__(
        self, booths: tuple[Booth, ...], exhibitors: tuple[Exhibitor, ...], pairs: list[tuple[int, int]], seed: int
    ) -> None:
        self.booths, self.exhibitors, self.pairs = booths, exhibitors, pairs
        self.random = Random(seed)
        self.holder: list[int | None] = [None] * len(booths)
        for i, k in first_guess(booths, exhibitors).items():
            self.holder[k] = i
        self.beside: list[list[int]] = [[] for _ in booths]
        for k, m in pairs:
            self.beside[k].append(m)
            self.beside[m].append(k)
        self.rivals = {(e.id, r) for e in exhibitors for r in e.rivals}

    def improve(self, swaps: int) -> None:
        """Try random swaps and keep those that do not lower the score."""
        if len(self.booths) < 2:
            return
        for _ in range(swaps):
            k, m = self.random.sample(range(len(self.booths)), 2)
            before = self._around(k) + self._around(m)
            self.holder[k], self.holder[m] = self.holder[m], self.holder[k]
            if not (self._powered(k) and self._powered(m)) or self._around(k) + self._around(m) < before:
                self.holder[k], self.holder[m] = self.holder[m], self.holder[k]

    def score(self) -> int:
        """The goals' value, less `RIVALS` for each pair of rivals side by side."""
        return sum(self._pair(k, m) for k, m in self.pairs) + sum(self._wish(k) for k in range(len(self.booths)))

    def _powered(self, k: int) -> bool:
        i = self.holder[k]
        return i is None or self.booths[k].power or not self.exhibitors[i].needs_power

    def _around(self, k: int) -> int:
        return self._wish(k) + sum(self._pair(k, m) for m in self.beside[k])

    def _wish(self, k: int) -> int:
        i = self.holder[k]
        return WISH if i is not None and self.booths[k].id in self.exhibitors[i].wishes else 0

    def _pair(self, k: int, m: int) -> int:
        i, j = self.holder[k], self.holder[m]
        if i is None or j is None:
            return 0
        one, two = self.exhibitors[i], self.exhibitors[j]
        score = SAME_SECTOR if one.sector and one.sector == two.sector else 0
        if (one.id, two.id) in self.rivals or (two.id, one.id) in self.rivals:
            score -= RIVALS
        return score - CROWDED * min(one.crowd, two.crowd)


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
