"""Accepts offers and changes; where a place is gone for which others would have moved, others are offered instead."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.actors import Actor, account_of
from app.amendments import repository
from app.amendments.deciding import AT_ANY_TIME, approve_amendment, choose_placement, lock_with_request, steps_of
from app.amendments.domain import Amendment, ChoiceGone
from app.bookings.domain import ResourceClosed, ResourceTaken
from app.clock import Clock
from app.database import Connection, Database
from app.errors import Invalid
from app.events import OfferLost, OffersMade
from app.offers import repository as offers
from app.offers.answering import Answering
from app.offers.domain import Offer, WantedOffer
from app.offers.finding import Finder
from app.offers.making import Wishes, lock_offered, make_offers
from app.outbox import append_all
from app.requests import repository as requests
from app.requests.domain import Request
from app.seasons import repository as seasons


class AmendmentAnswering(Answering):
    """Answers offers; those of an amendment wait for approval."""

    async def accept(self, offer_id: UUID, *, seen: int | None, actor: Actor | None, clock: Clock) -> Offer:
        """Accept an offer, or choose it for a change; what this raises, see `choose_placement` and ChoiceGone."""
        async with self.database.read() as connection:
            offer = await offers.get_offer(connection, offer_id)
        if offer.amendment_id is None:
            return await super().accept(offer_id, seen=seen, actor=actor, clock=clock)
        try:
            return await self.database.transact(choose_placement, offer_id, seen=seen, actor=actor, clock=clock)
        except (ResourceTaken, ResourceClosed, Invalid) as error:
            await self._offer_instead(offer, actor=actor, clock=clock)
            raise ChoiceGone from error

    async def approve(self, amendment_id: UUID, *, seen: int | None, actor: Actor, clock: Clock) -> Amendment:
        """Accept a change, for the career centre or near its rooms.

        Raises what `approve_amendment` raises, and ChoiceGone where others can no longer move for it: its owner
        chooses again then, of what is found instead.
        """
        async with self.database.read() as connection:
            amendment = await repository.get_amendment(connection, amendment_id)
            offer = None if amendment.offer_id is None else await offers.get_offer(connection, amendment.offer_id)
        try:
            return await self.database.transact(approve_amendment, amendment_id, seen=seen, actor=actor, clock=clock)
        except (ResourceTaken, ResourceClosed, Invalid) as error:
            if offer is None or not offer.moves:
                raise
            await self._offer_instead(offer, actor=actor, clock=clock)
            raise ChoiceGone from error

    async def _offer_instead(self, offer: Offer, *, actor: Actor | None, clock: Clock) -> None:
        found = await _find_instead(self.database, self.finder, offer)
        await self.database.transact(_lose, offer, found, by=account_of(actor), now=clock.now())


async def choose_again(database: Database, finder: Finder, offer: Offer, *, now: datetime) -> None:
    """Offer other places for a change of which this offer was taken back; its owner is told, and chooses of them."""
    found = await _find_instead(database, finder, offer)
    await database.transact(_choose_again, offer, found, now=now)


async def _find_instead(database: Database, finder: Finder, offer: Offer) -> tuple[WantedOffer, ...]:
    assert offer.amendment_id is not None  # noqa: S101 - the callers looked
    async with database.read() as connection:
        amendment = await repository.get_amendment(connection, offer.amendment_id)
        request = await requests.get_request(connection, offer.request_id)
        steps = await steps_of(connection, request, amendment, now=AT_ANY_TIME)
    return await finder.find_changed(request, steps.activities, near=offer.begins_at)


async def _choose_again(connection: Connection, offer: Offer, found: Sequence[WantedOffer], *, now: datetime) -> None:
    assert offer.amendment_id is not None  # noqa: S101 - the caller looked
    request, amendment = await lock_with_request(connection, offer.amendment_id)
    open_ids = await offers.lock_open(connection, request.id)
    listed = await offers.list_offers(connection, [request.id])
    still = any(other.id in open_ids and other.amendment_id == amendment.id for other in listed)
    if amendment.state == "proposed" and not still:
        made = await _offer_for(connection, request, amendment, found, by=None, now=now)
        await append_all(connection, made, actor_id=None, now=now)


async def _lose(
    connection: Connection, offer: Offer, found: Sequence[WantedOffer], *, by: UUID | None, now: datetime
) -> None:
    """Note that a place is gone that was chosen for a change, and offer what was found instead: its owner is told."""
    assert offer.amendment_id is not None  # noqa: S101 - the caller looked
    request, amendment = await lock_with_request(connection, offer.amendment_id)
    await offers.lock_open(connection, request.id)
    await offers.release_holds(connection, [offer.id])
    if not await offers.settle_offers(connection, [offer.id], "lost", settled_by=by, now=now):
        return
    if amendment.offer_id == offer.id:
        await repository.reopen(connection, amendment.id)
    made = await _offer_for(connection, request, amendment, found, by=by, now=now)
    lost = OfferLost(subject_id=request.id, season_id=request.season_id, offer_id=offer.id, by_link=False)
    await append_all(connection, [lost, *made], actor_id=by, now=now)


async def _offer_for(
    connection: Connection,
    request: Request,
    amendment: Amendment,
    found: Sequence[WantedOffer],
    *,
    by: UUID | None,
    now: datetime,
) -> list[OffersMade]:
    wishes = [Wishes.of(request, found)]
    await lock_offered(connection, wishes, now=now)
    policies = await seasons.get_policies(connection, request.season_id)
    made = await make_offers(
        connection, wishes, origin="amendment", policies=policies, made_by=by, now=now, beside_others=True
    )
    await repository.link_offers(connection, amendment.id, [key for event in made for key in event.offer_ids])
    return made
