"""Makes a request what its amendment says: rows, bookings and messages in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.amendments import repository
from app.amendments.changes import changes_of
from app.amendments.domain import Amendment
from app.amendments.steps import Steps
from app.bookings import repository as bookings
from app.bookings.bulk import give_back, move_requests
from app.bookings.bulk_repository import insert_bookings, release_bookings
from app.bookings.domain import Booking, ResourceTaken, event_placement
from app.bookings.holds import release_expired_holds
from app.database import Connection
from app.events import AmendmentAccepted, BookingConfirmed, BookingMoved, Event
from app.offers import repository as offers
from app.offers.domain import OfferedPlacement
from app.offers.repository import Booked
from app.offers.settling import withdraw_offers
from app.outbox import append_all
from app.requests import repository as requests
from app.requests.domain import Request


async def apply_amendment(
    connection: Connection,
    request: Request,
    amendment: Amendment,
    steps: Steps,
    placements: Sequence[OfferedPlacement],
    *,
    offer_id: UUID | None,
    by: UUID | None,
    decided: bool,
    now: datetime,
) -> None:
    """Accept an amendment of a locked request.

    `placements` are those that differ from what stands: held by an offer, or free. Raises ResourceTaken,
    ResourceClosed.
    """
    standing = {booking.activity_id: booking for booking in await bookings.list_standing_of(connection, request.id)}
    resources = sorted({resource for placement in placements for resource in placement.resource_ids})
    activity_ids = [placement.activity_id for placement in placements]
    await bookings.lock_resources(connection, resource_ids=resources, activity_ids=activity_ids)
    await release_expired_holds(connection, resources, now=now)
    await bookings.defer_constraints(connection)
    dropped = [standing[activity.id] for activity in steps.dropped if activity.id in standing]
    events: list[Event] = await give_back(connection, dropped)
    await release_bookings(connection, [standing[key].id for key in activity_ids if key in standing])
    await requests.update_request(connection, request.id, amendment.as_wish())
    await repository.write_steps(connection, request.id, steps)
    await repository.write_posts(connection, request.id, amendment.as_wish())
    booked = await _book(connection, request, placements, offer_id=offer_id, by=by, now=now)
    await bookings.check_constraints_now(connection)
    if offer_id is not None:
        await offers.settle_offers(connection, [offer_id], "accepted", settled_by=by, now=now)
    await withdraw_offers(connection, request.id, settled_by=by, now=now)
    await repository.settle_amendment(connection, amendment.id, "accepted", settled_by=by, now=now)
    places = {placement.activity_id: placement for placement in placements}
    events += [_told(request, places[entry.activity_id], entry, standing.get(entry.activity_id)) for entry in booked]
    events += await move_requests(
        connection,
        booked={request.id} if booked or dropped else set(),
        given_back=set(),
        season_id=request.season_id,
    )
    events.append(
        AmendmentAccepted(
            subject_id=request.id,
            season_id=request.season_id,
            amendment_id=amendment.id,
            decided=decided,
            changes=changes_of(steps),
        )
    )
    await append_all(connection, events, actor_id=by, now=now)


async def _book(
    connection: Connection,
    request: Request,
    placements: Sequence[OfferedPlacement],
    *,
    offer_id: UUID | None,
    by: UUID | None,
    now: datetime,
) -> list[Booked]:
    if not placements:
        return []
    if offer_id is not None:
        booked = await offers.confirm_holds(connection, offer_id, made_by=by)
        if len(booked) < len(placements):
            # One of its holds made way meanwhile: nothing is promised by half.
            raise ResourceTaken(what="…")
        return booked
    made = await insert_bookings(
        connection,
        {placement.activity_id: placement.placement for placement in placements},
        season_id=request.season_id,
        state="confirmed",
        version_id=None,
        made_by=by,
        now=now,
    )
    return [Booked(activity_id, entry.id, entry.invitation_sequence) for activity_id, entry in made.items()]


def _told(request: Request, placement: OfferedPlacement, entry: Booked, old: Booking | None) -> Event:
    common: dict[str, Any] = {
        "subject_id": entry.booking_id,
        "season_id": request.season_id,
        "activity_id": entry.activity_id,
        "request_id": request.id,
        "place": event_placement(placement.placement),
        "sequence": entry.invitation_sequence,
    }
    if old is None or old.state == "tentative":
        return BookingConfirmed(**common)
    return BookingMoved(**common, old=event_placement(old.placement()))
