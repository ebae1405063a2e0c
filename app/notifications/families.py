"""Groups of events, by what their letters are about: a booking, a request, an employer, an account."""

from collections.abc import Sequence
from typing import Final, Literal, TypeVar
from uuid import UUID

from app.events import (
    AccountCreated,
    AccountRegistered,
    AccountRegisteredAgain,
    AddressTested,
    AmendmentAccepted,
    AmendmentExpired,
    AmendmentImpossible,
    AmendmentRefused,
    AnswerReminded,
    AppealDecided,
    BlockingAccepted,
    BlockingChanged,
    BlockingRefused,
    BlockingToDecide,
    BlockingWithdrawn,
    BookingHandedOn,
    BookingJoined,
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
    DigestGathered,
    DutyChanged,
    DutyEnded,
    DutyGiven,
    EmployerRefused,
    EmployerReinstated,
    EmployerSuspended,
    EmployerTookIn,
    EmployerVerified,
    Event,
    EventPlacement,
    InboxCounted,
    LicenceEnded,
    LicenceEndsSoon,
    OffersExpired,
    OffersMade,
    OffersWithdrawn,
    OwnerChanged,
    ParticipationAccepted,
    ParticipationAsked,
    ParticipationDeclined,
    ParticipationEnded,
    PasswordResetAsked,
    PersonInvited,
    PersonJoined,
    PersonLeft,
    ReleaseTested,
    RequestApproved,
    RequestAwaitsPlace,
    RequestLapsed,
    RequestLapsesSoon,
    RequestLeftUnplaced,
    RequestObjected,
    RequestRefused,
    RequestReturned,
    RequestsHandedOver,
    RequestStopped,
    RequestWaitlisted,
    SafetyDueSoon,
    SafetyWithheld,
    SeriesEvent,
    SeriesRefused,
    SeriesReturned,
    StrikeNoted,
    StrikeRemoved,
    StrikesWaived,
)
from app.notifications.purposes import BookingEvent, ParticipationEvent

AMENDMENTS: Final = (AmendmentImpossible, AmendmentAccepted, AmendmentRefused, AmendmentExpired)
OFFERS: Final = (OffersMade, OffersWithdrawn, OffersExpired)
REQUEST: Final = (
    RequestReturned,
    RequestRefused,
    RequestApproved,
    RequestAwaitsPlace,
    RequestLapsed,
    RequestLapsesSoon,
    RequestLeftUnplaced,
    RequestStopped,
    RequestObjected,
    RequestWaitlisted,
    AnswerReminded,
    CaseOpened,
    SafetyDueSoon,
    SafetyWithheld,
    *AMENDMENTS,
    *OFFERS,
)
# To the owner of the request, and to the other employer.
ANSWER: Final = (ParticipationAccepted, ParticipationDeclined)
PARTICIPANT: Final = (ParticipationAsked, ParticipationEnded)
# Of bookings, for one of the other employers alone.
PERSONAL: Final = (BookingJoined, BookingLeft)
STRIKES: Final = (StrikeNoted, StrikeRemoved, AppealDecided)
EMPLOYER: Final = (
    EmployerVerified,
    EmployerRefused,
    EmployerSuspended,
    EmployerReinstated,
    StrikesWaived,
    *STRIKES,
    EmployerTookIn,
    LicenceEndsSoon,
    LicenceEnded,
)
# Of who acts for an employer: to all of them, and to whom it is about.
PEOPLE: Final = (PersonJoined, PersonLeft, OwnerChanged)
# To the old contact and the new one.
HANDED: Final = (BookingTakenOver, BookingHandedOn, RequestsHandedOver)
# Whose letters name the employer that they are about.
OF_EMPLOYERS: Final = (*EMPLOYER, *PEOPLE, ClaimMade, PersonInvited, RequestsHandedOver)
DUTIES: Final = (DutyGiven, DutyChanged, DutyEnded, DeputyNeeded)
# To whoever has the duty to decide.
NEAR: Final = (DecisionAsked, ChangeAsked, BlockingToDecide, DecisionsLate)
ACCOUNT: Final = (
    AccountRegistered,
    AccountRegisteredAgain,
    AccountCreated,
    AddressTested,
    PasswordResetAsked,
    ReleaseTested,
    *DUTIES,
    *NEAR,
)
# Of everything that waits: for somebody who chose so, for the career centre.
DAILY: Final = (DigestGathered, InboxCounted)
# To whoever asked for a blocking.
BLOCKINGS: Final = (BlockingAccepted, BlockingRefused, BlockingChanged, BlockingWithdrawn)
# To the career centre; of channels to its administrators.
CENTRE: Final = (InboxCounted, ChannelPaused)
_E = TypeVar("_E", bound=Event)


def those(events: Sequence[Event], *kinds: type[_E]) -> list[_E]:
    """Give the events of some types."""
    return [event for event in events if isinstance(event, kinds)]


