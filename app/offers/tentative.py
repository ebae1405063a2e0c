"""Answers to what a release keeps for an owner (先由单位确认): accept it, decline it, ask for another time.

Until then the bookings are tentative; without an answer in time they are given back (`upkeep`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.bulk import give_back
from app.bookings.domain import Booking, event_placement
from app.clock import Clock
from app.database import Connection, Database
from app.database.rows import must_be_seen
from app.events import BookingConfirmed, Event, PlacementsAccepted, PlacementsDeclined, RequestWithdrawn
from app.offers import repository
from app.offers.domain import AskAnother, DeclinePlacements, NothingElse, NothingToAnswer, Offer, WantedOffer
from app.offers.finding import Finder
from app.offers.offering import hold_offers
from app.offers.settling import withdraw_offers
from app.outbox import append_all
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import Request
from app.requests.participants import end_participations
from app.requests.states import RequestState, must_be_possible

Answer = Literal["accept", "decline"]


async def accept_placements(
    connection: Connection, request_id: UUID, *, seen: int | None, actor: Actor, clock: Clock
) -> Request:
    """Confirm what is kept for a request; its open offers are taken back.

    Raises RequestNotFound, MoveImpossible, NothingToAnswer, PreconditionFailed.
    """
    request, tentative = await _answerable(connection, request_id, "accept", seen=seen, actor=actor, now=clock.now())
    placements = {booking.activity_id: event_placement(booking.placement()) for booking in tentative}
    booked = await repository.confirm_tentative(connection, request_id)
    now, by = clock.now(), actor.account_id
    events: list[Event] = [
        BookingConfirmed(
            subject_id=entry.booking_id,
            season_id=request.season_id,
            activity_id=entry.activity_id,
            request_id=request_id,
            place=placements[entry.activity_id],
            sequence=entry.invitation_sequence,
        )
        for entry in booked
    ]
    events.append(PlacementsAccepted(subject_id=request_id, season_id=request.season_id))
    await withdraw_offers(connection, request_id, settled_by=by, now=now)
    await append_all(connection, events, actor_id=by, now=now)
    return await requests.move_request(connection, request, request.state)


async def decline_placements(
    connection: Connection,
    request_id: UUID,
    command: DeclinePlacements,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> Request:
    """Give free what is kept for a request: it waits for another place, or is withdrawn.

    Raises RequestNotFound, MoveImpossible, NothingToAnswer, PreconditionFailed.
    """
    request, tentative = await _answerable(connection, request_id, "decline", seen=seen, actor=actor, now=now)
    by = actor.account_id
    await withdraw_offers(connection, request_id, settled_by=by, now=now)
    given_back = await give_back(connection, tentative)
    declined: list[Event] = [PlacementsDeclined(subject_id=request_id, season_id=request.season_id)]
    if command.withdraw:
        declined += await end_participations(connection, request_id, season_id=request.season_id, all_told=False)
        declined.append(RequestWithdrawn(subject_id=request_id, season_id=request.season_id))
    await append_all(connection, [*given_back, *declined], actor_id=by, now=now, reason=command.note)
    after: RequestState = "withdrawn" if command.withdraw else "approved"
    return await requests.move_request(connection, request, after, note=command.note)


async def ask_for_another(
    database: Database, finder: Finder, request_id: UUID, command: AskAnother, *, actor: Actor, clock: Clock
) -> list[Offer]:
    """Hold other placements for a request beside the one that is kept, for its owner to choose.

    Raises RequestNotFound, MoveImpossible, NothingToAnswer, NothingElse, TooManyOffers.
    """
    async with database.read() as connection:
        must_see(actor, await requests.get_request(connection, request_id))
        kept = [booking.starts_at for booking in await bookings.list_standing_of(connection, request_id)]
    found = await finder.find(request_id, near=min(kept, default=None))
    return await database.transact(_offer_others, request_id, found, command, actor=actor, now=clock.now())


async def _offer_others(
    connection: Connection,
    request_id: UUID,
    found: Sequence[WantedOffer],
    command: AskAnother,
    *,
    actor: Actor,
    now: datetime,
) -> list[Offer]:
    request, _ = await _answerable(connection, request_id, "accept", seen=None, actor=actor, now=now)
    by = actor.account_id
    made = await hold_offers(connection, request, found, origin="alternatives", made_by=by, now=now)
    if not made:
        raise NothingElse
    asked = [msgspec.structs.replace(event, asked=True) for event in made]
    await append_all(connection, asked, actor_id=by, now=now, reason=command.note)
    return await repository.list_offers_of_ids(connection, [key for event in made for key in event.offer_ids])


async def _answerable(
    connection: Connection, request_id: UUID, act: Answer, *, seen: int | None, actor: Actor, now: datetime
) -> tuple[Request, list[Booking]]:
    """Lock a request; give it with its tentative bookings that have not begun."""
    request = await requests.lock_request(connection, request_id)
    must_be_possible(act, request.state, must_see(actor, request))
    must_be_seen(request.row_version, seen)
    standing = await bookings.list_standing_of(connection, request_id)
    tentative = [booking for booking in standing if booking.state == "tentative" and booking.starts_at > now]
    if not tentative:
        raise NothingToAnswer
    return request, tentative
