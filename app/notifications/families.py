"""Groups of events, by what their letters are about: a booking, a request, an employer, an account."""

from collections.abc import Sequence
from typing import Final, TypeVar
from uuid import UUID

from app.events import (
    AccountCreated,
    AccountRegistered,
    AccountRegisteredAgain,
    EmployerRefused,
    EmployerSuspended,
    EmployerVerified,
    Event,
    PasswordResetAsked,
    RequestApproved,
    RequestLeftUnplaced,
    RequestRefused,
    RequestReturned,
    RequestStopped,
)
from app.notifications.purposes import BookingEvent

REQUEST: Final = (RequestReturned, RequestRefused, RequestApproved, RequestLeftUnplaced, RequestStopped)
EMPLOYER: Final = (EmployerVerified, EmployerRefused, EmployerSuspended)
ACCOUNT: Final = (AccountRegistered, AccountRegisteredAgain, AccountCreated, PasswordResetAsked)
_E = TypeVar("_E", bound=Event)


def those(events: Sequence[Event], *kinds: type[_E]) -> list[_E]:
    """Give the events of some types."""
    return [event for event in events if isinstance(event, kinds)]


def booking_events(events: Sequence[Event]) -> list[BookingEvent]:
    """Give the events about bookings."""
    return [event for event in events if isinstance(event, BookingEvent)]


def subjects(events: Sequence[Event], kinds: tuple[type[Event], ...]) -> set[UUID]:
    """Give what the events of some types are about."""
    return {event.subject_id for event in events if isinstance(event, kinds)}


def request_ids(events: Sequence[Event]) -> set[UUID]:
    """Give the requests that events are about."""
    return {event.request_id for event in booking_events(events)} | subjects(events, REQUEST)
