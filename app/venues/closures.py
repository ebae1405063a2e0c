"""Use cases of closures: close a room or channel, open it again. What is booked cannot be closed."""

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.actors import Actor, account_of
from app.database import Connection
from app.errors import N_, DomainError, Forbidden, Invalid, NotFound
from app.events import ClosureAdded, ClosureRemoved, Event, HoldReleased
from app.facts.locks import lock_every_season
from app.outbox import append, append_all
from app.permissions import must
from app.venues import closure_repository, repository, room_repository
from app.venues.closure_domain import (
    AddClosure,
    AlreadyRetired,
    ClosingNeedsApproval,
    Closure,
    ClosureNotFound,
    ClosureOverBooking,
    EventOrigin,
    PartOfBlocking,
    RetireVenue,
    StandingBooking,
    closed_spans,
    retired_span,
)
from app.venues.closure_repository import ClosableResource, Spans

# The reason and the source of a closure that takes a venue out of use.
RETIRED: Final = "retired"
_BY_HAND: Final = "hand"


def source_of_file(name: str) -> str:
    """Give what says that a file made a closure, whatever its name is."""
    return f"{name} (file)" if name in (RETIRED, _BY_HAND) else name


async def list_closures(
    connection: Connection, resource_id: UUID, days: AddClosure, *, zone: ZoneInfo, actor: Actor
) -> list[Closure]:
    """List the closures of a room or channel that touch some days. Raises Invalid, NotFound, Forbidden."""
    await must_close(connection, resource_id, actor=actor)
    starts_at, ends_at = closed_spans(days, zone)[0]
    listed = await closure_repository.list_closures(
        connection, resource_id=resource_id, starts_at=starts_at, ends_at=ends_at
    )
    return [
        closure
        if actor.organises or closure.department_id == actor.department_id
        else msgspec.structs.replace(closure, made_by_name=None)
        for closure in listed
    ]


async def must_close(connection: Connection, resource_id: UUID, *, actor: Actor | None) -> None:
    """Check that a room or channel is somebody's to close. Raises NotFound, Forbidden."""
    _may_close(await closure_repository.get_resource(connection, resource_id), actor)


async def add_closure(
    connection: Connection,
    resource_id: UUID,
    command: AddClosure,
    *,
    zone: ZoneInfo,
    actor: Actor | None,
    now: datetime,
    over_bookings: bool = False,
) -> list[Closure]:
    """Close a room or channel; give the new closures. `over_bookings`: with exceptions for what is booked then.

    Raises Invalid, NotFound, Forbidden, ClosingNeedsApproval, ClosureOverBooking.
    """
    await lock_every_season(connection)
    resource = await closure_repository.get_resource(connection, resource_id)
    _may_close(resource, actor)
    if resource.needs_approval and actor is not None and not actor.organises:
        raise ClosingNeedsApproval
    await check_reason(connection, command.reason_code)
    return await close_spans(
        connection,
        resource_id,
        closed_spans(command, zone),
        reason_code=command.reason_code,
        note=command.note,
        source=_BY_HAND,
        zone=zone,
        actor=actor,
        now=now,
        over_bookings=over_bookings,
    )


async def check_reason(connection: Connection, code: str) -> None:
    """Check that somebody may close a venue for a reason; out of use it is taken otherwise. Raises Invalid."""
    known = {entry.code for entry in await repository.list_code_entries(connection, "closure")} - {RETIRED}
    if code not in known:
        raise Invalid.at("reason_code", N_("“{value}” is not one of the choices."), "unknown-value", value=code)


