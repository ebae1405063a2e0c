"""What happened to accounts and employers."""

from datetime import date
from typing import Literal
from uuid import UUID

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


class PersonInvited(Event, frozen=True, kw_only=True):
    """Somebody was asked to act for an employer."""

    type = "employer.person_invited"
    invitation_id: UUID


class InvitationWithdrawn(Event, frozen=True, kw_only=True):
    type = "employer.invitation_withdrawn"
    invitation_id: UUID


class PersonJoined(Event, frozen=True, kw_only=True):
    type = "employer.person_joined"
    account_id: UUID


class PersonLeft(Event, frozen=True, kw_only=True):
    """Somebody acts for an employer no more: they left, or were `removed`."""

    type = "employer.person_left"
    account_id: UUID
    removed: bool


class OwnerChanged(Event, frozen=True, kw_only=True):
    """Another one answers for an employer's people."""

    type = "employer.owner_changed"
    account_id: UUID


class RequestsHandedOver(Event, frozen=True, kw_only=True):
    """Requests of an employer have another contact; one message tells old and new of all of them."""

    type = "employer.requests_handed_over"
    handover_id: UUID
    request_ids: tuple[UUID, ...]


class AccountClosed(Event, frozen=True, kw_only=True):
    type = "account.closed"


class AccountReopened(Event, frozen=True, kw_only=True):
    type = "account.reopened"


class AddressTested(Event, frozen=True, kw_only=True):
    """Somebody wants to see whether messages reach them."""

    type = "account.address_tested"


class FeedAsked(Event, frozen=True, kw_only=True):
    """Somebody subscribes to a calendar."""

    type = "account.feed_asked"
    feed_id: UUID
    scope: str


class FeedRenewed(Event, frozen=True, kw_only=True):
    """The link of a subscribed calendar was replaced."""

    type = "account.feed_renewed"
    feed_id: UUID


class FeedEnded(Event, frozen=True, kw_only=True):
    type = "account.feed_ended"
    feed_id: UUID


class ClaimMade(Event, frozen=True, kw_only=True):
    """Somebody found the employer's code taken, and says that they act for it."""

    type = "employer.claim_made"
    claim_id: UUID


class ClaimWithdrawn(Event, frozen=True, kw_only=True):
    type = "employer.claim_withdrawn"
    claim_id: UUID


class ClaimAccepted(Event, frozen=True, kw_only=True):
    type = "employer.claim_accepted"
    claim_id: UUID


class ClaimDeclined(Event, frozen=True, kw_only=True):
    type = "employer.claim_declined"
    claim_id: UUID
    account_id: UUID


class LicenceEndsSoon(Event, frozen=True, kw_only=True):
    """An employer's licence ends in some days."""

    type = "employer.licence_ends_soon"
    last_day: date


class LicenceEnded(Event, frozen=True, kw_only=True):
    """An employer's licence has ended: it is reviewed again."""

    type = "employer.licence_ended"
    last_day: date


class EmployerMergedAway(Event, frozen=True, kw_only=True):
    """An entry went into another one of the same employer."""

    type = "employer.merged_away"
    into_id: UUID


class EmployerTookIn(Event, frozen=True, kw_only=True):
    """Another entry of the same employer went into it."""

    type = "employer.took_in"
    from_id: UUID
