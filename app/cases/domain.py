"""Cases: a booking that no longer keeps a rule, whose turn it is, and how it ends."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.errors import N_, Conflict, NotFound
from app.facts.domain import BrokenRule
from app.schedules.domain import Break
from app.texts import Command

CaseState = Literal["open", "settled", "kept"]
CaseAct = Literal["move", "give_back", "keep"]
Outcome = Literal["left_place", "rules_kept", "agreed"]
CASE_STATES: Final[tuple[CaseState, ...]] = ("open", "settled", "kept")
STATE_NAMES: Final[dict[CaseState, str]] = {
    "open": N_("To be settled"),
    "settled": N_("Case settled"),
    "kept": N_("Stays as it is"),
}
OUTCOME_NAMES: Final[dict[Outcome, str]] = {
    "left_place": N_("moved or given back"),
    "rules_kept": N_("keeps the rules again"),
    "agreed": N_("agreed to"),
}


# The next step of an open case: the booking's move, its end, or an agreement.
OPEN_ACTS: Final[tuple[CaseAct, ...]] = ("move", "give_back", "keep")


class CaseNotFound(NotFound):
    """No such case."""

    type = "case-not-found"
    sentence = N_("There is no such case.")


class CaseIsOver(Conflict):
    """Only an open case is decided."""

    type = "case-is-over"
    sentence = N_("This case is over already.")


class KeepCase(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Agree that a booking stays as it is, and why."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it is stored, with the booking's request, its owner, time and places."""

    id: UUID
    season_id: UUID
    booking_id: UUID
    activity_id: UUID
    request_id: UUID
    reference: str
    title: str
    kind: str
    owner_zh: str
    owner_en: str
    starts_at: datetime
    ends_at: datetime
    places_zh: tuple[str, ...]
    places_en: tuple[str, ...]
    breaks: tuple[Break, ...]
    state: CaseState
    reason: str
    opened_at: datetime
    opened_by_name: str | None
    due_at: datetime
    outcome: Outcome | None
    ended_at: datetime | None
    ended_by_name: str | None
    agreed_reason: str
    row_version: int


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its reader sees it: who, since when, which rules, until when; what can be done, or how it ended."""

    id: UUID
    season_id: UUID
    booking_id: UUID
    activity_id: UUID
    request_id: UUID
    reference: str
    title: str
    kind: str
    owner: str
    starts_at: datetime
    ends_at: datetime
    places: tuple[str, ...]
    rules: tuple[BrokenRule, ...]
    state: CaseState
    reason: str
    opened_at: datetime
    opened_by_name: str | None
    due_at: datetime
    outcome: Outcome | None
    ended_at: datetime | None
    ended_by_name: str | None
    agreed_reason: str
    row_version: int
    acts: tuple[CaseAct, ...]


class BookingLine(msgspec.Struct, frozen=True, kw_only=True):
    """Whose a standing booking is, when and where."""

    booking_id: UUID
    activity_id: UUID
    request_id: UUID
    season_zh: str
    season_en: str
    reference: str
    title: str
    kind: str
    owner_zh: str
    owner_en: str
    starts_at: datetime
    ends_at: datetime
    places_zh: tuple[str, ...]
    places_en: tuple[str, ...]
