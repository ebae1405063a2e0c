"""What pages show of offers: those that wait for an answer, and what became of the others."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.bookings.domain import Booking
from app.database import Connection
from app.locales import Translator
from app.offers import repository
from app.offers.domain import Offer
from app.requests import repository as requests
from app.requests.domain import Activity, Request
from app.schedules.reasons import COSTS
from app.venues.domain import Campus, Channel, Room
from app.venues.named import read_named_venues


class OfferLine(msgspec.Struct, frozen=True, kw_only=True):
    """An offer, and in words what it gives up of the wish."""

    offer: Offer
    cost: str
    is_open: bool


class ToAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for the owner of a request: tentative bookings until a moment, open offers, and those that ended."""

    waits: bool
    answer_until: datetime | None
    open_offers: list[OfferLine]
    ended_offers: list[OfferLine]


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """One offer with what it is about."""

    line: OfferLine
    request: Request
    activities: dict[UUID, Activity]
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]


async def read_to_answer(
    connection: Connection, request_id: UUID, standing: Sequence[Booking], *, translate: Translator, now: datetime
) -> ToAnswer:
    """Read what waits for the owner of a request; `standing` are its bookings."""
    lines = [_line(offer, translate, now) for offer in await repository.list_offers(connection, [request_id])]
    tentative = [booking for booking in standing if booking.state == "tentative" and booking.starts_at > now]
    return ToAnswer(
        waits=bool(tentative),
        answer_until=min((booking.answer_until for booking in tentative if booking.answer_until), default=None),
        open_offers=[line for line in reversed(lines) if line.is_open],
        ended_offers=[line for line in lines if not line.is_open],
    )


async def read_offer(connection: Connection, offer_id: UUID, *, translate: Translator, now: datetime) -> OfferView:
    """Read one offer for whoever has its link. Raises OfferNotFound."""
    offer = await repository.get_offer(connection, offer_id)
    activities = (await requests.list_activities(connection, [offer.request_id]))[offer.request_id]
    named = await read_named_venues(connection)
    return OfferView(
        line=_line(offer, translate, now),
        request=await requests.get_request(connection, offer.request_id),
        activities={activity.id: activity for activity in activities},
        rooms=named.by_id,
        campuses=named.campuses,
    )


def _line(offer: Offer, translate: Translator, now: datetime) -> OfferLine:
    costs = [translate(COSTS[name]) for name in offer.costs if name in COSTS]
    return OfferLine(offer=offer, cost=translate(", ").join(costs), is_open=offer.is_open(now))
