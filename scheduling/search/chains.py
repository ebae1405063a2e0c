"""Chains of moves that let one more request in while nobody who holds a place loses it.

Where tentative places may never be dropped, an ejection search stalls: whoever is ejected has to find a free place at
once. A chain goes on instead: the ejected eject others, a few times, until all have a place again; else it is undone.
A move of a tentative place is spent only on a gain, never on drifting.
"""

from random import Random

from scheduling.moves.ejection import insert
from scheduling.moves.searcher import Searcher
from scheduling.moves.state import BUDGET, TOUCHED, begin, is_placed, undo

DEPTH = 6
PENALTY_HALVING = 64  # tries after which penalties fade by half
TRIES_PER_ROUND = 500  # some two tenths of a second


class Chains:
    """Tries chains on a searcher with tentative places; its present state is improved in place."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher

    def run(self, tries: int, seed: int) -> None:
        """Try so many chains from random unplaced requests, then move home whoever can go."""
        searcher, random = self.searcher, Random(seed)
        penalty = searcher.state.penalty
        penalty[:] = 1
        for number in range(1, tries + 1):
            unplaced = searcher.unplaced_queue()
            if not unplaced:
                break
            self.step(random.choice(unplaced))
            if number % PENALTY_HALVING == 0:
                penalty[:] = 1 + penalty // 2
        penalty[:] = 1
        searcher.send_home()

    def step(self, q: int) -> int:
        """Force one unplaced request in and follow the chain; the gain in weight, 0 where it was undone."""
        searcher, state = self.searcher, self.searcher.state
        data_handle, state_handle, work = searcher.data_handle, searcher.state_handle, searcher.work_handle
        value, moved = searcher.value, searcher.moved
        begin(state_handle)
        placed = insert(data_handle, state_handle, q, 8, 1, work)
        for _ in range(DEPTH if placed else 0):
            waiting = [other for other in self._touched() if not is_placed(data_handle, state_handle, other)]
            for other in waiting:
                if not insert(data_handle, state_handle, other, 8, 0, work) and state.must[other]:
                    insert(data_handle, state_handle, other, 8, 1, work)
            if not waiting:
                break
        touched = self._touched()
        kept = placed and all(is_placed(data_handle, state_handle, other) for other in touched if state.must[other])
        gain, most = searcher.value - value, max(moved, int(state.info[BUDGET]))
        if kept and ((gain == 0 and searcher.moved <= moved) or (gain > 0 and searcher.moved <= most)):
            for other in touched:
                searcher.requeue(other)
            return gain
        state.penalty[touched] += 1
        undo(data_handle, state_handle)
        return 0

    def _touched(self) -> list[int]:
        state = self.searcher.state
        touched: list[int] = state.touched[: int(state.info[TOUCHED])].tolist()
        return touched
