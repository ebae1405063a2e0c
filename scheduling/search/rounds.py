"""Rounds of annealing, and what interrupts them: the bound's program as a guide, decomposition, recombination."""

from collections.abc import Callable
from contextlib import suppress

from scheduling.decomposition.benders import Decomposition
from scheduling.exact.interruptible import Stopped
from scheduling.moves.searcher import Searcher
from scheduling.search.construction import construction_order
from scheduling.search.recombine import CYCLE, Recombiner
from scheduling.search.run import Run
from scheduling.search.team import Team

# The temperature falls as 1 / (1 + round / cooling), so no limit need be known beforehand. It starts at a third of a
# request's mean weight.
WARMEST, COOLING_ROUNDS = 0.35, 30
GUIDED_ROUNDS = 5  # in which activities stay on the days of the bound's program
ANNEALING_SHARE = 0.4  # of the limit, before the decomposition
SCARCE_SHARE = 0.2  # the same where moves are scarce, and annealing soon brings nothing
STEPS_SECONDS = 10.0  # that must be left for it, in times that the bound took: below that annealing brings more


class Rounds:
    """The annealing of one run.

    Parameters
    ----------
    may_be_guided
        Whether the bound's program may say where the search begins anew.
    """

    def __init__(self, run: Run, *, may_be_guided: bool) -> None:
        self.run, self.budget, self.watch = run, run.budget, run.watch
        self.may_be_guided = may_be_guided
        self.warmest_round = 0
        self.recombiner: Recombiner | None = None
        if run.searcher.moves_are_scarce:
            self.recombiner = Recombiner(run.season, run.searcher, run.effort.seed)
        worker = run.searcher if self.recombiner is None else self.recombiner.unbudgeted
        self.team = Team(run.season, worker, run.effort.processes, run.effort.seed)

    def close(self) -> None:
        """End the threads and let every activity have all of its days again."""
        self.team.close()
        self.run.searcher.keep_to_days(None)

    def anneal(self) -> None:
        """As many rounds as there may be; one that has to be left changes nothing."""
        with suppress(Stopped):
            self._anneal()
        if self.recombiner is not None:
            with suppress(Stopped):
                self._recombine(self.recombiner, self.budget.stopped)

    def _anneal(self) -> None:
        """Raises Stopped where a round had to be left."""
        run, recombiner = self.run, self.recombiner
        weight = run.total / max(1, len(run.problem.requests))
        while True:
            if self._may_decompose():
                self._decompose()
            if not run.wants_more():
                return
            rounds = run.effort.rounds
            if recombiner is not None and rounds % CYCLE == 0:
                self._recombine(recombiner, run.is_interrupted)
                recombiner.begin_cycle(self.team, rounds // CYCLE)
            if self._may_guide():
                self._guide()
            if self._guidance_ends_at(rounds):
                self.team.keep_to_days(None)
                self.warmest_round = rounds
            with self.budget.timed("round"):
                temperature = WARMEST * weight / (1 + (rounds - self.warmest_round) / COOLING_ROUNDS)
                self.team.anneal(rounds, temperature, run.is_interrupted)
                run.note(rounds=rounds + 1)
            if recombiner is not None:
                recombiner.after_round()
            run.report("search")

    def _recombine(self, recombiner: Recombiner, should_stop: Callable[[], bool]) -> None:
        """Put the best together, and note how long that takes. Raises Stopped."""
        with self.budget.timed("recombination"):
            recombiner.recombine(should_stop)

    def _may_guide(self) -> bool:
        """Whether the bound's program is to say now where the search begins anew."""
        done = self.run.effort
        if not self.may_be_guided or done.guided_after is not None or done.decomposed_after is not None:
            return False
        if self.budget.effort is not None:
            return done.rounds == self.budget.effort.guided_after and self.watch.await_program()
        return self.watch.bound.days is not None and self.budget.elapsed < self.budget.left

    def _guide(self) -> None:
        """Begin anew with every activity on the day that the bound's program has it on; the best is kept."""
        run, team, days = self.run, self.team, self.watch.bound.days
        best, weight = team.searcher.incumbent(), team.searcher.incumbent_value
        guide = Searcher(run.season, run.effort.seed)
        guide.keep_to_days(days)
        guide.construct(construction_order(run.season))
        team.start_from(guide, guide.move_budget)
        team.keep_to_days(days)
        if weight >= guide.board.value:
            team.searcher.set_incumbent(best)
        self.warmest_round = run.effort.rounds
        run.note(guided_after=run.effort.rounds)

    def _guidance_ends_at(self, rounds: int) -> bool:
        guided_after = self.run.effort.guided_after
        return guided_after is not None and rounds == guided_after + GUIDED_ROUNDS

    def _may_decompose(self) -> bool:
        """Whether the season is now to be decided by its days."""
        run, done, watch = self.run, self.run.effort, self.watch
        if done.decomposed_after is not None or self.budget.stopped():
            return False
        if self.budget.effort is not None:
            return done.rounds == self.budget.effort.decomposed_after and watch.await_program()
        watch.look()
        if watch.bound.days is None or watch.program is None or watch.program.relaxation.merged or done.rounds == 0:
            return False
        is_guided = done.guided_after is not None and done.rounds <= done.guided_after + GUIDED_ROUNDS
        return (
            self.budget.has_spent(SCARCE_SHARE if run.searcher.moves_are_scarce else ANNEALING_SHARE)
            and not is_guided
            and run.searcher.incumbent_value < watch.bound.weight
            and self.budget.left - run.seconds_after_search() > STEPS_SECONDS * watch.bound.seconds
        )

    def _decompose(self) -> None:
        """Steps of the decomposition from the best schedule, as many as bring something. Raises Stopped."""
        run, recombiner = self.run, self.recombiner
        if self.watch.program is None:
            return
        run.searcher.restore_incumbent()
        run.note(decomposed_after=run.effort.rounds)
        order = construction_order(run.season)
        steps = Decomposition(self.watch.program, run.searcher, run.effort.seed, run.effort.processes, order)
        try:
            with suppress(Stopped):
                while self._wants_step(steps):
                    gained = steps.step(run.must_finish)
                    run.note(decompositions=run.effort.decompositions + 1)
                    if gained and recombiner is not None:
                        recombiner.note(steps.incumbent)
                    elif gained:
                        run.searcher.follow(steps.incumbent)
                        run.searcher.keep_incumbent()
                    run.report("decomposition")
        finally:
            steps.close()
        if recombiner is None:
            self.team.start_from(run.searcher, run.searcher.move_budget)
            return
        self._recombine(recombiner, run.is_interrupted)
        recombiner.begin_cycle(self.team, run.effort.rounds // CYCLE)

    def _wants_step(self, steps: Decomposition) -> bool:
        if steps.exhausted:
            return False
        if self.budget.effort is not None:
            return self.run.effort.decompositions < self.budget.effort.decompositions
        return steps.incumbent.board.value < self.watch.bound.weight and not self.run.must_finish()
