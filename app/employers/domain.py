"""Employers: legal entities with a unified social credit code, verified before they meet students."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from app.errors import N_, Conflict, Invalid, NotFound
from app.texts import Command, form_of, halfwidth, prose

Text = Annotated[str, Meta(max_length=120)]
LegalName = Annotated[str, Meta(min_length=2, max_length=120)]
TableCode = Annotated[str, Meta(max_length=120, extra={"read": halfwidth})]
CreditCode = Annotated[str, Meta(min_length=1, max_length=40, extra={"read": halfwidth})]
WebAddress = Annotated[str, form_of(r"https?://\S+", min_length=0, max_length=300)]
Introduction = Annotated[str, Meta(max_length=5000, extra={"read": prose})]
# Licences say 9999-12-31 where they have no end.
LicenceEnd = Annotated[date, Meta(extra={"any_year": True})]
SizeClass = Literal["micro", "small", "medium", "large"]
EmployerState = Literal["registered", "under_review", "verified", "refused", "suspended"]
ReasonCode = Annotated[str, Meta(min_length=1, max_length=40, extra={"read": halfwidth})]

MAX_SCAN_BYTES = 5 * 1024 * 1024
SCAN_TYPES = ("image/jpeg", "image/png", "application/pdf")

# act -> states it is possible in, and the state it leads to
MOVES: dict[str, tuple[frozenset[str], EmployerState]] = {
    "ask_review": (frozenset({"registered", "refused"}), "under_review"),
    "verify": (frozenset({"under_review"}), "verified"),
    "refuse": (frozenset({"under_review"}), "refused"),
    "suspend": (frozenset({"verified"}), "suspended"),
    "suspend_for_strikes": (frozenset({"verified", "under_review"}), "suspended"),
    "reinstate": (frozenset({"suspended"}), "verified"),
}


STATE_NAMES: dict[EmployerState, str] = {
    "registered": N_("Registered"),
    "under_review": N_("Under review"),
    "verified": N_("Verified"),
    "refused": N_("Refused"),
    "suspended": N_("Suspended"),
}


class CreditCodeTaken(Conflict):
    """A legal entity can be entered only once."""

    type = "credit-code-taken"
    sentence = N_("An employer with this credit code is registered already. Say who you are, and ask to join it.")


class EmployerNotFound(NotFound):
    """No such employer, or not the asker's."""

    type = "employer-not-found"
    sentence = N_("There is no such employer.")


class EmployerMerged(NotFound):
    """It was a second entry, and went into another one; `into` is the id of that."""

    type = "employer-merged"
    sentence = N_("This entry was merged into another one.")


class EmployerMoveImpossible(Conflict):
    """The table of moves does not allow this in the employer's state."""

    type = "employer-state"
    sentence = N_("This is not possible for an employer in the state “{state}”.")


class AlreadyHasEmployer(Conflict):
    """A contact speaks for one employer only."""

    type = "has-employer"
    sentence = N_("Your account belongs to an employer already.")


class Employer(msgspec.Struct, frozen=True, kw_only=True):
    """A legal entity that recruits."""

    id: UUID
    team_id: UUID
    legal_name: str
    name_en: str
    credit_code: str
    size_class: SizeClass
    property_code: str
    industry_code: str
    city: str
    website: str
    introduction: str
    licence_name: str
    licence_code: str
    licence_valid_until: date | None
    state: EmployerState
    state_reasons: tuple[str, ...]
    state_note: str
    suspended_until: date | None
    review_asked_at: datetime | None
    review_due_at: datetime | None
    has_scan: bool
    needs_review: bool = False  # changed while suspended
    suspended_for_strikes: bool = False
    strikes_waived_at: datetime | None = None  # strikes up to then hold nothing back
    row_version: int

    def name_in(self, locale: str) -> str:
        """Give the English name where there is one and the reader reads English, else the legal name."""
        return self.name_en if locale == "en" and self.name_en else self.legal_name


class RegisterEmployer(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Enter an employer with what its licence says."""

    legal_name: LegalName
    credit_code: CreditCode
    size_class: SizeClass
    name_en: Text = ""
    property_code: TableCode = "other"
    industry_code: TableCode = ""
    city: Text = ""
    website: WebAddress = ""
    introduction: Introduction = ""
    licence_name: Text = ""
    licence_code: CreditCode | Literal[""] = ""
    licence_valid_until: LicenceEnd | None = None


class ChangeEmployer(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change some fields of it. The credit code stays: another code is another entity."""

    legal_name: LegalName | UnsetType = UNSET
    name_en: Text | UnsetType = UNSET
    size_class: SizeClass | UnsetType = UNSET
    property_code: TableCode | UnsetType = UNSET
    industry_code: TableCode | UnsetType = UNSET
    city: Text | UnsetType = UNSET
    website: WebAddress | UnsetType = UNSET
    introduction: Introduction | UnsetType = UNSET
    licence_name: Text | UnsetType = UNSET
    licence_code: CreditCode | Literal[""] | UnsetType = UNSET
    licence_valid_until: LicenceEnd | UnsetType | None = UNSET


# A change of one of these asks for a new review: they are what was verified.
REVIEWED_FIELDS = frozenset({"legal_name", "licence_name", "licence_code", "licence_valid_until"})


class Decision(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A refusal's reason codes and a sentence."""

    reasons: Annotated[tuple[ReasonCode, ...], Meta(min_length=1, max_length=10)]
    note: Annotated[str, Meta(max_length=1000, extra={"read": prose})] = ""


class Suspension(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when, and why."""

    until: date
    reason: Annotated[str, Meta(min_length=1, max_length=1000, extra={"read": prose})]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer should look at: a reason code and the facts."""

    code: str
    given: str = ""
    on_licence: str = ""


def checked_credit_code(code: str, *, path: str = "credit_code") -> str:
    """Give the code in its compact form, by GB 32100-2015. Raises Invalid."""
    try:
        return str(uscc.validate(code.strip()))
    except InvalidChecksum:
        raise Invalid.at(
            path,
            N_("The check character of “{code}” does not match: at least one character is wrong."),
            "credit-code-check",
            code=code,
        ) from None
    except ValidationError:
        raise Invalid.at(
            path, N_("“{code}” is not a unified social credit code of 18 characters."), "credit-code-form", code=code
        ) from None


def findings(employer: Employer, today: date) -> list[Finding]:
    """List where the entry and the licence disagree."""
    found = []
    if not employer.licence_name and not employer.has_scan:
        found.append(Finding(code="licence_missing"))
    if employer.licence_name and employer.licence_name.strip() != employer.legal_name.strip():
        found.append(Finding(code="name_differs", given=employer.legal_name, on_licence=employer.licence_name))
    if employer.licence_code and employer.licence_code != employer.credit_code:
        found.append(Finding(code="code_differs", given=employer.credit_code, on_licence=employer.licence_code))
    if employer.licence_valid_until is not None and employer.licence_valid_until < today:
        found.append(Finding(code="licence_expired", on_licence=employer.licence_valid_until.isoformat()))
    return found
