"""What a cancellation would do, before anybody decides: what is given back, whether it is late, who may get it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import AllBegun, Booking
from app.clock import Clock
from app.database import Connection
from app.decisions import repository
from app.decisions.endings import is_late
from app.decisions.repository import Waiting
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import Request
from app.requests.states import must_be_possible

_SHOWN: Final = 5


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """What cancelling a request now would do: the bookings it gives back (those that have not begun), and whether it
    would be a late one of its owner.

    `may_get_it`: requests that wait and could be there, for organisers; None for others, who are not told.
    """

    gives_back: list[Booking]
    is_late: bool
    may_get_it: list[Waiting] | None


async def preview_cancellation(connection: Connection, request_id: UUID, *, actor: Actor, clock: Clock) -> Cancellation:
    """Say what cancelling a request would do. Raises RequestNotFound, MoveImpossible, AllBegun."""
    request = await requests.get_request(connection, request_id)
    must_be_possible("cancel", request.state, must_see(actor, request))
    standing = await bookings.list_standing_of(connection, request_id)
    if standing and all(booking.starts_at <= clock.now() for booking in standing):
        raise AllBegun
    return await cancellation_of(connection, request, standing, actor=actor, clock=clock)


async def cancellation_of(
    connection: Connection, request: Request, standing: Sequence[Booking], *, actor: Actor, clock: Clock
) -> Cancellation:
    """Say what cancelling a request with these bookings would do."""
    gives_back = [booking for booking in standing if booking.starts_at > clock.now()]
    may_get_it = None
    if actor.organises:
        ids = [booking.id for booking in gives_back]
        may_get_it = await repository.list_waiting_for(
            connection, ids, request_id=request.id, zone=clock.zone, batch=_SHOWN
        )
    return Cancellation(
        gives_back=gives_back,
        is_late=not actor.organises and await is_late(connection, request, standing, clock=clock),
        may_get_it=may_get_it,
    )
