"""Jobs of cases: other places are held while a case is open, and free again when it is over. A job may run twice."""

from typing import Any
from uuid import UUID

from app.cases.replacing import end_replacements
from app.cases.replacing import offer_replacements as replace
from app.outbox import repository as outbox
from workers.context import Context, context_of


async def offer_replacements(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Hold other places for the requests of opened cases."""
    context = context_of(ctx)
    for request_id in await _requests(context, event_ids):
        await replace(context.database, context.finder, request_id, now=context.clock.now())
    await _done(context, event_ids, "offer_replacements")


async def take_back_replacements(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Free what is held for the requests of cases that are over."""
    context = context_of(ctx)
    for request_id in await _requests(context, event_ids):
        await context.database.transact(end_replacements, request_id, now=context.clock.now())
    await _done(context, event_ids, "take_back_replacements")


async def _requests(context: Context, event_ids: list[int]) -> list[UUID]:
    async with context.database.read() as connection:
        events = await outbox.list_events(connection, event_ids)
    return list(dict.fromkeys(event.subject_id for event in events if event.subject_id is not None))


async def _done(context: Context, event_ids: list[int], job: str) -> None:
    async with context.database.pool.acquire() as connection:
        await outbox.insert_receipts(connection, event_ids, job=job)