async def close_spans(
    connection: Connection,
    resource_id: UUID,
    spans: Spans,
    *,
    reason_code: str,
    note: str,
    source: str,
    zone: ZoneInfo,
    actor: Actor | None,
    now: datetime,
    origin: EventOrigin | None = None,
    over_bookings: bool = False,
    blocking_id: UUID | None = None,
    department_id: UUID | None = None,
) -> list[Closure]:
    """Close a resource for several spans at once, as a class timetable or a blocking does; `origin` is the event of a
    calendar that says so; of a blocking it was decided before whether it may be.

    Holds whose time is over make way; others are in the way like bookings. The caller has every season for itself.
    Raises NotFound, Forbidden, ClosureOverBooking.
    """
    resource = await closure_repository.lock_resource(connection, resource_id)
    if blocking_id is None:
        _may_close(resource, actor)
    released = await closure_repository.release_expired_holds_in(connection, resource_id, spans, now=now)
    made_way: list[Event] = [
        HoldReleased(subject_id=hold.offer_id, season_id=hold.season_id, booking_id=hold.id) for hold in released
    ]
    await append_all(connection, made_way, actor_id=account_of(actor), now=now)
    standing = await closure_repository.list_bookings_in(connection, resource_id, spans)
    if standing and not over_bookings:
        raise over_booking(standing, zone)
    closures = await closure_repository.insert_closures(
        connection,
        resource_id,
        spans,
        reason_code=reason_code,
        note=note,
        source=source,
        origin=origin,
        exempt_activity_ids=sorted({booking.activity_id for booking in standing}),
        blocking_id=blocking_id,
        made_by=account_of(actor),
        department_id=department_id or (None if actor is None or actor.organises else actor.department_id),
    )
    if closures:
        event = ClosureAdded(subject_id=closures[0].id, resource_id=resource_id)
        await append(connection, event, actor_id=account_of(actor), now=now, reason=note or reason_code)
    return closures


async def retire_venue(
    connection: Connection,
    resource_id: UUID,
    command: RetireVenue,
    *,
    zone: ZoneInfo,
    actor: Actor,
    now: datetime,
) -> Closure:
    """Take a room or channel out of use for good: a closure without end, which is removed to use it again.

    Raises Invalid, NotFound, Forbidden, AlreadyRetired.
    """
    must(actor, "change_venues")
    await lock_every_season(connection)
    made = await close_spans(
        connection,
        resource_id,
        [retired_span(command, zone)],
        reason_code=RETIRED,
        note=command.note,
        source=RETIRED,
        zone=zone,
        actor=actor,
        now=now,
        over_bookings=True,
    )
    if not made:
        raise AlreadyRetired
    return made[0]


async def remove_closure(connection: Connection, closure_id: UUID, *, actor: Actor | None, now: datetime) -> None:
    """Open the room or channel again. Raises ClosureNotFound."""
    await lock_every_season(connection)
    closure = await closure_repository.get_closure(connection, closure_id)
    await open_again(connection, closure, actor=actor, now=now)


async def open_again(connection: Connection, closure: Closure, *, actor: Actor | None, now: datetime) -> None:
    """Open the venue of a closure again. Raises PartOfBlocking, ClosureNotFound, for the rooms of others too."""
    resource = await closure_repository.lock_resource(connection, closure.resource_id)
    _may_close(resource, actor, hidden=ClosureNotFound)
    if closure.blocking_id is not None:
        raise PartOfBlocking(extra={"blocking_id": str(closure.blocking_id)})
    if closure.source == RETIRED and actor is not None:
        must(actor, "change_venues")
    await closure_repository.delete_closure(connection, closure.id)
    await room_repository.renew_turnovers(connection, closure.resource_id)
    event = ClosureRemoved(subject_id=closure.id, resource_id=closure.resource_id)
    await append(connection, event, actor_id=account_of(actor), now=now, reason=closure.note or closure.reason_code)


def over_booking(standing: list[StandingBooking], zone: ZoneInfo) -> ClosureOverBooking:
    """Give the refusal that names who, when and where; `bookings` has every booking in the way."""
    first = standing[0]
    return ClosureOverBooking(
        extra={"bookings": standing},
        place=first.place,
        title=first.title,
        owner=first.owner_zh,
        starts=first.starts_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        ends=first.ends_at.astimezone(zone).strftime("%H:%M"),
    )


def _may_close(resource: ClosableResource, actor: Actor | None, *, hidden: type[DomainError] = Forbidden) -> None:
    if resource.kind == "team":
        raise NotFound
    if actor is None or actor.organises:
        return
    if actor.role != "department_staff" or resource.department_id != actor.department_id:
        raise hidden
