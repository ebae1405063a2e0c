"""One solve under way: what all of its phases share, and what it reports."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import msgspec

from scheduling.arrays.naming import solution_of
from scheduling.arrays.season import compile_season
from scheduling.exact.interruptible import Stopped
from scheduling.model.goals import fairness_figures, goal_values
from scheduling.model.outcome import moves_of, relative_gap
from scheduling.model.problem import Problem
from scheduling.model.solution import Effort, Progress, Result
from scheduling.moves.searcher import Searcher
from scheduling.search.bound_watch import BoundWatch
from scheduling.search.budget import Budget
from scheduling.search.polish import polish_seconds
from scheduling.search.remainder import Remainder
from scheduling.search.team import peak_rss_mb

PATIENCE = 20  # rounds without a better schedule before a proof is tried
PROOF_SECONDS, PROOF_SHARE = 0.5, 0.1  # for all tries together: the larger of this and a share of the limit


class Proof(NamedTuple):
    """The weight that is to be proven the best, since which round it is known, and whether that was tried."""

    weight: int
    since: int
    is_tried: bool = False


class Run:
    """A problem, its searcher, the bound beside it, and what has been spent.

    Parameters
    ----------
    effort
        Seed and threads; the rest is counted from 0.
    on_progress
        Called after each round and at the end of each phase.

    Attributes
    ----------
    effort
        What has been done so far.
    searcher
        Whose best schedule is the result.
    """

    def __init__(
        self, problem: Problem, effort: Effort, budget: Budget, on_progress: Callable[[Progress], None] | None
    ) -> None:
        self.problem = problem
        self.effort = Effort(seed=effort.seed, processes=effort.processes, rounds=0, sweeps=0)
        self.budget = budget
        self.on_progress = on_progress
        self.first_complete_seconds = 0.0
        self.season = compile_season(problem)
        self.total = self.season.total_weight
        self.watch = BoundWatch(self.season, budget)
        self.searcher = Searcher(self.season, effort.seed, problem.policy.move_budget)
        self.proof = Proof(0, 0)
        self.proof_seconds = 0.0

    def note(self, **done: int) -> None:
        """Note what has been done."""
        self.effort = msgspec.structs.replace(self.effort, **done)

    def wants_more(self) -> bool:
        """Whether another round is due: asked for, worth while, and possible in time."""
        self.watch.look()
        budget = self.budget
        if budget.stopped() or not self.searcher.queue:
            return False
        if budget.effort is not None:
            # when a bound arrives is a matter of the clock, so it ends no solve of a given length
            return self.effort.rounds < budget.effort.rounds
        self.prove_remainder()
        if self.searcher.incumbent_value >= self.watch.bound.weight:
            return False
        return budget.left - self.seconds_after_search() > budget.seconds["round"]

    def prove_remainder(self) -> None:
        """Where nothing better was found for a while, see whether the few that are left over prove it the best."""
        weight, rounds = self.searcher.incumbent_value, self.effort.rounds
        if weight != self.proof.weight:
            self.proof = Proof(weight, rounds)
        budget, watch = self.budget, self.watch
        is_due = rounds >= self.proof.since + PATIENCE and not self.proof.is_tried and watch.seconds is not None
        if budget.effort is not None or not is_due or weight >= watch.bound.weight:
            return
        self.proof = Proof(weight, rounds, is_tried=True)
        began = budget.elapsed
        until = began + max(PROOF_SECONDS, PROOF_SHARE * budget.time_limit_seconds) - self.proof_seconds
        remainder = Remainder(self.season, self.searcher.incumbent_placements(), self.problem.policy.move_budget)
        with suppress(Stopped):
            remainder.prove(weight, lambda: budget.elapsed > until or self.is_interrupted())
        watch.tighten(remainder.bound)
        self.proof_seconds += budget.elapsed - began

    def seconds_after_search(self) -> float:
        """What comes after the search."""
        polishing = polish_seconds(self.searcher.board, self.budget.time_limit_seconds)
        return self.budget.seconds["finish"] + self.budget.seconds["recombination"] + polishing

    def must_finish(self) -> bool:
        """Whether what comes after the search needs the time that is left."""
        return self.budget.stopped() or self.budget.left <= self.seconds_after_search()

    def is_interrupted(self) -> bool:
        """Whether a round has to be left."""
        return self.budget.left <= self.budget.seconds["recombination"] or self.budget.stopped()

    def report(self, phase: str) -> None:
        """Tell the caller the best that was found so far, wherever the search is at the moment."""
        if self.on_progress is None:
            return
        weight, placed = self.searcher.incumbent_value, self.searcher.incumbent_placed
        value = weight / self.total if self.total else 1.0
        is_bounded = self.watch.seconds is not None or weight == self.total
        bound = self.watch.bound.weight / self.total if self.total and is_bounded else None
        self.on_progress(
            Progress(
                elapsed_seconds=self.budget.elapsed,
                value=value,
                bound=bound,
                gap=None if bound is None else relative_gap(bound, value),
                placed=placed,
                unplaced=len(self.problem.requests) - placed,
                rounds=self.effort.rounds,
                phase=phase,
            )
        )

    def result(self) -> Result:
        """The present schedule as a result."""
        problem, board = self.problem, self.searcher.board
        solution = solution_of(self.season, board.placements())
        value = board.value / self.total if self.total else 1.0
        bound = min(self.total, self.watch.bound.weight) / self.total if self.total else 1.0
        return Result(
            solution=solution,
            unplaced=tuple(r.id for q, r in enumerate(problem.requests) if not board.is_placed(q)),
            value=value,
            bound=bound,
            gap=relative_gap(bound, value),
            placed_weight=board.value,
            total_weight=self.total,
            requests=len(problem.requests),
            goals=tuple(goal_values(problem, solution, {"placed_weight": float(self.watch.bound.weight)})),
            fairness=fairness_figures(problem, solution),
            first_complete_seconds=self.first_complete_seconds,
            bound_seconds=self.watch.seconds,
            seconds=self.budget.elapsed,
            effort=self.effort,
            cancelled=self.budget.cancelled,
            peak_rss_mb=peak_rss_mb(),
            moved=moves_of(problem, solution),
        )
