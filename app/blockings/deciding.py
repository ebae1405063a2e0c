"""The career centre, or who decides near the room, accepts or refuses what somebody asked to block."""

from uuid import UUID

from app.actors import Actor
from app.blockings import repository
from app.blockings.counting import close_for
from app.blockings.domain import (
    STATE_NAMES,
    AcceptBlocking,
    Blocking,
    BlockingDecided,
    BlockingOver,
    BlockingRow,
    FreeRoom,
    RefuseBlocking,
)
from app.blockings.reading import get_seen, must_decide_about
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.errors import N_, Invalid
from app.events import BlockingAccepted, BlockingRefused
from app.facts.locks import lock_every_season
from app.outbox import append
from app.permissions import must_at_all
from app.venues import closure_repository
from app.venues.closure_domain import StandingBooking, closed_spans


async def accept_blocking(
    connection: Connection, blocking_id: UUID, command: AcceptBlocking, *, seen: int | None, actor: Actor, clock: Clock
) -> Blocking:
    """Let a blocking count from now on; what is booked there stands until its case is settled.

    Raises BlockingNotFound, BlockingDecided, BlockingOver, ClosedAlready, PreconditionFailed.
    """
    row = await _lock_waiting(connection, blocking_id, seen=seen, actor=actor, clock=clock)
    now = clock.now()
    await repository.decide_blocking(
        connection, blocking_id, "accepted", decided_by=actor.account_id, now=now, note=command.note
    )
    event = BlockingAccepted(subject_id=blocking_id, resource_id=row.resource_id)
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.note)
    await close_for(connection, row, actor=actor, clock=clock)
    return await get_seen(connection, blocking_id, actor=actor, now=now)


async def refuse_blocking(
    connection: Connection, blocking_id: UUID, command: RefuseBlocking, *, seen: int | None, actor: Actor, clock: Clock
) -> Blocking:
    """Refuse a blocking with a reason, and name another room that is free then, if there is one.

    Raises BlockingNotFound, Invalid, BlockingDecided, BlockingOver, PreconditionFailed.
    """
    row = await _lock_waiting(connection, blocking_id, seen=seen, actor=actor, clock=clock)
    free = [room.id for room in await _free_instead(connection, row, clock)]
    if command.instead_id is not None and command.instead_id not in free:
        raise Invalid.at("instead_id", N_("This room is not free then."), "not-free")
    instead = command.instead_id or (free[0] if free else None)
    now = clock.now()
    await repository.decide_blocking(
        connection,
        blocking_id,
        "refused",
        decided_by=actor.account_id,
        now=now,
        note=command.reason,
        instead_id=instead,
    )
    event = BlockingRefused(subject_id=blocking_id, resource_id=row.resource_id, instead_id=instead)
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.reason)
    return await get_seen(connection, blocking_id, actor=actor, now=now)


async def list_in_the_way(
    connection: Connection, blocking_id: UUID, *, actor: Actor, clock: Clock
) -> list[StandingBooking]:
    """List what is booked or held where somebody asks to block. Raises BlockingNotFound."""
    row = await _get_to_decide(connection, blocking_id, actor)
    spans = closed_spans(row.days(), clock.zone)
    return await closure_repository.list_bookings_in(connection, row.resource_id, spans)


async def list_free_instead(connection: Connection, blocking_id: UUID, *, actor: Actor, clock: Clock) -> list[FreeRoom]:
    """List rooms of like size that are free at the time of a blocking. Raises BlockingNotFound."""
    return await _free_instead(connection, await _get_to_decide(connection, blocking_id, actor), clock)


async def _get_to_decide(connection: Connection, blocking_id: UUID, actor: Actor) -> BlockingRow:
    must_at_all(actor, "decide_blockings")
    row = await repository.get_blocking(connection, blocking_id)
    must_decide_about(actor, row)
    return row


async def _free_instead(connection: Connection, row: BlockingRow, clock: Clock) -> list[FreeRoom]:
    spans = closed_spans(row.days(), clock.zone)
    return await repository.list_free_rooms(connection, row.resource_id, spans, department_id=row.department_id)


async def _lock_waiting(
    connection: Connection, blocking_id: UUID, *, seen: int | None, actor: Actor, clock: Clock
) -> BlockingRow:
    must_at_all(actor, "decide_blockings")
    await lock_every_season(connection)
    row = await repository.lock_blocking(connection, blocking_id)
    must_decide_about(actor, row)
    if row.state != "asked":
        raise BlockingDecided(state=STATE_NAMES[row.state])
    must_be_seen(row.row_version, seen)
    if row.ends_at <= clock.now():
        raise BlockingOver
    return row
