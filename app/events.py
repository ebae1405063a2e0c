"""What happened, in the past tense: the outbox, the audit log and the triggers of every mail.

An event carries ids and what changed, never personal data: names and addresses are read when needed.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to one subject; further fields of a subclass are its payload."""

    type: ClassVar[str]
    subject_id: UUID
    season_id: UUID | None = None

    def payload(self) -> dict[str, Any]:
        """Give the fields beyond subject and season, as values that JSON can express."""
        fields = msgspec.to_builtins(self)
        return {name: value for name, value in fields.items() if name not in ("subject_id", "season_id")}


class EventPlacement(msgspec.Struct, frozen=True, kw_only=True):
    """When and where an activity is, in the payload of an event."""

    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...] = ()
    channel_id: UUID | None = None


class AccountRegistered(Event, frozen=True, kw_only=True):
    type = "account.registered"


class AccountRegisteredAgain(Event, frozen=True, kw_only=True):
    """Somebody asked for an account with the address of one."""

    type = "account.registered_again"


class AccountCreated(Event, frozen=True, kw_only=True):
    type = "account.created"
    role: str


class PasswordResetAsked(Event, frozen=True, kw_only=True):
    type = "account.password_reset_asked"


class PasswordChanged(Event, frozen=True, kw_only=True):
    type = "account.password_changed"


class EmailVerified(Event, frozen=True, kw_only=True):
    type = "account.email_verified"


class EmployerRegistered(Event, frozen=True, kw_only=True):
    type = "employer.registered"


class EmployerChanged(Event, frozen=True, kw_only=True):
    type = "employer.changed"
    changed: tuple[str, ...] = ()


class EmployerReviewAsked(Event, frozen=True, kw_only=True):
    type = "employer.review_asked"


class EmployerVerified(Event, frozen=True, kw_only=True):
    type = "employer.verified"


class EmployerRefused(Event, frozen=True, kw_only=True):
    type = "employer.refused"
    reasons: tuple[str, ...]


class EmployerSuspended(Event, frozen=True, kw_only=True):
    type = "employer.suspended"
    until: str


class AccountClosed(Event, frozen=True, kw_only=True):
    type = "account.closed"


class AccountReopened(Event, frozen=True, kw_only=True):
    type = "account.reopened"


class SchoolChanged(Event, frozen=True, kw_only=True):
    type = "school.changed"


class SeasonCreated(Event, frozen=True, kw_only=True):
    type = "season.created"


class SeasonChanged(Event, frozen=True, kw_only=True):
    type = "season.changed"
    changed: tuple[str, ...] = ()


class PolicyChanged(Event, frozen=True, kw_only=True):
    type = "season.policy_changed"
    policy: str
    old: Any = None
    new: Any = None


class CalendarChanged(Event, frozen=True, kw_only=True):
    type = "season.calendar_changed"
    day: str
    is_working: bool


class VenueChanged(Event, frozen=True, kw_only=True):
    """A campus, department, room, channel or major was added or changed; `what` says which."""

    type = "venue.changed"
    what: str
    changed: tuple[str, ...] = ()


class ClosureAdded(Event, frozen=True, kw_only=True):
    type = "closure.added"
    resource_id: UUID


class ClosureRemoved(Event, frozen=True, kw_only=True):
    type = "closure.removed"
    resource_id: UUID


class FileImported(Event, frozen=True, kw_only=True):
    type = "file.imported"
    what: str
    kept: int
    refused: int


class RequestDrafted(Event, frozen=True, kw_only=True):
    type = "request.drafted"


class RequestChanged(Event, frozen=True, kw_only=True):
    type = "request.changed"
    changed: tuple[str, ...] = ()


class RequestAgreed(Event, frozen=True, kw_only=True):
    type = "request.agreed"


class RequestWeighted(Event, frozen=True, kw_only=True):
    type = "request.weighted"
    weight: int | None


class RequestSubmitted(Event, frozen=True, kw_only=True):
    type = "request.submitted"


class RequestReturned(Event, frozen=True, kw_only=True):
    type = "request.returned"
    reason_code: str


class RequestApproved(Event, frozen=True, kw_only=True):
    type = "request.approved"


class RequestRefused(Event, frozen=True, kw_only=True):
    type = "request.refused"
    reason_code: str


class RequestWithdrawn(Event, frozen=True, kw_only=True):
    type = "request.withdrawn"


class RequestWaitlisted(Event, frozen=True, kw_only=True):
    type = "request.waitlisted"


class RequestScheduled(Event, frozen=True, kw_only=True):
    type = "request.scheduled"


class RequestCancelled(Event, frozen=True, kw_only=True):
    type = "request.cancelled"
    late: bool = False  # by its owner, with fewer working days left than the season's rule asks for


