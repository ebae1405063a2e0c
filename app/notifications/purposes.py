"""Which events are told by mail, each with the purpose of its mail; to whom, says `recipients`.

The relay starts the job that writes these mails by `workers.subscriptions`; a test holds the two tables together.
"""

from typing import Final, Literal

from app.errors import N_
from app.events import (
    AccountCreated,
    AccountRegistered,
    AccountRegisteredAgain,
    BookingConfirmed,
    BookingJoined,
    BookingLeft,
    BookingMoved,
    BookingReleased,
    BookingTentative,
    CaseOpened,
    EmployerRefused,
    EmployerSuspended,
    EmployerVerified,
    Event,
    ParticipationAccepted,
    ParticipationAsked,
    ParticipationDeclined,
    ParticipationEnded,
    PasswordResetAsked,
    RequestApproved,
    RequestLeftUnplaced,
    RequestRefused,
    RequestReturned,
    RequestStopped,
)

Purpose = Literal[
    "verify_email",
    "reset_password",
    "account_created",
    "account_known",
    "employer_verified",
    "employer_refused",
    "employer_suspended",
    "request_returned",
    "request_refused",
    "request_approved",
    "request_left_unplaced",
    "request_stopped",
    "participation_asked",
    "participation_accepted",
    "participation_declined",
    "participation_ended",
    "booking_confirmed",
    "booking_tentative",
    "booking_held",  # booking_tentative, in rows of earlier versions
    "booking_moved",
    "booking_released",
    "case_opened",
]

PURPOSES: Final[dict[type[Event], Purpose]] = {
    AccountRegistered: "verify_email",
    PasswordResetAsked: "reset_password",
    AccountCreated: "account_created",
    AccountRegisteredAgain: "account_known",
    EmployerVerified: "employer_verified",
    EmployerRefused: "employer_refused",
    EmployerSuspended: "employer_suspended",
    RequestReturned: "request_returned",
    RequestRefused: "request_refused",
    RequestApproved: "request_approved",
    RequestLeftUnplaced: "request_left_unplaced",
    RequestStopped: "request_stopped",
    ParticipationAsked: "participation_asked",
    ParticipationAccepted: "participation_accepted",
    ParticipationDeclined: "participation_declined",
    ParticipationEnded: "participation_ended",
    BookingConfirmed: "booking_confirmed",
    BookingJoined: "booking_confirmed",
    BookingLeft: "booking_released",
    BookingTentative: "booking_tentative",
    BookingMoved: "booking_moved",
    BookingReleased: "booking_released",
    CaseOpened: "case_opened",
}
# What a message is about, in a list of messages.
PURPOSE_NAMES: Final[dict[Purpose, str]] = {
    "verify_email": N_("Confirm the address"),
    "reset_password": N_("New password"),
    "account_created": N_("Account opened"),
    "account_known": N_("Account exists already"),
    "employer_verified": N_("Employer verified"),
    "employer_refused": N_("Employer not verified"),
    "employer_suspended": N_("Employer suspended"),
    "request_returned": N_("Request returned"),
    "request_refused": N_("Request refused"),
    "request_approved": N_("Request approved"),
    "request_left_unplaced": N_("No place found"),
    "request_stopped": N_("Stopped by the school"),
    "participation_asked": N_("Asked to take part"),
    "participation_accepted": N_("Takes part"),
    "participation_declined": N_("Takes no part"),
    "participation_ended": N_("No longer asked to take part"),
    "booking_confirmed": N_("Place confirmed"),
    "booking_tentative": N_("Place kept"),
    "booking_held": N_("Place kept"),
    "booking_moved": N_("Place moved"),
    "booking_released": N_("Place given back"),
    "case_opened": N_("To be placed anew"),
}
ParticipationEvent = ParticipationAsked | ParticipationAccepted | ParticipationDeclined | ParticipationEnded
BookingEvent = BookingConfirmed | BookingTentative | BookingMoved | BookingReleased
