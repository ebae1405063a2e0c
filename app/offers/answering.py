"""Use cases of answering an offer: accept it, or decline it. The first acceptance settles the request's others.

Whoever answers is a person with an account (`actor`), or the bearer of a signed link (None).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.actors import Actor, account_of
from app.bookings import repository as bookings
from app.bookings.bulk import move_requests
from app.bookings.bulk_repository import insert_bookings, release_bookings
from app.bookings.domain import Booking, BookingBegun, ResourceClosed, ResourceTaken, event_placement
from app.bookings.holds import release_expired_holds
from app.clock import Clock
from app.database import Connection, Database
from app.errors import Invalid
from app.events import BookingConfirmed, BookingMoved, Event, OfferAccepted, OfferDeclined, OfferLost, OffersWithdrawn
from app.offers import repository
from app.offers.domain import (
    AnswerOffer,
    NotOfferable,
    Offer,
    OfferedPlacement,
    OfferTooLate,
    PlacementGone,
    SwapGone,
    WantedOffer,
)
from app.offers.finding import Finder
from app.offers.looking import lock_offer, must_be_open
from app.offers.moving import check_moved, lock_places, make_room, move_others
from app.offers.offering import ACCEPTING, hold_offers
from app.offers.repository import Agreement, Booked
from app.offers.rules import check_rules, unasked_rules
from app.offers.settling import withdraw_offers
from app.offers.swapping import agree_to_swap, end_twin, lose_swap
from app.outbox import append_all
from app.permissions import must
from app.requests.domain import Request
from app.requests.states import STATE_NAMES as REQUEST_STATE_NAMES
from app.strikes.reading import must_not_be_paused


class Answering:
    """Accepts offers."""

    def __init__(self, database: Database, finder: Finder) -> None:
        self.database, self.finder = database, finder

    async def accept(self, offer_id: UUID, *, seen: int | None, actor: Actor | None, clock: Clock) -> Offer:
        """Accept an offer; what this raises, see `accept_offer`."""
        return await accept_offer(self.database, self.finder, offer_id, seen=seen, actor=actor, clock=clock)


async def accept_offer(
    database: Database, finder: Finder, offer_id: UUID, *, seen: int | None, actor: Actor | None, clock: Clock
) -> Offer:
    """Book what was offered, and take back the request's other offers.

    Of a swap, both owners have to. Raises OfferNotFound, OfferSettled, OfferTooLate, PreconditionFailed, NotOfferable,
    BookingBegun, EmployerPaused, SwapGone; PlacementGone where it was not held and is taken, or where a fact changed so
    that it does not fit any more: the offer is lost then, and what is nearest is offered instead.
    """
    try:
        return await database.transact(_accept, offer_id, seen=seen, actor=actor, clock=clock)
    except (ResourceTaken, ResourceClosed, Invalid, SwapGone) as error:
        async with database.read() as connection:
            offer = await repository.get_offer(connection, offer_id)
        if offer.swap_id is not None:
            await database.transact(_lose_swap, offer_id, actor=actor, now=clock.now())
            raise SwapGone from error
        found = await finder.find(offer.request_id, near=offer.begins_at)
        new = await database.transact(_lose, offer_id, found, actor=actor, now=clock.now())
        raise PlacementGone(extra={"new_offer_ids": [str(offer_id) for offer_id in new]}) from error


async def decline_offer(
    connection: Connection,
    offer_id: UUID,
    command: AnswerOffer,
    *,
    seen: int | None,
    actor: Actor | None,
    now: datetime,
) -> Offer:
    """Give free what was held for an offer; of a swap the other owner is told.

    Raises OfferNotFound, OfferSettled, PreconditionFailed.
    """
    offer, request = await lock_offer(connection, offer_id, actor)
    await repository.lock_open(connection, request.id)
    must_be_open(await repository.get_offer(connection, offer_id), seen)
    await repository.release_holds(connection, [offer_id])
    by = account_of(actor)
    await repository.settle_offers(connection, [offer_id], "declined", settled_by=by, now=now, note=command.note)
    declined = OfferDeclined(
        subject_id=request.id, season_id=request.season_id, offer_id=offer_id, by_link=actor is None
    )
    events = [declined, *await end_twin(connection, offer, by=by, now=now)]
    # Why, is for the career centre, and not for the other owner of a swap.
    reasons = [command.note, *([""] * (len(events) - 1))]
    await append_all(connection, events, actor_id=by, now=now, reason=reasons)
    return await repository.get_offer(connection, offer_id)


async def take_back_offer(
    connection: Connection, offer_id: UUID, *, seen: int | None, actor: Actor, now: datetime
) -> Offer:
    """Take an offer back, for the career centre; its owner is told.

    Raises OfferNotFound, OfferSettled, PreconditionFailed.
    """
    must(actor, "offer")
    offer, request = await lock_offer(connection, offer_id, actor)
    await repository.lock_open(connection, request.id)
    must_be_open(await repository.get_offer(connection, offer_id), seen)
    by = actor.account_id
    ended = await withdraw_offers(connection, request.id, settled_by=by, now=now, only=[offer_id])
    event = OffersWithdrawn(subject_id=request.id, season_id=request.season_id, offer_ids=tuple(ended))
    await append_all(connection, [event, *await end_twin(connection, offer, by=by, now=now)], actor_id=by, now=now)
    return await repository.get_offer(connection, offer_id)


async def _accept(
    connection: Connection, offer_id: UUID, *, seen: int | None, actor: Actor | None, clock: Clock
) -> Offer:
    offer, request = await lock_offer(connection, offer_id, actor)
    if offer.swap_id is not None:
        return await agree_to_swap(connection, offer, request, seen=seen, actor=actor, clock=clock)
    activity_ids = [placement.activity_id for placement in offer.placements]
    # The same locks as a booker takes, before it is looked whether the offer's time is over.
    resources = await lock_places(connection, offer.placements, offer.moves, zone=clock.zone)
    open_ids = await repository.lock_open(connection, request.id)
    offer, now, by = await repository.get_offer(connection, offer_id), clock.now(), account_of(actor)
    must_be_open(offer, seen)
    if not offer.is_open(now):
        raise OfferTooLate(until=clock.local(offer.held_until))
    if request.state not in ACCEPTING:
        raise NotOfferable(state=REQUEST_STATE_NAMES[request.state], extra={"state": request.state})
    await release_expired_holds(connection, resources, now=now)
    standing = {booking.activity_id: booking for booking in await bookings.list_standing_of(connection, request.id)}
    if request.employer_id is not None and not standing.keys() >= {*activity_ids}:
        # What it has may move; a place that it has not is a new one.
        await must_not_be_paused(connection, request.employer_id, clock=clock)
    if any(standing[key].starts_at <= now for key in activity_ids if key in standing):
        raise BookingBegun
    await bookings.defer_constraints(connection)
    await release_bookings(connection, [standing[key].id for key in activity_ids if key in standing])
    left = await make_room(connection, request.season_id, offer.moves, now=now)
    booked = await _book(connection, offer, request, by=by, now=now)
    moved = await move_others(connection, request.season_id, offer.moves, left, by=by, now=now)
    await bookings.check_constraints_now(connection)
    # Looked at in their new places, so that steps and others that move together are beside each other.
    agreement = await repository.get_agreement(connection, offer_id)
    broken = await _broken_rules(connection, offer, agreement, clock)
    await check_moved(connection, offer.moves, clock=clock)
    await _note_agreed(
        connection,
        request,
        {entry.booking_id: broken[entry.activity_id] for entry in booked},
        agreement,
        by=by,
        now=now,
    )
    await repository.settle_offers(connection, [offer_id], "accepted", settled_by=by, now=now)
    others = [other for other in open_ids if other != offer_id]
    await withdraw_offers(connection, request.id, settled_by=by, now=now, only=others)
    events = [
        *_booked_events(offer, request, booked, standing),
        *moved,
        *await move_requests(connection, booked={request.id}, given_back=set(), season_id=request.season_id),
        OfferAccepted(subject_id=request.id, season_id=request.season_id, offer_id=offer_id, by_link=actor is None),
    ]
    await append_all(connection, events, actor_id=by, now=now)
    return await repository.get_offer(connection, offer_id)


async def _broken_rules(
    connection: Connection, offer: Offer, agreement: Agreement, clock: Clock
) -> dict[UUID, tuple[str, ...]]:
    """Hold the placements of an offer against the rules of now; give by activity what each breaks of wishes and limits.

    Raises Invalid where something does not fit any more, ResourceTaken where nobody said yes to what it breaks.
    """
    broken = {}
    for placement in offer.placements:
        facts = await check_rules(connection, placement.activity_id, placement, clock=clock)
        if unasked_rules(facts, offer, agreement.rules):
            # Others were booked, or the day was declared off, since it was found.
            raise ResourceTaken(what="…")
        broken[placement.activity_id] = (*facts.unwished, *facts.over_limits)
    return broken


async def _note_agreed(
    connection: Connection,
    request: Request,
    broken: dict[UUID, tuple[str, ...]],
    agreement: Agreement,
    *,
    by: UUID | None,
    now: datetime,
) -> None:
    """Keep with bookings who agreed to what they break: who made the offer where asked, else who accepted it."""
    asked = {key: tuple(rule for rule in rules if rule in agreement.rules) for key, rules in broken.items()}
    taken = {key: tuple(rule for rule in rules if rule not in agreement.rules) for key, rules in broken.items()}
    season_id, maker = request.season_id, agreement.agreed_by
    await repository.note_agreed(connection, asked, season_id=season_id, agreed_by=maker, now=agreement.agreed_at)
    await repository.note_agreed(connection, taken, season_id=season_id, agreed_by=by, now=now)


async def _book(
    connection: Connection, offer: Offer, request: Request, *, by: UUID | None, now: datetime
) -> list[Booked]:
    if offer.held:
        booked = await repository.confirm_holds(connection, offer.id, made_by=by)
        if len(booked) < len(offer.placements):
            # One of its holds made way meanwhile: nothing is promised by half.
            raise ResourceTaken(what="…")
        return booked
    made = await insert_bookings(
        connection,
        {placement.activity_id: placement.placement for placement in offer.placements},
        season_id=request.season_id,
        state="confirmed",
        version_id=None,
        made_by=by,
        now=now,
    )
    return [Booked(activity_id, entry.id, entry.invitation_sequence) for activity_id, entry in made.items()]


async def _lose_swap(connection: Connection, offer_id: UUID, *, actor: Actor | None, now: datetime) -> None:
    offer, request = await lock_offer(connection, offer_id, actor)
    await lose_swap(connection, offer, request, actor=actor, now=now)


async def _lose(
    connection: Connection, offer_id: UUID, found: Sequence[WantedOffer], *, actor: Actor | None, now: datetime
) -> list[UUID]:
    """Note that the placement of an offer is gone, and offer what was found instead; give the new offers."""
    _, request = await lock_offer(connection, offer_id, actor)
    by = account_of(actor)
    await repository.lock_open(connection, request.id)
    await repository.release_holds(connection, [offer_id])
    if not await repository.settle_offers(connection, [offer_id], "lost", settled_by=by, now=now):
        return []
    lost = OfferLost(subject_id=request.id, season_id=request.season_id, offer_id=offer_id, by_link=actor is None)
    made = await hold_offers(connection, request, found, origin="alternatives", made_by=by, now=now)
    await append_all(connection, [lost, *made], actor_id=by, now=now)
    return [new for event in made for new in event.offer_ids]


def _booked_events(
    offer: Offer, request: Request, booked: Sequence[Booked], standing: dict[UUID, Booking]
) -> list[Event]:
    placements = {placement.activity_id: placement for placement in offer.placements}
    return [
        _booked_event(request, placements[entry.activity_id], entry, standing.get(entry.activity_id))
        for entry in booked
    ]


def _booked_event(request: Request, placement: OfferedPlacement, entry: Booked, old: Booking | None) -> Event:
    place = event_placement(placement.placement)
    if old is None or old.state == "tentative":
        return BookingConfirmed(
            subject_id=entry.booking_id,
            season_id=request.season_id,
            activity_id=entry.activity_id,
            request_id=request.id,
            place=place,
            sequence=entry.invitation_sequence,
        )
    return BookingMoved(
        subject_id=entry.booking_id,
        season_id=request.season_id,
        activity_id=entry.activity_id,
        request_id=request.id,
        old=event_placement(old.placement()),
        place=place,
        sequence=entry.invitation_sequence,
    )
