"""Two confirmed bookings change places: the exchange that a swap does, and is tried by before anybody is asked."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.bookings.bulk_repository import insert_bookings, release_bookings
from app.bookings.domain import Booking, Placement, event_placement
from app.database import Connection
from app.events import (
    BookingMoved,
)
from app.offers.domain import (
    OfferedMove,
    OfferedPlacement,
)
from app.requests.domain import Request


class Side(msgspec.Struct, frozen=True):
    """One of the two: its request, the booking that it has, and the place that it would get."""

    request: Request
    booking: Booking
    wanted: OfferedPlacement

    @property
    def move(self) -> OfferedMove:
        """Give how it moves, as the other one's offer names it."""
        return OfferedMove(
            activity_id=self.booking.activity_id, old=self.booking.placement(), new=self.wanted.placement
        )


async def exchange(
    connection: Connection, sides: tuple[Side, Side], *, by: UUID | None, now: datetime
) -> dict[UUID, BookingMoved]:
    """Book each at the other's place; give what they are told by activity. Raises ResourceTaken, ResourceClosed."""
    season_id = sides[0].request.season_id
    await bookings.defer_constraints(connection)
    await release_bookings(connection, [side.booking.id for side in sides])
    places: dict[UUID, Placement] = {side.booking.activity_id: side.wanted.placement for side in sides}
    made = await insert_bookings(
        connection, places, season_id=season_id, state="confirmed", version_id=None, made_by=by, now=now
    )
    await bookings.check_constraints_now(connection)
    return {
        side.booking.activity_id: BookingMoved(
            subject_id=made[side.booking.activity_id].id,
            season_id=season_id,
            activity_id=side.booking.activity_id,
            request_id=side.request.id,
            old=event_placement(side.booking.placement()),
            place=event_placement(side.wanted.placement),
            sequence=made[side.booking.activity_id].invitation_sequence,
        )
        for side in sides
    }
