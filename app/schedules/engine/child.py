"""The engine's process, `python -m app.schedules.engine.child`: orders on stdin, answers on stdout.

It ends when its parent does, or closes the pipe; what libraries print goes to stderr.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import IO
from uuid import UUID

import structlog

import scheduling
from app.logging import configure_logging
from app.schedules.domain import ValuableAddition
from app.schedules.engine.messages import (
    ORDERS,
    AdditionsFound,
    Answer,
    AssignBooths,
    BoothsFound,
    BoothsReported,
    Explain,
    Explained,
    Failed,
    FindAdditions,
    Job,
    Prepare,
    Reported,
    Solve,
    Solved,
    Stop,
    receive,
    send,
)
from app.settings import load_settings
from scheduling import Progress, verify
from scheduling.answers.additions import Addition
from scheduling.booths.assignment import assign_booths
from scheduling.booths.fair import BoothProgress, NoBoothPlan
from scheduling.booths.scoring import score_plan
from scheduling.compile import warm_up

log = structlog.get_logger(__name__)


class ViolatedRules(RuntimeError):
    """The engine returned a solution that the independent verifier refuses: nothing of it is kept."""


class Engine:
    """Does one job after the other; `should_stop` is asked meanwhile."""

    def __init__(
        self,
        report: Callable[[Progress], None],
        report_booths: Callable[[BoothProgress], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self._report, self._report_booths, self._should_stop = report, report_booths, should_stop
        self._is_warm = False

    def prepare(self) -> None:
        """Load the machine code of a solve, which takes a second: not out of the first one's limit."""
        if not self._is_warm:
            warm_up()
            self._is_warm = True

    def answer(self, job: Job) -> Answer:
        """Do a job; an error is an answer too."""
        try:
            return self._do(job)
        except Exception as error:
            log.exception("the engine failed")
            return Failed(f"{type(error).__name__}: {error}")

    def _do(self, job: Job) -> Answer:
        match job:
            case Solve():
                return self._solve(job)
            case Explain(problem, solution, request):
                return Explained(scheduling.explain(problem, solution, request))
            case AssignBooths():
                return self._assign(job)
            case FindAdditions(problem, solution):
                found = scheduling.valuable_additions(problem, solution)
                return AdditionsFound([_kept(addition) for addition in found if addition.gain > 0])

    def _assign(self, job: AssignBooths) -> BoothsFound:
        try:
            plan = assign_booths(
                job.booths,
                job.exhibitors,
                pins=job.pins,
                before=job.before,
                moves=job.moves,
                time_limit_seconds=job.time_limit_seconds,
                on_progress=self._report_booths,
                should_stop=self._should_stop,
            )
        except NoBoothPlan as impossible:
            return BoothsFound(None, impossible.reason, impossible.who)
        value = score_plan(job.booths, job.exhibitors, plan.booths)
        if value.broken or value.score != plan.score:
            raise ViolatedRules(", ".join(sorted({one.rule for one in value.broken})))
        return BoothsFound(plan)

    def _solve(self, job: Solve) -> Solved:
        self.prepare()
        result = scheduling.solve(
            job.problem,
            time_limit_seconds=job.time_limit_seconds,
            seed=job.seed,
            on_progress=self._report,
            should_stop=self._should_stop,
        )
        if violations := verify(job.problem, result.solution):
            raise ViolatedRules(", ".join(sorted({violation.rule for violation in violations})))
        explainer = scheduling.Explainer(job.problem, result.solution)
        return Solved(result, [explainer.explain(request) for request in result.unplaced])


def _kept(addition: Addition) -> ValuableAddition:
    return ValuableAddition(
        kind=addition.kind,  # type: ignore[arg-type]
        campus_id=None if addition.campus is None else UUID(addition.campus),
        capacity=addition.capacity,
        features=addition.features,
        weekday=addition.weekday,
        part=addition.part,
        gain=addition.gain,
        placed=addition.placed,
    )


def _read_orders(stream: IO[bytes], jobs: SimpleQueue[Job | Prepare], stop: threading.Event) -> None:
    while (data := receive(stream)) is not None:
        order = ORDERS.decode(data)
        if isinstance(order, Stop):
            stop.set()
        else:
            stop.clear()
            jobs.put(order)
    os._exit(0)  # whoever asked is gone, and so is the use of what is being computed


def main() -> None:
    """Do jobs until the parent ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # meant for the parent, which ends this process or lets it finish
    configure_logging(load_settings())
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    jobs: SimpleQueue[Job | Prepare] = SimpleQueue()
    stop, sending = threading.Event(), threading.Lock()

    def say(answer: Answer) -> None:
        with sending:
            send(answers, answer)

    threading.Thread(target=_read_orders, args=(sys.stdin.buffer, jobs, stop), daemon=True).start()
    engine = Engine(
        lambda progress: say(Reported(progress)), lambda progress: say(BoothsReported(progress)), stop.is_set
    )
    while True:
        job = jobs.get()
        if isinstance(job, Prepare):
            engine.prepare()
        else:
            say(engine.answer(job))


if __name__ == "__main__":
    main()
