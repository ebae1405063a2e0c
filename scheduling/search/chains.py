"""Ejection chains: one more request is placed while no tentative request loses its placement.

Where tentative requests may never be dropped, a search with single ejections soon finds nothing: whoever is ejected has
to find a free placement at once. In a chain the ejected eject others, a few times, until all have a placement again;
otherwise the chain is undone. A tentative activity moves only where the chain gains weight.
"""

from random import Random

from scheduling.moves.searcher import Searcher
from scheduling.moves.state import BUDGET

DEPTH = 6
PENALTY_HALVING = 64  # tries after which penalties fade by half
TRIES_PER_ROUND = 500  # some two tenths of a second


class Chains:
    """Tries chains on a searcher with tentative placements; its present state is improved in place."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher

    def run(self, tries: int, seed: int) -> None:
        """Try so many chains from random unplaced requests, then return tentative activities to their references."""
        searcher, random = self.searcher, Random(seed)
        penalty = searcher.board.state.penalty
        penalty[:] = 1
        for number in range(1, tries + 1):
            unplaced = searcher.queue
            if not unplaced:
                break
            self.step(random.choice(unplaced))
            if number % PENALTY_HALVING == 0:
                penalty[:] = 1 + penalty // 2
        penalty[:] = 1
        searcher.board.return_to_references()

    def step(self, q: int) -> int:
        """Force one unplaced request in and follow the chain; the gain in weight, 0 where it was undone."""
        board, state = self.searcher.board, self.searcher.board.state
        value, moved = board.value, board.moved
        board.begin()
        placed = board.insert(q, noise=8, forced=True)
        for _ in range(DEPTH if placed else 0):
            waiting = [other for other in board.touched if not board.is_placed(other)]
            for other in waiting:
                if not board.insert(other, noise=8) and state.must[other]:
                    board.insert(other, noise=8, forced=True)
            if not waiting:
                break
        touched = board.touched
        kept = placed and all(board.is_placed(other) for other in touched if state.must[other])
        gain, most = board.value - value, max(moved, int(state.info[BUDGET]))
        if kept and ((gain == 0 and board.moved <= moved) or (gain > 0 and board.moved <= most)):
            for other in touched:
                self.searcher.requeue(other)
            return gain
        state.penalty[touched] += 1
        board.undo()
        return 0
