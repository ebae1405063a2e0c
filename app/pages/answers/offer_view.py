"""What pages show of offers: those that wait for an answer, and what became of the others."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.database import Connection
from app.kinds import Kind
from app.locales import Translator
from app.offers import repository
from app.offers.domain import Mover, Offer
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
    """What waits for the owner of a request: what is `kept` until a moment, open offers; and offers that ended.

    `movers` are whose activities would move for an open offer; `kinds` are of the steps, where there are several.
    """

    kept: list[Booking]
    answer_until: datetime | None
    open_offers: list[OfferLine]
    movers: dict[UUID, Mover]
    kinds: dict[UUID, Kind]
    ended_offers: list[OfferLine]


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """One offer with what it is about; `given` is what is given for it in a swap."""

    line: OfferLine
    given: Booking | None
    asked: Request
    activities: dict[UUID, Activity]
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]


async def read_to_answer(
    connection: Connection,
    request_ids: Sequence[UUID],
    standing: Sequence[Booking],
    *,
    translate: Translator,
    now: datetime,
) -> dict[UUID, ToAnswer]:
    """Read what waits for the owners of some requests; `standing` are their bookings."""
    offers = await repository.list_offers(connection, request_ids)
    moving = {move.activity_id for offer in offers if offer.is_open(now) for move in offer.moves}
    movers = await repository.list_movers(connection, list(moving)) if moving else {}
    kept = [[booking for booking in standing if booking.request_id == request_id] for request_id in request_ids]
    kinds = await repository.list_step_kinds(connection, [*kept, *(offer.placements for offer in offers)])
    return {
        request_id: _to_answer(
            [offer for offer in offers if offer.request_id == request_id],
            [booking for booking in standing if booking.request_id == request_id],
            movers,
            kinds,
            translate=translate,
            now=now,
        )
        for request_id in request_ids
    }


def _to_answer(
    offers: Sequence[Offer],
    standing: Sequence[Booking],
    movers: dict[UUID, Mover],
    kinds: dict[UUID, Kind],
    *,
    translate: Translator,
    now: datetime,
) -> ToAnswer:
    lines = [_line(offer, translate, now) for offer in offers]
    tentative = [booking for booking in standing if booking.state == "tentative" and booking.starts_at > now]
    return ToAnswer(
        kept=tentative,
        answer_until=min((booking.answer_until for booking in tentative if booking.answer_until), default=None),
        open_offers=[line for line in reversed(lines) if line.is_open],
        movers=movers,
        kinds=kinds,
        ended_offers=[line for line in lines if not line.is_open and not line.offer.awaits_approval],
    )


async def read_offer(connection: Connection, offer_id: UUID, *, translate: Translator, now: datetime) -> OfferView:
    """Read one offer for whoever has its link. Raises OfferNotFound."""
    offer = await repository.get_offer(connection, offer_id)
    activities = (await requests.list_activities(connection, [offer.request_id]))[offer.request_id]
    named = await read_named_venues(connection)
    return OfferView(
        line=_line(offer, translate, now),
        given=await _given(connection, offer),
        asked=await requests.get_request(connection, offer.request_id),
        activities={activity.id: activity for activity in activities},
        rooms=named.by_id,
        campuses=named.campuses,
    )


async def _given(connection: Connection, offer: Offer) -> Booking | None:
    if offer.swap_id is None:
        return None
    standing = await bookings.list_standing_of(connection, offer.request_id)
    return next((booking for booking in standing if booking.activity_id == offer.placements[0].activity_id), None)


def _line(offer: Offer, translate: Translator, now: datetime) -> OfferLine:
    costs = [translate(COSTS[name]) for name in offer.costs if name in COSTS]
    return OfferLine(offer=offer, cost=translate(", ").join(costs), is_open=offer.is_open(now))
