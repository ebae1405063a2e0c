"""One solve from construction to result: rounds, the bound beside them, the lower goals, the limit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from scheduling.arrays.naming import places_of, solution_of
from scheduling.arrays.season import compile_season
from scheduling.bound.thread import BoundThread
from scheduling.bound.upper_bound import Bound
from scheduling.decomposition.benders import Decomposition
from scheduling.exact.interruptible import POLL_SECONDS, Stopped
from scheduling.kernels.compiled import HAS_NUMBA
from scheduling.model.goals import fairness_figures, goal_values
from scheduling.model.outcome import moves_of, relative_gap
from scheduling.model.problem import Problem
from scheduling.model.solution import Progress, Result, Solution
from scheduling.moves.searcher import Searcher
from scheduling.search.construction import construction_order, people_are_shared
from scheduling.search.fairness import keep_fair
from scheduling.search.polish import load_kernels, polish, polish_seconds
from scheduling.search.recombine import CYCLE, Recombiner
from scheduling.search.team import Team, peak_rss_mb

# The temperature falls as 1 / (1 + round / cooling), so no limit need be known beforehand. It starts at a third of a
# request's mean weight.
WARMEST, COOLING_ROUNDS = 0.35, 30
GUIDED_ROUNDS = 5  # in which activities stay on the days of the bound's program
ANNEALING_SHARE = 0.4  # of the limit, before the decomposition
SCARCE_SHARE = 0.2  # the same where moves are scarce, and annealing soon brings nothing
STEPS_SECONDS = 10.0  # that must be left for it, in times that the bound took: below that annealing brings more
EJECTIONS_PER_ROUND = 1000 if HAS_NUMBA else 10
SMALL_PROBLEM = 150  # requests below which further threads bring nothing


@dataclass(frozen=True)
class Options:
    """How to search; see `solve`."""

    time_limit_seconds: float
    seed: int
    rounds: int | None
    sweeps: int | None
    guided_after: int | None
    decomposed_after: int | None
    decompositions: int
    processes: int
    on_progress: Callable[[Progress], None] | None
    should_stop: Callable[[], bool] | None
    clock: Callable[[], float]


class Search:
    """One solve: a team of searchers, and the bound beside it."""

    def __init__(self, problem: Problem, options: Options, started: float) -> None:
        self.problem = problem
        self.options = options
        self.started = started
        self.cancelled = False
        self.round_seconds = 0.0
        self.rounds = 0
        self.warmest_round = 0
        self.guided_after: int | None = None
        self.decomposed_after: int | None = None
        self.decompositions = 0
        self.sweeps = 0
        self.sweep_began = 0.0
        self.finishing_seconds = 0.0
        self.recombining_seconds = 0.0
        self.first_complete_seconds = 0.0
        self.season = compile_season(problem)
        self.may_be_guided = not self.season.data.held_tentative.any()
        self.total = self.season.total_weight
        self.bound = Bound(self.total, 0.0, 0, 0)
        self.bound_seconds: float | None = None
        self.bound_thread: BoundThread | None = None
        self.searcher = Searcher(self.season, options.seed, problem.policy.move_budget)

    @property
    def elapsed(self) -> float:
        """Seconds since the call."""
        return self.options.clock() - self.started

    @property
    def left(self) -> float:
        """Seconds until the limit; an hour where rounds are counted instead."""
        return 3600.0 if self.options.rounds is not None else self.options.time_limit_seconds - self.elapsed

    def run(self, initial: Solution | None) -> None:
        """Construct, search, and stop in time."""
        if initial is not None:
            self.may_be_guided = False
            self.searcher.put_free(places_of(self.season, initial))
        self._load_kernels()
        self.searcher.construct(construction_order(self.season))
        self.first_complete_seconds = self.elapsed
        self._report("construct")
        if self.left > 0:
            self.bound_thread = BoundThread(self.season, self.left)
        self._time_finish()
        try:
            if people_are_shared(self.season):
                self._eject()
            else:
                self._search()
            self.searcher.restore_best()
            self.searcher.board.send_home()
            if self.problem.requests and not self.cancelled:
                self.sweep_began = self.options.clock()
                self.sweeps = polish(self.searcher.board, self._may_sweep)
                self._report("polish")
            keep_fair(self.searcher, self.problem)
            self._last_bound()
            self._report("done")
        finally:
            if self.bound_thread is not None:
                self.bound_thread.stop()

    def _load_kernels(self) -> None:
        """Load the machine code that is needed later: half a second or more, once in a process."""
        self.searcher.anneal(0, 0.0)
        self.searcher.restore_best()
        self.searcher.follow(self.searcher)
        load_kernels(self.searcher.board)

    def _time_finish(self) -> None:
        """Note how long names and figures take here and now, by making them once."""
        if self.options.rounds is None:
            began = self.options.clock()
            self.result()
            self.finishing_seconds = 2 * (self.options.clock() - began)

    def _search(self) -> None:
        """Rounds of annealing."""
        if not self._wants_more():
            return
        recombiner = None
        if self.searcher.moves_are_scarce:
            recombiner = Recombiner(self.season, self.searcher, self.options.seed)
        worker = self.searcher if recombiner is None else recombiner.roaming
        team = Team(self.season, worker, self.options.processes, self.options.seed)
        try:
            with suppress(Stopped):
                self._anneal(team, recombiner)
            if recombiner is not None:
                with suppress(Stopped):
                    self._recombine(recombiner, self._stopped)
        finally:
            team.close()
            self.searcher.keep_to_days(None)

    def _anneal(self, team: Team, recombiner: Recombiner | None) -> None:
        """As many rounds as there may be. Raises Stopped where one had to be left."""
        weight = self.total / max(1, len(self.problem.requests))
        while True:
            if self._may_decompose():
                self._decompose(team, recombiner)
            if not self._wants_more():
                return
            if recombiner is not None and self.rounds % CYCLE == 0:
                self._recombine(recombiner, self._interrupted)
                recombiner.begin_cycle(team, self.rounds // CYCLE)
            if self._may_guide():
                self._guide(team)
            if self.guided_after is not None and self.rounds == self.guided_after + GUIDED_ROUNDS:
                team.keep_to_days(None)
                self.warmest_round = self.rounds
            with self._round():
                temperature = WARMEST * weight / (1 + (self.rounds - self.warmest_round) / COOLING_ROUNDS)
                team.anneal(self.rounds, temperature, self._interrupted)
            if recombiner is not None:
                recombiner.after_round()
            self._report("search")

    def _may_guide(self) -> bool:
        """Whether the bound's program is to say now where the search begins anew."""
        if not self.may_be_guided or self.guided_after is not None or self.decomposed_after is not None:
            return False
        if self.options.rounds is None:
            return self.bound.days is not None and self.elapsed < self.left
        return self.rounds == self.options.guided_after and self._await_program()

    def _await_program(self) -> bool:
        """Wait for the bound's program; whether it was solved to its end."""
        while self.bound_thread is not None and self.bound_thread.running and not self._stopped():
            self.bound_thread.wait(POLL_SECONDS)
        self._look_at_bound()
        return self.bound.days is not None

    def _guide(self, team: Team) -> None:
        """Begin anew with every activity on the day that the bound's program has it on; the best is kept."""
        best, weight = team.searcher.best(), team.searcher.best_value
        guide = Searcher(self.season, self.options.seed)
        guide.keep_to_days(self.bound.days)
        guide.construct(construction_order(self.season))
        team.start_from(guide, guide.move_budget)
        team.keep_to_days(self.bound.days)
        if weight >= guide.board.value:
            team.searcher.set_best(best)
        self.guided_after = self.warmest_round = self.rounds

    def _may_decompose(self) -> bool:
        """Whether the season is now to be decided by its days."""
        if self.decomposed_after is not None or self._stopped():
            return False
        if self.options.rounds is not None:
            return self.rounds == self.options.decomposed_after and self._await_program()
        self._look_at_bound()
        program = None if self.bound_thread is None else self.bound_thread.program
        if self.bound.days is None or program is None or program.relaxation.merged or self.rounds == 0:
            return False
        is_guided = self.guided_after is not None and self.rounds <= self.guided_after + GUIDED_ROUNDS
        share = SCARCE_SHARE if self.searcher.moves_are_scarce else ANNEALING_SHARE
        is_due = self.elapsed >= share * self.options.time_limit_seconds
        return (
            is_due
            and not is_guided
            and self.searcher.best_value < self.bound.weight
            and self.left - self._kept_seconds() > STEPS_SECONDS * self.bound.seconds
        )

    def _decompose(self, team: Team, recombiner: Recombiner | None) -> None:
        """Steps of the decomposition from the best schedule, as many as bring something. Raises Stopped."""
        program = None if self.bound_thread is None else self.bound_thread.program
        if program is None:
            return
        self.searcher.restore_best()
        self.decomposed_after = self.rounds
        steps = Decomposition(
            program,
            self.searcher,
            self.options.seed,
            self.options.processes,
            construction_order(self.season),
        )
        try:
            with suppress(Stopped):
                while self._wants_step(steps):
                    gained = steps.step(self._may_not_go_on)
                    self.decompositions += 1
                    if gained and recombiner is not None:
                        recombiner.note(steps.better)
                    elif gained:
                        self.searcher.follow(steps.better)
                        self.searcher.keep_best()
                    self._report("decomposition")
        finally:
            steps.close()
        if recombiner is None:
            team.start_from(self.searcher, self.searcher.move_budget)
            return
        self._recombine(recombiner, self._interrupted)
        recombiner.begin_cycle(team, self.rounds // CYCLE)

    def _wants_step(self, steps: Decomposition) -> bool:
        if steps.exhausted:
            return False
        if self.options.rounds is not None:
            return self.decompositions < self.options.decompositions
        return steps.better.board.value < self.bound.weight and not self._may_not_go_on()

    def _may_not_go_on(self) -> bool:
        """Whether what comes after the search needs the time that is left."""
        return self._stopped() or self.left <= self._kept_seconds()

    def _recombine(self, recombiner: Recombiner, should_stop: Callable[[], bool]) -> None:
        """Put the best together, and note how long that takes. Raises Stopped."""
        began = self.options.clock()
        recombiner.recombine(should_stop)
        self.recombining_seconds = max(self.options.clock() - began, 0.8 * self.recombining_seconds)

    def _eject(self) -> None:
        """Rounds of guided ejection, for seasons whose people are what is scarce."""
        while self._wants_more():
            with self._round():
                self.searcher.improve(EJECTIONS_PER_ROUND)
            self._report("ejection")

    @contextmanager
    def _round(self) -> Iterator[None]:
        """Count a round and note how long rounds take."""
        began = self.options.clock()
        yield
        self.rounds += 1
        seconds = self.options.clock() - began
        self.round_seconds = max(seconds, 0.8 * self.round_seconds)

    def _stopped(self) -> bool:
        if not self.cancelled and self.options.should_stop is not None and self.options.should_stop():
            self.cancelled = True
        return self.cancelled

    def _interrupted(self) -> bool:
        return self.left <= self.recombining_seconds or self._stopped()

    def _wants_more(self) -> bool:
        """Whether another round is due: asked for, worth while, and possible in time."""
        self._look_at_bound()
        if self._stopped() or not self.searcher.queue:
            return False
        if self.options.rounds is not None:
            # when a bound arrives is a matter of the clock, so it ends no solve of a given length
            return self.rounds < self.options.rounds
        if self.searcher.best_value >= self.bound.weight:
            return False
        return self.left - self._kept_seconds() > self.round_seconds

    def _kept_seconds(self) -> float:
        """What comes after the search."""
        polishing = polish_seconds(self.searcher.board, self.options.time_limit_seconds)
        return self.finishing_seconds + self.recombining_seconds + polishing

    def _may_sweep(self, number: int) -> bool:
        """Whether another part of a sweep is asked for, or fits in as far as the last one tells."""
        if self.options.sweeps is not None:
            return number < self.options.sweeps
        if self.options.rounds is not None:
            return True
        now = self.options.clock()
        last, self.sweep_began = now - self.sweep_began, now
        return not self._stopped() and last < self.left - self.finishing_seconds

    def _look_at_bound(self) -> None:
        thread = self.bound_thread
        if thread is not None and self.bound_seconds is None and thread.bound is not None:
            self.bound, self.bound_seconds = thread.bound, self.elapsed

    def _last_bound(self) -> None:
        """Wait for a bound that is still on its way, as far as the limit allows."""
        thread = self.bound_thread
        until = self.elapsed + self.left - self.finishing_seconds
        while thread is not None and thread.running and self.elapsed < until and not self._stopped():
            thread.wait(POLL_SECONDS)
        self._look_at_bound()

    def _report(self, phase: str) -> None:
        if self.options.on_progress is None:
            return
        value = self.searcher.best_value / self.total if self.total else 1.0
        bound = self.bound.weight / self.total if self.total and self.bound_seconds is not None else None
        placed = self.searcher.board.placed
        self.options.on_progress(
            Progress(
                elapsed_seconds=self.elapsed,
                value=value,
                bound=bound,
                gap=None if bound is None else relative_gap(bound, value),
                placed=placed,
                unplaced=len(self.problem.requests) - placed,
                rounds=self.rounds,
                phase=phase,
            )
        )

    def result(self) -> Result:
        """The best state as a result."""
        problem, board = self.problem, self.searcher.board
        solution = solution_of(self.season, board.places())
        value = board.value / self.total if self.total else 1.0
        bound = min(self.total, self.bound.weight) / self.total if self.total else 1.0
        return Result(
            solution=solution,
            unplaced=tuple(r.id for q, r in enumerate(problem.requests) if not board.is_placed(q)),
            value=value,
            bound=bound,
            gap=relative_gap(bound, value),
            placed_weight=board.value,
            total_weight=self.total,
            requests=len(problem.requests),
            goals=tuple(goal_values(problem, solution, {"placed_weight": float(self.bound.weight)})),
            fairness=fairness_figures(problem, solution),
            first_complete_seconds=self.first_complete_seconds,
            bound_seconds=self.bound_seconds,
            seconds=self.elapsed,
            seed=self.options.seed,
            rounds=self.rounds,
            sweeps=self.sweeps,
            guided_after=self.guided_after,
            decomposed_after=self.decomposed_after,
            decompositions=self.decompositions,
            processes=self.options.processes,
            cancelled=self.cancelled,
            peak_rss_mb=peak_rss_mb(),
            moved=moves_of(problem, solution),
        )
