"""Accounts: who signs in, and with which role."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.actors import Actor, HeldDuty, Role
from app.addresses import Address, KnownAddress
from app.errors import N_, Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from app.texts import Command, form_of, secret

Password = Annotated[str, Meta(min_length=10, max_length=200, extra={"read": secret})]
DisplayName = Annotated[str, Meta(min_length=1, max_length=80)]
Phone = Annotated[str, form_of(r"[0-9+() \-]*", min_length=0, max_length=40)]
LocaleCode = Literal["zh-CN", "en"]
TokenPurpose = Literal["verify_email", "reset_password"]

# Seconds, real time. A session ends when nobody used it for so long; who is at work is not signed out in mid-form.
SESSION_LIFE = 14 * 24 * 3600
TOKEN_LIFE: dict[TokenPurpose, int] = {"verify_email": 3 * 24 * 3600, "reset_password": 3600}


class WrongCredentials(Unauthenticated):
    """Address and password do not belong together; whether the address exists is not told."""

    type = "wrong-credentials"
    sentence = N_("The address or the password is wrong, or the link in our first mail was not opened yet.")


class EmailTaken(Conflict):
    """Another account has the address already."""

    type = "email-taken"
    sentence = N_("There is an account with this address already. Sign in, or ask for a new password.")


class TokenInvalid(Invalid):
    """A mailed link was used, is too old, or never existed."""

    type = "link-invalid"
    sentence = N_("This link has been used or is too old. Ask for a new one.")


class TooManySearches(TooMany):
    """An account searches more often than a person does."""

    type = "too-many-searches"
    sentence = N_("This was asked too often: at most {limit} times a minute. Please wait {seconds} seconds.")


class AccountNotFound(NotFound):
    """No such account."""

    type = "account-not-found"
    sentence = N_("There is no such account.")


class EmailNotVerified(Forbidden):
    """Some acts need an address that was shown to be the person's."""

    type = "email-not-verified"
    sentence = N_("Please open the link in the mail that we sent you first: we need to know that the address is yours.")


class OwnAccount(Conflict):
    """Administrators cannot close their own account: somebody must stay who can open accounts."""

    type = "own-account"
    sentence = N_("You cannot close your own account: another administrator can.")


class AlreadySetUp(Conflict):
    """The school can be set up only once."""

    type = "already-set-up"
    sentence = N_("This school has an administrator already. Please sign in.")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account without its password."""

    id: UUID
    email: str
    display_name: str
    phone: str
    locale: LocaleCode
    role: Role
    employer_id: UUID | None
    department_id: UUID | None
    email_verified_at: datetime | None
    disabled_at: datetime | None
    row_version: int

    def actor(self) -> Actor:
        """Give the person as use cases see them."""
        return Actor(
            account_id=self.id,
            role=self.role,
            display_name=self.display_name,
            locale=self.locale,
            employer_id=self.employer_id,
            department_id=self.department_id,
            email_verified=self.email_verified_at is not None,
        )


class SignedIn(Account, frozen=True, kw_only=True):
    """The account behind a session, with the duties of today."""

    duties: tuple[HeldDuty, ...]

    def actor(self) -> Actor:
        """Give the person as use cases see them, with their duties."""
        return msgspec.structs.replace(super().actor(), duties=self.duties)


class RegisterAccount(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An employer's contact opens an account of their own."""

    email: Address
    password: Password
    display_name: DisplayName
    phone: Phone = ""
    locale: LocaleCode = "zh-CN"


class CreateAccount(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An administrator opens an account for a colleague."""

    email: Address
    password: Password
    display_name: DisplayName
    role: Role
    phone: Phone = ""
    locale: LocaleCode = "zh-CN"
    department_id: UUID | None = None
    employer_id: UUID | None = None


class SignIn(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Address and password."""

    email: KnownAddress
    password: Annotated[str, Meta(max_length=200, extra={"read": secret})]


class SetUpSchool(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set up the school: its names and its first administrator."""

    school_name_zh: Annotated[str, Meta(min_length=1, max_length=120)]
    school_name_en: Annotated[str, Meta(min_length=1, max_length=120)]
    email: Address
    password: Password
    display_name: DisplayName
    locale: LocaleCode = "zh-CN"


class School(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The school's names."""

    name_zh: Annotated[str, Meta(min_length=1, max_length=120)]
    name_en: Annotated[str, Meta(min_length=1, max_length=120)]
