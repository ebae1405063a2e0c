"""Who acts for an employer: one owner and any number of colleagues."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.accounts.domain import DisplayName, LocaleCode, Password, Phone
from app.addresses import Address
from app.errors import N_, Conflict, Forbidden, NotFound
from app.texts import Command

INVITATION_LIFE: Final = timedelta(days=7)
MOST_INVITATIONS: Final = 20
# A request that has come to its end keeps the contact that it had.
ENDED: Final = ("took_place", "withdrawn", "cancelled", "stopped", "no_show", "expired")
InvitationState = Literal["open", "accepted", "withdrawn"]


class PersonNotFound(NotFound):
    """No such person of this employer."""

    type = "person-not-found"
    sentence = N_("Nobody like this acts for the employer.")


class InvitationNotFound(NotFound):
    """No such invitation of this employer."""

    type = "invitation-not-found"
    sentence = N_("There is no such invitation.")


class InvitationEnded(Conflict):
    """An invitation that was used, taken back, or whose time is over."""

    type = "invitation-ended"
    sentence = N_("This invitation does not hold any more. Ask for a new one.")


class InvitationUnsuitable(Conflict):
    """The address belongs to an account that cannot act for an employer."""

    type = "invitation-unsuitable"
    sentence = N_("The account with this address cannot act for an employer. Ask for an invitation to another address.")


class ActsForAnother(Conflict):
    """Who is invited acts for another employer."""

    type = "acts-for-another"
    sentence = N_("This account acts for another employer. Leave that one first, or use another address.")


class InvitedAlready(Conflict):
    """An address has an open invitation already, or acts for the employer."""

    type = "invited-already"
    sentence = N_("This address is invited already, or acts for the employer.")


class TooManyInvitations(Conflict):
    """More open invitations than an employer has people for."""

    type = "too-many-invitations"
    sentence = N_("There are {limit} open invitations already. Take some back first.")


class NotTheOwner(Forbidden):
    """Only the owner of an employer's people, or the career centre, may do this."""

    type = "not-the-owner"
    sentence = N_("Only the employer's owner or the career centre can do this.")


class LastPerson(Conflict):
    """Nobody would be left to act for the employer."""

    type = "last-person"
    sentence = N_("Nobody else acts for the employer. Invite a colleague first, or confirm that nobody will be left.")


class HandsToThemselves(Conflict):
    """Who takes over has it already."""

    type = "hands-to-themselves"
    sentence = N_("This person is the contact already.")


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who acts for an employer; `open_requests` are those of which they are the contact."""

    account_id: UUID
    display_name: str
    email: str
    phone: str
    locale: LocaleCode
    is_owner: bool
    open_requests: int = 0


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was asked to act for an employer."""

    id: UUID
    employer_id: UUID
    email: str
    locale: LocaleCode
    as_owner: bool
    state: InvitationState
    invited_by_name: str | None
    invited_at: datetime
    expires_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether it can be accepted."""
        return self.state == "open" and now < self.expires_at


class People(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who acts for an employer, the owner first, and who was asked to."""

    people: tuple[Person, ...]
    invitations: tuple[Invitation, ...]

    @property
    def owner(self) -> Person | None:
        """Give the owner; None where nobody is left."""
        return next((person for person in self.people if person.is_owner), None)


class Invite(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask somebody to act for an employer."""

    email: Address
    as_owner: bool = False


class AcceptInvitation(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an account needs where the invited address has none yet."""

    display_name: DisplayName | None = None
    password: Password | None = None
    phone: Phone = ""
    locale: LocaleCode = "zh-CN"


class RemovePerson(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who takes over their requests (else the owner does), and that nobody may be left."""

    hand_to: UUID | None = None
    nobody_left: bool = False


class NameOwner(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for the employer's people from now on."""

    account_id: UUID


class HandOver(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who becomes the contact of some requests, or of all that a person has."""

    to_account_id: UUID
    request_ids: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()
    from_account_id: UUID | None = None
