"""Makes letters of events: of many in a few queries, and also of events that a release would make."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.bookings.domain import event_placement
from app.cases.words import RULE_WORDS
from app.database import Connection
from app.events import (
    EVENTS,
    AddressTested,
    AmendmentImpossible,
    AnswerReminded,
    AppealDecided,
    BookingHandedOn,
    BookingLeft,
    BookingMoved,
    BookingReleased,
    BookingTakenOver,
    BookingTentative,
    CaseOpened,
    ChannelPaused,
    ClaimDeclined,
    ClaimMade,
    DecisionsOverdue,
    EmployerSuspended,
    Event,
    EventPlacement,
    LicenceEnded,
    LicenceEndsSoon,
    OffersBroken,
    OffersMade,
    PersonInvited,
    RequestLapsed,
    RequestLapsesSoon,
    RequestLeftUnplaced,
    RequestsHandedOver,
    SafetyDueSoon,
    SafetyWithheld,
    StrikeEvent,
)
from app.notifications import facts_repository as repository
from app.notifications import links
from app.notifications.facts_repository import ItineraryRow
from app.notifications.families import (
    ACCOUNT,
    AMENDMENTS,
    DAILY,
    EMPLOYER,
    HANDED,
    OF_EMPLOYERS,
    PEOPLE,
    PERSONAL,
    REQUEST,
    STRIKES,
    booking_events,
    handover_ids,
    invitation_ids,
    is_tentative,
    offer_ids,
    participation_events,
    person_ids,
    reason_codes,
    request_ids,
    resources,
    resources_of_event,
    subjects,
    those,
)
from app.notifications.letters import (
    ChannelName,
    Letter,
    Named,
    Offered,
    Overdue,
    RoomName,
    Spot,
    Stop,
    StopState,
    StrikeNote,
)
from app.notifications.purposes import PURPOSES, BookingEvent, ParticipationEvent
from app.notifications.refusals import StoredExplanation, read_explanation, refusal_of
from app.offers.domain import Offer
from app.offers.repository import list_offers_of_ids
from app.outbox.repository import StoredEvent
from app.schedules.reasons import COSTS


class Told(msgspec.Struct, frozen=True):
    """An event with when and why it happened; `event` may be one that a release would make."""

    event: Event
    occurred_at: datetime
    reason: str = ""


def event_of(stored: StoredEvent) -> Event:
    """Give a stored event as it was appended."""
    fields = {**stored.payload, "subject_id": stored.subject_id, "season_id": stored.season_id}
    return msgspec.convert(fields, EVENTS[stored.type])


async def write_letters(connection: Connection, told: Sequence[Told]) -> list[Letter]:
    """Give the letter of each event; an itinerary shows what these events will have changed."""
    facts = await _gather(connection, [item.event for item in told])
    return [facts.letter(item) for item in told]


class _Facts(msgspec.Struct):
    """Everything that the letters of some events need."""

    accounts: dict[UUID, repository.AccountFacts]
    employers: dict[UUID, repository.EmployerFacts]
    requests: dict[UUID, repository.RequestFacts]
    itineraries: dict[UUID, list[ItineraryRow]]
    rooms: dict[UUID, RoomName]
    channels: dict[UUID, ChannelName]
    reasons: dict[str, Named]
    explanations: dict[tuple[UUID, UUID], StoredExplanation]
    placements: dict[UUID, tuple[StopState, EventPlacement | None]]
    offers: dict[UUID, Offer]
    answers: dict[UUID, datetime]
    invitations: dict[UUID, repository.InvitationFacts]
    handovers: dict[UUID, repository.HandoverFacts]

    def letter(self, told: Told) -> Letter:
        event = told.event
        if isinstance(event, BookingEvent):
            return self._booking_letter(told, event)
        if isinstance(event, ParticipationEvent):
            return self._participation_letter(told, event)
        if isinstance(event, REQUEST):
            return self._request_letter(told, event)
        if isinstance(event, STRIKES):
            return self._strike_letter(told, event)
        if isinstance(event, EMPLOYER):
            return self._employer_letter(told, event)
        if isinstance(event, DecisionsOverdue):
            return self._overdue_letter(told, event)
        if isinstance(event, DAILY):
            return Letter(purpose=PURPOSES[type(event)], occurred_at=told.occurred_at, path=links.MESSAGES)
        if isinstance(event, ChannelPaused):
            path = f"{links.CHANNELS}/{event.subject_id}"
            return Letter(purpose="channel_paused", occurred_at=told.occurred_at, path=path, title=event.name)
        if isinstance(event, ClaimMade):
            return self._of_employer(told, event, path=links.PEOPLE)
        if isinstance(event, ClaimDeclined):
            # Nothing of the employer, not even its name.
            return Letter(
                purpose=PURPOSES[type(event)], occurred_at=told.occurred_at, path=links.EMPLOYER, note=told.reason
            )
        if isinstance(event, (*PEOPLE, PersonInvited)):
            return self._people_letter(told, event)
        if isinstance(event, RequestsHandedOver):
            return self._handover_letter(told, event)
        account = self.accounts.get(event.subject_id)
        person = account.display_name if account else ""
        path = links.MESSAGES if isinstance(event, AddressTested) else links.SIGN_IN
        return Letter(purpose=PURPOSES[type(event)], occurred_at=told.occurred_at, path=path, person=person)

    def _employer_letter(self, told: Told, event: Event) -> Letter:
        employer = self.employers[event.subject_id]
        return Letter(
            purpose=PURPOSES[type(event)],
            occurred_at=told.occurred_at,
            path=links.EMPLOYER,
            owner=employer,
            reasons=self._reasons(event),
            note=told.reason,
            until=event.last_day
            if isinstance(event, LicenceEndsSoon | LicenceEnded)
            else employer.suspended_until
            if isinstance(event, EmployerSuspended)
            else None,
        )

    def _strike_letter(self, told: Told, event: StrikeEvent) -> Letter:
        request = self.requests[event.request_id]
        return Letter(
            purpose=PURPOSES[type(event)],
            occurred_at=told.occurred_at,
            path=links.strike_page(event.strike_id),
            owner=self.employers[event.subject_id],
            season=request.season,
            reference=request.reference,
            title=request.title,
            note=told.reason,
            until=event.until,
            strike=StrikeNote(
                cause=event.cause,
                outcome=event.outcome,
                count=event.count,
                upheld=isinstance(event, AppealDecided) and event.upheld,
            ),
        )

    def _overdue_letter(self, told: Told, event: DecisionsOverdue) -> Letter:
        requests = [self.requests[key] for key in event.request_ids if key in self.requests]
        employers = [self.employers[key] for key in event.employer_ids if key in self.employers]
        return Letter(
            purpose=PURPOSES[type(event)],
            occurred_at=told.occurred_at,
            path=links.HOME,
            overdue=(
                *(Overdue(name=one.owner, reference=one.reference, title=one.title) for one in requests),
                *(Overdue(name=one) for one in employers),
            ),
        )

    def _people_letter(self, told: Told, event: Event) -> Letter:
        letter = self._of_employer(told, event, path=links.PEOPLE)
        if isinstance(event, PersonInvited):
            asked = self.invitations.get(event.invitation_id)
            if asked is None:  # taken back while the message waited: its link says so
                return letter
            invited = {"invitation_id": event.invitation_id, "answer_until": asked.expires_at}
            return msgspec.structs.replace(letter, person=asked.invited_by, **invited)
        account = self.accounts.get(event.account_id) if isinstance(event, PEOPLE) else None
        return msgspec.structs.replace(letter, person=account.display_name if account else "")

    def _handover_letter(self, told: Told, event: RequestsHandedOver) -> Letter:
        titles = tuple(self.requests[key].title for key in event.request_ids if key in self.requests)
        letter = self._of_employer(told, event, path=links.MY_REQUESTS)
        return msgspec.structs.replace(letter, titles=titles, **self._contacts(event.handover_id))

    def _contacts(self, handover_id: UUID) -> dict[str, str]:
        handed = self.handovers[handover_id]
        return {"old_contact": handed.old_name, "new_contact": handed.new_name}

    def _of_employer(self, told: Told, event: Event, *, path: str) -> Letter:
        owner = self.employers[event.subject_id]
        return Letter(purpose=PURPOSES[type(event)], occurred_at=told.occurred_at, path=path, owner=owner)

    def _booking_letter(self, told: Told, event: BookingEvent) -> Letter:
        about = next(self._stop(row) for row in self.itineraries[event.request_id] if row.id == event.activity_id)
        placement = event.old if isinstance(event, BookingReleased) else event.place
        return self._of_request(
            told,
            event.request_id,
            about=msgspec.structs.replace(about, spot=self._spot(placement)),
            old=self._spot(event.old) if isinstance(event, BookingMoved) else None,
            reasons=self._reasons(event),
            itinerary=() if isinstance(event, BookingLeft | BookingHandedOn) else self._itinerary(event.request_id),
            sequence=event.sequence,
            tentative=is_tentative(event),
            answer_until=event.answer_until if isinstance(event, BookingTentative | BookingMoved) else None,
            **(self._contacts(event.handover_id) if isinstance(event, BookingHandedOn | BookingTakenOver) else {}),
        )

    def _request_letter(self, told: Told, event: Event) -> Letter:
        stops = self._itinerary(event.subject_id)
        if isinstance(event, CaseOpened | SafetyDueSoon | SafetyWithheld):
            unkept = next((stop for stop in stops if stop.activity_id == event.activity_id), None)
            more = {"unkept": _in_words(event.rules)} if isinstance(event, CaseOpened) else {"until": event.due_on}
            return self._of_request(told, event.subject_id, itinerary=stops, unkept_stop=unkept, **more)
        refusal = None
        broken = event.rules if isinstance(event, OffersBroken) else ()
        if isinstance(event, RequestLeftUnplaced):
            explanation = self.explanations.get((event.version_id, event.subject_id), StoredExplanation())
            refusal = refusal_of(explanation, stops, self._spot)
        return self._of_request(
            told,
            event.subject_id,
            reasons=self._reasons(event),
            itinerary=stops,
            refusal=refusal,
            unkept=_in_words(broken),
            until=event.last_day if isinstance(event, RequestLapsed | RequestLapsesSoon) else None,
            offers=tuple(self._offered(self.offers[key], stops) for key in offer_ids(event) if key in self.offers),
            answer_until=self.answers.get(event.subject_id),
            changes=event.changes if isinstance(event, AMENDMENTS) else (),
            findings=event.findings if isinstance(event, AmendmentImpossible) else {},
        )

    def _offered(self, offer: Offer, stops: Sequence[Stop]) -> Offered:
        by_id = {stop.activity_id: stop for stop in stops}
        return Offered(
            stops=tuple(
                msgspec.structs.replace(
                    by_id[placed.activity_id], state="tentative", spot=self._spot(event_placement(placed.placement))
                )
                for placed in offer.placements
                if placed.activity_id in by_id
            ),
            costs=tuple(COSTS[name] for name in offer.costs if name in COSTS),
            offer_id=offer.id,
            instead=offer.origin == "replacement",
            waited=offer.origin == "waitlist",
            until=offer.held_until,
            held=offer.held,
            moving=offer.moving,
            gives=next((by_id[placed.activity_id].spot for placed in offer.placements), None)
            if offer.swap_id
            else None,
        )

    def _participation_letter(self, told: Told, event: ParticipationEvent) -> Letter:
        stops = self._itinerary(event.subject_id)
        participant = self.employers[event.employer_id]
        return self._of_request(told, event.subject_id, participant=participant, itinerary=stops)

    def _of_request(self, told: Told, request_id: UUID, **more: Any) -> Letter:
        request = self.requests[request_id]
        return Letter(
            purpose=PURPOSES[type(told.event)],
            occurred_at=told.occurred_at,
            path=links.request_page(request_id),
            owner=request.owner,
            season=request.season,
            reference=request.reference,
            title=request.title,
            # What its owner wrote with the ask is for the career centre.
            note="" if isinstance(told.event, OffersMade) and told.event.asked else told.reason,
            **more,
        )

    def _itinerary(self, request_id: UUID) -> tuple[Stop, ...]:
        return tuple(self._stop(row) for row in self.itineraries[request_id] if row.is_step)

    def _stop(self, row: ItineraryRow) -> Stop:
        state, placement = self.placements.get(row.id) or (row.state or "none", row.placement)
        return Stop(
            activity_id=row.id,
            kind=row.kind,
            attendance=row.attendance,
            state=state,
            spot=None if placement is None else self._spot(placement),
            first_day=row.first_day,
            last_day=row.last_day,
            from_time=row.from_time,
            until_time=row.until_time,
            host=row.host,
            has_visitors=row.has_visitors,
        )

    def _spot(self, placement: EventPlacement) -> Spot:
        taken = resources(placement)
        return Spot(
            starts_at=placement.starts_at,
            ends_at=placement.ends_at,
            rooms=tuple(room for room_id, room in self.rooms.items() if room_id in taken),
            channel=next((channel for channel_id, channel in self.channels.items() if channel_id in taken), None),
        )

    def _reasons(self, event: Event) -> tuple[Named, ...]:
        return tuple(self.reasons[code] for code in reason_codes(event) if code in self.reasons)


async def _gather(connection: Connection, events: Sequence[Event]) -> _Facts:
    itineraries = await repository.list_itineraries(connection, request_ids(events))
    left = [(event.version_id, event.subject_id) for event in those(events, RequestLeftUnplaced)]
    found = await repository.list_explanations(connection, left)
    explanations = {key: read_explanation(explanation) for key, explanation in found.items()}
    placements = {
        event.activity_id: _placement_after(event)
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
    return _Facts(
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
    )


def _in_words(rules: Sequence[str]) -> tuple[str, ...]:
    return tuple(RULE_WORDS[rule] for rule in rules if rule in RULE_WORDS)


def _placement_after(event: BookingEvent) -> tuple[StopState, EventPlacement | None]:
    if isinstance(event, BookingReleased):
        return "none", None
    return ("tentative" if is_tentative(event) else "confirmed"), event.place
