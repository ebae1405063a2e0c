"""Others that move for an offer: nobody has confirmed their places yet, they keep to their wishes, and they are told.

Such an offer is held by nothing. Whoever accepts it locks the requests of all who move, then what they leave and take;
where one of them has answered, moved or gone meanwhile, or would not fit any more, the offer is lost.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.bookings import repository as bookings
from app.bookings.bulk_repository import insert_bookings, release_bookings
from app.bookings.domain import Booking, ResourceTaken, event_placement
from app.clock import Clock
from app.database import Connection
from app.events import BookingMoved, Event
from app.offers import repository
from app.offers.domain import Offer, OfferedMove, OfferedPlacement, placement_key
from app.offers.rules import check_rules
from app.requests import repository as requests
from app.seasons import repository as seasons


async def lock_movers(connection: Connection, offer: Offer) -> None:
    """Lock the request of an offer with those that would move for it, if there are any."""
    if not offer.moves:
        return
    others = await repository.list_requests_of(connection, [move.activity_id for move in offer.moves])
    await requests.lock_requests(connection, sorted({offer.request_id, *others}))


async def lock_places(
    connection: Connection, placements: Sequence[OfferedPlacement], moves: Sequence[OfferedMove], *, zone: ZoneInfo
) -> list[UUID]:
    """Lock what is taken, and what others leave and take for it, as every booker does; give the resources."""
    resources = {resource for placed in placements for resource in placed.resource_ids}
    for move in moves:
        resources |= {*move.old.resource_ids, *move.new.resource_ids}
    activities = [*(placed.activity_id for placed in placements), *(move.activity_id for move in moves)]
    await bookings.lock_resources(connection, resource_ids=sorted(resources), activity_ids=activities)
    taken = [
        *((placed.activity_id, placed) for placed in placements),
        *((move.activity_id, move.new) for move in moves),
    ]
    starts = [(place.starts_at, room_id, activity_id) for activity_id, place in taken for room_id in place.room_ids]
    await bookings.lock_staff(connection, starts, zone=zone)
    return sorted(resources)


async def make_room(
    connection: Connection, season_id: UUID, moves: Sequence[OfferedMove], *, now: datetime
) -> list[Booking]:
    """Release the places that others leave, with constraints deferred; give the bookings. Raises ResourceTaken."""
    if not moves:
        return []
    ids = [move.activity_id for move in moves]
    listed = await bookings.list_standing(connection, season_id, activity_ids=ids)
    standing = {booking.activity_id: booking for booking in listed}
    leaving = [_leaving(move, standing.get(move.activity_id), now) for move in moves]
    await release_bookings(connection, [booking.id for booking in leaving])
    return leaving


async def move_others(
    connection: Connection,
    season_id: UUID,
    moves: Sequence[OfferedMove],
    left: Sequence[Booking],
    *,
    by: UUID | None,
    now: datetime,
) -> list[Event]:
    """Keep the new places for those who left theirs, with time to answer anew; give what they are told.

    Raises ResourceTaken and ResourceClosed, at the latest when the constraints are checked.
    """
    if not moves:
        return []
    policies = await seasons.get_policies(connection, season_id)
    answer_until = now + timedelta(hours=policies.employer_answer_hours)
    made = await insert_bookings(
        connection,
        {move.activity_id: move.new for move in moves},
        season_id=season_id,
        state="tentative",
        version_id=None,
        made_by=by,
        now=now,
        answer_until=answer_until,
    )
    await requests.raise_versions(connection, {booking.request_id for booking in left})
    return [
        BookingMoved(
            subject_id=made[move.activity_id].id,
            season_id=season_id,
            activity_id=move.activity_id,
            request_id=booking.request_id,
            old=event_placement(move.old),
            place=event_placement(move.new),
            sequence=made[move.activity_id].invitation_sequence,
            tentative=True,
            answer_until=answer_until,
        )
        for move, booking in zip(moves, left, strict=True)
    ]


async def check_moved(connection: Connection, moves: Sequence[OfferedMove], *, clock: Clock) -> None:
    """Hold the new places of the others against the rules of now, their own wishes among them.

    Raises Invalid, ResourceTaken.
    """
    for move in moves:
        facts = await check_rules(connection, move.activity_id, move.new, clock=clock)
        if facts.unwished or facts.over_limits:
            raise ResourceTaken(what="…")


def _leaving(move: OfferedMove, booking: Booking | None, now: datetime) -> Booking:
    if (
        booking is None
        or booking.state != "tentative"
        or booking.starts_at <= now
        or placement_key(booking.placement()) != placement_key(move.old)
    ):
        raise ResourceTaken(what="…")
    return booking
