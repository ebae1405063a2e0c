"""Jobs of the waitlist: whatever may have freed a place, the next in line get it. A job may run twice."""

from typing import Any
from uuid import UUID

from app.outbox import repository as outbox
from app.waitlist import repository
from app.waitlist.promoting import walk_asked
from workers.context import Context, context_of


async def go_through_waitlists(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Go through the waitlists of the seasons in which something may have become free."""
    context = context_of(ctx)
    async with context.database.read() as connection:
        events = await outbox.list_events(connection, event_ids)
    # Rooms and the calendar are every season's.
    named = {event.season_id for event in events if event.season_id is not None}
    await _ask(context, None if any(event.season_id is None for event in events) else named)
    await walk_asked(context.database, context.finder, clock=context.clock)
    async with context.database.pool.acquire() as connection:
        await outbox.insert_receipts(connection, event_ids, job="go_through_waitlists")


async def go_on(ctx: dict[str, Any]) -> None:
    """Go on where a worker died on the way."""
    context = context_of(ctx)
    await walk_asked(context.database, context.finder, clock=context.clock)


async def go_through_all(ctx: dict[str, Any]) -> None:
    """Go through every waitlist: the desk may have been away when something became free."""
    context = context_of(ctx)
    await _ask(context, None)
    await walk_asked(context.database, context.finder, clock=context.clock)


async def _ask(context: Context, season_ids: set[UUID] | None) -> None:
    async with context.database.pool.acquire() as connection:
        waiting = set(await repository.list_seasons_with_waiting(connection))
        if asked := waiting if season_ids is None else waiting & season_ids:
            await repository.ask_walk(connection, asked)
