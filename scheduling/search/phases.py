"""The phases of one solve: construction, search, lower goals, shares."""

from scheduling.arrays.naming import index_placements
from scheduling.kernels.compiled import HAS_NUMBA
from scheduling.model.solution import Solution
from scheduling.moves.guided_search import GuidedSearch, can_be_guided
from scheduling.search.construction import construction_order, people_are_shared
from scheduling.search.fairness import keep_fair
from scheduling.search.polish import load_kernels, polish
from scheduling.search.rounds import Rounds
from scheduling.search.run import Run

EJECTIONS_PER_ROUND = 1000 if HAS_NUMBA else 10
GUIDED_STARTS_PER_ROUND = 450_000 if HAS_NUMBA else 4_500  # looked at in its steps, a twentieth of a second


def run_phases(run: Run, initial: Solution | None) -> None:
    """Construct, search, improve the lower goals, keep the shares, and stop in time.

    Parameters
    ----------
    initial
        Placements to start from, taken where they are free.
    """
    searcher, budget = run.searcher, run.budget
    if initial is not None:
        searcher.put_free(index_placements(run.season, initial))
    people = people_are_shared(run.season)
    _load_kernels(run, people=people)
    searcher.construct(construction_order(run.season))
    run.first_complete_seconds = budget.elapsed
    run.report("construct")
    try:
        run.watch.start()
        _time_finish(run)
        if people and can_be_guided(run.season.data):
            _guide(run)
        elif people:
            _eject(run)
        else:
            _anneal(run, may_be_guided=initial is None and not run.season.data.tentative.any())
        searcher.restore_incumbent()
        searcher.board.return_to_references()
        if run.problem.requests and not budget.cancelled:
            _polish(run)
        keep_fair(searcher, run.problem)
        run.watch.await_bound(searcher.board.value)
        run.report("done")
    finally:
        run.watch.stop()


def _load_kernels(run: Run, *, people: bool) -> None:
    """Load the machine code that is needed later: half a second or more, once in a process."""
    if not people:
        run.searcher.anneal(0, 0.0)
        run.searcher.follow(run.searcher)
    run.searcher.restore_incumbent()
    load_kernels(run.searcher.board)


def _time_finish(run: Run) -> None:
    """Note how long names and figures take here and now, by making them once."""
    if run.budget.effort is None:
        with run.budget.timed("finish"):
            run.result()
        run.budget.seconds["finish"] *= 2


def _guide(run: Run) -> None:
    """Rounds of guided ejection over single starts, for seasons whose people are what is scarce."""
    search = GuidedSearch(run.searcher)
    steps = max(1, GUIDED_STARTS_PER_ROUND // search.starts)
    while not search.is_whole and run.wants_more():
        with run.budget.timed("round"):
            search.run(steps)
            run.note(rounds=run.effort.rounds + 1)
        run.report("ejection")


def _eject(run: Run) -> None:
    """Rounds of ejection for seasons whose people are scarce and whose rules are more than tables of starts know."""
    while run.wants_more():
        with run.budget.timed("round"):
            run.searcher.improve(EJECTIONS_PER_ROUND)
            run.note(rounds=run.effort.rounds + 1)
        run.report("ejection")


def _anneal(run: Run, *, may_be_guided: bool) -> None:
    if not run.wants_more():
        return
    rounds = Rounds(run, may_be_guided=may_be_guided)
    try:
        rounds.anneal()
    finally:
        rounds.close()


def _polish(run: Run) -> None:
    """The lower goals, each part as far as it is asked for, or fits in as far as the last one tells."""
    budget = run.budget

    def may_sweep(number: int) -> bool:
        if budget.effort is not None:
            return budget.effort.sweeps is None or number < budget.effort.sweeps
        last = budget.lap()
        return not budget.stopped() and last < budget.left - budget.seconds["finish"]

    budget.lap()
    run.note(sweeps=polish(run.searcher.board, may_sweep))
    run.report("polish")
