"""Solving: a run that was asked for is done once, on a queue of its own; one whose worker died is taken up again."""

from typing import Any
from uuid import UUID

from app.outbox import repository as outbox
from app.schedules import run_repository
from app.schedules.solve import run_solve
from workers.context import context_of, queue_of
from workers.subscriptions import SOLVER_QUEUE


async def start_solve(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Do the runs of events. A receipt comes after its run: until then a lost job is driven again."""
    context = context_of(ctx)
    async with context.database.read() as connection:
        events = await outbox.list_events(connection, event_ids)
    for event in events:
        if event.subject_id is not None:
            await run_solve(context.database, event.subject_id, clock=context.clock)
        async with context.database.pool.acquire() as connection:
            await outbox.insert_receipts(connection, [event.id], job="start_solve")


async def continue_solve(ctx: dict[str, Any], run_id: str) -> None:
    """Do a run again whose worker died."""
    context = context_of(ctx)
    await run_solve(context.database, UUID(run_id), clock=context.clock)


async def resume_solves(ctx: dict[str, Any]) -> None:
    """Find runs whose heart has stopped."""
    async with context_of(ctx).database.read() as connection:
        dead = await run_repository.list_dead_runs(connection)
    for run_id in dead:
        # A job that the dead worker had taken keeps its id for hours, so this one has another.
        await queue_of(ctx).enqueue_job("continue_solve", str(run_id), _queue_name=SOLVER_QUEUE)