class RequestStopped(Event, frozen=True, kw_only=True):
    type = "request.stopped"
    reason_code: str


class RequestTookPlace(Event, frozen=True, kw_only=True):
    type = "request.took_place"


class RequestNotShown(Event, frozen=True, kw_only=True):
    type = "request.no_show"


class RequestLeftUnplaced(Event, frozen=True, kw_only=True):
    """A released schedule does not place the request, and the organiser ticked that its owner is told."""

    type = "request.left_unplaced"
    version_id: UUID


class ParticipationAsked(Event, frozen=True, kw_only=True):
    """The owner of a request named another employer; the subject is the request."""

    type = "participation.asked"
    employer_id: UUID


class ParticipationAccepted(Event, frozen=True, kw_only=True):
    type = "participation.accepted"
    employer_id: UUID


class ParticipationDeclined(Event, frozen=True, kw_only=True):
    type = "participation.declined"
    employer_id: UUID


class ParticipationEnded(Event, frozen=True, kw_only=True):
    """Nothing comes of it for a participant: it is no longer named, or the request has ended before it had a place."""

    type = "participation.ended"
    employer_id: UUID


class SolveAsked(Event, frozen=True, kw_only=True):
    type = "solve.asked"


class SolveFinished(Event, frozen=True, kw_only=True):
    type = "solve.finished"
    version_id: UUID


class SolveCancelled(Event, frozen=True, kw_only=True):
    type = "solve.cancelled"


class SolveFailed(Event, frozen=True, kw_only=True):
    type = "solve.failed"


class AdditionsAsked(Event, frozen=True, kw_only=True):
    type = "additions.asked"


class VersionCorrected(Event, frozen=True, kw_only=True):
    type = "version.corrected"
    activity_id: UUID
    act: str


class VersionDiscarded(Event, frozen=True, kw_only=True):
    type = "version.discarded"


class VersionReleased(Event, frozen=True, kw_only=True):
    type = "version.released"
    new: int
    moved: int
    cancelled: int


class BookingConfirmed(Event, frozen=True, kw_only=True):
    """A placement was promised; `sequence` is the iCalendar SEQUENCE of the message that tells it."""

    type = "booking.confirmed"
    activity_id: UUID
    request_id: UUID
    place: EventPlacement
    sequence: int


class BookingTentative(Event, frozen=True, kw_only=True):
    """A placement is kept until its employer agrees (policy employer_confirms)."""

    type = "booking.tentative"
    activity_id: UUID
    request_id: UUID
    place: EventPlacement
    sequence: int


class BookingMoved(Event, frozen=True, kw_only=True):
    type = "booking.moved"
    activity_id: UUID
    request_id: UUID
    old: EventPlacement
    place: EventPlacement
    sequence: int


class BookingReleased(Event, frozen=True, kw_only=True):
    """A booking was given back; the message that tells it cancels the calendar entry."""

    type = "booking.released"
    activity_id: UUID
    request_id: UUID
    old: EventPlacement
    sequence: int
    reason_code: str = ""


class BookingJoined(BookingConfirmed, frozen=True, kw_only=True):
    """An employer takes part in what was booked before: only it is told of the place."""

    type = "booking.joined"
    employer_id: UUID


class BookingLeft(BookingReleased, frozen=True, kw_only=True):
    """An employer no longer takes part in what is booked: only its calendar entry goes."""

    type = "booking.left"
    employer_id: UUID


class CaseOpened(Event, frozen=True, kw_only=True):
    """A change of facts broke a promise, with a yes: the booking stays until its case is settled.

    The subject of events of cases is the request.
    """

    type = "case.opened"
    case_id: UUID
    activity_id: UUID
    booking_id: UUID
    rules: tuple[str, ...]


class CaseSettled(Event, frozen=True, kw_only=True):
    """The booking of a case moved, was given back, or keeps the rules again."""

    type = "case.settled"
    case_id: UUID
    activity_id: UUID
    booking_id: UUID


class CaseKept(Event, frozen=True, kw_only=True):
    """An organiser agreed that the booking of a case stays as it is."""

    type = "case.kept"
    case_id: UUID
    activity_id: UUID
    booking_id: UUID


class DeliveryResendAsked(Event, frozen=True, kw_only=True):
    """An organiser asked to send a refused message again; the subject is the message."""

    type = "delivery.resend_asked"


def _all(event: type[Event]) -> list[type[Event]]:
    return [event, *(leaf for child in event.__subclasses__() for leaf in _all(child))]


# What tables hold by a name of earlier versions.
_EARLIER_NAMES: dict[str, type[Event]] = {"booking.held": BookingTentative}

EVENTS: dict[str, type[Event]] = {event.type: event for event in _all(Event)[1:]} | _EARLIER_NAMES
