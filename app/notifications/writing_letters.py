"""Writes the letters of events: of many in a few queries, and also of events that a release would make."""

from collections.abc import Sequence

from app.database import Connection
from app.events import (
    AnswerReminded,
    DecisionsOverdue,
    Event,
    RequestLeftUnplaced,
)
from app.notifications import facts_repository as repository
from app.notifications.domain import Told
from app.notifications.facts import Facts
from app.notifications.fairs.facts import list_exhibitors
from app.notifications.families import (
    ACCOUNT,
    HANDED,
    OF_EMPLOYERS,
    PERSONAL,
    blocking_ids,
    booking_events,
    duty_ids,
    handover_ids,
    invitation_ids,
    offer_ids,
    participation_events,
    person_ids,
    placement_after,
    reason_codes,
    request_ids,
    resources_of_event,
    subjects,
    those,
)
from app.notifications.letters import (
    Letter,
)
from app.notifications.refusals import read_explanation
from app.offers.repository import list_offers_of_ids


async def write_letters(connection: Connection, told: Sequence[Told]) -> list[Letter]:
    """Give the letter of each event; an itinerary shows what these events will have changed."""
    facts = await _gather(connection, [item.event for item in told])
    return [facts.letter(item) for item in told]


async def _gather(connection: Connection, events: Sequence[Event]) -> Facts:
    itineraries = await repository.list_itineraries(connection, request_ids(events))
    left = [(event.version_id, event.subject_id) for event in those(events, RequestLeftUnplaced)]
    found = await repository.list_explanations(connection, left)
    explanations = {key: read_explanation(explanation) for key, explanation in found.items()}
    placements = {
        event.activity_id: placement_after(event)
        for event in booking_events(events)
        if not isinstance(event, (*PERSONAL, *HANDED))
    }
    taken = {resource for rows in itineraries.values() for row in rows for resource in row.resource_ids}
    taken |= {resource for explanation in explanations.values() for resource in explanation.resource_ids()}
    taken |= {resource for event in booking_events(events) for resource in resources_of_event(event)}
    told_offers = [offer_id for event in events for offer_id in offer_ids(event)]
    offers = await list_offers_of_ids(connection, told_offers) if told_offers else []
    taken |= {resource for offer in offers for resource in offer.resource_ids}
    named = {event.employer_id for event in participation_events(events)}
    named |= {key for event in those(events, DecisionsOverdue) for key in event.employer_ids}
    return Facts(
        accounts=await repository.list_accounts(connection, subjects(events, ACCOUNT) | person_ids(events)),
        employers=await repository.list_employers(connection, subjects(events, OF_EMPLOYERS) | named),
        requests=await repository.list_requests(connection, request_ids(events)),
        itineraries=itineraries,
        rooms=await repository.list_rooms(connection, taken),
        channels=await repository.list_channels(connection, taken),
        reasons=await repository.list_reasons(connection, [code for event in events for code in reason_codes(event)]),
        explanations=explanations,
        placements=placements,
        offers={offer.id: offer for offer in offers},
        answers=await repository.list_answers_due(connection, subjects(events, (AnswerReminded,))),
        invitations=await repository.list_invitations(connection, invitation_ids(events)),
        handovers=await repository.list_handovers(connection, handover_ids(events)),
        duties=await repository.list_duties(connection, duty_ids(events)),
        exhibitors=await list_exhibitors(connection, events),
        blocked=await repository.list_blocked(connection, blocking_ids(events)),
    )
