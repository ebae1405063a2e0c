"""Bookings by the set: one statement for each step, however many they are. The caller appends the events."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.bookings import bulk_repository
from app.bookings.domain import Booking, event_placement
from app.database import Connection
from app.events import BookingReleased, Event, RequestApproved, RequestScheduled
from app.requests import repository as requests
from app.requests.states import RequestState

STATE_EVENTS: Final[dict[RequestState, type[RequestScheduled | RequestApproved]]] = {
    "scheduled": RequestScheduled,
    "approved": RequestApproved,
}


async def give_back(
    connection: Connection,
    standing: Sequence[Booking],
    *,
    reason_code: str = "",
    kind: type[BookingReleased] = BookingReleased,
) -> list[Event]:
    """Give bookings back, and give the events of those that stood; `reason_code` is of the table request_refusal."""
    if not standing:
        return []
    sequences = await bulk_repository.give_back_bookings(connection, [booking.id for booking in standing])
    return [
        kind(
            subject_id=booking.id,
            season_id=booking.season_id,
            activity_id=booking.activity_id,
            request_id=booking.request_id,
            old=event_placement(booking.placement()),
            sequence=sequences[booking.activity_id],
            reason_code=reason_code,
        )
        for booking in standing
        if booking.activity_id in sequences
    ]


def state_after_booking(state: RequestState, *, is_complete: bool) -> RequestState | None:
    """Give a request's state after one of its activities was booked: scheduled with all of them, with some of them it
    counts as approved; None where it stays.
    """
    if state == "scheduled":
        return None
    if is_complete:
        return "scheduled"
    return None if state == "approved" else "approved"


async def move_requests(
    connection: Connection, *, booked: set[UUID], given_back: set[UUID], season_id: UUID
) -> list[Event]:
    """Move requests of which some activities were booked, and those that only lost some; give what is to be told."""
    moves: dict[UUID, RequestState] = {}
    events: list[Event] = []
    for request in await bulk_repository.list_progress(connection, sorted(booked | given_back)):
        if request.id not in booked:
            if request.state == "scheduled":
                moves[request.id] = "approved"
        elif after := state_after_booking(request.state, is_complete=request.is_complete):
            moves[request.id] = after
            events.append(STATE_EVENTS[after](subject_id=request.id, season_id=season_id))
    await requests.update_states(connection, moves)
    await requests.raise_versions(connection, booked - moves.keys())
    return events
