"""Offers and what is held for them in PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.bookings.domain import Booking
from app.database import Connection, load_queries
from app.database.rows import fetch_all, fetch_one
from app.kinds import Kind
from app.offers.domain import Mover, Offer, OfferedPlacement, OfferNotFound, OfferState, SwapChoice

_queries = load_queries(__file__)


class Numbers(msgspec.Struct, frozen=True):
    """The last number of a request's offers, and how many are open."""

    request_id: UUID
    last: int
    open: int


class Claim(msgspec.Struct, frozen=True):
    """What a placement would take of one resource; `is_taken`: another request is there, or it is closed."""

    number: int
    resource_id: UUID
    starts_at: datetime
    ends_at: datetime
    is_taken: bool


class Held(msgspec.Struct, frozen=True):
    """A booking that is held for an offer; `is_cut_short`: its turnover has no room any more."""

    booking_id: UUID
    offer_id: UUID
    activity_id: UUID
    is_cut_short: bool


class OverOffer(msgspec.Struct, frozen=True):
    """An open offer whose time is over (`is_late`), or that cannot be accepted any more."""

    id: UUID
    request_id: UUID
    season_id: UUID
    is_late: bool


class MadeOffer(msgspec.Struct, frozen=True):
    """An offer that was inserted."""

    id: UUID
    request_id: UUID
    number: int


class Agreement(msgspec.Struct, frozen=True):
    """The rules that an offer breaks with the yes of who made it."""

    rules: tuple[str, ...]
    agreed_by: UUID | None
    agreed_at: datetime


class Booked(msgspec.Struct, frozen=True):
    """A booking that became confirmed, and the iCalendar SEQUENCE of the message that tells it."""

    activity_id: UUID
    booking_id: UUID
    invitation_sequence: int


async def get_offer(connection: Connection, offer_id: UUID) -> Offer:
    """Give an offer. Raises OfferNotFound."""
    for offer in await _list(connection, offer_ids=[offer_id]):
        return offer
    raise OfferNotFound


async def list_offers(connection: Connection, request_ids: Sequence[UUID]) -> list[Offer]:
    """List the offers of some requests, the newest of each first."""
    return await _list(connection, request_ids=list(request_ids))


async def list_offers_of_ids(connection: Connection, offer_ids: Sequence[UUID]) -> list[Offer]:
    """List some offers."""
    return await _list(connection, offer_ids=list(offer_ids))


async def _list(
    connection: Connection, *, request_ids: list[UUID] | None = None, offer_ids: list[UUID] | None = None
) -> list[Offer]:
    rows = _queries.list_offers(connection, request_ids=request_ids, offer_ids=offer_ids)
    return await fetch_all(Offer, rows)


async def list_requests_of(connection: Connection, activity_ids: Sequence[UUID]) -> set[UUID]:
    """Give the requests of some activities."""
    return {row["request_id"] async for row in _queries.list_requests_of(connection, activity_ids=list(activity_ids))}


async def list_step_kinds(
    connection: Connection, several: Iterable[Sequence[Booking | OfferedPlacement]]
) -> dict[UUID, Kind]:
    """Give the kinds of steps by activity, where several of one request are placed together; one needs no telling."""
    steps = {step.activity_id for steps in several if len(steps) > 1 for step in steps}
    if not steps:
        return {}
    return {row["id"]: row["kind"] async for row in _queries.list_kinds(connection, activity_ids=list(steps))}


async def list_movers(connection: Connection, activity_ids: Sequence[UUID]) -> dict[UUID, Mover]:
    """Give whose some activities are."""
    rows = await fetch_all(Mover, _queries.list_movers(connection, activity_ids=list(activity_ids)))
    return {row.activity_id: row for row in rows}


async def lock_open(connection: Connection, request_id: UUID) -> list[UUID]:
    """Lock the open offers of a request, and give them."""
    return [row["id"] async for row in _queries.lock_open(connection, request_id=request_id)]


async def list_numbers(connection: Connection, request_ids: Sequence[UUID]) -> dict[UUID, Numbers]:
    """Give how many offers some requests have; those without any are left out."""
    rows = await fetch_all(Numbers, _queries.list_numbers(connection, request_ids=list(request_ids)))
    return {row.request_id: row for row in rows}


async def list_claims(
    connection: Connection, placements: Sequence[OfferedPlacement], *, kinds: Mapping[UUID, Kind] | None = None
) -> list[list[Claim]]:
    """Give what each of some placements would take; `kinds` of activities that would become others."""
    kinds = kinds or {}
    taking = [(number, resource) for number, placement in enumerate(placements) for resource in placement.resource_ids]
    rows = _queries.list_claims(
        connection,
        numbers=list(range(len(placements))),
        activity_ids=[placement.activity_id for placement in placements],
        kinds=[kinds.get(placement.activity_id) for placement in placements],
        starts=[placement.starts_at for placement in placements],
        ends=[placement.ends_at for placement in placements],
        taking_numbers=[number for number, _ in taking],
        resource_ids=[resource for _, resource in taking],
    )
    claims: list[list[Claim]] = [[] for _ in placements]
    for claim in await fetch_all(Claim, rows):
        claims[claim.number].append(claim)
    return claims


async def insert_offers(
    connection: Connection, offers: list[dict[str, Any]], *, made_by: UUID | None, now: datetime
) -> list[MadeOffer]:
    """Insert offers; each has the columns of the table as JSON values."""
    return await fetch_all(MadeOffer, _queries.insert_offers(connection, offers=offers, made_by=made_by, now=now))


