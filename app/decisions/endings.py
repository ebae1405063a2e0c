"""Use cases that end a request which may have bookings: cancel, stop, finish, no-show."""

from datetime import datetime
from uuid import UUID

from app.actors import Actor
from app.bookings import repository
from app.bookings.domain import AllBegun, Booking, NothingBegun
from app.bookings.service import release_event
from app.clock import Clock
from app.database import Connection
from app.events import Event, RequestCancelled, RequestNotShown, RequestStopped, RequestTookPlace
from app.outbox import append
from app.permissions import must
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import CancelRequest, Decision, Request
from app.requests.participants import end_participations
from app.requests.states import must_be_possible
from app.seasons import repository as seasons


async def cancel_request(
    connection: Connection, request_id: UUID, command: CancelRequest, *, actor: Actor, clock: Clock
) -> Request:
    """Cancel a request and give back what has not begun; a late one of the owner is marked.

    Raises RequestNotFound, MoveImpossible, AllBegun.
    """
    request = await requests.lock_request(connection, request_id)
    party = must_see(actor, request)
    must_be_possible("cancel", request.state, party)
    now = clock.now()
    standing = await _standing(connection, request)
    if standing and all(booking.starts_at <= now for booking in standing):
        raise AllBegun
    event = RequestCancelled(
        subject_id=request_id,
        season_id=request.season_id,
        late=party == "owner" and await _is_late(connection, request, standing, clock=clock),
    )
    await _end(connection, request, reason=command.note, actor=actor, now=now)
    await requests.update_state(connection, request_id, "cancelled", note=command.note)
    return await _told(connection, request_id, event, actor_id=actor.account_id, now=now, reason=command.note)


async def stop_request(
    connection: Connection, request_id: UUID, decision: Decision, *, actor: Actor, now: datetime
) -> Request:
    """Stop a request for the school (叫停) and give back what has not begun. Raises MoveImpossible."""
    must(actor, "stop")
    request = await requests.lock_request(connection, request_id)
    must_be_possible("stop", request.state, "organiser")
    await _end(connection, request, reason=decision.note, reason_code=decision.reason_code, actor=actor, now=now)
    await requests.update_state(connection, request_id, "stopped", reason_code=decision.reason_code, note=decision.note)
    event = RequestStopped(subject_id=request_id, season_id=request.season_id, reason_code=decision.reason_code)
    return await _told(connection, request_id, event, actor_id=actor.account_id, now=now, reason=decision.note)


async def mark_no_show(connection: Connection, request_id: UUID, *, actor: Actor, now: datetime) -> Request:
    """Note that nobody came (爽约). Raises MoveImpossible, NothingBegun."""
    must(actor, "miss")
    request = await requests.lock_request(connection, request_id)
    must_be_possible("miss", request.state, "organiser")
    if not any(booking.starts_at <= now for booking in await _standing(connection, request)):
        raise NothingBegun
    await requests.update_state(connection, request_id, "no_show")
    event = RequestNotShown(subject_id=request_id, season_id=request.season_id)
    return await _told(connection, request_id, event, actor_id=actor.account_id, now=now)


async def finish_requests(connection: Connection, *, now: datetime, batch: int) -> int:
    """Mark scheduled requests whose last activity is over as having taken place; give how many there were."""
    over = await repository.lock_over(connection, now=now, batch=batch)
    for request_id, season_id in over:
        await requests.update_state(connection, request_id, "took_place")
        await append(connection, RequestTookPlace(subject_id=request_id, season_id=season_id), actor_id=None, now=now)
    return len(over)


async def give_back(
    connection: Connection, request: Request, *, reason: str, actor: Actor, now: datetime, reason_code: str = ""
) -> bool:
    """Give back the bookings of a request that have not begun, and say whether there were any.

    Its people are told of each one and why.
    """
    coming = [booking for booking in await _standing(connection, request) if booking.starts_at > now]
    for booking in coming:
        await repository.update_booking_state(connection, booking.id, "released")
        await release_event(
            connection, booking, actor_id=actor.account_id, reason=reason, now=now, reason_code=reason_code
        )
    return bool(coming)


async def _end(
    connection: Connection, request: Request, *, reason: str, actor: Actor, now: datetime, reason_code: str = ""
) -> None:
    given_back = await give_back(connection, request, reason=reason, reason_code=reason_code, actor=actor, now=now)
    await end_participations(
        connection, request.id, season_id=request.season_id, all_told=given_back, actor=actor, now=now
    )


async def _standing(connection: Connection, request: Request) -> list[Booking]:
    activities = (await requests.list_activities(connection, [request.id])).get(request.id, [])
    return await repository.list_standing(
        connection, request.season_id, activity_ids=[activity.id for activity in activities]
    )


async def _is_late(connection: Connection, request: Request, standing: list[Booking], *, clock: Clock) -> bool:
    """Whether fewer working days are left before the first activity than the season's rule asks for."""
    if not standing:
        return False
    policies = await seasons.get_policies(connection, request.season_id)
    asked_at, first = clock.local(clock.now()), clock.local(min(booking.starts_at for booking in standing))
    calendar = await seasons.get_calendar(connection, asked_at.date(), first.date())
    earliest = calendar.add_working_days(asked_at.date(), policies.cancel_until_working_days)
    return first < datetime.combine(earliest, asked_at.time(), clock.zone)


async def _told(
    connection: Connection, request_id: UUID, event: Event, *, actor_id: UUID, now: datetime, reason: str = ""
) -> Request:
    await append(connection, event, actor_id=actor_id, now=now, reason=reason)
    return await requests.get_request(connection, request_id)
