"""The career centre objects to what a department filed by booking it (备案异议): its places are given back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import BookingBegun
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.decisions.endings import end_request
from app.errors import N_, Conflict
from app.events import RequestObjected
from app.permissions import must
from app.requests import repository as requests
from app.requests.domain import Decision, Request
from app.requests.states import must_be_possible
from app.seasons import repository as seasons

# No season's rule and holidays together are longer.
_LONGEST = timedelta(days=700)


class NotFiled(Conflict):
    """Only what a department booked by itself is objected to; what was approved is stopped."""

    type = "not-filed"
    sentence = N_("This was approved by the career centre, not filed by a department. Stop it instead.")


class ObjectionTooLate(Conflict):
    """The time to object is over."""

    type = "objection-too-late"
    sentence = N_("The time to object ended on {until}. It can still be stopped, with a reason.")


class FiledRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request that a department filed, and until when the career centre can object."""

    request: Request
    until: datetime


async def object_to_request(
    connection: Connection, request_id: UUID, decision: Decision, *, seen: int | None, actor: Actor, clock: Clock
) -> Request:
    """Object to a filed request that has not begun: its places are given back, and its department books others.

    Raises RequestNotFound, MoveImpossible, NotFiled, ObjectionTooLate, BookingBegun, PreconditionFailed.
    """
    must(actor, "object")
    request = await requests.lock_request(connection, request_id)
    must_be_possible("object", request.state, "organiser")
    must_be_seen(request.row_version, seen)
    if request.filed_at is None:
        raise NotFiled
    (filed,) = await _with_ends(connection, request.season_id, [request], clock)
    if clock.now() >= filed.until:
        raise ObjectionTooLate(until=clock.local(filed.until))
    standing = await bookings.list_standing_of(connection, request_id)
    if any(booking.starts_at <= clock.now() for booking in standing):
        raise BookingBegun
    event = RequestObjected(subject_id=request_id, season_id=request.season_id, reason_code=decision.reason_code)
    return await end_request(
        connection,
        request,
        standing,
        "approved",
        event,
        note=decision.note,
        reason_code=decision.reason_code,
        actor=actor,
        now=clock.now(),
        ends_participations=False,
    )


async def list_filed(connection: Connection, season_id: UUID, *, actor: Actor, clock: Clock) -> list[FiledRequest]:
    """List what departments filed and the career centre can still object to, the first to end first."""
    must(actor, "object")
    listed = await requests.list_filed(connection, season_id, since=clock.now() - _LONGEST)
    scheduled = [request for request in listed if request.state == "scheduled"]
    filed = await _with_ends(connection, season_id, scheduled, clock)
    return sorted((entry for entry in filed if clock.now() < entry.until), key=lambda entry: entry.until)


async def find_filed(connection: Connection, request: Request, *, clock: Clock) -> FiledRequest | None:
    """Give until when there can be an objection to a request; None where there can be none any more."""
    if request.filed_at is None or request.state != "scheduled":
        return None
    (filed,) = await _with_ends(connection, request.season_id, [request], clock)
    return filed if clock.now() < filed.until else None


async def _with_ends(
    connection: Connection, season_id: UUID, listed: Sequence[Request], clock: Clock
) -> list[FiledRequest]:
    filed = [(request, request.filed_at) for request in listed if request.filed_at is not None]
    if not filed:
        return []
    days = (await seasons.get_policies(connection, season_id)).filing_objection_working_days
    first = clock.local(min(moment for _, moment in filed)).date()
    # Also the days off that are still to come belong to the time.
    last = clock.local(clock.now()).date() + timedelta(days=days * 3 + 14)
    calendar = await seasons.get_calendar(connection, first, last)
    return [FiledRequest(request=request, until=calendar.due(moment, days, clock.zone)) for request, moment in filed]
