"""The searchers of a solve, one per thread, and the rounds in which they work on disjoint bands of days.

Kernels, CP-SAT and the linear program run without the interpreter's lock, so threads share the season and one
process' memory, and start at once wherever the caller runs. What a round gives is a function of the places before it,
the seed and its number, whichever thread is faster.
"""

import resource
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from scheduling.bands import Scope, crossing_requests, cut_bands
from scheduling.compiled import HAS_NUMBA
from scheduling.neighbourhood import Neighbourhoods
from scheduling.searcher import Searcher
from scheduling.season_data import Season
from scheduling.state import BEST

STEPS_PER_ROUND = 2000 if HAS_NUMBA else 20  # of annealing: a twentieth of a second
NEIGHBOURHOODS_PER_ROUND = 5
POLL_SECONDS = 0.02  # between questions whether to stop


class Stopped(Exception):
    """A round was left before its end: what it did is to be forgotten."""


class Member:
    """A searcher with its neighbourhoods, working on one band at a time."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self.neighbourhoods = Neighbourhoods(searcher, seed=1)

    def anneal(self, seed: int, temperature: float) -> None:
        """Ruin and recreate; a new best found meanwhile is gone back to."""
        searcher = self.searcher
        searcher.seed(seed)
        known = searcher.best_value
        searcher.anneal(STEPS_PER_ROUND, temperature)
        if searcher.best_value > known:
            searcher.restore_best()

    def solve_neighbourhoods(self, seed: int, should_stop: Callable[[], bool]) -> None:
        """Re-optimise some neighbourhoods exactly."""
        self.neighbourhoods.reseed(seed)
        for _ in range(NEIGHBOURHOODS_PER_ROUND):
            unplaced = self.searcher.unplaced_queue()
            if not unplaced or should_stop():
                return
            self.neighbourhoods.step(unplaced)


class Team:
    """One member per thread.

    Parameters
    ----------
    searcher
        The first member's; after each round it holds what all of them found.
    """

    def __init__(self, season: Season, searcher: Searcher, threads: int, seed: int) -> None:
        self.searcher = searcher
        self.seed = seed
        self.crossing = crossing_requests(season)
        self.members = [Member(searcher)]
        for _ in range(threads - 1):
            other = Searcher(season, seed, searcher.move_budget)
            other.follow(searcher)
            self.members.append(Member(other))
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="search")
        self.stopping = False

    def close(self) -> None:
        """End the threads; each is at most one kernel call or small model away from its end."""
        self.stopping = True
        self.threads.shutdown()

    def anneal(self, number: int, temperature: float, should_stop: Callable[[], bool]) -> None:
        """One round of annealing.

        Raises
        ------
        Stopped
            If asked to stop before its end.
        """
        self._round(number, lambda member, seed: member.anneal(seed, temperature), should_stop)

    def solve_neighbourhoods(self, number: int, should_stop: Callable[[], bool]) -> None:
        """One round of exact neighbourhoods.

        Raises
        ------
        Stopped
            If asked to stop before its end.
        """
        self._round(
            number,
            lambda member, seed: member.solve_neighbourhoods(seed, lambda: self.stopping),
            should_stop,
        )

    def _round(self, number: int, work: Callable[[Member, int], None], should_stop: Callable[[], bool]) -> None:
        """Let every member work on its band, then bring all to the same places."""
        scopes = cut_bands(self.searcher, self.crossing, len(self.members), number, self.seed)
        running: list[Future[None]] = []
        for part, (member, scope) in enumerate(zip(self.members, scopes, strict=True)):
            member.searcher.state.info[BEST] = self.searcher.best_value
            member.searcher.enter(scope.first_day, scope.last_day, scope.movable, scope.move_budget)
            seed = (self.seed * 1_000_003 + number) * 64 + part
            running.append(self.threads.submit(work, member, seed))
        unfinished: set[Future[None]] = set(running)
        while unfinished:
            unfinished = wait(unfinished, timeout=POLL_SECONDS).not_done
            if unfinished and not self.stopping and should_stop():
                self.stopping = True
        for member, done in zip(self.members, running, strict=True):
            member.searcher.leave()
            done.result()
        if self.stopping:
            raise Stopped
        self._meet(scopes)

    def _meet(self, scopes: list[Scope]) -> None:
        """Bring the bands together in the first searcher, and the others to it."""
        searcher = self.searcher
        for member, scope in zip(self.members[1:], scopes[1:], strict=True):
            if member.searcher.best_value > searcher.best_value:
                searcher.take_best(member.searcher)
            searcher.follow(member.searcher, scope.movable)
        if searcher.value > searcher.best_value:
            searcher.keep_best()
        for member in self.members[1:]:
            member.searcher.follow(searcher)


def peak_rss_mb() -> float:
    """Largest resident memory of this process so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
