"""What happened to accounts and employers."""

from typing import Literal

from app.events.event import Event


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
    """No new requests until a day; one for strikes is told with the strike."""

    type = "employer.suspended"
    until: str
    for_strikes: bool = False


Reinstating = Literal["hand", "time", "strikes"]


class EmployerReinstated(Event, frozen=True, kw_only=True):
    """The suspension is over; where a strike was removed, that tells of it."""

    type = "employer.reinstated"
    by: Reinstating


class AccountClosed(Event, frozen=True, kw_only=True):
    type = "account.closed"


class AccountReopened(Event, frozen=True, kw_only=True):
    type = "account.reopened"


class AddressTested(Event, frozen=True, kw_only=True):
    """Somebody wants to see whether messages reach them."""

    type = "account.address_tested"
