"""Mail jobs: events become delivery rows, and rows become messages. A job may run twice and does its work once."""

from typing import Any

from app.notifications import service
from app.outbox import repository as outbox
from workers.context import context_of
from workers.sending import send_due


async def write_mails(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Insert the delivery rows of some events, and send what is due."""
    context = context_of(ctx)
    async with context.database.pool.acquire() as connection, connection.transaction():
        await service.write_deliveries(connection, event_ids, settings=context.settings)
        await outbox.insert_receipts(connection, event_ids, job="write_mails")
    await send_due(context)


async def send_again(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Send refused messages again, because an organiser asked for it: their rows are due."""
    context = context_of(ctx)
    async with context.database.pool.acquire() as connection:
        await outbox.insert_receipts(connection, event_ids, job="send_again")
    await send_due(context)


async def send_mails(ctx: dict[str, Any]) -> None:
    """Send messages that wait."""
    await send_due(context_of(ctx))
