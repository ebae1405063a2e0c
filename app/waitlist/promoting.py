"""Goes through a season's waitlist: what is free is kept for the first in line whom it suits, until they answer.

One walk at a time goes through a season (a lock that ends with its connection); whoever asks meanwhile is counted, and
the walk begins again. Where a worker dies, the count still says that a walk is due.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from app import events
from app.clock import Clock
from app.database import Connection, Database
from app.offers import repository as offers
from app.offers.domain import Offer, PlacementKey, WantedOffer, placement_key
from app.offers.finding import Finder
from app.offers.offering import hold_offers
from app.outbox import append_all
from app.requests import repository as requests
from app.requests.domain import Request
from app.strikes.reading import list_held_back
from app.waitlist import repository
from app.waitlist.ranking import rank_waiting

# What may free a place, or people, or says who waits: then the waitlist is gone through.
FREEING: Final = (
    events.SeasonChanged,
    events.PolicyChanged,
    events.CalendarChanged,
    events.VenueChanged,
    events.ClosureRemoved,
    events.RequestWaitlisted,
    events.RequestWithdrawn,
    events.RequestRefused,
    events.RequestCancelled,
    events.RequestStopped,
    events.RequestObjected,
    events.RequestLapsed,
    events.BookingMoved,
    events.BookingReleased,
    events.BookingLapsed,
    events.BookingLeft,
    events.HoldReleased,
    events.OfferAccepted,
    events.OfferDeclined,
    events.OfferLost,
    events.PlacementsAccepted,
    events.OffersWithdrawn,
    events.OffersBroken,
    events.OffersExpired,
    events.AmendmentChosen,
    events.AmendmentAccepted,
    events.AmendmentRefused,
    events.AmendmentWithdrawn,
    events.AmendmentExpired,
    events.ParticipationDeclined,
    events.ParticipationEnded,
    events.EmployerReinstated,
    events.StrikeRemoved,
    events.StrikesWaived,
)


# Transactions that were open as a walk began have numbers among its last so many.
_UNCOMMITTED: Final = 10_000


class _FreedMeanwhile(Exception):
    """Something became free since the walk began."""


class _Seen(msgspec.Struct, frozen=True):
    """How many events that free something were there after a number, as a walk began."""

    after: int
    count: int


async def walk_asked(database: Database, finder: Finder, *, clock: Clock) -> int:
    """Go through every waitlist for which that was asked; give how many places were kept for somebody."""
    async with database.read() as connection:
        season_ids = await repository.list_asked_walks(connection)
    return sum([await _walk_season(database, finder, season_id, clock=clock) for season_id in season_ids])


async def _walk_season(database: Database, finder: Finder, season_id: UUID, *, clock: Clock) -> int:
    kept = 0
    async with database.pool.acquire() as holder:
        # Whoever asks while the lock is given back finds it free, or is seen in the next round.
        while asked := await repository.find_asked(holder, season_id):
            if not await repository.try_lock_walk(holder, season_id):
                return kept
            try:
                kept += await _walk(database, finder, season_id, clock=clock)
                await repository.note_done(holder, season_id, asked)
            finally:
                await repository.unlock_walk(holder, season_id)
    return kept


async def _walk(database: Database, finder: Finder, season_id: UUID, *, clock: Clock) -> int:
    """Ask for everybody in their order; where something becomes free meanwhile, those before have to be asked again."""
    kept = 0
    while True:
        async with database.read() as connection:
            seen = await _see_events(connection)
            order = await rank_waiting(connection, season_id)
        try:
            for entry in order:
                if entry.waiting.kept_until is None:
                    kept += await _promote(database, finder, entry.waiting.request_id, seen, clock=clock)
        except _FreedMeanwhile:
            continue
        return kept


async def _see_events(connection: Connection) -> _Seen:
    after = await repository.get_last_event(connection) - _UNCOMMITTED
    return _Seen(after, await repository.count_events_after(connection, after, FREEING))


async def _promote(database: Database, finder: Finder, request_id: UUID, seen: _Seen, *, clock: Clock) -> bool:
    """Keep the best place for a request that waits, if one is free within its wishes; whether that is so."""
    async with database.read() as connection:
        request = await requests.get_request(connection, request_id)
        activities = (await requests.list_activities(connection, [request_id]))[request_id]
        if request.state != "waitlisted" or await _is_held_back(connection, request, clock=clock):
            return False
    found = await finder.find_changed(request, activities, may_move=False)
    return bool(found) and await database.transact(_keep_one, request_id, found, seen, clock=clock)


async def _keep_one(
    connection: Connection, request_id: UUID, found: Sequence[WantedOffer], seen: _Seen, *, clock: Clock
) -> bool:
    request = await requests.lock_request(connection, request_id)
    if await repository.count_events_after(connection, seen.after, FREEING) != seen.count:
        raise _FreedMeanwhile
    listed = await offers.list_offers(connection, [request_id])
    has_one = any(offer.origin == "waitlist" and offer.state == "open" for offer in listed)
    if request.state != "waitlisted" or has_one or await _is_held_back(connection, request, clock=clock):
        return False
    missed = {_key(offer) for offer in listed if offer.origin == "waitlist" and offer.state == "expired"}
    for offer in found:
        if _key(offer) in missed:
            continue  # it is the next one's turn
        made = await hold_offers(
            connection, request, [offer], origin="waitlist", made_by=None, now=clock.now(), beside_others=True
        )
        if made:
            await append_all(connection, list(made), actor_id=None, now=clock.now())
            return True
    return False


async def _is_held_back(connection: Connection, request: Request, *, clock: Clock) -> bool:
    """Whether strikes keep a request's owner from what is new: it stays in line, and others come before it."""
    own = [] if request.employer_id is None else [request.employer_id]
    return bool(await list_held_back(connection, own, clock=clock))


def _key(offer: Offer | WantedOffer) -> frozenset[tuple[UUID, PlacementKey]]:
    return frozenset((placed.activity_id, placement_key(placed.placement)) for placed in offer.placements)
