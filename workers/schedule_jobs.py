"""Solve jobs: a run that was asked for is done once, on a queue of its own; a run whose worker died is done again."""

from typing import Any, Protocol
from uuid import UUID

from app.clock import Clock
from app.database import Database
from app.fairs.booth_plans import repository as booth_plans
from app.fairs.booth_plans.assigning import run_booths
from app.outbox import repository as outbox
from app.schedules import run_repository
from app.schedules.additions import run_additions
from app.schedules.solve import run_solve
from workers.context import context_of, queue_of
from workers.subscriptions import SOLVER_QUEUE


class _Run(Protocol):
    async def __call__(self, database: Database, subject_id: UUID, /, *, clock: Clock) -> None: ...


async def start_solve(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Do the runs that some events asked for."""
    await _each(ctx, event_ids, run_solve, job="start_solve")


async def assign_booths(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Work out the assignments of booths that some events asked for."""
    context = context_of(ctx)
    async with context.database.read() as connection:
        events = await outbox.list_events(connection, event_ids)
    for event in events:
        await run_booths(context.database, UUID(event.payload["run_id"]), clock=context.clock)
        async with context.database.pool.acquire() as connection:
            await outbox.insert_receipts(connection, [event.id], job="assign_booths")


async def continue_booths(ctx: dict[str, Any], run_id: str) -> None:
    """Work an assignment of booths out again whose worker died."""
    context = context_of(ctx)
    await run_booths(context.database, UUID(run_id), clock=context.clock)


async def find_additions(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Work out what more would help the versions of events."""
    await _each(ctx, event_ids, run_additions, job="find_additions")


async def _each(ctx: dict[str, Any], event_ids: list[int], run: _Run, *, job: str) -> None:
    # An event is acknowledged after its run: until then a lost job is enqueued again.
    context = context_of(ctx)
    async with context.database.read() as connection:
        events = await outbox.list_events(connection, event_ids)
    for event in events:
        if event.subject_id is not None:
            await run(context.database, event.subject_id, clock=context.clock)
        async with context.database.pool.acquire() as connection:
            await outbox.insert_receipts(connection, [event.id], job=job)


async def continue_solve(ctx: dict[str, Any], run_id: str) -> None:
    """Do a run again whose worker died."""
    context = context_of(ctx)
    await run_solve(context.database, UUID(run_id), clock=context.clock)


async def resume_solves(ctx: dict[str, Any]) -> None:
    """Enqueue again the runs whose worker stopped reporting."""
    async with context_of(ctx).database.read() as connection:
        dead = await run_repository.list_dead_runs(connection)
        booths = await booth_plans.list_dead_runs(connection)
    for run_id in dead:
        # A job that the dead worker had taken keeps its id for hours, so this one has another.
        await queue_of(ctx).enqueue_job("continue_solve", str(run_id), _queue_name=SOLVER_QUEUE)
    for run_id in booths:
        await queue_of(ctx).enqueue_job("continue_booths", str(run_id), _queue_name=SOLVER_QUEUE)
