"""What letters of events need, and the letter that each event becomes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.bookings.domain import event_placement
from app.cases.words import RULE_WORDS
from app.events import (
    AddressTested,
    AmendmentImpossible,
    AppealDecided,
    BlockingToDecide,
    BookingHandedOn,
    BookingLeft,
    BookingMoved,
    BookingReleased,
    BookingTakenOver,
    BookingTentative,
    CaseOpened,
    ChangeAsked,
    ChannelPaused,
    ClaimDeclined,
    ClaimMade,
    DecisionAsked,
    DecisionsLate,
    DecisionsOverdue,
    DeputyNeeded,
    DutyChanged,
    DutyEnded,
    DutyGiven,
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
    SeriesEvent,
    StrikeEvent,
)
from app.events.fairs import (
    ExhibitorEvent,
)
from app.notifications import facts_repository as repository
from app.notifications import links
from app.notifications.domain import Told
from app.notifications.facts_repository import ItineraryRow
from app.notifications.fairs.facts import ExhibitorFacts, exhibitor_letter
from app.notifications.families import (
    AMENDMENTS,
    BLOCKINGS,
    DAILY,
    EMPLOYER,
    PEOPLE,
    REQUEST,
    STRIKES,
    is_tentative,
    offer_ids,
    reason_codes,
    resources,
)
from app.notifications.letters import (
    Blocked,
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
from app.notifications.refusals import StoredExplanation, refusal_of
from app.notifications.series_letters import one_of_each, series_letter
from app.offers.domain import Offer
from app.schedules.reasons import COSTS


class Facts(msgspec.Struct):
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
    duties: dict[UUID, repository.DutyFacts]
    blocked: dict[UUID, Blocked]
    exhibitors: dict[UUID, ExhibitorFacts]

    def letter(self, told: Told) -> Letter:
        """Give the letter of an event."""
        event = told.event
        if isinstance(event, BookingEvent):
            return self._booking_letter(told, event)
        if isinstance(event, ExhibitorEvent):
            return exhibitor_letter(told, event, self.exhibitors)
        if isinstance(event, ParticipationEvent):
            return self._participation_letter(told, event)
        if isinstance(event, (*REQUEST, SeriesEvent)):
            return self._request_letter(told, event)
        if isinstance(event, STRIKES):
            return self._strike_letter(told, event)
        if isinstance(event, EMPLOYER):
            return self._employer_letter(told, event)
        if isinstance(event, DecisionsOverdue):
            return self._overdue_letter(told, event)
        if isinstance(event, (*BLOCKINGS, *DAILY, ChannelPaused)):
            return self._house_letter(told, event)
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
        return self._account_letter(told, event)

    def _account_letter(self, told: Told, event: Event) -> Letter:
        if isinstance(event, DecisionAsked | ChangeAsked):
            changes = event.changes if isinstance(event, ChangeAsked) else ()
            return self._of_request(told, event.request_id, changes=changes)
        if isinstance(event, BlockingToDecide):
            return self._blocking_letter(told, event.blocking_id)
        if isinstance(event, DecisionsLate):
            letter = Letter(purpose=PURPOSES[type(event)], occurred_at=told.occurred_at, path=links.MY_DUTIES)
            return msgspec.structs.replace(letter, overdue=self._overdue(event))
        if isinstance(event, DutyGiven | DutyChanged | DutyEnded | DeputyNeeded):
            return self._duty_letter(told, event)
        path = links.MESSAGES if isinstance(event, AddressTested) else links.SIGN_IN
        person = self._person(event.subject_id)
        return Letter(purpose=PURPOSES[type(event)], occurred_at=told.occurred_at, path=path, person=person)

    def _person(self, account_id: UUID) -> str:
        return self.accounts[account_id].display_name if account_id in self.accounts else ""

    def _house_letter(self, told: Told, event: Event) -> Letter:
        if isinstance(event, BLOCKINGS):
            return self._blocking_letter(told, event.subject_id)
        letter = Letter(purpose=PURPOSES[type(event)], occurred_at=told.occurred_at, path=links.MESSAGES)
        if isinstance(event, ChannelPaused):
            return msgspec.structs.replace(letter, path=f"{links.CHANNELS}/{event.subject_id}", title=event.name)
        return letter

    def _blocking_letter(self, told: Told, blocking_id: UUID) -> Letter:
        return Letter(
            purpose=PURPOSES[type(told.event)],
            occurred_at=told.occurred_at,
            path=links.blocking_page(blocking_id),
            blocked=self.blocked[blocking_id],
            note=told.reason,
        )

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
        employers = [self.employers[key] for key in event.employer_ids if key in self.employers]
        return Letter(
            purpose=PURPOSES[type(event)],
            occurred_at=told.occurred_at,
            path=links.HOME,
            overdue=(*self._overdue(event), *(Overdue(name=one) for one in employers)),
        )

    def _overdue(self, event: DecisionsOverdue | DecisionsLate) -> tuple[Overdue, ...]:
        waiting = one_of_each(self.requests[key] for key in event.request_ids if key in self.requests)
        changed = [self.requests[key] for key in event.changed_ids if key in self.requests]
        return (
            *(Overdue(name=one.owner, reference=one.reference, title=one.title) for one in waiting),
            *(Overdue(name=one.owner, reference=one.reference, title=one.title, is_change=True) for one in changed),
        )

    def _duty_letter(self, told: Told, event: DutyGiven | DutyChanged | DutyEnded | DeputyNeeded) -> Letter:
        letter = Letter(purpose=PURPOSES[type(event)], occurred_at=told.occurred_at, path=links.MY_DUTIES)
        if isinstance(event, DeputyNeeded):
            away = self.accounts.get(event.for_id)
            person = away.display_name if away else ""
            return msgspec.structs.replace(letter, person=person, days=(event.first_day, event.last_day))
        duty = self.duties[event.duty_id]
        return msgspec.structs.replace(letter, owner=duty, days=(duty.first_day, duty.last_day))

    def _people_letter(self, told: Told, event: Event) -> Letter:
        letter = self._of_employer(told, event, path=links.PEOPLE)
        if isinstance(event, PersonInvited):
            asked = self.invitations.get(event.invitation_id)
            if asked is None:  # taken back while the message waited: its link says so
                return letter
            invited = {"invitation_id": event.invitation_id, "answer_until": asked.expires_at}
            return msgspec.structs.replace(letter, person=asked.invited_by, **invited)
        return msgspec.structs.replace(
            letter, person=self._person(event.account_id) if isinstance(event, PEOPLE) else ""
        )

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
        if isinstance(event, SeriesEvent):
            letter = self._of_request(told, event.request_ids[0], reasons=self._reasons(event))
            return series_letter(letter, event, self.requests, self._itinerary)
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


def _in_words(rules: Sequence[str]) -> tuple[str, ...]:
    return tuple(RULE_WORDS[rule] for rule in rules if rule in RULE_WORDS)
