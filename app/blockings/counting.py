"""How a blocking counts: closures are made for it, renewed with it, and lifted with it."""

from datetime import datetime

from app.actors import Actor
from app.blockings import repository
from app.blockings.domain import BlockingRow, ClosedAlready
from app.clock import Clock
from app.database import Connection
from app.events import ClosureRemoved
from app.outbox import append
from app.venues import room_repository
from app.venues.closure_domain import closed_spans
from app.venues.closures import close_spans

_SOURCE = "blocking"


async def close_for(connection: Connection, row: BlockingRow, *, actor: Actor, clock: Clock) -> None:
    """Close what is blocked; what is booked there stays until its case is settled. Raises ClosedAlready."""
    spans = closed_spans(row.days(), clock.zone)
    made = await close_spans(
        connection,
        row.resource_id,
        spans,
        reason_code=row.reason_code,
        note=row.note,
        source=_SOURCE,
        zone=clock.zone,
        actor=actor,
        now=clock.now(),
        over_bookings=True,
        blocking_id=row.id,
        department_id=row.department_id,
    )
    if len(made) < len(spans):
        raise ClosedAlready


async def lift(connection: Connection, row: BlockingRow, *, actor: Actor, now: datetime) -> None:
    """Open what was blocked; who waits for a place is asked about it."""
    closures = await repository.list_closures_of(connection, row.id)
    await repository.delete_closures_of(connection, row.id)
    await room_repository.renew_turnovers(connection, row.resource_id)
    if closures:
        event = ClosureRemoved(subject_id=closures[0].id, resource_id=row.resource_id)
        await append(connection, event, actor_id=actor.account_id, now=now, reason=row.note or row.reason_code)


async def renew(connection: Connection, row: BlockingRow, *, actor: Actor, clock: Clock) -> None:
    """Close what is blocked now instead of what was; exceptions stay. Raises ClosedAlready."""
    closures = await repository.list_closures_of(connection, row.id)
    exemptions = await repository.list_exemptions(connection, [closure.id for closure in closures])
    await lift(connection, row, actor=actor, now=clock.now())
    await close_for(connection, row, actor=actor, clock=clock)
    made = [closure.id for closure in await repository.list_closures_of(connection, row.id)]
    for exemption in exemptions:
        await repository.insert_exemptions(
            connection,
            made,
            exemption.activity_id,
            reason=exemption.reason,
            made_by=exemption.made_by,
            now=exemption.made_at,
        )
