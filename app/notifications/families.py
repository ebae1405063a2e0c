"""Groups of events, by what their letters are about: a booking, a request, an employer, an account."""

from collections.abc import Sequence
from typing import Final, TypeVar
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
    BookingJoined,
    BookingLeft,
    BookingMoved,
    BookingTentative,
    CaseOpened,
    ChannelPaused,
    DecisionsOverdue,
    DigestGathered,
    EmployerRefused,
    EmployerReinstated,
    EmployerSuspended,
    EmployerVerified,
    Event,
    InboxCounted,
    OffersExpired,
    OffersMade,
    OffersWithdrawn,
    ParticipationAccepted,
    ParticipationAsked,
    ParticipationDeclined,
    ParticipationEnded,
    PasswordResetAsked,
    ReleaseTested,
    RequestApproved,
    RequestLapsed,
    RequestLapsesSoon,
    RequestLeftUnplaced,
    RequestObjected,
    RequestRefused,
    RequestReturned,
    RequestStopped,
    RequestWaitlisted,
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
    RequestLapsed,
    RequestLapsesSoon,
    RequestLeftUnplaced,
    RequestStopped,
    RequestObjected,
    RequestWaitlisted,
    AnswerReminded,
    CaseOpened,
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
)
ACCOUNT: Final = (
    AccountRegistered,
    AccountRegisteredAgain,
    AccountCreated,
    AddressTested,
    PasswordResetAsked,
    ReleaseTested,
)
# Of everything that waits: for somebody who chose so, for the career centre.
DAILY: Final = (DigestGathered, InboxCounted)
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
    return isinstance(event, BookingTentative) or (isinstance(event, BookingMoved) and event.tentative)


def personal_events(events: Sequence[Event]) -> list[BookingJoined | BookingLeft]:
    """Give the events about bookings that are for one of the other employers alone."""
    return [event for event in events if isinstance(event, PERSONAL)]


def participation_events(events: Sequence[Event]) -> list[ParticipationEvent]:
    """Give the events about other employers of a request."""
    return [event for event in events if isinstance(event, ParticipationEvent)]


def subjects(events: Sequence[Event], kinds: tuple[type[Event], ...]) -> set[UUID]:
    """Give what the events of some types are about."""
    return {event.subject_id for event in events if isinstance(event, kinds)}


def request_ids(events: Sequence[Event]) -> set[UUID]:
    """Give the requests that events are about."""
    named = {
        event.request_id
        for event in events
        if isinstance(event, BookingEvent | StrikeNoted | StrikeRemoved | AppealDecided)
    }
    named |= {request_id for event in events if isinstance(event, DecisionsOverdue) for request_id in event.request_ids}
    return named | subjects(events, (*REQUEST, *ANSWER, *PARTICIPANT))