async def insert_holds(
    connection: Connection,
    holds: list[dict[str, Any]],
    claims: list[dict[str, Any]],
    *,
    made_by: UUID | None,
    now: datetime,
) -> None:
    """Insert a held booking for each hold, with its claims. Raises ResourceTaken, ResourceClosed."""
    await _queries.insert_holds(connection, holds=holds, claims=claims, made_by=made_by, now=now)


async def confirm_holds(connection: Connection, offer_id: UUID, *, made_by: UUID | None) -> list[Booked]:
    """Book what is held for an offer. Raises ResourceTaken."""
    return await fetch_all(Booked, _queries.confirm_holds(connection, offer_id=offer_id, made_by=made_by))


async def confirm_tentative(connection: Connection, request_id: UUID) -> list[Booked]:
    """Book what was kept for a request."""
    return await fetch_all(Booked, _queries.confirm_tentative(connection, request_id=request_id))


async def get_agreement(connection: Connection, offer_id: UUID) -> Agreement:
    """Give what the maker of an offer said yes to."""
    return await fetch_one(Agreement, _queries.get_agreement(connection, offer_id=offer_id))


async def note_agreed(
    connection: Connection,
    rules: Mapping[UUID, Sequence[str]],
    *,
    season_id: UUID,
    agreed_by: UUID | None,
    now: datetime,
) -> None:
    """Keep with bookings which rules of their wishes they break by agreement, so that no audit counts them."""
    agreed = [
        {"booking_id": booking_id, "breaks": [{"rule": rule} for rule in broken]}
        for booking_id, broken in rules.items()
        if broken
    ]
    if agreed:
        await _queries.insert_agreed(connection, agreed=agreed, season_id=season_id, agreed_by=agreed_by, now=now)


async def mark_agreed(connection: Connection, offer_id: UUID, *, agreed_by: UUID | None, now: datetime) -> None:
    """Note that the owner of an offer agrees to a swap."""
    await _queries.mark_agreed(connection, offer_id=offer_id, agreed_by=agreed_by, now=now)


async def get_twin(connection: Connection, offer_id: UUID) -> Offer:
    """Give the other offer of a swap. Raises OfferNotFound."""
    row = await _queries.find_twin(connection, offer_id=offer_id)
    if row is None:
        raise OfferNotFound
    return await get_offer(connection, row["id"])


async def list_swappable(
    connection: Connection, activity_id: UUID, *, is_public: bool, now: datetime, zone: ZoneInfo, batch: int
) -> list[SwapChoice]:
    """List confirmed places that would suit an activity, and its place them; only what students see if `is_public`."""
    rows = _queries.list_swappable(
        connection, activity_id=activity_id, is_public=is_public, now=now, zone=zone.key, batch=batch
    )
    return await fetch_all(SwapChoice, rows)


async def list_rooms_with_approval(connection: Connection) -> set[UUID]:
    """List the rooms of which each use is approved."""
    return {row["id"] async for row in _queries.list_rooms_with_approval(connection)}


async def list_held(connection: Connection, season_ids: Sequence[UUID], *, now: datetime) -> list[Held]:
    """List what is held in some seasons for offers that can still be answered."""
    return await fetch_all(Held, _queries.list_held(connection, season_ids=list(season_ids), now=now))


async def release_holds(connection: Connection, offer_ids: Sequence[UUID]) -> None:
    """Give free what is held for some offers."""
    await _queries.release_holds(connection, offer_ids=list(offer_ids))


async def settle_offers(
    connection: Connection,
    offer_ids: Sequence[UUID],
    state: OfferState,
    *,
    settled_by: UUID | None,
    now: datetime,
    note: str = "",
) -> list[UUID]:
    """End open offers; give those that were open."""
    rows = _queries.settle_offers(
        connection, offer_ids=list(offer_ids), state=state, settled_by=settled_by, now=now, note=note
    )
    return [row["id"] async for row in rows]


async def lock_over(connection: Connection, *, now: datetime, batch: int) -> list[OverOffer]:
    """Lock open offers that are over and that nobody is settling; their seasons first."""
    _ = [row async for row in _queries.share_seasons_of_over(connection, now=now)]
    return await fetch_all(OverOffer, _queries.lock_over(connection, now=now, batch=batch))


async def list_waiting_requests(connection: Connection, season_id: UUID) -> set[UUID]:
    """Give the requests of a season whose owners look at held offers, and that have no place yet."""
    rows = _queries.list_waiting_requests(connection, season_id=season_id)
    return {row["request_id"] async for row in rows}


async def list_to_remind(connection: Connection, *, now: datetime, batch: int) -> list[UUID]:
    """List requests whose owners are to be reminded of what is kept for them."""
    return [row["request_id"] async for row in _queries.list_to_remind(connection, now=now, batch=batch)]


async def mark_reminded(connection: Connection, request_id: UUID, *, now: datetime) -> bool:
    """Note that the owner of a request is reminded; False where it was already, or has answered."""
    return bool([row async for row in _queries.mark_reminded(connection, request_id=request_id, now=now)])


async def list_unanswered(connection: Connection, *, now: datetime, batch: int) -> list[UUID]:
    """List requests whose owners did not answer in time."""
    return [row["request_id"] async for row in _queries.list_unanswered(connection, now=now, batch=batch)]
