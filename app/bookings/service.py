"""Use cases of bookings: book a placement, move it, give it back. A refusal says what is taken and what is free."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository
from app.bookings.alternatives import find_alternatives
from app.bookings.domain import (
    Booking,
    BookingNotFound,
    ConfirmPlacement,
    MovePlacement,
    NotBookable,
    Occupant,
    Placement,
    ResourceClosed,
    ResourceTaken,
)
from app.bookings.placement_rules import checked_placement
from app.bookings.repository import Bookable, ClosedResource, OccupiedResource
from app.clock import Clock
from app.database import Connection, Database
from app.errors import NotFound
from app.events import (
    BookingConfirmed,
    BookingMoved,
    BookingReleased,
    EventPlacement,
    RequestApproved,
    RequestScheduled,
)
from app.outbox import append
from app.requests import repository as requests
from app.requests.domain import ActivityNotFound
from app.requests.states import STATE_NAMES


async def confirm_placement(
    database: Database, wanted: ConfirmPlacement, *, actor: Actor, locale: str, clock: Clock
) -> Booking:
    """Book a placement for an activity, or move its booking there.

    Raises ResourceTaken and ResourceClosed with alternatives, ActivityNotFound, NotBookable, Forbidden, Invalid.
    """
    return await _or_offer(
        database,
        wanted,
        lambda connection: _confirm(connection, wanted, actor=actor, clock=clock),
        actor=actor,
        locale=locale,
        clock=clock,
    )


async def move_booking(
    database: Database, booking_id: UUID, command: MovePlacement, *, actor: Actor, locale: str, clock: Clock
) -> Booking:
    """Move a booking to another placement; the old one is given back only when the new one is booked.

    Raises BookingNotFound and what confirm_placement raises.
    """
    async with database.read() as connection:
        booking = await repository.get_booking(connection, booking_id)
    wanted = ConfirmPlacement(activity_id=booking.activity_id, **msgspec.structs.asdict(command))
    return await _or_offer(
        database,
        wanted,
        lambda connection: _move(connection, booking_id, wanted, actor=actor, clock=clock),
        actor=actor,
        locale=locale,
        clock=clock,
    )


async def release_booking(
    connection: Connection, booking_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Booking:
    """Give a booking back; its request waits for another one. Raises BookingNotFound."""
    booking = await repository.get_booking(connection, booking_id)
    activity = await repository.lock_bookable(connection, booking.activity_id)
    _must_be_allowed(actor, activity, hidden=BookingNotFound)
    if not await repository.update_booking_state(connection, booking_id, "released"):
        raise BookingNotFound
    await release_event(connection, booking, actor_id=actor.account_id, reason=reason, now=now)
    if activity.request_state == "scheduled":
        await requests.update_state(connection, activity.request_id, "approved")
    return await repository.get_booking(connection, booking_id)


async def release_event(
    connection: Connection,
    booking: Booking,
    *,
    actor_id: UUID | None,
    reason: str,
    now: datetime,
    reason_code: str = "",
) -> None:
    """Append that a booking was given back; `reason_code` is of the table request_refusal, `reason` free text."""
    event = BookingReleased(
        subject_id=booking.id,
        season_id=booking.season_id,
        activity_id=booking.activity_id,
        request_id=booking.request_id,
        old=event_placement(booking.placement()),
        sequence=await repository.raise_invitation_sequence(connection, booking.activity_id),
        reason_code=reason_code,
    )
    await append(connection, event, actor_id=actor_id, now=now, reason=reason)


async def schedule_when_complete(
    connection: Connection, request_id: UUID, *, season_id: UUID, actor_id: UUID | None, now: datetime
) -> None:
    """Make a request scheduled when all of its activities are booked; with some of them it leaves the waitlist."""
    request = await requests.get_request(connection, request_id)
    if request.state == "scheduled":
        return
    event: RequestScheduled | RequestApproved
    if await repository.count_unbooked(connection, request_id) == 0:
        await requests.update_state(connection, request_id, "scheduled")
        event = RequestScheduled(subject_id=request_id, season_id=season_id)
    elif request.state == "waitlisted":
        await requests.update_state(connection, request_id, "approved")
        event = RequestApproved(subject_id=request_id, season_id=season_id)
    else:
        return
    await append(connection, event, actor_id=actor_id, now=now)


def event_placement(placement: Placement) -> EventPlacement:
    """Give a placement in the form that events keep."""
    return EventPlacement(**msgspec.structs.asdict(placement))


async def _confirm(connection: Connection, wanted: ConfirmPlacement, *, actor: Actor, clock: Clock) -> Booking:
    activity = await _lock_allowed(connection, wanted.activity_id, actor, hidden=ActivityNotFound)
    standing = await repository.list_standing(connection, activity.season_id, activity_ids=[activity.id])
    if standing:
        return await _replace(connection, standing[0], activity, wanted, actor=actor, clock=clock)
    placement = await _locked_placement(connection, activity, wanted, actor=actor, clock=clock)
    booking_id = await _insert(connection, activity, placement, actor=actor, clock=clock)
    event = BookingConfirmed(
        subject_id=booking_id,
        season_id=activity.season_id,
        activity_id=activity.id,
        request_id=activity.request_id,
        place=event_placement(placement),
        sequence=await repository.raise_invitation_sequence(connection, activity.id),
    )
    now = clock.now()
    await append(connection, event, actor_id=actor.account_id, now=now)
    await schedule_when_complete(
        connection, activity.request_id, season_id=activity.season_id, actor_id=actor.account_id, now=now
    )
    return await repository.get_booking(connection, booking_id)


async def _move(
    connection: Connection, booking_id: UUID, wanted: ConfirmPlacement, *, actor: Actor, clock: Clock
) -> Booking:
    activity = await _lock_allowed(connection, wanted.activity_id, actor, hidden=BookingNotFound)
    booking = await repository.get_booking(connection, booking_id)
    if booking.state == "released":
        raise BookingNotFound
    return await _replace(connection, booking, activity, wanted, actor=actor, clock=clock)


async def _replace(
    connection: Connection, old: Booking, activity: Bookable, wanted: ConfirmPlacement, *, actor: Actor, clock: Clock
) -> Booking:
    placement = await _locked_placement(connection, activity, wanted, actor=actor, clock=clock)
    if old.placement() == placement:
        return old
    await repository.update_booking_state(connection, old.id, "released")
    booking_id = await _insert(connection, activity, placement, actor=actor, clock=clock)
    event = BookingMoved(
        subject_id=booking_id,
        season_id=activity.season_id,
        activity_id=activity.id,
        request_id=activity.request_id,
        old=event_placement(old.placement()),
        place=event_placement(placement),
        sequence=await repository.raise_invitation_sequence(connection, activity.id),
    )
    await append(connection, event, actor_id=actor.account_id, now=clock.now())
    return await repository.get_booking(connection, booking_id)


async def _locked_placement(
    connection: Connection, activity: Bookable, wanted: ConfirmPlacement, *, actor: Actor, clock: Clock
) -> Placement:
    # Locked before it is checked, so that rules between activities of the same people also hold between racers.
    resources = [*wanted.room_ids, *([wanted.channel_id] if wanted.channel_id else [])]
    await repository.lock_resources(connection, resource_ids=resources, activity_ids=[activity.id])
    return await checked_placement(connection, activity, wanted, actor=actor, clock=clock)


async def _insert(
    connection: Connection, activity: Bookable, placement: Placement, *, actor: Actor, clock: Clock
) -> UUID:
    return await repository.insert_booking(
        connection,
        season_id=activity.season_id,
        activity_id=activity.id,
        kind=activity.kind,
        placement=placement,
        state="confirmed",
        version_id=None,
        made_by=actor.account_id,
        now=clock.now(),
    )


async def _lock_allowed(connection: Connection, activity_id: UUID, actor: Actor, *, hidden: type[NotFound]) -> Bookable:
    activity = await repository.lock_bookable(connection, activity_id)
    _must_be_allowed(actor, activity, hidden=hidden)
    if activity.request_state not in ("approved", "waitlisted", "scheduled"):
        raise NotBookable(state=STATE_NAMES[activity.request_state])
    return activity


def _must_be_allowed(actor: Actor, activity: Bookable, *, hidden: type[NotFound]) -> None:
    # Department staff book for their own department, in their own rooms; employers ask.
    own = actor.role == "department_staff" and activity.department_id == actor.department_id
    if not actor.organises and not own:
        raise hidden


async def _or_offer(
    database: Database,
    wanted: ConfirmPlacement,
    use_case: Callable[[Connection], Awaitable[Booking]],
    *,
    actor: Actor,
    locale: str,
    clock: Clock,
) -> Booking:
    try:
        return await database.transact(use_case)
    except (ResourceTaken, ResourceClosed) as error:
        # The transaction is over: what stands in the way and what is free is read as it is now.
        async with database.read() as connection:
            raise await _refusal(connection, type(error), wanted, actor=actor, locale=locale, clock=clock) from error


async def _refusal(
    connection: Connection,
    error: type[ResourceTaken | ResourceClosed],
    wanted: ConfirmPlacement,
    *,
    actor: Actor,
    locale: str,
    clock: Clock,
) -> ResourceTaken | ResourceClosed:
    activity = await repository.get_bookable(connection, wanted.activity_id)
    placement = await checked_placement(connection, activity, wanted, actor=actor, clock=clock)
    resources = [*placement.room_ids, *([placement.channel_id] if placement.channel_id else []), *activity.team_ids]
    occupants = await repository.list_occupants(connection, resources, activity=activity, placement=placement)
    closed = await repository.list_closed(connection, resources, activity=activity, placement=placement)
    own = actor.role == "department_staff"
    alternatives = await find_alternatives(connection, activity, placement.starts_at, clock=clock, own_rooms_only=own)
    in_the_way: list[OccupiedResource | ClosedResource] = [*occupants, *closed]
    names = [item.name_en if locale == "en" else item.name_zh for item in in_the_way]
    extra: dict[str, Any] = {
        "conflicts": [_occupant(occupant, actor, locale) for occupant in occupants],
        "alternatives": alternatives,
    }
    return error(what=", ".join(dict.fromkeys(names)) or "…", extra=msgspec.to_builtins(extra))


def _occupant(taken: OccupiedResource, actor: Actor, locale: str) -> Occupant:
    english = locale == "en"
    known = actor.organises or (taken.department_id is not None and taken.department_id == actor.department_id)
    return Occupant(
        resource_id=taken.resource_id,
        resource_name=taken.name_en if english else taken.name_zh,
        starts_at=taken.starts_at,
        ends_at=taken.ends_at,
        activity_id=taken.activity_id if known else None,
        owner_name=(taken.owner_name_en if english else taken.owner_name_zh) if known else None,
        kind=taken.kind if known else None,
    )
