"""The signed-in person as use cases see them; what they may do is decided in app/permissions.py."""

from typing import Literal
from uuid import UUID

import msgspec

Role = Literal["employer_contact", "staff", "department_staff", "organiser", "administrator"]
DutyKind = Literal["approve"]


class HeldDuty(msgspec.Struct, frozen=True, kw_only=True):
    """A duty that somebody has now, as its holder or as the deputy of one who is away; of one department or room."""

    kind: DutyKind
    department_id: UUID | None = None
    room_id: UUID | None = None


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person."""

    account_id: UUID
    role: Role
    display_name: str
    locale: str = "zh-CN"
    employer_id: UUID | None = None
    department_id: UUID | None = None
    email_verified: bool = False
    duties: tuple[HeldDuty, ...] = ()

    @property
    def organises(self) -> bool:
        """Whether they belong to the career centre."""
        return self.role in ("organiser", "administrator")


def account_of(actor: Actor | None) -> UUID | None:
    """Give the account behind an act; None where the command line or a worker acts."""
    return None if actor is None else actor.account_id
