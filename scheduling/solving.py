"""`solve`: the whole search, anytime, with its proof."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scheduling.bands import crossing_requests, cut_bands
from scheduling.bound import Bound, upper_bound
from scheduling.compiled import HAS_NUMBA
from scheduling.fairness import keep_fair
from scheduling.goals import fairness_figures, goal_values
from scheduling.polish import polish, polish_seconds
from scheduling.problem import Problem
from scheduling.searcher import Searcher, name_places, places_of
from scheduling.season_data import Ints, Season, compile_season
from scheduling.solution import ENGINE_VERSION, Move, Placement, Progress, Recipe, Result, Solution
from scheduling.state import GUIDED
from scheduling.team import Changes, Member, Task, Worker, peak_rss_mb
from scheduling.validation import validate
from scheduling.verification import same_place

# rounds of local search by this process alone, before neighbourhoods take over
LOCAL_ROUNDS, REQUESTS_PER_LOCAL_ROUND = 12, 500
LOCAL_STEPS = 1000 if HAS_NUMBA else 10  # ejection steps of such a round, a tenth of a second
NEIGHBOURHOODS_PER_ROUND = 20
SHARED_PEOPLE = 4  # teams per activity from which people, not rooms, are what is scarce
SMALL_PROBLEM = 150  # requests below which further processes cost more than they bring
SHORT_LIMIT_SECONDS = 3.0
FINISHING_SECONDS = 0.25  # kept back for names, goals and the last sweep


@dataclass(frozen=True)
class Options:
    """How to search; see `solve`."""

    time_limit_seconds: float
    seed: int
    rounds: int | None
    sweeps: int | None
    processes: int
    on_progress: Callable[[Progress], None] | None
    should_stop: Callable[[], bool] | None


def solve(
    problem: Problem,
    *,
    time_limit_seconds: float = 10.0,
    seed: int = 1,
    rounds: int | None = None,
    sweeps: int | None = None,
    processes: int | None = None,
    initial: Solution | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """Place as much weight as can be found, and prove how much there can be.

    Construction, then ejection-pool local search, then CP-SAT on small neighbourhoods in several processes on
    disjoint bands of days; an upper bound is computed beside it. It stops at the limit, when the bound is reached,
    or when asked to.

    Parameters
    ----------
    problem
        Any problem; it is validated.
    time_limit_seconds
        Wall-clock limit. It decides how many rounds are run and nothing else.
    seed
        Start of all random choices.
    rounds
        Run exactly so many rounds instead of looking at the clock: the same problem, seed, rounds, processes and
        engine version give the same placements.
    sweeps
        With ``rounds``: make exactly so many sweeps over the lower goals; ``None`` = all.
    processes
        Searching processes; ``None`` = one per core, one for small problems and short limits.
    initial
        Places to start from, taken where they are free.
    on_progress
        Called after each round.
    should_stop
        Asked many times a second; when it says yes the best result so far is returned.

    Returns
    -------
    Result
        Keeps every rule that `scheduling.verify` knows.

    Raises
    ------
    ProblemError
        If the problem does not fit together.
    """
    started = time.perf_counter()
    validate(problem)
    if processes is None:
        small = len(problem.requests) < SMALL_PROBLEM or (rounds is None and time_limit_seconds < SHORT_LIMIT_SECONDS)
        processes = 1 if small else max(1, os.cpu_count() or 1)
    options = Options(time_limit_seconds, seed, rounds, sweeps, max(1, processes), on_progress, should_stop)
    search = Search(problem, options, started)
    try:
        search.run(initial)
    finally:
        search.close()
    return search.result()


class Search:
    """One solve: this process' searcher, its workers, the bound."""

    def __init__(self, problem: Problem, options: Options, started: float) -> None:
        self.problem = problem
        self.options = options
        self.started = started
        self.workers: list[Worker] = []
        self.bound_worker: Worker | None = None
        self.cancelled = False
        self.round_seconds = 0.0
        self.rounds = 0
        self.sweeps = 0
        self.sweep_began = 0.0
        self.first_complete_seconds = 0.0
        self.season = compile_season(problem)
        self.total = self.season.total_weight
        self.bound: Bound = Bound(self.total, 0.0, 0, 0)
        self.bound_seconds: float | None = None
        self.peak_rss_mb = 0.0
        self.searcher = Searcher(self.season, options.seed, problem.policy.move_budget)

    def close(self) -> None:
        """End the workers."""
        everyone = [*self.workers, *([self.bound_worker] if self.bound_worker else [])]
        self.peak_rss_mb = peak_rss_mb() + sum(worker.peak_rss_mb for worker in everyone)
        for worker in everyone:
            worker.close()

    @property
    def elapsed(self) -> float:
        """Seconds since the call."""
        return time.perf_counter() - self.started

    def run(self, initial: Solution | None) -> None:
        """Construct, search, and stop in time."""
        if initial is not None:
            self.searcher.put_free(places_of(self.season, initial))
        self.searcher.construct(construction_order(self.season))
        self.first_complete_seconds = self.elapsed
        self._report("construct")
        if self._wants_more():
            self._hire()
        self._local_search()
        self._neighbourhoods()
        self.searcher.send_home()
        if self.problem.requests and not self.cancelled:
            self.sweep_began = time.perf_counter()
            self.sweeps = polish(self.searcher, self._may_sweep)
            self._report("polish")
        keep_fair(self.searcher, self.problem)
        self._last_bound()

    def _hire(self) -> None:
        """Have the bound computed and workers ready."""
        if self.options.processes == 1:
            self._own_bound()
            return
        self.bound_worker = Worker(self.season)
        self.bound_worker.send(float(self.options.time_limit_seconds))
        self.workers = [Worker(self.season) for _ in range(self.options.processes - 1)]

    def _own_bound(self) -> None:
        left = self.options.time_limit_seconds - self.elapsed
        if self.options.rounds is not None or left > 0:
            self.bound = upper_bound(self.season, left if self.options.rounds is None else 60.0)
            self.bound_seconds = self.bound.seconds

    def _look_at_bound(self) -> None:
        worker = self.bound_worker
        if worker is not None and self.bound_seconds is None and worker.ready():
            answer = worker.receive()
            self.bound_seconds = self.elapsed
            if answer is not None:
                self.bound = answer

    def _last_bound(self) -> None:
        """Wait a moment for a bound that is still on its way, as far as the limit allows."""
        worker = self.bound_worker
        if worker is None or self.bound_seconds is not None or self.cancelled:
            return
        left = 60.0 if self.options.rounds is not None else self.options.time_limit_seconds - self.elapsed
        if worker.ready(max(0.0, left)):
            self._look_at_bound()

    def _stopped(self) -> bool:
        if not self.cancelled and self.options.should_stop is not None and self.options.should_stop():
            self.cancelled = True
        return self.cancelled

    def _wants_more(self) -> bool:
        """Whether another round is due: asked for, worth while, and possible in time."""
        self._look_at_bound()
        if self._stopped() or not self.searcher.queued:
            return False
        if self.options.rounds is not None:
            # when a bound arrives is a matter of the clock, so it ends no solve of a given length
            return self.rounds < self.options.rounds
        if self.searcher.best_value >= self.bound.weight:
            return False
        left = self.options.time_limit_seconds - self.elapsed - polish_seconds(self.searcher) - FINISHING_SECONDS
        return left > self.round_seconds

    def _may_sweep(self, number: int) -> bool:
        """Whether another sweep over the lower goals is asked for, or fits in as far as the last one tells."""
        if self.options.sweeps is not None:
            return number < self.options.sweeps
        if self.options.rounds is not None:
            return True
        now = time.perf_counter()
        last, self.sweep_began = now - self.sweep_began, now
        return not self._stopped() and self.elapsed + last < self.options.time_limit_seconds

    def _local_search(self) -> None:
        most = LOCAL_ROUNDS + len(self.problem.requests) // REQUESTS_PER_LOCAL_ROUND
        guided = people_are_shared(self.season)
        self.searcher.state.info[GUIDED] = guided
        threshold = self.total if guided else int(0.0004 * self.total + 12)
        self.round_seconds = 0.0
        while (guided or self.rounds < most) and self._wants_more():
            began = time.perf_counter()
            self.searcher.improve(LOCAL_STEPS, threshold)
            self.rounds += 1
            self.round_seconds = time.perf_counter() - began
            self._report("local search")
        self.searcher.restore_best()

    def _neighbourhoods(self) -> None:
        crossing = crossing_requests(self.season)
        member = Member(self.searcher)
        parts = 1 + len(self.workers)
        pending: list[Changes] = [dict(self.searcher.places()) for _ in self.workers]
        # `round_seconds` is still that of the local search: what had no time for a round of it gets none of these
        while self._wants_more():
            began = time.perf_counter()
            scopes = cut_bands(self.searcher, crossing, parts, self.rounds, self.options.seed)
            tasks = [
                Task(scope, (self.options.seed * 1_000_003 + self.rounds) * 64 + part, NEIGHBOURHOODS_PER_ROUND)
                for part, scope in enumerate(scopes)
            ]
            for worker, changes, task in zip(self.workers, pending, tasks[1:], strict=True):
                worker.send((changes, task))
            mine = member.run(tasks[0], self._interrupted)
            if mine is None:
                break
            theirs = [self._answer(member, worker, task) for worker, task in zip(self.workers, tasks[1:], strict=True)]
            if any(changes is None for changes in theirs):
                break
            answers = [changes for changes in theirs if changes is not None]
            for i, changes in enumerate(answers):
                self.searcher.apply(changes)
                pending[i] = mine | {a: p for j, other in enumerate(answers) if j != i for a, p in other.items()}
            self.searcher.keep_best()
            self.rounds += 1
            seconds = time.perf_counter() - began
            self.round_seconds = seconds if self.round_seconds == 0 else (self.round_seconds + seconds) / 2
            self._report("neighbourhoods")

    def _interrupted(self) -> bool:
        if self.options.rounds is None and self.elapsed > self.options.time_limit_seconds:
            return True
        return self._stopped()

    def _answer(self, member: Member, worker: Worker, task: Task) -> Changes | None:
        """A worker's changes; its part is done here if it is lost. None when the solve must end first."""
        while not worker.ready(0.05):
            if self._interrupted():
                return None
        answer: Changes | None = worker.receive()
        if answer is None:
            before = self.searcher.places()
            answer = member.run(task, self._interrupted)
            if answer is not None:
                self.searcher.apply({a: before.get(a) for a in answer})
        return answer

    def _report(self, phase: str) -> None:
        if self.options.on_progress is None:
            return
        value = self.searcher.best_value / self.total if self.total else 1.0
        bound = self.bound.weight / self.total if self.total and self.bound_seconds is not None else None
        placed = self.searcher.placed
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
        problem, searcher = self.problem, self.searcher
        solution = name_places(self.season, searcher.places())
        value = searcher.value / self.total if self.total else 1.0
        bound = min(self.total, self.bound.weight) / self.total if self.total else 1.0
        return Result(
            solution=solution,
            unplaced=tuple(r.id for q, r in enumerate(problem.requests) if not searcher.is_placed(q)),
            value=value,
            bound=bound,
            gap=relative_gap(bound, value),
            placed_weight=searcher.value,
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
            processes=self.options.processes,
            cancelled=self.cancelled,
            peak_rss_mb=self.peak_rss_mb,
            moved=moves_of(problem, solution),
        )


