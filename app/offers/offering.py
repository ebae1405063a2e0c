"""Use cases of offering: a placement that an organiser chose, or free ones that were found."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings.domain import ConfirmPlacement, ResourceTaken
from app.bookings.placement_rules import checked_placement, must_agree, read_facts
from app.clock import Clock
from app.database import Connection, Database
from app.errors import N_, Invalid
from app.events import OffersMade
from app.offers import repository
from app.offers.domain import (
    ChosenPlacement,
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
from app.offers.finding import Finder, known_placements
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
    database: Database, finder: Finder, request_id: UUID, command: MakeOffers, *, actor: Actor, clock: Clock
) -> list[Offer]:
    """Offer placements to a request, for the career centre; they are held, and the owner is told.

    Raises RequestNotFound, NotOfferable, TooManyOffers, NothingElse, Invalid, ResourceTaken.
    """
    must(actor, "offer")
    if command.placement is not None:
        return await database.transact(
            _offer_chosen, request_id, command.placement, note=command.note, actor=actor, clock=clock
        )
    wanted = await finder.find(request_id)
    return await database.transact(_offer_found, request_id, wanted, command, actor=actor, clock=clock)


async def _offer_chosen(
    connection: Connection, request_id: UUID, chosen: ChosenPlacement, *, note: str, actor: Actor, clock: Clock
) -> list[Offer]:
    request = await _lock_offerable(connection, request_id)
    wanted = ConfirmPlacement(**msgspec.structs.asdict(chosen))
    facts = await read_facts(connection, wanted, clock)
    if facts.activity.request_id != request.id:
        raise Invalid.at("placement.activity_id", N_("There is no such activity."), "unknown-activity")
    placement = checked_placement(facts, wanted, actor=actor, clock=clock)
    # That it lies outside the wishes is for the owner to say; that it is one too many, for the organiser.
    must_agree(facts, msgspec.structs.replace(wanted, outside_wishes=True), actor=actor)
    offered = OfferedPlacement(activity_id=facts.activity.id, **msgspec.structs.asdict(placement))
    made = await hold_offers(
        connection,
        request,
        [WantedOffer(placements=(offered,))],
        origin="counter",
        made_by=actor.account_id,
        now=clock.now(),
        note=note,
    )
    if not made:
        raise ResourceTaken(what="…")
    return await _told(connection, made, actor=actor, now=clock.now(), note=note)


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
) -> list[OffersMade]:
    """Offer a request, which is locked, what is free of what was found, as much as the season's rule allows.

    Activities that would stay where they are, and what was declined or is open already, is left out. Give the event, if
    there is any; the caller appends it. Raises TooManyOffers.
    """
    policies = await seasons.get_policies(connection, request.season_id)
    known = (await repository.list_numbers(connection, [request.id])).get(request.id)
    if known is not None and known.open >= policies.offers_per_request:
        raise TooManyOffers(limit=policies.offers_per_request)
    offers = await _new(connection, request, wanted)
    wishes = [Wishes.of(request, offers)]
    await lock_offered(connection, wishes, now=now)
    return await make_offers(connection, wishes, origin=origin, policies=policies, made_by=made_by, now=now, note=note)


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
