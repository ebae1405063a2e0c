"""Use cases of bookings: book a placement, move it, give it back. A refusal says what is taken and what is free."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.blockings import repository as blockings
from app.blockings.exempting import book_nevertheless
from app.blockings.repository import NamedActivity
from app.bookings import repository
from app.bookings.bulk import STATE_EVENTS, give_back, state_after_booking
from app.bookings.domain import (
    STANDING,
    AlreadyBooked,
    Booking,
    BookingBegun,
    BookingNotFound,
    ConfirmPlacement,
    MovePlacement,
    NotBookable,
    Placement,
    ResourceClosed,
    event_placement,
)
from app.bookings.filing import file_request, files, must_be_filable
from app.bookings.holds import release_expired_holds
from app.bookings.placement_rules import checked_placement, must_agree, read_facts
from app.bookings.refusing import or_say_what_is_free
from app.bookings.repository import Bookable, BookingFacts, MadeBooking
from app.clock import Clock
from app.database import Connection, Database
from app.errors import NotFound
from app.events import (
    BookingConfirmed,
    BookingMoved,
    Event,
)
from app.outbox import append_all
from app.requests import repository as requests
from app.requests.domain import ActivityNotFound
from app.requests.states import STATE_NAMES
from app.strikes.reading import must_not_be_paused


async def confirm_placement(
    database: Database, wanted: ConfirmPlacement, *, actor: Actor, locale: str, clock: Clock
) -> Booking:
    """Book a placement for an activity that has none.

    Raises ResourceTaken, ResourceClosed and OverLimits with alternatives, AlreadyBooked, OutsideWishes, EmployerPaused,
    ActivityNotFound, NotBookable, Forbidden, Invalid.
    """
    return await or_say_what_is_free(
        database,
        wanted,
        lambda connection: book_placement(connection, wanted, actor=actor, clock=clock),
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
    return await or_say_what_is_free(
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
    """Give a booking back; its request waits for another one. Raises BookingNotFound, BookingBegun."""
    booking = await repository.get_booking(connection, booking_id)
    activity = await repository.lock_bookable(connection, booking.activity_id)
    _must_be_allowed(actor, activity, hidden=BookingNotFound)
    if booking.state in STANDING and booking.starts_at <= now:
        raise BookingBegun
    events = await give_back(connection, [booking])
    if not events:
        raise BookingNotFound
    await append_all(connection, events, actor_id=actor.account_id, now=now, reason=reason)
    if activity.request_state == "scheduled":
        await requests.update_state(connection, activity.request_id, "approved")
    return await repository.get_booking(connection, booking_id)


async def book_placement(
    connection: Connection, wanted: ConfirmPlacement, *, actor: Actor, clock: Clock, by_decision: bool = False
) -> Booking:
    """Book a placement for an activity that has none, without looking for others where it is taken.

    `by_decision`: whoever approved the request in this transaction gives it its place.

    Raises what confirm_placement raises; ResourceTaken and ResourceClosed say nothing more.
    """
    facts = await _lock_allowed(connection, wanted, actor, clock, hidden=ActivityNotFound, by_decision=by_decision)
    activity, now = facts.activity, clock.now()
    placement = checked_placement(facts, wanted, actor=None if by_decision else actor, clock=clock)
    if facts.standing_id is not None:
        booking = await repository.get_booking(connection, facts.standing_id)
        if _is_same(booking, placement):
            return booking
        raise AlreadyBooked(extra={"booking_id": str(booking.id)})
    if activity.employer_with_strikes is not None:
        await must_not_be_paused(connection, activity.employer_with_strikes, clock=clock)
    await _enter_closures(connection, facts, placement, wanted, actor=actor, now=now)
    made = await _insert(connection, facts, placement, actor=actor, now=now)
    # Only who could have it is asked whether it should be so.
    must_agree(facts, wanted, actor=actor)
    events: list[Event] = [
        BookingConfirmed(
            subject_id=made.id,
            season_id=activity.season_id,
            activity_id=activity.id,
            request_id=activity.request_id,
            place=event_placement(placement),
            sequence=made.invitation_sequence,
        )
    ]
    state = activity.request_state
    if files(actor, activity) or _files_again(actor, activity):
        events += await file_request(connection, activity, now=now)
    is_complete = all(step.starts_at is not None for step in facts.steps if step.activity_id != activity.id)
    if after := state_after_booking(state, is_complete=is_complete):
        await requests.update_state(connection, activity.request_id, after)
        events.append(STATE_EVENTS[after](subject_id=activity.request_id, season_id=activity.season_id))
    await append_all(connection, events, actor_id=actor.account_id, now=now)
    return _booking(made, facts, placement)


async def _move(
    connection: Connection, booking_id: UUID, wanted: ConfirmPlacement, *, actor: Actor, clock: Clock
) -> Booking:
    facts = await _lock_allowed(connection, wanted, actor, clock, hidden=BookingNotFound)
    if facts.standing_id is None or (await repository.get_booking(connection, booking_id)).state not in STANDING:
        raise BookingNotFound
    return await _replace(connection, booking_id, facts, wanted, actor=actor, clock=clock)


async def _replace(
    connection: Connection, old_id: UUID, facts: BookingFacts, wanted: ConfirmPlacement, *, actor: Actor, clock: Clock
) -> Booking:
    placement = checked_placement(facts, wanted, actor=actor, clock=clock)
    old, activity, now = await repository.get_booking(connection, old_id), facts.activity, clock.now()
    if _is_same(old, placement):
        return old
    if old.starts_at <= now:
        raise BookingBegun
    await _enter_closures(connection, facts, placement, wanted, actor=actor, now=now)
    await repository.update_booking_state(connection, old.id, "released")
    made = await _insert(connection, facts, placement, actor=actor, now=now)
    must_agree(facts, wanted, actor=actor)
    await requests.raise_versions(connection, [activity.request_id])
    event = BookingMoved(
        subject_id=made.id,
        season_id=activity.season_id,
        activity_id=activity.id,
        request_id=activity.request_id,
        old=event_placement(old.placement()),
        place=event_placement(placement),
        sequence=made.invitation_sequence,
    )
    filed = await file_request(connection, activity, now=now) if _files_again(actor, activity) else []
    await append_all(connection, [event, *filed], actor_id=actor.account_id, now=now)
    return _booking(made, facts, placement)


def _files_again(actor: Actor, activity: Bookable) -> bool:
    # What was filed is filed anew with its new place, so that the centre can look at that.
    return activity.filed_at is not None and not actor.organises


async def _enter_closures(
    connection: Connection,
    facts: BookingFacts,
    placement: Placement,
    wanted: ConfirmPlacement,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Make the exceptions with which an organiser books where it is closed. Raises ResourceClosed without a reason."""
    if wanted.despite_closure and actor.organises:
        closures = await blockings.list_closures_in_the_way(
            connection, facts.activity.id, placement.resource_ids, placement.starts_at, placement.ends_at
        )
        activity = NamedActivity(facts.activity.id, facts.activity.request_id, facts.activity.season_id)
        reason = wanted.despite_closure
        await book_nevertheless(connection, activity, closures, reason=reason, actor=actor, now=now)
    elif facts.is_spared:
        # The database lets what stands in a closure stay; nobody moves into it, or within it.
        raise ResourceClosed(what="…")


