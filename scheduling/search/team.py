"""The searchers of a solve, one per thread, and the rounds in which they work on disjoint bands of days.

Kernels and the linear program run without the interpreter's lock, so threads share the season and one process' memory,
and start at once wherever the caller runs. What a round gives is a function of the placements before it, the seed and
its number, whichever thread finishes first.
"""

import resource
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from scheduling.arrays.season import Season
from scheduling.arrays.season_data import Ints
from scheduling.exact.interruptible import Stopped, wait_unless
from scheduling.kernels.compiled import HAS_NUMBA
from scheduling.moves.searcher import Searcher
from scheduling.moves.state import INCUMBENT
from scheduling.search.bands import Scope, crossing_requests, cut_bands
from scheduling.search.chains import TRIES_PER_ROUND, Chains

STEPS_PER_ROUND = 2000 if HAS_NUMBA else 20  # of annealing: a twentieth of a second


class Team:
    """One searcher per thread.

    Parameters
    ----------
    searcher
        The first member; after each round it holds what all of them found.
    """

    def __init__(self, season: Season, searcher: Searcher, threads: int, seed: int) -> None:
        self.searcher = searcher
        self.seed = seed
        self.crossing = crossing_requests(season)
        self.members = [searcher, *(Searcher(season, seed, searcher.move_budget) for _ in range(threads - 1))]
        for other in self.members[1:]:
            other.follow(searcher)
        # where tentative placements may not be dropped, chains find what annealing does not
        self.chains = [Chains(member) for member in self.members] if searcher.board.state.must.any() else []
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="search")

    def start_from(self, searcher: Searcher, move_budget: int) -> None:
        """All members begin the next round where another searcher is, with so many moves of fixed placements."""
        for member in self.members:
            member.use_move_budget(move_budget)
            member.follow(searcher)
            member.keep_incumbent()

    def keep_to_days(self, days: Ints | None) -> None:
        """See `Searcher.keep_to_days`."""
        for member in self.members:
            member.keep_to_days(days)

    def close(self) -> None:
        """End the threads."""
        self.threads.shutdown()

    def anneal(self, number: int, temperature: float, should_stop: Callable[[], bool]) -> None:
        """One round: every member works on its band, then all are brought to the same placements.

        Raises
        ------
        Stopped
            If asked to stop before its end; the best is then what it was before the round.
        """
        best = self.searcher.incumbent()
        scopes = cut_bands(self.searcher, self.crossing, len(self.members), number, self.seed)
        running: list[Future[None]] = []
        for part, (member, scope) in enumerate(zip(self.members, scopes, strict=True)):
            member.board.state.info[INCUMBENT] = self.searcher.incumbent_value
            member.enter(scope.first_day, scope.last_day, scope.movable, scope.move_budget)
            seed = (self.seed * 1_000_003 + number) * 64 + part
            running.append(self.threads.submit(self._improve, part, seed, temperature))
        try:
            wait_unless(should_stop, running, [partial(member.stop, stopped=True) for member in self.members])
        except Stopped:
            self.searcher.set_incumbent(best)
            raise
        finally:
            for member in self.members:
                member.leave()
                member.stop(stopped=False)
        self._meet(scopes)

    def _meet(self, scopes: list[Scope]) -> None:
        """Bring the bands together in the first searcher, and the others to it."""
        searcher = self.searcher
        for member, scope in zip(self.members[1:], scopes[1:], strict=True):
            if member.incumbent_value > searcher.incumbent_value:
                searcher.set_incumbent(member.incumbent())
            searcher.follow(member, scope.movable)
        if searcher.board.value > searcher.incumbent_value:
            searcher.keep_incumbent()
        for member in self.members[1:]:
            member.follow(searcher)

    def _improve(self, part: int, seed: int, temperature: float) -> None:
        """One member's share of a round."""
        if self.chains:
            self.chains[part].run(TRIES_PER_ROUND, seed)
        _anneal(self.members[part], seed, temperature)


def _anneal(searcher: Searcher, seed: int, temperature: float) -> None:
    """Ruin and recreate; a new best found meanwhile is gone back to."""
    searcher.seed(seed)
    known = searcher.incumbent_value
    searcher.anneal(STEPS_PER_ROUND, temperature)
    if searcher.incumbent_value > known:
        searcher.restore_incumbent()


def peak_rss_mb() -> float:
    """Largest resident memory of this process so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
