"""Duties, absences, and what departments decide by themselves."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from app.actors import DutyKind
from app.errors import N_, Conflict, Invalid, NotFound
from app.kinds import Kind
from app.texts import Command

KIND_NAMES: Final[dict[DutyKind, str]] = {"approve": N_("Decides requests")}
LONGEST_DAYS: Final = 3 * 366


class DutyNotFound(NotFound):
    """No such duty."""

    type = "duty-not-found"
    sentence = N_("There is no such duty.")


class AbsenceNotFound(NotFound):
    """No such absence, or not the asker's."""

    type = "absence-not-found"
    sentence = N_("There is no such absence.")


class DutyTwice(Conflict):
    """Somebody has this duty already in some of these days."""

    type = "duty-twice"
    sentence = N_("This person has the duty already in some of these days. Change that one instead.")


class AwayAlready(Conflict):
    """Somebody said already that they are away on all of these days."""

    type = "away-already"
    sentence = N_("You have entered these days already.")


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """A duty with who has it, their deputy, of which department or room, and its days (both included)."""

    id: UUID
    kind: DutyKind
    account_id: UUID
    account_name: str
    deputy_id: UUID | None
    deputy_name: str | None
    department_id: UUID | None
    room_id: UUID | None
    scope_zh: str
    scope_en: str
    first_day: date
    last_day: date
    note: str
    granted_by_name: str | None
    granted_at: datetime
    away_until: date | None
    row_version: int

    @property
    def name_zh(self) -> str:
        """Give what it is about, in Chinese."""
        return self.scope_zh

    @property
    def name_en(self) -> str:
        """Give what it is about, in English."""
        return self.scope_en


class PutDuty(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be changed of a duty: its days, its deputy, a note."""

    first_day: date
    last_day: date
    deputy_id: UUID | None = None
    note: Annotated[str, Meta(max_length=200)] = ""


class GiveDuty(PutDuty, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give somebody a duty of one department or one room."""

    account_id: UUID
    kind: DutyKind = "approve"
    department_id: UUID | None = None
    room_id: UUID | None = None


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """Days (both included) on which somebody is away."""

    id: UUID
    account_id: UUID
    first_day: date
    last_day: date


class AddAbsence(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days on which one is away; deputies decide then."""

    first_day: date
    last_day: date


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can have a duty."""

    id: UUID
    display_name: str


class DepartmentLimits(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a department books and decides by itself: activities of these kinds, up to so many people and booths."""

    kinds: Annotated[tuple[Kind, ...], Meta(max_length=10)]
    people: Annotated[int, Meta(ge=1, le=100_000)]
    booths: Annotated[int, Meta(ge=0, le=2000)]


class KeptLimits(DepartmentLimits, frozen=True, kw_only=True):
    """A department's own limits, with the version that a change names."""

    row_version: int


def check_days(first_day: date, last_day: date) -> None:
    """Check that days are in order and not too many. Raises Invalid."""
    if last_day < first_day:
        raise Invalid.at("last_day", N_("The last day comes before the first."), "ends-before-start")
    if (last_day - first_day).days >= LONGEST_DAYS:
        raise Invalid.at("last_day", N_("It lasts less than {days} days."), "too-long", days=LONGEST_DAYS)