def _is_same(old: Booking, placement: Placement) -> bool:
    """Whether a booking is at a placement already, in whatever order its rooms are named."""
    return (old.starts_at, old.ends_at, set(old.room_ids), old.channel_id) == (
        placement.starts_at,
        placement.ends_at,
        set(placement.room_ids),
        placement.channel_id,
    )


def _booking(made: MadeBooking, facts: BookingFacts, placement: Placement) -> Booking:
    """Give a booking as it was made; its rooms are in the order of their codes, as everywhere."""
    return Booking(
        id=made.id,
        season_id=facts.activity.season_id,
        activity_id=facts.activity.id,
        request_id=facts.activity.request_id,
        starts_at=placement.starts_at.astimezone(UTC),
        ends_at=placement.ends_at.astimezone(UTC),
        room_ids=tuple(room.id for room in facts.rooms),
        channel_id=placement.channel_id,
        state="confirmed",
        version_id=None,
        sequence=made.sequence,
    )


async def _insert(
    connection: Connection, facts: BookingFacts, placement: Placement, *, actor: Actor, now: datetime
) -> MadeBooking:
    activity = facts.activity
    return await repository.insert_booking(
        connection,
        season_id=activity.season_id,
        activity_id=activity.id,
        kind=activity.kind,
        placement=placement,
        state="confirmed",
        version_id=None,
        made_by=actor.account_id,
        now=now,
        agreed_rules=(*facts.unwished, *facts.over_limits),
    )


async def _lock_allowed(
    connection: Connection,
    wanted: ConfirmPlacement,
    actor: Actor,
    clock: Clock,
    *,
    hidden: type[NotFound],
    by_decision: bool = False,
) -> BookingFacts:
    # Locked before it is looked at, so that rules between activities of the same people also hold between racers.
    resources = [*wanted.room_ids, *([wanted.channel_id] if wanted.channel_id else [])]
    await repository.lock_for_booking(
        connection, wanted.activity_id, resources, starts_at=wanted.starts_at, zone=clock.zone
    )
    facts = await read_facts(connection, wanted, clock)
    if not by_decision:
        _must_be_allowed(actor, facts.activity, hidden=hidden)
    if files(actor, facts.activity) or _files_again(actor, facts.activity):
        await must_be_filable(connection, facts.activity)
    elif facts.activity.request_state not in ("approved", "waitlisted", "scheduled"):
        raise NotBookable(state=STATE_NAMES[facts.activity.request_state])
    if facts.expired_hold_ids:
        await release_expired_holds(connection, [*resources, *facts.activity.team_ids], now=clock.now())
    return facts


def _must_be_allowed(actor: Actor, activity: Bookable, *, hidden: type[NotFound]) -> None:
    # Department staff book for their own department, in their own rooms; employers ask.
    own = actor.role == "department_staff" and activity.department_id == actor.department_id
    if not actor.organises and not own:
        raise hidden
