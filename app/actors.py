"""Who asks: the signed-in person as use cases see them, and what each role may do."""

from typing import Literal
from uuid import UUID

import msgspec

from app.errors import Forbidden

Role = Literal["employer_contact", "department_staff", "organiser", "administrator"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person."""

    account_id: UUID
    role: Role
    display_name: str
    locale: str = "zh-CN"
    employer_id: UUID | None = None
    department_id: UUID | None = None
    email_verified: bool = False

    @property
    def organises(self) -> bool:
        """Career centre: sees and decides everything of a season."""
        return self.role in ("organiser", "administrator")

    @property
    def administers(self) -> bool:
        """May create accounts and change the school."""
        return self.role == "administrator"

    def must_organise(self) -> None:
        """Raises Forbidden for anybody but the career centre."""
        if not self.organises:
            raise Forbidden

    def must_administer(self) -> None:
        """Raises Forbidden for anybody but an administrator."""
        if not self.administers:
            raise Forbidden


def account_of(actor: Actor | None) -> UUID | None:
    """The account behind an act; None where the command line or a worker acts."""
    return None if actor is None else actor.account_id
