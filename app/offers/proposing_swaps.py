"""Use cases of asking for a swap (对调): what a confirmed place could be swapped with, and asking both owners.

That it fits is tried before anybody is asked, by doing it and undoing it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import Booking, ConfirmPlacement, ResourceClosed, ResourceTaken
from app.bookings.holds import release_expired_holds
from app.bookings.placement_rules import check_approval, must_agree
from app.bookings.repository import BookingFacts
from app.clock import Clock
from app.database import Connection, Database
from app.events import Event, SwapProposed
from app.offers import repository
from app.offers.domain import (
    AlreadyOffered,
    NotSwappable,
    Offer,
    OfferedPlacement,
    ProposeSwap,
    SwapChoice,
    SwapImpossible,
    TooManySwaps,
    WantedOffer,
    placement_key,
)
from app.offers.exchanging import Side, exchange
from app.offers.finding import known_placements
from app.offers.making import Wishes, make_offers
from app.offers.moving import lock_places
from app.offers.rules import check_rules
from app.outbox import append_all
from app.permissions import must_at_all
from app.requests import repository as requests
from app.requests.access import decides_rooms, must_see
from app.requests.domain import ActivityNotFound, Request
from app.seasons import repository as seasons

_CHOICES = 40


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
    if not actor.organises:
        # Where each use is approved, owners do not change it among themselves.
        strict = await repository.list_rooms_with_approval(connection)
        standing = await bookings.list_standing_of(connection, request_id)
        own = {room_id for booking in standing if booking.activity_id == activity_id for room_id in booking.room_ids}
        listed = [choice for choice in listed if not strict & {*own, *choice.room_ids}]
    return [choice if actor.organises else _without_owner(choice) for choice in listed]


def _without_owner(choice: SwapChoice) -> SwapChoice:
    nobody = {"request_id": None, "reference": "", "title": "", "owner_name_zh": "", "owner_name_en": ""}
    return msgspec.structs.replace(choice, **nobody)


async def propose_swap(database: Database, command: ProposeSwap, *, actor: Actor, clock: Clock) -> list[Offer]:
    """Ask both owners whether they swap; who proposes it for their own has agreed. Give the first one's
    offer and the other's.

    Raises ActivityNotFound, NotSwappable, AlreadyOffered, SwapImpossible, RoomNeedsApproval, Invalid, OutsideWishes,
    OverLimits.
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
    if not actor.organises:
        rooms = [room for facts in both for room in facts.rooms]
        check_approval([room for room in rooms if not decides_rooms(actor, [room.id], room.department_id)])
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


async def _lock_sides(connection: Connection, command: ProposeSwap, *, actor: Actor, clock: Clock) -> tuple[Side, Side]:
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
    sides = (Side(one, mine, _at(mine, theirs)), Side(other, theirs, _at(theirs, mine)))
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


async def _was_offered(connection: Connection, side: Side) -> bool:
    known = await known_placements(connection, side.request.id)
    return placement_key(side.wanted) in known.get(side.booking.activity_id, ())


async def _was_asked(connection: Connection, side: Side) -> bool:
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


async def _tried(connection: Connection, sides: tuple[Side, Side], *, clock: Clock) -> list[BookingFacts]:
    """Give what each of them would break of wishes and limits, by swapping and undoing it. Raises ResourceTaken."""
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        await exchange(connection, sides, by=None, now=clock.now())
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
    one: Side,
    other: Side,
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
