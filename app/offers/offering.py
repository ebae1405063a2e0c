"""Use cases of offering: a placement that an organiser chose, or the free ones that are nearest to the wish."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.alternatives import OFFERED, find_alternatives
from app.bookings.domain import ConfirmPlacement, Placement, ResourceTaken
from app.bookings.placement_rules import checked_placement, read_facts
from app.clock import Clock
from app.database import Connection
from app.errors import N_, Invalid
from app.events import OffersMade
from app.offers import repository
from app.offers.domain import (
    MakeOffers,
    NothingElse,
    NotOfferable,
    Offer,
    OfferedPlacement,
    OfferOrigin,
    TooManyOffers,
    WantedOffer,
)
from app.offers.making import Wishes, lock_offered, make_offers
from app.outbox import append_all
from app.permissions import must
from app.requests import repository as requests
from app.requests.domain import Activity, Request
from app.requests.states import STATE_NAMES as REQUEST_STATE_NAMES
from app.requests.states import RequestState
from app.seasons import repository as seasons
from app.seasons.domain import Season

# In these a request gets a place by accepting an offer.
ACCEPTING: frozenset[RequestState] = frozenset({"refused", "waitlisted", "approved", "scheduled"})
_Key = tuple[datetime, frozenset[UUID]]


async def offer_placements(
    connection: Connection, request_id: UUID, command: MakeOffers, *, actor: Actor, clock: Clock
) -> list[Offer]:
    """Offer placements to a request, for the career centre; they are held, and the owner is told.

    Raises RequestNotFound, NotOfferable, TooManyOffers, NothingElse, Invalid, ResourceTaken.
    """
    must(actor, "offer")
    request = await requests.lock_request(connection, request_id)
    if request.state not in ACCEPTING:
        raise NotOfferable(state=REQUEST_STATE_NAMES[request.state], extra={"state": request.state})
    if command.placement is None:
        made = await offer_alternatives(
            connection, request, origin="alternatives", made_by=actor.account_id, clock=clock, note=command.note
        )
        if not made:
            raise NothingElse
    else:
        made = await _offer_chosen(connection, request, command, actor=actor, clock=clock)
    await append_all(connection, made, actor_id=actor.account_id, now=clock.now(), reason=command.note)
    return await repository.list_offers_of_ids(connection, [key for event in made for key in event.offer_ids])


async def offer_alternatives(
    connection: Connection,
    request: Request,
    *,
    origin: OfferOrigin,
    made_by: UUID | None,
    clock: Clock,
    near: datetime | None = None,
    note: str = "",
) -> list[OffersMade]:
    """Hold the free placements that are nearest to a request's wish (or to `near`), up to the season's limit.

    The request is locked. Give the event of it, if any; the caller appends it. Raises TooManyOffers.
    """
    policies = await seasons.get_policies(connection, request.season_id)
    await _must_have_room(connection, request, limit=policies.offers_per_request)
    season = await seasons.get_season(connection, request.season_id)
    activities = (await requests.list_activities(connection, [request.id]))[request.id]
    wanted = await _nearest(connection, request, activities, season=season, near=near, clock=clock)
    wishes = [Wishes(request_id=request.id, season_id=request.season_id, offers=wanted)]
    await lock_offered(connection, wishes, now=clock.now())
    return await make_offers(
        connection, wishes, origin=origin, policies=policies, made_by=made_by, now=clock.now(), note=note
    )


async def _offer_chosen(
    connection: Connection, request: Request, command: MakeOffers, *, actor: Actor, clock: Clock
) -> list[OffersMade]:
    chosen, now = command.placement, clock.now()
    assert chosen is not None  # noqa: S101 - the caller asked
    policies = await seasons.get_policies(connection, request.season_id)
    await _must_have_room(connection, request, limit=policies.offers_per_request)
    wanted = ConfirmPlacement(**msgspec.structs.asdict(chosen))
    facts = await read_facts(connection, wanted, clock)
    if facts.activity.request_id != request.id:
        raise Invalid.at("placement.activity_id", N_("There is no such activity."), "unknown-activity")
    placement = checked_placement(facts, wanted, actor=actor, clock=clock)
    offered = OfferedPlacement(activity_id=facts.activity.id, **msgspec.structs.asdict(placement))
    offer = WantedOffer(placements=(offered,))
    wishes = [Wishes(request_id=request.id, season_id=request.season_id, offers=(offer,))]
    await lock_offered(connection, wishes, now=now)
    made = await make_offers(
        connection, wishes, origin="counter", policies=policies, made_by=actor.account_id, now=now, note=command.note
    )
    if not made:
        raise ResourceTaken(what="…")
    return made


async def _must_have_room(connection: Connection, request: Request, *, limit: int) -> None:
    known = (await repository.list_numbers(connection, [request.id])).get(request.id)
    if known is not None and known.open >= limit:
        raise TooManyOffers(limit=limit)


async def _nearest(
    connection: Connection,
    request: Request,
    activities: list[Activity],
    *,
    season: Season,
    near: datetime | None,
    clock: Clock,
) -> tuple[WantedOffer, ...]:
    """Give free placements near to the wish; of an itinerary those of the first step that has none yet."""
    steps = await bookings.list_steps(connection, request.id)
    placed = {step.activity_id for step in steps if step.starts_at is not None}
    activity = next((entry for entry in activities if entry.id not in placed), activities[0])
    if len(activities) > 1 and len(placed) < len(activities) - 1:
        return ()
    wished = near or _wished(activity, season, clock)
    bookable = await bookings.get_bookable(connection, activity.id)
    known = await _known(connection, request, activity)
    limit = OFFERED + len(known)
    found = await find_alternatives(connection, bookable, wished, season=season, steps=steps, clock=clock, limit=limit)
    return tuple(
        WantedOffer(placements=(OfferedPlacement(activity_id=activity.id, **msgspec.structs.asdict(placement)),))
        for placement in found
        if _key(placement) not in known
    )[:OFFERED]


async def _known(connection: Connection, request: Request, activity: Activity) -> set[_Key]:
    """Give where the activity stands, and what was offered for it and not taken: that is offered no second time."""
    standing = await bookings.list_standing_of(connection, request.id)
    offers = await repository.list_offers(connection, [request.id])
    return {_key(booking.placement()) for booking in standing if booking.activity_id == activity.id} | {
        _key(placement.placement)
        for offer in offers
        if offer.state in ("open", "declined")
        for placement in offer.placements
        if placement.activity_id == activity.id
    }


def _key(placement: Placement) -> _Key:
    return placement.starts_at, frozenset(placement.resource_ids)


def _wished(activity: Activity, season: Season, clock: Clock) -> datetime:
    """Give when the activity is wished most: the start of its best window, else of the season's day."""
    windows = sorted(activity.windows, key=lambda window: (-window.preference, window.first_day))
    if windows:
        return datetime.combine(windows[0].first_day, windows[0].from_time, clock.zone)
    return datetime.combine(season.first_day, season.day_opens, clock.zone)