def booking_events(events: Sequence[Event]) -> list[BookingEvent]:
    """Give the events about bookings."""
    return [event for event in events if isinstance(event, BookingEvent)]


def is_tentative(event: BookingEvent) -> bool:
    """Whether an event tells of a placement that waits for its owner's answer."""
    if isinstance(event, BookingMoved | BookingTakenOver):
        return event.tentative
    return isinstance(event, BookingTentative)


def personal_events(events: Sequence[Event]) -> list[BookingJoined | BookingLeft]:
    """Give the events about bookings that are for one of the other employers alone."""
    return [event for event in events if isinstance(event, PERSONAL)]


def person_ids(events: Sequence[Event]) -> set[UUID]:
    """Give the accounts of whom events tell that they joined, left or own."""
    kinds = PersonJoined | PersonLeft | OwnerChanged | ClaimDeclined
    named = {event.account_id for event in events if isinstance(event, kinds)}
    return named | {event.for_id for event in those(events, DeputyNeeded)}


def invitation_ids(events: Sequence[Event]) -> set[UUID]:
    """Give the invitations that events tell of."""
    return {event.invitation_id for event in those(events, PersonInvited)}


def handover_ids(events: Sequence[Event]) -> set[UUID]:
    """Give the handovers that events tell of."""
    kinds = BookingTakenOver | BookingHandedOn | RequestsHandedOver
    return {event.handover_id for event in events if isinstance(event, kinds)}


def participation_events(events: Sequence[Event]) -> list[ParticipationEvent]:
    """Give the events about other employers of a request."""
    return [event for event in events if isinstance(event, ParticipationEvent)]


def subjects(events: Sequence[Event], kinds: tuple[type[Event], ...]) -> set[UUID]:
    """Give what the events of some types are about."""
    return {event.subject_id for event in events if isinstance(event, kinds)}


def duty_ids(events: Sequence[Event]) -> set[UUID]:
    """Give the duties that events tell of."""
    return {event.duty_id for event in events if isinstance(event, DutyGiven | DutyChanged | DutyEnded)}


def blocking_ids(events: Sequence[Event]) -> set[UUID]:
    """Give the blockings that events are about."""
    return {event.blocking_id for event in those(events, BlockingToDecide)} | subjects(events, BLOCKINGS)


def request_ids(events: Sequence[Event]) -> set[UUID]:
    """Give the requests that events are about."""
    named = {
        event.request_id
        for event in events
        if isinstance(event, BookingEvent | StrikeNoted | StrikeRemoved | AppealDecided)
    }
    overdue = [event for event in events if isinstance(event, DecisionsOverdue | DecisionsLate)]
    named |= {request_id for event in overdue for request_id in (*event.request_ids, *event.changed_ids)}
    named |= {event.request_id for event in events if isinstance(event, DecisionAsked | ChangeAsked)}
    named |= series_requests(events)
    named |= {request_id for event in those(events, RequestsHandedOver) for request_id in event.request_ids}
    return named | subjects(events, (*REQUEST, *ANSWER, *PARTICIPANT))


def series_requests(events: Sequence[Event]) -> set[UUID]:
    """Give the requests of series that events are about: a single one may have gone to a colleague."""
    return {request_id for event in those(events, SeriesEvent) for request_id in event.request_ids}


def offer_ids(event: Event) -> tuple[UUID, ...]:
    """Give the offers that an event is about."""
    return event.offer_ids if isinstance(event, (*OFFERS, RequestLeftUnplaced, RequestRefused)) else ()


def reason_codes(event: Event) -> tuple[str, ...]:
    """Give the reasons that an event names, each with its code table."""
    if isinstance(event, EmployerRefused):
        return tuple(f"employer_refusal/{code}" for code in event.reasons)
    decisions = RequestReturned | RequestRefused | RequestStopped | RequestObjected | AmendmentRefused
    if isinstance(event, decisions | SeriesReturned | SeriesRefused):
        return (f"request_refusal/{event.reason_code}",)
    if isinstance(event, BookingReleased) and event.reason_code:
        return (f"request_refusal/{event.reason_code}",)
    return ()


def resources(placement: EventPlacement) -> set[UUID]:
    """Give the rooms and the channel of a placement."""
    return {resource for resource in (*placement.room_ids, placement.channel_id) if resource is not None}


def placement_after(event: BookingEvent) -> tuple[Literal["confirmed", "tentative", "none"], EventPlacement | None]:
    """Give how an activity stands after an event of its booking, and where."""
    if isinstance(event, BookingReleased):
        return "none", None
    return ("tentative" if is_tentative(event) else "confirmed"), event.place


def resources_of_event(event: BookingEvent) -> set[UUID]:
    """Give the rooms and channels that a letter of an event names."""
    old = resources(event.old) if isinstance(event, BookingMoved | BookingReleased) else set()
    return old if isinstance(event, BookingReleased) else old | resources(event.place)