def replay(problem: Problem, recipe: Recipe) -> Result:
    """Run a solve again exactly as it went.

    Parameters
    ----------
    problem
        The problem that was solved.
    recipe
        Of its result: not cancelled, of this engine version and lock, started without ``initial``.

    Raises
    ------
    ValueError
        If it is of another engine version, or was cancelled.
    """
    if recipe.engine_version != ENGINE_VERSION:
        raise ValueError(f"made by engine {recipe.engine_version}, this is {ENGINE_VERSION}")
    if recipe.cancelled:
        raise ValueError("a cancelled solve ended in the middle of a round")
    return solve(problem, seed=recipe.seed, rounds=recipe.rounds, sweeps=recipe.sweeps, processes=recipe.processes)


def construction_order(season: Season) -> Ints:
    """Requests by weight per room-slot they need, heavy first."""
    data = season.data
    if len(data.weight) == 0:
        return np.zeros(0, dtype=np.int64)
    need = data.duration * np.maximum(1, data.rooms_needed) + 4.0
    per_request = np.add.reduceat(need, data.activity_ptr[:-1])
    return np.argsort(-(data.weight / per_request), kind="stable").astype(np.int64)


def people_are_shared(season: Season) -> bool:
    """Whether activities share so many teams that the guided scheme is the better one."""
    activities = len(season.data.duration)
    return activities > 0 and len(season.data.exclusive_group) > SHARED_PEOPLE * activities


def relative_gap(bound: float, value: float) -> float:
    """(bound - value) / bound, 0 for an empty season."""
    return (bound - value) / bound if bound > 0 else 0.0


def moves_of(problem: Problem, solution: Solution) -> tuple[Move, ...]:
    """Held activities in new places."""
    held = {h.activity: h for h in problem.held}
    moves = []
    for p in solution.placements:
        h = held.get(p.activity)
        if h is not None and not same_place(p, h):
            old = Placement(activity=h.activity, day=h.day, start=h.start, rooms=h.rooms, channel=h.channel)
            moves.append(Move(activity=p.activity, old=old, new=p))
    return tuple(moves)
