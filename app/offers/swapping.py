"""Use cases of swapping (对调): two confirmed bookings change places once both owners agree, in one act.

A swap is two offers with one number: each offers the place of the other. Whoever agrees first waits for the other; what
ends one of them ends both.
"""

from datetime import datetime
from uuid import UUID

from app.actors import Actor, account_of
from app.bookings import repository as bookings
from app.bookings.holds import release_expired_holds
from app.clock import Clock
from app.database import Connection
from app.events import (
    Event,
    OfferAccepted,
    OfferLost,
    OffersWithdrawn,
    RequestFiled,
    SwapAgreed,
)
from app.offers import repository
from app.offers.domain import (
    Offer,
    OfferTooLate,
    SwapGone,
    placement_key,
)
from app.offers.exchanging import Side, exchange
from app.offers.looking import must_be_open
from app.offers.moving import lock_places
from app.offers.rules import check_rules, unasked_rules
from app.offers.settling import withdraw_offers
from app.outbox import append, append_all
from app.requests import repository as requests
from app.requests.domain import Request


async def agree_to_swap(
    connection: Connection, offer: Offer, request: Request, *, seen: int | None, actor: Actor | None, clock: Clock
) -> Offer:
    """Agree to a swap for one owner, and do it where the other one has agreed. The requests are locked.

    Raises OfferSettled, OfferTooLate, PreconditionFailed, and where it cannot be done any more SwapGone, ResourceTaken,
    ResourceClosed, Invalid.
    """
    twin = await repository.get_twin(connection, offer.id)
    resources = await lock_places(connection, offer.placements, offer.moves, zone=clock.zone)
    for request_id in sorted((offer.request_id, twin.request_id)):
        await repository.lock_open(connection, request_id)
    offer, twin = await repository.get_offer(connection, offer.id), await repository.get_offer(connection, twin.id)
    if offer.state == "open" and offer.agreed_at is not None:
        return offer  # pressed twice
    must_be_open(offer, seen)
    now, by = clock.now(), account_of(actor)
    if not offer.is_open(now):
        raise OfferTooLate(until=clock.local(offer.held_until))
    if twin.state != "open":
        # What its owner agreed to was taken back since, with another answer of theirs.
        raise SwapGone
    if twin.agreed_at is None:
        await repository.mark_agreed(connection, offer.id, agreed_by=by, now=now)
        agreed = SwapAgreed(
            subject_id=request.id, season_id=request.season_id, offer_id=offer.id, by_link=actor is None
        )
        await append(connection, agreed, actor_id=by, now=now)
    else:
        await release_expired_holds(connection, resources, now=now)
        await _swap(connection, offer, twin, actor=actor, clock=clock)
    return await repository.get_offer(connection, offer.id)


async def lose_swap(
    connection: Connection, offer: Offer, request: Request, *, actor: Actor | None, now: datetime
) -> None:
    """Note that a swap could not be done any more, and tell the other owner. The requests are locked."""
    by = account_of(actor)
    await repository.lock_open(connection, request.id)
    if await repository.settle_offers(connection, [offer.id], "lost", settled_by=by, now=now):
        lost = OfferLost(subject_id=request.id, season_id=request.season_id, offer_id=offer.id, by_link=actor is None)
        await append_all(connection, [lost, *await end_twin(connection, offer, by=by, now=now)], actor_id=by, now=now)


async def end_twin(connection: Connection, offer: Offer, *, by: UUID | None, now: datetime) -> list[Event]:
    """Take back the other offer of a swap that ended; give what its owner is told. The requests are locked."""
    if offer.swap_id is None:
        return []
    twin = await repository.get_twin(connection, offer.id)
    ended = await withdraw_offers(connection, twin.request_id, settled_by=by, now=now, only=[twin.id])
    if not ended:
        return []
    return [OffersWithdrawn(subject_id=twin.request_id, season_id=twin.season_id, offer_ids=tuple(ended))]


async def _swap(connection: Connection, offer: Offer, twin: Offer, *, actor: Actor | None, clock: Clock) -> None:
    """Do what both have agreed to. Raises SwapGone, ResourceTaken, ResourceClosed, Invalid."""
    now, by = clock.now(), account_of(actor)
    sides = await _sides_of(connection, offer, twin, now=now)
    moved = await exchange(connection, sides, by=by, now=now)
    for side, its in zip(sides, (offer, twin), strict=True):
        agreement = await repository.get_agreement(connection, its.id)
        facts = await check_rules(connection, side.wanted.activity_id, side.wanted.placement, clock=clock)
        if unasked_rules(facts, its, agreement.rules):
            raise SwapGone
        broken = {moved[side.wanted.activity_id].subject_id: (*facts.unwished, *facts.over_limits)}
        await repository.note_agreed(
            connection, broken, season_id=its.season_id, agreed_by=agreement.agreed_by, now=now
        )
    await repository.settle_offers(connection, [offer.id, twin.id], "accepted", settled_by=by, now=now)
    await requests.raise_versions(connection, {offer.request_id, twin.request_id})
    events: list[Event] = list(moved.values())
    for side in sides:
        if side.request.filed_at is not None:
            # What was filed is filed anew with its new place.
            await requests.mark_filed(connection, side.request.id, now=now)
            events.append(RequestFiled(subject_id=side.request.id, season_id=side.request.season_id))
    for its, by_link in ((offer, actor is None), (twin, False)):
        others = [key for key in await repository.lock_open(connection, its.request_id) if key != its.id]
        await withdraw_offers(connection, its.request_id, settled_by=by, now=now, only=others)
        events.append(
            OfferAccepted(subject_id=its.request_id, season_id=its.season_id, offer_id=its.id, by_link=by_link)
        )
    await append_all(connection, events, actor_id=by, now=now)


async def _sides_of(connection: Connection, offer: Offer, twin: Offer, *, now: datetime) -> tuple[Side, Side]:
    """Give both sides as they are now. Raises SwapGone where one is not where it was."""
    sides = []
    for its, against in ((offer, twin), (twin, offer)):
        request = await requests.get_request(connection, its.request_id)
        wanted, (move,) = its.placements[0], against.moves
        standing = [
            booking
            for booking in await bookings.list_standing_of(connection, request.id)
            if booking.activity_id == wanted.activity_id
            and booking.state == "confirmed"
            and booking.starts_at > now
            and placement_key(booking.placement()) == placement_key(move.old)
        ]
        if not standing or standing[0].ends_at != move.old.ends_at:
            raise SwapGone
        sides.append(Side(request, standing[0], wanted))
    return sides[0], sides[1]
