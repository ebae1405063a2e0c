"""Jobs of offers and answers: what time ends is ended, and owners are reminded. A job may run twice."""

from typing import Any
from uuid import UUID

from app.amendments import repository as amendments
from app.amendments.answering import choose_again
from app.amendments.deciding import end_left_over
from app.offers import repository, upkeep
from app.offers.offering import offer_instead as replace
from app.outbox import repository as outbox
from workers.context import Context, context_of

_BATCH = 200


async def settle_offers(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Settle offers of which a hold has made way."""
    context = context_of(ctx)
    await _expire(context)
    async with context.database.pool.acquire() as connection:
        await outbox.insert_receipts(connection, event_ids, job="settle_offers")


async def offer_instead(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Hold other places for the requests whose offers a change of facts took back."""
    context = context_of(ctx)
    async with context.database.read() as connection:
        events = await outbox.list_events(connection, event_ids)
        offer_ids = [UUID(key) for event in events for key in event.payload.get("offer_ids", ())]
        broken = await repository.list_offers_of_ids(connection, offer_ids)
    first = {(offer.request_id, offer.amendment_id): offer for offer in reversed(broken)}
    for offer in first.values():
        now = context.clock.now()
        if offer.amendment_id is not None:
            await choose_again(context.database, context.finder, offer, now=now)
        else:
            await replace(context.database, context.finder, offer, now=now)
    async with context.database.pool.acquire() as connection:
        await outbox.insert_receipts(connection, event_ids, job="offer_instead")


async def look_at_clocks(ctx: dict[str, Any]) -> None:
    """End offers, answers and changes whose time is over, and remind owners at half of theirs."""
    context = context_of(ctx)
    await _expire(context)
    now = context.clock.now()
    async with context.database.read() as connection:
        unanswered = await repository.list_unanswered(connection, now=now, batch=_BATCH)
        to_remind = await repository.list_to_remind(connection, now=now, batch=_BATCH)
    for request_id in unanswered:
        await context.database.transact(upkeep.expire_answer, request_id, now=now)
    for request_id in to_remind:
        await context.database.transact(upkeep.remind_owner, request_id, now=now)
    async with context.database.read() as connection:
        left_over = await amendments.list_left_over(connection, batch=_BATCH)
    for entry in left_over:
        await context.database.transact(end_left_over, entry.id, is_wanted=entry.is_wanted, now=now)


async def _expire(context: Context) -> None:
    while await context.database.transact(upkeep.settle_over, now=context.clock.now(), batch=_BATCH) == _BATCH:
        pass
