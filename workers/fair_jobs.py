"""Jobs of fairs: free booths go to who waits, who said yes follows a fair that moves. A job may run twice."""

from typing import Any

from app.fairs.following import accept_verified as accept_entries
from app.fairs.following import follow_fairs, go_through_fairs, remind_silent
from app.outbox import repository as outbox
from workers.context import context_of


async def give_booths(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Give free booths to those who wait."""
    context = context_of(ctx)
    await go_through_fairs(context.database, clock=context.clock)
    async with context.database.pool.acquire() as connection:
        await outbox.insert_receipts(connection, event_ids, job="give_booths")


async def accept_verified(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Give booths to employers that said yes before they were verified."""
    context = context_of(ctx)
    async with context.database.read() as connection:
        events = await outbox.list_events(connection, event_ids)
    for employer_id in {event.subject_id for event in events if event.subject_id is not None}:
        await accept_entries(context.database, employer_id, clock=context.clock)
    async with context.database.pool.acquire() as connection:
        await outbox.insert_receipts(connection, event_ids, job="accept_verified")


async def look_at_fairs(ctx: dict[str, Any]) -> None:
    """Tell exhibitors of fairs that moved or are called off, let kept booths end, remind the silent."""
    context = context_of(ctx)
    await follow_fairs(context.database, clock=context.clock)
    await go_through_fairs(context.database, clock=context.clock)
    await context.database.transact(remind_silent, clock=context.clock)
