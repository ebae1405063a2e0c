"""What happened to accounts and employers."""

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
    type = "employer.suspended"
    until: str


class AccountClosed(Event, frozen=True, kw_only=True):
    type = "account.closed"


class AccountReopened(Event, frozen=True, kw_only=True):
    type = "account.reopened"


class AddressTested(Event, frozen=True, kw_only=True):
    """Somebody wants to see whether messages reach them."""

    type = "account.address_tested"
