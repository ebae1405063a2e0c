"""What is held for offers, and a change of facts spoils: listed with the promises, taken back with the yes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from app.actors import account_of
from app.amendments import repository as amendments
from app.amendments.deciding import AT_ANY_TIME, steps_of
from app.bookings import repository as bookings
from app.bookings.domain import ResourceClosed
from app.cases import repository
from app.clock import Clock
from app.database import Connection
from app.errors import Invalid
from app.events import Event, OffersBroken
from app.facts.writing import Author
from app.offers import repository as offers
from app.offers.domain import Offer
from app.offers.repository import Held
from app.offers.rules import check_rules, timed_steps, unasked_rules
from app.offers.settling import withdraw_offers
from app.outbox import append_all
from app.requests import repository as requests
from app.requests.domain import Activity
from app.schedules.domain import Break

# What refuses a placement, as the rules of the schedule are called.
_RULES: Final[dict[str, str]] = {
    "outside-season": "unknown_day",
    "outside-hours": "outside_day",
    "off-grid": "start_not_allowed",
    "unknown-room": "unknown_room",
    "too-long": "room_not_allowed",
    "too-small-room": "room_capacity",
    "too-few-booths": "room_not_allowed",
    "missing-feature": "room_features",
    "campus": "campus_not_allowed",
    "several-campuses": "rooms_on_one_campus",
    "other-department": "room_restricted",
    "unknown-channel": "unknown_channel",
    "not-open": "room_closed",
    "step-order": "link_order",
    "step-day": "link_days",
    "step-pause": "link_gap",
    "travel": "group_travel",
}


class Spoilt(msgspec.Struct, frozen=True, kw_only=True):
    """What is held for an offer and keeps the rules no longer."""

    offer: Offer
    breaks: tuple[Break, ...]


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of an offer's request as they would be; `as_if`: of a change, so that the rows do not say it yet."""

    activities: Sequence[Activity]
    as_if: Mapping[UUID, Activity]


async def list_spoilt(connection: Connection, season_ids: Sequence[UUID], *, clock: Clock) -> dict[UUID, Spoilt]:
    """Give what is held in some seasons and could not be accepted any more, by its booking."""
    held: dict[UUID, list[Held]] = defaultdict(list)
    for entry in await offers.list_held(connection, season_ids, now=clock.now()):
        held[entry.offer_id].append(entry)
    found: dict[UUID, Spoilt] = {}
    for offer in await offers.list_offers_of_ids(connection, list(held)) if held else ():
        breaks = await _breaks_of(connection, offer, held[offer.id], clock)
        found |= {key: Spoilt(offer=offer, breaks=broken) for key, broken in breaks.items()}
    return found


async def take_back(connection: Connection, spoilt: Mapping[UUID, Spoilt], author: Author) -> None:
    """Take offers back of which something is spoilt; their owners are told why, and get others if there are any."""
    now, by = author.clock.now(), account_of(author.actor)
    by_request: dict[UUID, list[UUID]] = defaultdict(list)
    for booking_id, entry in spoilt.items():
        by_request[entry.offer.request_id].append(booking_id)
    events: list[Event] = []
    for request_id in sorted(by_request):
        request = await requests.lock_request(connection, request_id)
        of_request = [spoilt[booking_id] for booking_id in by_request[request_id]]
        ended = await withdraw_offers(
            connection,
            request_id,
            settled_by=by,
            now=now,
            only=[entry.offer.id for entry in of_request],
            note=author.reason,
        )
        for booking_id in by_request[request_id]:
            await repository.forget_exceptions(connection, booking_id)
        for amendment_id in {entry.offer.amendment_id for entry in of_request if entry.offer.awaits_approval}:
            if amendment_id is not None:
                await amendments.reopen(connection, amendment_id)
        rules = dict.fromkeys(broken.rule for entry in of_request for broken in entry.breaks)
        events.append(
            OffersBroken(subject_id=request_id, season_id=request.season_id, offer_ids=tuple(ended), rules=tuple(rules))
        )
    await append_all(connection, events, actor_id=by, now=now, reason=author.reason)


async def _breaks_of(
    connection: Connection, offer: Offer, held: Sequence[Held], clock: Clock
) -> dict[UUID, tuple[Break, ...]]:
    asked, agreement = await _asked(connection, offer), await offers.get_agreement(connection, offer.id)
    times = {
        **{
            entry.activity_id: (entry.starts_at, entry.ends_at)
            for entry in await bookings.list_standing_of(connection, offer.request_id)
        },
        **{placed.activity_id: (placed.starts_at, placed.ends_at) for placed in offer.placements},
    }
    steps = timed_steps(asked.activities, times)
    placements = {placed.activity_id: placed for placed in offer.placements}
    found = {}
    for entry in held:
        rules = ["room_overlap"] if entry.is_cut_short else []
        try:
            facts = await check_rules(
                connection,
                entry.activity_id,
                placements[entry.activity_id],
                clock=clock,
                as_if=asked.as_if.get(entry.activity_id),
                steps=steps,
            )
        except ResourceClosed:
            rules.append("room_blocked")
        except Invalid as error:
            rules.append(_RULES.get(error.fields[0].code, error.fields[0].code))
        else:
            rules += unasked_rules(facts, offer, agreement.rules)
        if rules:
            found[entry.booking_id] = tuple(Break(rule) for rule in rules)
    return found


async def _asked(connection: Connection, offer: Offer) -> _Asked:
    request = await requests.get_request(connection, offer.request_id)
    if offer.amendment_id is None:
        listed = (await requests.list_activities(connection, [request.id]))[request.id]
        return _Asked(activities=listed, as_if={})
    amendment = await amendments.get_amendment(connection, offer.amendment_id)
    changed = (await steps_of(connection, request, amendment, now=AT_ANY_TIME)).activities
    return _Asked(activities=changed, as_if={activity.id: activity for activity in changed})
