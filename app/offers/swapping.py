"""Use cases of swapping (对调): two confirmed bookings change places once both owners agree, in one act.

A swap is two offers with one number: each offers the place of the other. Whoever agrees first waits for the other; what
ends one of them ends both. That it fits is tried before anybody is asked, by doing it and undoing it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from app.actors import Actor, account_of
from app.bookings import repository as bookings
from app.bookings.bulk_repository import insert_bookings, release_bookings
from app.bookings.domain import Booking, ConfirmPlacement, Placement, ResourceClosed, ResourceTaken, event_placement
from app.bookings.holds import release_expired_holds
from app.bookings.placement_rules import must_agree
from app.bookings.repository import BookingFacts
from app.clock import Clock
from app.database import Connection, Database
from app.events import (
    BookingMoved,
    Event,
    OfferAccepted,
    OfferLost,
    OffersWithdrawn,
    RequestFiled,
    SwapAgreed,
    SwapProposed,
)
from app.offers import repository
from app.offers.domain import (
    AlreadyOffered,
    NotSwappable,
    Offer,
    OfferedMove,
    OfferedPlacement,
    OfferTooLate,
    ProposeSwap,
    SwapChoice,
    SwapGone,
    SwapImpossible,
    TooManySwaps,
    WantedOffer,
    placement_key,
)
from app.offers.finding import known_placements
from app.offers.looking import must_be_open
from app.offers.making import Wishes, make_offers
from app.offers.moving import lock_places
from app.offers.rules import check_rules, unasked_rules
from app.offers.settling import withdraw_offers
from app.outbox import append, append_all
from app.permissions import must_at_all
from app.requests import repository as requests
from app.requests.access import must_see
from app.requests.domain import ActivityNotFound, Request
from app.seasons import repository as seasons

_CHOICES = 40


class _Side(msgspec.Struct, frozen=True):
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


async def list_choices(connection: Connection, activity_id: UUID, *, actor: Actor, clock: Clock) -> list[SwapChoice]:
    """List confirmed places that an activity's could be swapped with, the likeliest first; whose they are, is for the
    career centre. Raises ActivityNotFound.
    """
    must_at_all(actor, "swap")
    request_id = await requests.get_request_of_activity(connection, activity_id)
    must_see(actor, await requests.get_request(connection, request_id), hidden=ActivityNotFound)
    listed = await repository.list_swappable(
        connection, activity_id, is_public=not actor.organises, now=clock.now(), zone=clock.zone, batch=_CHOICES
    )
    return [choice if actor.organises else _without_owner(choice) for choice in listed]


def _without_owner(choice: SwapChoice) -> SwapChoice:
    nobody = {"request_id": None, "reference": "", "title": "", "owner_name_zh": "", "owner_name_en": ""}
    return msgspec.structs.replace(choice, **nobody)


async def propose_swap(database: Database, command: ProposeSwap, *, actor: Actor, clock: Clock) -> list[Offer]:
    """Ask both owners whether they swap; who proposes it for their own has agreed. Give the first one's
    offer and the other's.

    Raises ActivityNotFound, NotSwappable, AlreadyOffered, SwapImpossible, Invalid, OutsideWishes, OverLimits.
    """
    must_at_all(actor, "swap")
    try:
        return await database.transact(_propose, command, actor=actor, clock=clock)
    except (ResourceTaken, ResourceClosed) as error:
        raise SwapImpossible from error


async def _propose(connection: Connection, command: ProposeSwap, *, actor: Actor, clock: Clock) -> list[Offer]:
    one, other = await _lock_sides(connection, command, actor=actor, clock=clock)
    if await _was_offered(connection, other) or (
        await _was_offered(connection, one) if actor.organises else await _was_asked(connection, other)
    ):
        raise AlreadyOffered
    await _must_not_ask_too_many(connection, one.request, actor=actor)
    both = await _tried(connection, (one, other), clock=clock)
    wanted = ConfirmPlacement(
        activity_id=command.activity_id,
        starts_at=one.wanted.starts_at,
        outside_wishes=command.outside_wishes,
        over_limits=command.over_limits,
    )
    if not actor.organises and (both[1].unwished or both[1].over_limits):
        # What rules stand in the other one's way is not for the asker to know.
        raise SwapImpossible
    for facts in both:
        must_agree(facts, wanted, actor=actor)
    rules = [(*facts.unwished, *facts.over_limits) for facts in both]
    events = await _make(connection, one, other, rules, command=command, actor=actor, now=clock.now())
    listed = {offer.request_id: offer for offer in await repository.list_offers_of_ids(connection, _ids(events))}
    mine, theirs = listed[one.request.id], listed[other.request.id]
    told: list[Event] = list(events)
    if not actor.organises:
        await repository.mark_agreed(connection, mine.id, agreed_by=actor.account_id, now=clock.now())
        proposed = SwapProposed(subject_id=one.request.id, season_id=one.request.season_id, offer_id=mine.id)
        told = [proposed, *(event for event in events if event.subject_id == other.request.id)]
    await append_all(connection, told, actor_id=actor.account_id, now=clock.now(), reason=command.note)
    return [await repository.get_offer(connection, offer.id) for offer in (mine, theirs)]


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


async def _lock_sides(
    connection: Connection, command: ProposeSwap, *, actor: Actor, clock: Clock
) -> tuple[_Side, _Side]:
    keys = (command.activity_id, command.with_activity_id)
    request_ids = [await requests.get_request_of_activity(connection, key) for key in keys]
    await requests.lock_requests(connection, sorted(set(request_ids)))
    one, other = [await requests.get_request(connection, key) for key in request_ids]
    must_see(actor, one, hidden=ActivityNotFound)
    if one.id == other.id or one.season_id != other.season_id:
        raise NotSwappable
    if not actor.organises:
        await _must_be_public(connection, command, clock=clock)
    listed = await bookings.list_standing(connection, one.season_id, activity_ids=list(keys))
    standing = {booking.activity_id: booking for booking in listed}
    found = [standing.get(key) for key in keys]
    if any(booking is None or booking.state != "confirmed" or booking.starts_at <= clock.now() for booking in found):
        raise NotSwappable
    mine, theirs = standing[keys[0]], standing[keys[1]]
    sides = (_Side(one, mine, _at(mine, theirs)), _Side(other, theirs, _at(theirs, mine)))
    resources = await lock_places(
        connection, [side.wanted for side in sides], [side.move for side in sides], zone=clock.zone
    )
    await release_expired_holds(connection, resources, now=clock.now())
    return sides


async def _must_be_public(connection: Connection, command: ProposeSwap, *, clock: Clock) -> None:
    # What its asker could not have seen does not exist for them.
    choices = await repository.list_swappable(
        connection, command.activity_id, is_public=True, now=clock.now(), zone=clock.zone, batch=1000
    )
    if command.with_activity_id not in {choice.activity_id for choice in choices}:
        raise ActivityNotFound


def _at(booking: Booking, place: Booking) -> OfferedPlacement:
    """Give an activity at the beginning and in the rooms of another, for as long as itself lasts."""
    return OfferedPlacement(
        activity_id=booking.activity_id,
        starts_at=place.starts_at,
        ends_at=place.starts_at + (booking.ends_at - booking.starts_at),
        room_ids=place.room_ids,
        channel_id=place.channel_id,
    )


async def _was_offered(connection: Connection, side: _Side) -> bool:
    known = await known_placements(connection, side.request.id)
    return placement_key(side.wanted) in known.get(side.booking.activity_id, ())


async def _was_asked(connection: Connection, side: _Side) -> bool:
    """Whether a side was asked to swap for a place before, also where whoever asked took that back."""
    return any(
        offer.swap_id is not None
        and offer.state in ("withdrawn", "expired")
        and any(placement_key(placed) == placement_key(side.wanted) for placed in offer.placements)
        for offer in await repository.list_offers(connection, [side.request.id])
    )


async def _must_not_ask_too_many(connection: Connection, request: Request, *, actor: Actor) -> None:
    policies = await seasons.get_policies(connection, request.season_id)
    known = await repository.list_offers(connection, [request.id])
    # Who asks has agreed; by whom it is asked itself does not count.
    asked = sum(offer.state == "open" and offer.agreed_at is not None for offer in known)
    if not actor.organises and asked >= policies.offers_per_request:
        raise TooManySwaps(limit=policies.offers_per_request)


async def _tried(connection: Connection, sides: tuple[_Side, _Side], *, clock: Clock) -> list[BookingFacts]:
    """Give what each of them would break of wishes and limits, by swapping and undoing it. Raises ResourceTaken."""
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        await _exchange(connection, sides, by=None, now=clock.now())
        both = [
            await check_rules(connection, side.wanted.activity_id, side.wanted.placement, clock=clock) for side in sides
        ]
    finally:
        await savepoint.rollback()
    # That it lies outside the days and hours of a wish is for its owner to say.
    return [
        msgspec.structs.replace(facts, unwished=tuple(rule for rule in facts.unwished if rule != "start_not_allowed"))
        for facts in both
    ]


async def _make(
    connection: Connection,
    one: _Side,
    other: _Side,
    rules: Sequence[tuple[str, ...]],
    *,
    command: ProposeSwap,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    swap_id, policies = uuid4(), await seasons.get_policies(connection, one.request.season_id)
    wishes = [
        Wishes.of(
            side.request,
            [WantedOffer(placements=(side.wanted,), moves=(against.move,), agreed_rules=broken, swap_id=swap_id)],
        )
        for side, against, broken in ((one, other, rules[0]), (other, one, rules[1]))
    ]
    made = await make_offers(
        connection,
        wishes,
        origin="swap",
        policies=policies,
        made_by=actor.account_id,
        now=now,
        holds=False,
        beside_others=True,
        note=command.note,
    )
    return list(made)


def _ids(events: Sequence[Event]) -> list[UUID]:
    return [offer_id for event in events for offer_id in getattr(event, "offer_ids", ())]


async def _swap(connection: Connection, offer: Offer, twin: Offer, *, actor: Actor | None, clock: Clock) -> None:
    """Do what both have agreed to. Raises SwapGone, ResourceTaken, ResourceClosed, Invalid."""
    now, by = clock.now(), account_of(actor)
    sides = await _sides_of(connection, offer, twin, now=now)
    moved = await _exchange(connection, sides, by=by, now=now)
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


async def _sides_of(connection: Connection, offer: Offer, twin: Offer, *, now: datetime) -> tuple[_Side, _Side]:
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
        sides.append(_Side(request, standing[0], wanted))
    return sides[0], sides[1]


async def _exchange(
    connection: Connection, sides: tuple[_Side, _Side], *, by: UUID | None, now: datetime
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
