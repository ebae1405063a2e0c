"""Jobs of channels: events become messages to them, and messages are sent. A job may run twice."""

from typing import Any

from app.message_channels import service
from app.outbox import repository as outbox
from workers.context import context_of
from workers.posts.posting import send_due_posts


async def write_posts(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Insert what channels are told of some events, and send what is due."""
    context = context_of(ctx)
    async with context.database.pool.acquire() as connection, connection.transaction():
        await service.write_posts(connection, event_ids)
        await outbox.insert_receipts(connection, event_ids, job="write_posts")
    await send_due_posts(context)


async def send_posts_on(ctx: dict[str, Any], event_ids: list[int]) -> None:
    """Go on with channels that were paused."""
    context = context_of(ctx)
    async with context.database.pool.acquire() as connection:
        await outbox.insert_receipts(connection, event_ids, job="send_posts_on")
    await send_due_posts(context)


async def send_posts(ctx: dict[str, Any]) -> None:
    """Send what waits: put off, interrupted by a kill, or lost with the queue."""
    await send_due_posts(context_of(ctx))
