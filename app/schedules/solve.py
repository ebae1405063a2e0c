"""Solve runs: ask, run without a database connection, report, stop, keep the draft with its reasons."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
import structlog

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.database.connection import LIVE_CHANNEL
from app.events import SolveAsked, SolveCancelled, SolveFailed, SolveFinished
from app.outbox import append
from app.permissions import must
from app.requests import repository as requests
from app.schedules import repository, run_repository
from app.schedules.domain import AskSolve, Figures, NothingToSolve, RunIsOver, SolveRun
from app.schedules.engine import ENGINE, EngineFailed
from app.schedules.explanations import kept_explanation
from app.schedules.problem.builder import BuiltProblem, build_problem
from app.schedules.problem.facts import SeasonFacts, read_season_facts
from app.schedules.problem.file import pack_problem
from app.schedules.problem.placements import placed_activities
from app.schedules.solve_thread import SolveThread
from app.seasons import repository as seasons
from scheduling import Explanation, Result

T = TypeVar("T")
log = structlog.get_logger(__name__)

REPORT_EVERY_SECONDS = 0.5


async def ask_solve(connection: Connection, command: AskSolve, *, actor: Actor | None, now: datetime) -> SolveRun:
    """Queue a solve of a season. Raises AlreadySolving, NothingToSolve, SeasonNotFound."""
    if actor is not None:
        must(actor, "solve")
    policies = await seasons.get_policies(connection, (await seasons.get_season(connection, command.season_id)).id)
    counts = await requests.count_by_state(connection, command.season_id)
    if not counts.get("approved") and not counts.get("scheduled"):
        raise NothingToSolve
    parameters = {
        "time_limit_seconds": command.time_limit_seconds or policies.solve_seconds,
        "seed": command.seed,
    }
    actor_id = actor.account_id if actor else None
    run = await run_repository.insert_run(
        connection, season_id=command.season_id, parameters=parameters, asked_by=actor_id, now=now
    )
    await append(connection, SolveAsked(subject_id=run.id, season_id=run.season_id), actor_id=actor_id, now=now)
    return run


async def cancel_solve(connection: Connection, run_id: UUID, *, actor: Actor, now: datetime) -> SolveRun:
    """Stop a run; one that has started keeps its best as a draft. Raises SolveRunNotFound, RunIsOver."""
    must(actor, "solve")
    run = await run_repository.get_run(connection, run_id)
    state = await run_repository.ask_cancel(connection, run_id, now=now)
    if state is None:
        raise RunIsOver
    if state == "queued":
        await run_repository.finish_run(connection, run_id, "cancelled", version_id=None, error="", now=now)
        event = SolveCancelled(subject_id=run_id, season_id=run.season_id)
        await append(connection, event, actor_id=actor.account_id, now=now)
    return await run_repository.get_run(connection, run_id)


async def run_solve(database: Database, run_id: UUID, *, clock: Clock) -> None:
    """Do a run; this may be called twice, and again after a worker died over it."""
    async with database.pool.acquire() as connection:
        run = await run_repository.claim_run(connection, run_id, now=clock.now())
    if run is None:
        return
    ENGINE.prepare()
    try:
        facts, built, sequence, based_on = await _read(database, run, clock)
        thread = SolveThread(
            built.problem,
            time_limit_seconds=float(run.parameters["time_limit_seconds"]),
            seed=int(run.parameters["seed"]),
        )
        solved = await _reporting(database, run, thread, asyncio.to_thread(thread.run))
    except Exception as error:
        log.exception("solve failed", run_id=str(run_id))
        reason = str(error) if isinstance(error, EngineFailed) else f"{type(error).__name__}: {error}"
        await database.transact(_fail, run, reason, clock.now())
        raise
    await database.transact(
        _keep_draft, run, facts, built, solved.result, solved.explanations, sequence, based_on, clock.now()
    )


async def _read(database: Database, run: SolveRun, clock: Clock) -> tuple[SeasonFacts, BuiltProblem, int, UUID | None]:
    async def read(connection: Connection) -> tuple[SeasonFacts, int, UUID | None]:
        sequence = await repository.season_booking_sequence(connection, run.season_id)
        based_on = await repository.find_released(connection, run.season_id)
        return await read_season_facts(connection, run.season_id, clock=clock), sequence, based_on

    facts, sequence, based_on = await database.transact(read)
    return facts, build_problem(facts, clock=clock), sequence, based_on


async def _reporting(database: Database, run: SolveRun, thread: SolveThread, work: Awaitable[T]) -> T:
    """Wait for work in a thread; report that the run lives, and pass a wish to stop on to the engine."""
    working = asyncio.ensure_future(work)
    try:
        while not working.done():
            await asyncio.wait([working], timeout=REPORT_EVERY_SECONDS)
            async with database.pool.acquire() as connection:
                if await run_repository.report_progress(connection, run.id, thread.progress()):
                    thread.stop()
                await _tell_open_pages(connection, run)
    except asyncio.CancelledError:
        # The worker ends: the run is taken up again by another one, so this search need not go on.
        thread.give_up()
        raise
    return await working


async def _tell_open_pages(connection: Connection, run: SolveRun) -> None:
    news = {"types": ["solve.progress"], "season_id": str(run.season_id)}
    await connection.execute("SELECT pg_notify($1, $2)", LIVE_CHANNEL, msgspec.json.encode(news).decode())


async def _keep_draft(
    connection: Connection,
    run: SolveRun,
    facts: SeasonFacts,
    built: BuiltProblem,
    result: Result,
    explanations: list[Explanation],
    sequence: int,
    based_on: UUID | None,
    now: datetime,
) -> None:
    await repository.lock_numbering(connection, run.season_id)
    recipe = msgspec.to_builtins(result.recipe)
    del recipe["engine_version"]  # a column of its own
    version_id = await repository.insert_version(
        connection,
        season_id=run.season_id,
        based_on_id=based_on,
        based_on_sequence=sequence,
        figures=figures_of(result, lost_pins=built.lost_pins),
        problem=pack_problem(built.problem),
        parameters={**run.parameters, **recipe},
        engine_version=result.engine_version,
        created_by=run.asked_by,
        now=now,
    )
    placements = placed_activities(facts, built.grid, result.solution, lost_pins=built.lost_pins)
    await repository.insert_placements(connection, version_id, placements)
    for explanation in explanations:
        await repository.insert_unplaced(
            connection,
            version_id,
            UUID(explanation.request),
            kept_explanation(built.problem, built.grid, explanation),
        )
    state = "cancelled" if result.cancelled else "finished"
    await run_repository.finish_run(connection, run.id, state, version_id=version_id, error="", now=now)  # type: ignore[arg-type]
    event = SolveFinished(subject_id=run.id, season_id=run.season_id, version_id=version_id)
    await append(connection, event, actor_id=run.asked_by, now=now)


def figures_of(result: Result, *, lost_pins: Sequence[UUID] = ()) -> Figures:
    """Give the figures that a version shows of its solve."""
    return Figures(
        requests=result.requests,
        placed=result.requests - len(result.unplaced),
        unplaced=len(result.unplaced),
        activities=len(result.solution.placements),
        value=result.value,
        bound=result.bound,
        gap=result.gap,
        seconds=result.seconds,
        rounds=result.effort.rounds,
        seed=result.effort.seed,
        goals=[msgspec.to_builtins(goal) for goal in result.goals],
        fairness=msgspec.to_builtins(result.fairness),
        lost_pins=list(lost_pins),
    )


async def _fail(connection: Connection, run: SolveRun, error: str, now: datetime) -> None:
    await run_repository.finish_run(connection, run.id, "failed", version_id=None, error=error[:500], now=now)
    event = SolveFailed(subject_id=run.id, season_id=run.season_id)
    await append(connection, event, actor_id=run.asked_by, now=now)
