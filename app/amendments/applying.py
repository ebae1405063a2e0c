"""Makes a request what its amendment says: rows, bookings and messages in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.amendments import repository
from app.amendments.changes import read_changes
from app.amendments.domain import Amendment
from app.amendments.steps import Steps
from app.bookings import repository as bookings
from app.bookings.bulk import give_back, move_requests
from app.bookings.bulk_repository import insert_bookings, release_bookings
from app.bookings.domain import Booking, ResourceTaken, event_placement
from app.bookings.holds import release_expired_holds
from app.clock import Clock
from app.database import Connection
from app.events import AmendmentAccepted, BookingConfirmed, BookingMoved, Event
from app.offers import repository as offers
from app.offers.domain import Offer, OfferedPlacement
from app.offers.moving import check_moved, lock_places, make_room, move_others
from app.offers.repository import Booked
from app.offers.rules import check_rules
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
    offer: Offer | None,
    by: UUID | None,
    decided: bool,
    clock: Clock,
    asks_nobody: bool = False,
) -> None:
    """Accept an amendment of a locked request; those that move for its offer are locked too.

    `asks_nobody`: its owner changes it without approval, so that what was approved stays the measure.

    `placements` are those that differ from what stands: of an offer, or free. Raises ResourceTaken, ResourceClosed,
    and Invalid where others that would move fit no more.
    """
    now = clock.now()
    changes = await read_changes(connection, request, amendment.as_wish(), steps)
    standing = {booking.activity_id: booking for booking in await bookings.list_standing_of(connection, request.id)}
    activity_ids = [placement.activity_id for placement in placements]
    moves = offer.moves if offer is not None else ()
    resources = await lock_places(connection, placements, moves, zone=clock.zone)
    await release_expired_holds(connection, resources, now=now)
    await bookings.defer_constraints(connection)
    dropped = [standing[activity.id] for activity in steps.dropped if activity.id in standing]
    events: list[Event] = await give_back(connection, dropped)
    await release_bookings(connection, [standing[key].id for key in activity_ids if key in standing])
    if asks_nobody:
        await repository.keep_approved_sizes(connection, request.id)
    else:
        await repository.forget_approved_sizes(connection, request.id)
    await requests.update_request(connection, request.id, amendment.as_wish())
    await repository.write_steps(connection, request.id, steps)
    await repository.write_posts(connection, request.id, amendment.as_wish())
    left = await make_room(connection, request.season_id, moves, now=now)
    booked = await _book(connection, request, placements, offer=offer, by=by, now=now)
    events += await move_others(connection, request.season_id, moves, left, by=by, now=now)
    if any(step.before is not None and step.before.kind != step.activity.kind for step in steps.steps):
        await bookings.must_have_turnovers(connection, resources, [entry.booking_id for entry in booked])
    await bookings.check_constraints_now(connection)
    await check_moved(connection, moves, clock=clock)
    places = {placement.activity_id: placement for placement in placements}
    agreed = {
        entry.booking_id: await _agreed_rules(
            connection, places[entry.activity_id], standing.get(entry.activity_id), clock=clock
        )
        for entry in booked
    }
    await offers.note_agreed(connection, agreed, season_id=request.season_id, agreed_by=by, now=now)
    if offer is not None:
        await offers.settle_offers(connection, [offer.id], "accepted", settled_by=by, now=now)
    await withdraw_offers(connection, request.id, settled_by=by, now=now)
    await repository.settle_amendment(connection, amendment.id, "accepted", settled_by=by, now=now)
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
            changes=changes,
        )
    )
    await append_all(connection, events, actor_id=by, now=now)


async def _agreed_rules(
    connection: Connection, placement: OfferedPlacement, old: Booking | None, *, clock: Clock
) -> tuple[str, ...]:
    """Give what a booked placement breaks of wishes and limits; who asked for it agrees to that.

    Raises ResourceTaken where it has become one too many, Invalid where it fits no more.
    """
    facts = await check_rules(connection, placement.activity_id, placement, clock=clock)
    stays = old is not None and old.starts_at == placement.starts_at
    if facts.over_limits and not stays:
        raise ResourceTaken(what="…")
    return (*facts.unwished, *facts.over_limits)


async def _book(
    connection: Connection,
    request: Request,
    placements: Sequence[OfferedPlacement],
    *,
    offer: Offer | None,
    by: UUID | None,
    now: datetime,
) -> list[Booked]:
    if not placements:
        return []
    if offer is not None and offer.held:
        booked = await offers.confirm_holds(connection, offer.id, made_by=by)
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
