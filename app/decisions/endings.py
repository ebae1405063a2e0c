"""Use cases that end a request which may have bookings: cancel, stop, finish, no-show."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor, account_of
from app.bookings import repository as bookings
from app.bookings.bulk import give_back
from app.bookings.domain import AllBegun, Booking, NothingBegun
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.events import Cause, Event, RequestCancelled, RequestNotShown, RequestStopped, RequestTookPlace
from app.offers.domain import WantedOffer
from app.offers.making import Wishes, lock_offered
from app.offers.offering import hold_offers
from app.offers.settling import withdraw_offers
from app.outbox import append, append_all
from app.permissions import must
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import CancelRequest, Decision, Request
from app.requests.participants import end_participations
from app.requests.states import RequestState, must_be_possible
from app.seasons import repository as seasons
from app.strikes.noting import note_strike


async def cancel_request(
    connection: Connection,
    request_id: UUID,
    command: CancelRequest,
    *,
    seen: int | None = None,
    actor: Actor,
    clock: Clock,
) -> Request:
    """Cancel a request and give back what has not begun; a late one of the owner is marked.

    Raises RequestNotFound, MoveImpossible, AllBegun, PreconditionFailed.
    """
    request = await requests.lock_request(connection, request_id)
    party = must_see(actor, request)
    must_be_possible("cancel", request.state, party)
    must_be_seen(request.row_version, seen)
    now = clock.now()
    standing = await bookings.list_standing_of(connection, request_id)
    if standing and all(booking.starts_at <= now for booking in standing):
        raise AllBegun
    late = party == "owner" and await is_late(connection, request, standing, clock=clock)
    event = RequestCancelled(subject_id=request_id, season_id=request.season_id, late=late)
    not_begun = [booking for booking in standing if booking.starts_at > now]
    cancelled = await end_request(
        connection, request, not_begun, "cancelled", event, note=command.note, actor=actor, now=now
    )
    if late:
        await _note_strike(connection, request, "late_cancel", actor=actor, clock=clock)
    return cancelled


async def stop_request(
    connection: Connection,
    request_id: UUID,
    decision: Decision,
    *,
    seen: int | None = None,
    actor: Actor,
    now: datetime,
) -> Request:
    """Stop a request for the school (叫停) and give back what has not begun.

    Raises MoveImpossible, PreconditionFailed.
    """
    must(actor, "stop")
    request = await requests.lock_request(connection, request_id)
    must_be_possible("stop", request.state, "organiser")
    must_be_seen(request.row_version, seen)
    event = RequestStopped(subject_id=request_id, season_id=request.season_id, reason_code=decision.reason_code)
    not_begun = await coming(connection, request, now=now)
    return await end_request(
        connection,
        request,
        not_begun,
        "stopped",
        event,
        note=decision.note,
        reason_code=decision.reason_code,
        actor=actor,
        now=now,
    )


async def mark_no_show(
    connection: Connection, request_id: UUID, *, seen: int | None = None, actor: Actor, clock: Clock
) -> Request:
    """Note that nobody came (爽约); it counts against an employer.

    Raises MoveImpossible, NothingBegun, PreconditionFailed.
    """
    now = clock.now()
    must(actor, "miss")
    request = await requests.lock_request(connection, request_id)
    must_be_possible("miss", request.state, "organiser")
    must_be_seen(request.row_version, seen)
    if not any(booking.starts_at <= now for booking in await bookings.list_standing_of(connection, request_id)):
        raise NothingBegun
    missed = await requests.move_request(connection, request, "no_show")
    event = RequestNotShown(subject_id=request_id, season_id=request.season_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    await _note_strike(connection, request, "no_show", actor=actor, clock=clock)
    return missed


async def _note_strike(connection: Connection, request: Request, cause: Cause, *, actor: Actor, clock: Clock) -> None:
    if request.employer_id is not None:
        await note_strike(
            connection,
            request.employer_id,
            cause,
            request_id=request.id,
            season_id=request.season_id,
            actor=actor,
            clock=clock,
        )


async def finish_requests(connection: Connection, *, now: datetime, batch: int) -> int:
    """Mark scheduled requests whose last activity is over as having taken place; give how many there were."""
    over = await bookings.lock_over(connection, now=now, batch=batch)
    await requests.update_states(connection, dict.fromkeys([request_id for request_id, _ in over], "took_place"))
    events = [RequestTookPlace(subject_id=request_id, season_id=season_id) for request_id, season_id in over]
    await append_all(connection, events, actor_id=None, now=now)
    return len(over)


async def coming(connection: Connection, request: Request, *, now: datetime) -> list[Booking]:
    """List the bookings of a request that have not begun."""
    return [booking for booking in await bookings.list_standing_of(connection, request.id) if booking.starts_at > now]


async def end_request(
    connection: Connection,
    request: Request,
    not_begun: Sequence[Booking],
    state: RequestState,
    event: Event,
    *,
    note: str,
    actor: Actor | None,
    now: datetime,
    reason_code: str = "",
    ends_participations: bool = True,
    keeps_offers: bool = False,
    instead: Sequence[WantedOffer] = (),
) -> Request:
    """Move a request to a state without promises: its bookings that have `not_begun` are given back, and its people are
    told of each one and why. What is offered `instead` is told with the end. Without an `actor` time does it.
    """
    by = account_of(actor)
    if instead:
        # Before anything is given back: bookers lock in this order too.
        await lock_offered(connection, [Wishes.of(request, instead)], now=now)
    if not keeps_offers:
        await withdraw_offers(connection, request.id, settled_by=by, now=now)
    given_back = await give_back(connection, not_begun, reason_code=reason_code)
    ended: list[Event] = []
    if ends_participations:
        ended = await end_participations(connection, request.id, season_id=request.season_id, all_told=bool(given_back))
    moved = await requests.move_request(connection, request, state, reason_code=reason_code, note=note)
    if instead:
        for made in await hold_offers(connection, moved, instead, origin="refusal", made_by=by, now=now, note=note):
            event = msgspec.structs.replace(event, offer_ids=made.offer_ids)
    await append_all(
        connection,
        [*given_back, *ended, event],
        actor_id=by,
        now=now,
        reason=[*([note] * len(given_back)), *([""] * len(ended)), note],
    )
    return moved


async def is_late(connection: Connection, request: Request, standing: Sequence[Booking], *, clock: Clock) -> bool:
    """Say whether fewer working days are left before the first activity than the season's rule asks for."""
    if not standing:
        return False
    policies = await seasons.get_policies(connection, request.season_id)
    asked_at, first = clock.local(clock.now()), clock.local(min(booking.starts_at for booking in standing))
    calendar = await seasons.get_calendar(connection, asked_at.date(), first.date())
    earliest = calendar.add_working_days(asked_at.date(), policies.cancel_until_working_days)
    return first < datetime.combine(earliest, asked_at.time(), clock.zone)
