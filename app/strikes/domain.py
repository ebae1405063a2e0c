"""Strikes and appeals as the database has them, and what people send about them."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.attached_files import megabytes
from app.errors import N_, Conflict, NotFound
from app.events import Cause, OutcomeKind
from app.texts import Command, prose

AppealState = Literal["open", "upheld", "rejected"]
Words = Annotated[str, Meta(min_length=1, max_length=1000, extra={"read": prose})]

CAUSE_NAMES: dict[Cause, str] = {"no_show": N_("No-show"), "late_cancel": N_("Late cancellation")}
APPEAL_STATES: dict[AppealState, str] = {
    "open": N_("Appeal being decided"),
    "upheld": N_("Appeal upheld"),
    "rejected": N_("Appeal rejected"),
}


class StrikeNotFound(NotFound):
    """No such strike, or not the asker's."""

    type = "strike-not-found"
    sentence = N_("There is no such no-show or late cancellation.")


class AppealNotFound(NotFound):
    """No such appeal."""

    type = "appeal-not-found"
    sentence = N_("There is no such appeal.")


class AppealFileNotFound(NotFound):
    """No such file, not the asker's, or deleted in time."""

    type = "appeal-file-not-found"
    sentence = N_("There is no such file.")


class StrikeOver(Conflict):
    """It was taken back or has expired: there is nothing to appeal against or to take back."""

    type = "strike-over"
    sentence = N_("This does not count any more.")


class AppealOpen(Conflict):
    """One appeal at a time is decided."""

    type = "appeal-open"
    sentence = N_("Your appeal is being decided already.")


class AppealIsDecided(Conflict):
    """Somebody decided it meanwhile."""

    type = "appeal-decided"
    sentence = N_("This appeal is decided already.")


class NothingToWaive(Conflict):
    """The employer may ask."""

    type = "nothing-to-waive"
    sentence = N_("This employer is not paused.")


class EmployerPaused(Conflict):
    """What counts against an employer keeps it from new requests and places for a while."""

    type = "employer-paused"
    sentence = N_(
        "Until {until} no new requests and places of this employer are accepted. No-shows on record: {count}. Its page "
        "“No-shows” shows which, and takes appeals."
    )


class AppealFile(msgspec.Struct, frozen=True, kw_only=True):
    """What an employer shows with an appeal, without its bytes."""

    appeal_id: UUID
    name: str
    content_type: str
    size: int
    uploaded_at: datetime

    @property
    def path(self) -> str:
        """Give where the file is read."""
        return f"/api/appeals/{self.appeal_id}/file"

    @property
    def megabytes(self) -> str:
        """Give its size in words."""
        return megabytes(self.size)


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """What an employer says against a strike, and the career centre's answer."""

    id: UUID
    strike_id: UUID
    state: AppealState
    note: str
    made_at: datetime
    made_by_name: str | None = None
    answer: str = ""
    decided_at: datetime | None = None
    file: AppealFile | None = None
    row_version: int


class Strike(msgspec.Struct, frozen=True, kw_only=True):
    """A no-show or a late cancellation of an employer; it counts until `expires_on`, unless it is removed."""

    id: UUID
    employer_id: UUID
    request_id: UUID
    season_id: UUID
    reference: str
    title: str
    cause: Cause
    noted_at: datetime
    expires_on: date
    removed_at: datetime | None
    removed_reason: str
    row_version: int
    appeals: tuple[Appeal, ...] = ()

    def counts_on(self, day: date) -> bool:
        """Whether it counts on a day."""
        return self.removed_at is None and day < self.expires_on

    @property
    def open_appeal(self) -> Appeal | None:
        """Give the appeal that waits for a decision."""
        return next((appeal for appeal in self.appeals if appeal.state == "open"), None)


class OpenAppeal(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal that waits for a decision, with whose it is and against what."""

    appeal: Appeal
    employer_id: UUID
    employer_zh: str
    employer_en: str
    reference: str
    title: str
    cause: Cause


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for an employer, until when.

    `count` no-shows count, late cancellations among them as far as they make up whole ones; `late_left` are beside.
    `next` is what one more no-show leads to.
    """

    kind: OutcomeKind
    count: int = 0
    late_left: int = 0
    until: date | None = None
    next: OutcomeKind = "warned"

    @property
    def blocks(self) -> bool:
        """Whether new requests and places are held back."""
        return self.kind in ("paused", "suspended")


class StrikeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What counts against an employer and what follows; `strikes` are all of them, the newest first."""

    outcome: Outcome
    block_days: int
    suspend_after: int
    late_cancels_per_no_show: int
    strikes: tuple[Strike, ...]


class MakeAppeal(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a strike should not count."""

    note: Words


class GiveReason(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an appeal is decided so, a strike is taken back, or a pause is lifted."""

    reason: Words
