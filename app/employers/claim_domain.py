"""Claims to act for an employer whose code is registered already."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.employers.domain import CreditCode
from app.errors import N_, Conflict, NotFound
from app.texts import Command, prose

ClaimState = Literal["open", "accepted", "declined", "withdrawn"]


class ClaimNotFound(NotFound):
    """No such claim, or not one that the asker sees."""

    type = "claim-not-found"
    sentence = N_("There is no such claim.")


class ClaimOpen(Conflict):
    """Somebody claims one employer at a time."""

    type = "claim-open"
    sentence = N_("You have asked to join an employer already, and are waiting for the answer.")


class ClaimDecided(Conflict):
    """A claim is answered once."""

    type = "claim-decided"
    sentence = N_("This was answered already.")


class MakeClaim(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which code, and who one is: what shows that one acts for it."""

    credit_code: CreditCode
    note: Annotated[str, Meta(min_length=5, max_length=1000, extra={"read": prose})]


class DecideClaim(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Accept, also as the owner (for the career centre)."""

    as_owner: bool = False


class DeclineClaim(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why not."""

    note: Annotated[str, Meta(min_length=1, max_length=1000, extra={"read": prose})]


class OwnClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as who makes it sees it: nothing of the employer but the code that they entered."""

    id: UUID
    credit_code: str
    note: str
    state: ClaimState
    claimed_at: datetime
    decision_note: str


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as who answers it sees it."""

    id: UUID
    employer_id: UUID
    legal_name: str
    account_id: UUID
    display_name: str
    email: str
    phone: str
    note: str
    state: ClaimState
    claimed_at: datetime
    row_version: int
