"""Other places for what a change of facts broke: held for the owner while its case is open."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.cases import repository
from app.database import Connection, Database
from app.events import OffersWithdrawn
from app.offers import repository as offers
from app.offers.domain import TooManyOffers, WantedOffer
from app.offers.finding import Finder
from app.offers.offering import ACCEPTING, hold_offers
from app.offers.settling import withdraw_offers
from app.outbox import append, append_all
from app.requests import repository as requests


async def offer_replacements(database: Database, finder: Finder, request_id: UUID, *, now: datetime) -> None:
    """Hold what is free instead for a request with an open case, and tell its owner; it is done once.

    One broken step is moved alone, as little as possible; of several the whole request is placed anew. Where nothing is
    free, or as much is offered as may be, whoever settles the case goes on by hand.
    """
    async with database.read() as connection:
        if not await _waits(connection, request_id):
            return
        broken = await repository.list_cases(connection, states=["open"], request_id=request_id)
        request = await requests.get_request(connection, request_id)
        activities = (await requests.list_activities(connection, [request_id]))[request_id]
    if len(broken) == 1:
        activity = next(activity for activity in activities if activity.id == broken[0].activity_id)
        found = await finder.find_elsewhere(request, activity, near=broken[0].starts_at)
    else:
        found = await finder.find_changed(request, activities, may_move=False)
    if found:
        await database.transact(_hold, request_id, found, now=now)


async def end_replacements(connection: Connection, request_id: UUID, *, now: datetime) -> None:
    """Take back what is still held instead, once a request has no open case any more."""
    request = await requests.lock_request(connection, request_id)
    if await repository.has_open_case(connection, request_id):
        return
    listed = await offers.list_offers(connection, [request_id])
    replacing = [offer.id for offer in listed if offer.state == "open" and offer.origin == "replacement"]
    ended = await withdraw_offers(connection, request_id, settled_by=None, now=now, only=replacing)
    if ended:
        event = OffersWithdrawn(subject_id=request_id, season_id=request.season_id, offer_ids=tuple(ended))
        await append(connection, event, actor_id=None, now=now)


async def _waits(connection: Connection, request_id: UUID) -> bool:
    listed = await offers.list_offers(connection, [request_id])
    replaced = any(offer.state == "open" and offer.origin == "replacement" for offer in listed)
    return not replaced and await repository.has_open_case(connection, request_id)


async def _hold(connection: Connection, request_id: UUID, found: Sequence[WantedOffer], *, now: datetime) -> None:
    request = await requests.lock_request(connection, request_id)
    if request.state not in ACCEPTING or not await _waits(connection, request_id):
        return
    try:
        made = await hold_offers(connection, request, found, origin="replacement", made_by=None, now=now)
    except TooManyOffers:
        return
    await append_all(connection, list(made), actor_id=None, now=now)
