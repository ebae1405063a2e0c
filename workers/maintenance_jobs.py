"""Jobs that make up for whatever a queue loses: PostgreSQL knows what is still to be done."""

import time
from collections import defaultdict
from typing import Any

import structlog

from app.accounts.repository import delete_expired
from app.amendments.escalating import remind_of_overdue_changes
from app.bookings.reminding import remind_of_bookings
from app.cases.opening import settle_everywhere
from app.database.facts import fold_fact_changes
from app.database.heartbeats import forget_dead
from app.decisions.endings import finish_requests
from app.decisions.escalating import remind_of_overdue
from app.decisions.lapsing import lapse_requests
from app.desk.repository import delete_unused_shown
from app.employers.licences import look_at_licences as look_at_ends
from app.employers.suspending import end_suspensions
from app.entries.service import forget_visitors
from app.facts.writing import Author
from app.fairs.following import forget_people
from app.locales import DEFAULT_LOCALE, translator
from app.notifications import repository
from app.notifications.approvals.telling import tell_approvals
from app.notifications.digests.gathering import gather_digests
from app.outbox import repository as outbox
from app.safety.watching import watch_large_events
from app.series.reminding import remind_of_ends
from app.strikes.showing import forget_files
from workers.context import context_of, queue_of
from workers.queues import enqueue_events, enqueue_sendings
from workers.subscriptions import JOBS_BY_TYPE

log = structlog.get_logger(__name__)

OVERDUE_SECONDS = 10.0
_RECENTLY_SECONDS = 3600.0
_EVER_SECONDS = 10 * 365 * 24 * 3600.0
_AGAIN_EVERY_SECONDS = 10
_RESUME_EVERY_SECONDS = 10
_BATCH = 500


async def drive_again(ctx: dict[str, Any]) -> None:
    """Enqueue events of the last hour whose jobs did not acknowledge them, each at most once in ten seconds."""
    await _drive_again(ctx, within_seconds=_RECENTLY_SECONDS)


async def drive_all_again(ctx: dict[str, Any]) -> None:
    """Enqueue unacknowledged events of any age; this runs rarely."""
    await _drive_again(ctx, within_seconds=_EVER_SECONDS)


async def _drive_again(ctx: dict[str, Any], *, within_seconds: float) -> None:
    async with context_of(ctx).database.read() as connection:
        overdue = await outbox.list_unreceipted(
            connection,
            JOBS_BY_TYPE,
            older_than_seconds=OVERDUE_SECONDS,
            within_seconds=within_seconds,
            batch=_BATCH,
        )
    jobs: dict[str, list[int]] = defaultdict(list)
    for event_id, job in overdue:
        jobs[job].append(event_id)
    for job, event_ids in jobs.items():
        await enqueue_events(queue_of(ctx), job, event_ids, again=_now_and_then(_AGAIN_EVERY_SECONDS))
    if overdue:
        log.info("events are driven again", events=len(overdue))


async def resume_mails(ctx: dict[str, Any]) -> None:
    """Wake workers for messages whose next attempt is due: put off, interrupted by a kill, or lost with the queue."""
    async with context_of(ctx).database.read() as connection:
        due = await repository.count_due(connection, most=_BATCH)
    await enqueue_sendings(queue_of(ctx), due, again=_now_and_then(_RESUME_EVERY_SECONDS))


async def finish(ctx: dict[str, Any]) -> None:
    """Mark requests whose last activity is over as having taken place."""
    context = context_of(ctx)
    await context.database.transact(finish_requests, now=context.clock.now(), batch=_BATCH)


async def lapse(ctx: dict[str, Any]) -> None:
    """Let undecided requests expire whose days are over, and tell the owners of those for whom that comes near."""
    context = context_of(ctx)
    await lapse_requests(context.database, clock=context.clock, batch=_BATCH)


async def remind(ctx: dict[str, Any]) -> None:
    """Remind of what begins soon."""
    context = context_of(ctx)
    while await context.database.transact(remind_of_bookings, now=context.clock.now(), batch=_BATCH) >= _BATCH:
        pass


async def forget(ctx: dict[str, Any]) -> None:
    """Forget who came to campus for activities that are over long enough, and files of appeals decided long ago."""
    context = context_of(ctx)
    await context.database.transact(forget_visitors, now=context.clock.now())
    await context.database.transact(forget_people, now=context.clock.now())
    await context.database.transact(forget_files, now=context.clock.now())


async def tell_series_ends(ctx: dict[str, Any]) -> None:
    """Tell the owners of series that end soon."""
    context = context_of(ctx)
    await context.database.transact(remind_of_ends, clock=context.clock, batch=_BATCH)


async def tell_of_approvals(ctx: dict[str, Any]) -> None:
    """Tell the owners of what was approved some time ago and has no place yet."""
    context = context_of(ctx)
    await tell_approvals(context.database, clock=context.clock, batch=_BATCH)


async def escalate(ctx: dict[str, Any]) -> None:
    """Remind the organisers, and who decides near the room, of what should have been decided."""
    context = context_of(ctx)
    await context.database.transact(remind_of_overdue, clock=context.clock, batch=_BATCH)
    await context.database.transact(remind_of_overdue_changes, clock=context.clock, batch=_BATCH)


async def reinstate(ctx: dict[str, Any]) -> None:
    """End the suspensions whose day has come."""
    context = context_of(ctx)
    await end_suspensions(context.database, clock=context.clock, batch=_BATCH)


async def gather(ctx: dict[str, Any]) -> None:
    """Gather the digests of the day."""
    context = context_of(ctx)
    await gather_digests(context.database, clock=context.clock, hour=context.settings.digest_hour, batch=_BATCH)


async def look_at_licences(ctx: dict[str, Any]) -> None:
    """Tell whose licence ends soon, and have reviewed whose has ended."""
    context = context_of(ctx)
    while await context.database.transact(look_at_ends, clock=context.clock, batch=_BATCH) >= _BATCH:
        pass


async def watch_large(ctx: dict[str, Any]) -> None:
    """Remind of large events that are not filed with security, and keep them off the programme once it is too late."""
    context = context_of(ctx)
    await watch_large_events(context.database, clock=context.clock)


async def settle(ctx: dict[str, Any]) -> None:
    """Settle cases whose bookings moved, were given back, or keep the rules again because others moved."""
    context = context_of(ctx)
    author = Author(actor=None, clock=context.clock, translate=translator(DEFAULT_LOCALE))
    await context.database.transact(settle_everywhere, author)


async def fold_facts(ctx: dict[str, Any]) -> None:
    """Keep the fact revision cheap to read."""
    async with context_of(ctx).database.pool.acquire() as connection:
        await fold_fact_changes(connection)


async def sweep(ctx: dict[str, Any]) -> None:
    """Delete sessions, links, tries, idempotency keys, what was shown in vain, and heartbeats whose time is over."""
    async with context_of(ctx).database.pool.acquire() as connection:
        await delete_expired(connection)
        await delete_unused_shown(connection)
        await forget_dead(connection)


def _now_and_then(seconds: int) -> str:
    # Part of a job's id: asking more often than this adds no job.
    return str(int(time.time() // seconds))
