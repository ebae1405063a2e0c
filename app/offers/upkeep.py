"""What time does to offers and answers: expired offers, reminders at half of the time, answers that did not come."""

from collections import defaultdict
from datetime import datetime
from typing import Final
from uuid import UUID

from app.bookings import repository as bookings
from app.bookings.bulk import give_back
from app.database import Connection
from app.events import AnswerExpired, AnswerReminded, BookingLapsed, Event, OffersExpired, OffersWithdrawn
from app.offers import repository
from app.offers.domain import OfferState
from app.outbox import append, append_all
from app.requests import repository as requests

_ENDS: Final[tuple[tuple[bool, OfferState, type[OffersExpired | OffersWithdrawn]], ...]] = (
    (True, "expired", OffersExpired),
    (False, "withdrawn", OffersWithdrawn),
)


async def settle_over(connection: Connection, *, now: datetime, batch: int) -> int:
    """End open offers whose time is over, take back those of which a hold had to make way, and tell their owners.

    Give how many there were.
    """
    over = await repository.lock_over(connection, now=now, batch=batch)
    await repository.release_holds(connection, [offer.id for offer in over])
    events: list[Event] = []
    for is_late, state, kind in _ENDS:
        ended = [offer for offer in over if offer.is_late is is_late]
        await repository.settle_offers(connection, [offer.id for offer in ended], state, settled_by=None, now=now)
        by_request: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
        for offer in ended:
            by_request[offer.request_id, offer.season_id].append(offer.id)
        events += [
            kind(subject_id=request_id, season_id=season_id, offer_ids=tuple(ids))
            for (request_id, season_id), ids in by_request.items()
        ]
    await append_all(connection, events, actor_id=None, now=now)
    return len(over)


async def remind_owner(connection: Connection, request_id: UUID, *, now: datetime) -> None:
    """Remind an owner once of what is kept for it."""
    request = await requests.lock_request(connection, request_id)
    if await repository.mark_reminded(connection, request_id, now=now):
        event = AnswerReminded(subject_id=request_id, season_id=request.season_id)
        await append(connection, event, actor_id=None, now=now)


async def expire_answer(connection: Connection, request_id: UUID, *, now: datetime) -> None:
    """Give back what was kept for an owner who did not answer in time; the request waits for another place."""
    request = await requests.lock_request(connection, request_id)
    standing = await bookings.list_standing_of(connection, request_id)
    unanswered = [
        booking
        for booking in standing
        if booking.state == "tentative" and booking.answer_until is not None and booking.answer_until <= now
    ]
    if not unanswered:
        return
    events: list[Event] = await give_back(connection, unanswered, kind=BookingLapsed)
    events.append(AnswerExpired(subject_id=request_id, season_id=request.season_id))
    if request.state == "scheduled":
        await requests.move_request(connection, request, "approved")
    await append_all(connection, events, actor_id=None, now=now)
