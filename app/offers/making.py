"""Makes offers: of what is wanted, what is still free is held for the request until its owner answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.bookings.holds import release_expired_holds
from app.database import Connection
from app.events import OffersMade
from app.offers import repository
from app.offers.domain import OfferOrigin, WantedOffer
from app.offers.repository import Claim
from app.requests.domain import Request
from app.seasons.policies import Policies


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """The offers that are to be made to one request, the best first."""

    request_id: UUID
    season_id: UUID
    offers: tuple[WantedOffer, ...]

    @classmethod
    def of(cls, request: Request, offers: Sequence[WantedOffer]) -> "Wishes":
        """Give the wishes of one request."""
        return cls(request_id=request.id, season_id=request.season_id, offers=tuple(offers))

    @property
    def activity_ids(self) -> set[UUID]:
        """Give the activities that the offers are about."""
        return {placement.activity_id for offer in self.offers for placement in offer.placements}

    @property
    def resource_ids(self) -> set[UUID]:
        """Give the rooms and channels that the offers take."""
        return {resource for offer in self.offers for placed in offer.placements for resource in placed.resource_ids}


async def lock_offered(connection: Connection, wishes: Sequence[Wishes], *, now: datetime) -> None:
    """Lock what some offers would take, and let expired holds make way; requests are locked before."""
    resource_ids = sorted({resource for wish in wishes for resource in wish.resource_ids})
    activity_ids = sorted({activity for wish in wishes for activity in wish.activity_ids})
    await bookings.lock_resources(connection, resource_ids=resource_ids, activity_ids=activity_ids)
    await release_expired_holds(connection, resource_ids, now=now)


async def make_offers(
    connection: Connection,
    wishes: Sequence[Wishes],
    *,
    origin: OfferOrigin,
    policies: Policies,
    made_by: UUID | None,
    now: datetime,
    holds: bool = True,
    beside_others: bool = False,
    note: str = "",
) -> list[OffersMade]:
    """Make the offers whose placements are free, at most so many a request as the season's rule allows; `beside_others`
    that many more than are open already.

    What they take is locked (`lock_offered`). Offers that need others to move are not held, and looked at when they are
    accepted; the others are held if `holds`. Give an event for each request that got offers; the caller appends them.
    """
    wanted = [(wish, offer) for wish in wishes for offer in wish.offers]
    if not wanted:
        return []
    numbers = await repository.list_numbers(connection, [wish.request_id for wish in wishes])
    placements = [placement for _, offer in wanted for placement in offer.placements]
    claims = iter(await repository.list_claims(connection, placements))
    room = {wish.request_id: policies.offers_per_request for wish in wishes}
    last = dict.fromkeys(room, 0)
    for request_id, known in numbers.items():
        room[request_id] -= 0 if beside_others else known.open
        last[request_id] = known.last
    taken = _Taken()
    kept: list[tuple[Wishes, WantedOffer, int, list[list[Claim]]]] = []
    for wish, offer in wanted:
        own = [next(claims) for _ in offer.placements]
        if room[wish.request_id] < 1 or not (offer.moves or taken.is_free(wish.request_id, own)):
            continue
        if not offer.moves:
            taken.take(wish.request_id, own)
        room[wish.request_id] -= 1
        last[wish.request_id] += 1
        kept.append((wish, offer, last[wish.request_id], own))
    hours = policies.waitlist_hold_hours if origin == "waitlist" else policies.offer_hold_hours
    until = now + timedelta(hours=hours)
    rows = [
        _row(wish, offer, number, origin=origin, held=holds and not offer.moves, until=until, note=note)
        for wish, offer, number, _ in kept
    ]
    made = await repository.insert_offers(connection, rows, made_by=made_by, now=now)
    ids = {(offer.request_id, offer.number): offer.id for offer in made}
    held = [
        (ids[wish.request_id, number], offer, own)
        for (wish, offer, number, own), row in zip(kept, rows, strict=True)
        if row["held"]
    ]
    await _hold(connection, held, until=until, made_by=made_by, now=now)
    return _events(kept, ids, origin)


class _Taken:
    """What other requests get of the same batch, so that two of them are not offered one place."""

    def __init__(self) -> None:
        self._spans: dict[UUID, list[tuple[datetime, datetime, UUID]]] = {}

    def is_free(self, request_id: UUID, claims: Sequence[Sequence[Claim]]) -> bool:
        return not any(
            claim.is_taken
            or any(
                claim.starts_at < ends_at and starts_at < claim.ends_at and request_id != other
                for starts_at, ends_at, other in self._spans.get(claim.resource_id, ())
            )
            for of_placement in claims
            for claim in of_placement
        )

    def take(self, request_id: UUID, claims: Sequence[Sequence[Claim]]) -> None:
        for of_placement in claims:
            for claim in of_placement:
                spans = self._spans.setdefault(claim.resource_id, [])
                spans.append((claim.starts_at, claim.ends_at, request_id))


def _row(
    wish: Wishes, offer: WantedOffer, number: int, *, origin: OfferOrigin, held: bool, until: datetime, note: str
) -> dict[str, Any]:
    first = min(placement.starts_at for placement in offer.placements)
    return {
        "request_id": wish.request_id,
        "number": number,
        "origin": origin,
        "placements": offer.placements,
        "moves": offer.moves,
        "cost": offer.cost,
        "costs": offer.costs,
        "held": held,
        "held_until": min(until, first),
        "note": note,
        "agreed_rules": offer.agreed_rules,
        "swap_id": offer.swap_id,
    }


async def _hold(
    connection: Connection,
    offers: Sequence[tuple[UUID, WantedOffer, list[list[Claim]]]],
    *,
    until: datetime,
    made_by: UUID | None,
    now: datetime,
) -> None:
    holds: list[dict[str, Any]] = []
    claims: list[dict[str, Any]] = []
    for offer_id, offer, claimed in offers:
        first = min(placement.starts_at for placement in offer.placements)
        for placement, own in zip(offer.placements, claimed, strict=True):
            claims += [
                {
                    "number": len(holds),
                    "resource_id": claim.resource_id,
                    "starts_at": claim.starts_at,
                    "ends_at": claim.ends_at,
                }
                for claim in own
            ]
            holds.append(
                {
                    "number": len(holds),
                    "offer_id": offer_id,
                    "activity_id": placement.activity_id,
                    "starts_at": placement.starts_at,
                    "ends_at": placement.ends_at,
                    "held_until": min(until, first),
                }
            )
    if holds:
        await repository.insert_holds(connection, holds, claims, made_by=made_by, now=now)


def _events(
    kept: Sequence[tuple[Wishes, WantedOffer, int, list[list[Claim]]]],
    ids: Mapping[tuple[UUID, int], UUID],
    origin: OfferOrigin,
) -> list[OffersMade]:
    by_request: dict[UUID, list[UUID]] = {}
    seasons: dict[UUID, UUID] = {}
    for wish, _, number, _ in kept:
        by_request.setdefault(wish.request_id, []).append(ids[wish.request_id, number])
        seasons[wish.request_id] = wish.season_id
    return [
        OffersMade(subject_id=request_id, season_id=seasons[request_id], offer_ids=tuple(offer_ids), origin=origin)
        for request_id, offer_ids in by_request.items()
    ]
