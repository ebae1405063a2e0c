"""Use cases of offering: a placement that an organiser chose, or free ones that were found."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings.domain import ConfirmPlacement, Placement, ResourceTaken
from app.bookings.placement_rules import checked_placement, must_agree, read_facts
from app.bookings.refusing import or_say_what_is_free
from app.bookings.repository import BookingFacts
from app.clock import Clock
from app.database import Connection, Database
from app.errors import N_, Invalid
from app.events import OffersMade
from app.offers import repository
from app.offers.domain import (
    AlreadyOffered,
    MakeOffers,
    NothingElse,
    NotOfferable,
    Offer,
    OfferedPlacement,
    OfferOrigin,
    TooManyOffers,
    WantedOffer,
    placement_key,
)
from app.offers.finding import Finder, is_wished, known_placements
from app.offers.making import Wishes, lock_offered, make_offers
from app.outbox import append_all
from app.permissions import must
from app.requests import repository as requests
from app.requests.domain import Request
from app.requests.states import STATE_NAMES as REQUEST_STATE_NAMES
from app.requests.states import RequestState
from app.seasons import repository as seasons

# In these a request gets a place by accepting an offer.
ACCEPTING: frozenset[RequestState] = frozenset({"refused", "waitlisted", "approved", "scheduled"})


async def offer_placements(
    database: Database,
    finder: Finder,
    request_id: UUID,
    command: MakeOffers,
    *,
    actor: Actor,
    locale: str,
    clock: Clock,
) -> list[Offer]:
    """Offer placements to a request, for the career centre; they are held, and the owner is told.

    Raises RequestNotFound, NotOfferable, TooManyOffers, NothingElse; of one that was chosen Invalid, AlreadyOffered,
    OutsideWishes, and with alternatives ResourceTaken, ResourceClosed, OverLimits.
    """
    must(actor, "offer")
    if command.placement is not None:
        chosen = ConfirmPlacement(**msgspec.structs.asdict(command.placement))
        return await or_say_what_is_free(
            database,
            chosen,
            lambda connection: _offer_chosen(
                connection, request_id, chosen, note=command.note, actor=actor, clock=clock
            ),
            actor=actor,
            locale=locale,
            clock=clock,
        )
    wanted = await finder.find(request_id)
    return await database.transact(_offer_found, request_id, wanted, command, actor=actor, clock=clock)


async def _offer_chosen(
    connection: Connection, request_id: UUID, chosen: ConfirmPlacement, *, note: str, actor: Actor, clock: Clock
) -> list[Offer]:
    request = await _lock_offerable(connection, request_id)
    facts = await read_facts(connection, chosen, clock)
    if facts.activity.request_id != request.id:
        raise Invalid.at("placement.activity_id", N_("There is no such activity."), "unknown-activity")
    placement = checked_placement(facts, chosen, actor=actor, clock=clock)
    known = await known_placements(connection, request.id)
    if placement_key(placement) in known.get(facts.activity.id, ()):
        raise AlreadyOffered
    # Only who could have it is asked. That it lies outside their days and hours is for the owner to say.
    unwished = tuple(rule for rule in facts.unwished if rule != "start_not_allowed")
    offered = OfferedPlacement(activity_id=facts.activity.id, **msgspec.structs.asdict(placement))
    made = await hold_offers(
        connection,
        request,
        [
            WantedOffer(
                placements=(offered,),
                costs=await _costs(connection, facts, placement, clock),
                agreed_rules=(*unwished, *facts.over_limits),
            )
        ],
        origin="counter",
        made_by=actor.account_id,
        now=clock.now(),
        note=note,
    )
    if not made:
        raise ResourceTaken(what="…")
    must_agree(msgspec.structs.replace(facts, unwished=unwished), chosen, actor=actor)
    return await _told(connection, made, actor=actor, now=clock.now(), note=note)


async def _costs(connection: Connection, facts: BookingFacts, placement: Placement, clock: Clock) -> tuple[str, ...]:
    """Say what a placement gives up of what the owner asked for."""
    asked = await requests.list_activities(connection, [facts.activity.request_id])
    activity = next(step for step in asked[facts.activity.request_id] if step.id == facts.activity.id)
    costs = {
        "outside_wishes": not is_wished(activity, placement.starts_at, placement.ends_at, clock),
        "day_off": "day_off" in facts.unwished,
    }
    return tuple(name for name, holds in costs.items() if holds)


async def _offer_found(
    connection: Connection,
    request_id: UUID,
    wanted: Sequence[WantedOffer],
    command: MakeOffers,
    *,
    actor: Actor,
    clock: Clock,
) -> list[Offer]:
    request = await _lock_offerable(connection, request_id)
    made = await hold_offers(
        connection,
        request,
        wanted,
        origin=command.origin,
        made_by=actor.account_id,
        now=clock.now(),
        note=command.note,
    )
    if not made:
        raise NothingElse
    return await _told(connection, made, actor=actor, now=clock.now(), note=command.note)


async def hold_offers(
    connection: Connection,
    request: Request,
    wanted: Sequence[WantedOffer],
    *,
    origin: OfferOrigin,
    made_by: UUID | None,
    now: datetime,
    note: str = "",
    beside_others: bool = False,
) -> list[OffersMade]:
    """Offer a request, which is locked, what is free of what was found, as much as the season's rule allows;
    `beside_others` as much besides what it has.

    Activities that would stay where they are, and what was declined or is open already, is left out. Give the event, if
    there is any; the caller appends it. Raises TooManyOffers.
    """
    policies = await seasons.get_policies(connection, request.season_id)
    known = (await repository.list_numbers(connection, [request.id])).get(request.id)
    if not beside_others and known is not None and known.open >= policies.offers_per_request:
        raise TooManyOffers(limit=policies.offers_per_request)
    offers = await _new(connection, request, wanted)
    wishes = [Wishes.of(request, offers)]
    await lock_offered(connection, wishes, now=now)
    return await make_offers(
        connection,
        wishes,
        origin=origin,
        policies=policies,
        made_by=made_by,
        now=now,
        beside_others=beside_others,
        note=note,
    )


async def offer_instead(database: Database, finder: Finder, gone: Offer, *, now: datetime) -> None:
    """Hold what is nearest to an offer that was taken back, and tell its owner; it is done once.

    Where nothing is free, or as much is offered as may be, the request waits as it did. Who got it from the waitlist
    waits for its turn again.
    """
    if gone.origin == "waitlist":
        return
    found = await finder.find(gone.request_id, near=gone.begins_at)
    if found:
        await database.transact(_offer_instead, gone, found, now=now)


async def _offer_instead(connection: Connection, gone: Offer, found: Sequence[WantedOffer], *, now: datetime) -> None:
    request = await requests.lock_request(connection, gone.request_id)
    listed = await repository.list_offers(connection, [request.id])
    was_done = any(gone.settled_at is not None and offer.made_at >= gone.settled_at for offer in listed)
    if request.state not in ACCEPTING or was_done:
        return
    with suppress(TooManyOffers):
        made = await hold_offers(connection, request, found, origin="alternatives", made_by=None, now=now)
        await append_all(connection, list(made), actor_id=None, now=now)


async def _new(connection: Connection, request: Request, wanted: Sequence[WantedOffer]) -> tuple[WantedOffer, ...]:
    known = await known_placements(connection, request.id)
    offers = []
    for offer in wanted:
        placements = tuple(
            placed
            for placed in offer.placements
            if placement_key(placed.placement) not in known.get(placed.activity_id, ())
        )
        if placements:
            offers.append(msgspec.structs.replace(offer, placements=placements))
    return tuple(offers)


async def _lock_offerable(connection: Connection, request_id: UUID) -> Request:
    request = await requests.lock_request(connection, request_id)
    if request.state not in ACCEPTING:
        raise NotOfferable(state=REQUEST_STATE_NAMES[request.state], extra={"state": request.state})
    return request


async def _told(
    connection: Connection, made: Sequence[OffersMade], *, actor: Actor, now: datetime, note: str
) -> list[Offer]:
    await append_all(connection, list(made), actor_id=actor.account_id, now=now, reason=note)
    return await repository.list_offers_of_ids(connection, [key for event in made for key in event.offer_ids])
