"""Blockings: rooms and channels that somebody asks to be closed, and what may take place there nevertheless."""

from datetime import date, datetime, time
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.clock import HoursEnd, LocalTime
from app.errors import N_, Conflict, Forbidden, NotFound
from app.facts.domain import Accepted
from app.texts import Command, halfwidth
from app.venues.closure_domain import AddClosure

BlockingState = Literal["asked", "accepted", "refused", "withdrawn"]
BlockingAct = Literal["accept", "refuse", "change", "withdraw", "exempt"]
STATE_NAMES: Final[dict[BlockingState, str]] = {
    "asked": N_("Waits for a decision"),
    "accepted": N_("Blocked"),
    "refused": N_("Not blocked"),
    "withdrawn": N_("Lifted"),
}

ReasonCode = Annotated[str, Meta(min_length=1, max_length=40, extra={"read": halfwidth})]
Note = Annotated[str, Meta(max_length=200)]
Why = Annotated[str, Meta(min_length=1, max_length=500)]


class BlockingNotFound(NotFound):
    """No such blocking, or not the asker's to see."""

    type = "blocking-not-found"
    sentence = N_("There is no such blocking.")


class OtherDepartmentsRoom(Forbidden):
    """A department asks for its own rooms and the school's."""

    type = "other-departments-room"
    sentence = N_("This room belongs to another department: ask it, or the career centre.")


class BlockedAlready(Conflict):
    """The same owner has a blocking there that overlaps; `blocking_id` names it."""

    type = "blocked-already"
    sentence = N_("You have blocked it then already, or asked for it: {first} to {last}. Change that one instead.")


class ClosedAlready(Conflict):
    """The room or channel is closed at exactly that time for that reason."""

    type = "closed-already"
    sentence = N_("It is closed then already, for the same reason.")


class BlockingDecided(Conflict):
    """Only what waits is decided, only what waits or counts is changed."""

    type = "blocking-decided"
    sentence = N_("This blocking is in the state “{state}”: that is not possible any more.")


class BlockingOver(Conflict):
    """A blocking whose time has passed stays as it was."""

    type = "blocking-over"
    sentence = N_("The time of this blocking has passed.")


class BlockingGrows(Conflict):
    """What the career centre accepted is made shorter by its owner, not longer."""

    type = "blocking-grows"
    sentence = N_(
        "It was accepted for these days and hours. Make it shorter, or ask for the others as a further blocking."
    )


class AskBlocking(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask to block a room or channel, or block it where one approves oneself.

    `first_day` and `last_day` are both blocked; with `from_time` and `until_time` only these hours of each day.
    """

    first_day: date
    last_day: date | None = None
    from_time: LocalTime | None = None
    until_time: HoursEnd | None = None
    reason_code: ReasonCode = "other"
    note: Note = ""
    accept_broken: Accepted = ()


class ChangeBlocking(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change some of a blocking."""

    first_day: date | UnsetType = UNSET
    last_day: date | UnsetType = UNSET
    from_time: LocalTime | UnsetType | None = UNSET
    until_time: HoursEnd | UnsetType | None = UNSET
    reason_code: ReasonCode | UnsetType = UNSET
    note: Note | UnsetType = UNSET
    accept_broken: Accepted = ()


class AcceptBlocking(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a blocking count from now on; `accept_broken` names the bookings there that may break."""

    note: Annotated[str, Meta(max_length=500)] = ""
    accept_broken: Accepted = ()


class RefuseBlocking(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Refuse a blocking, and why; without `instead_id` the nearest free room of like size is named, if there is one."""

    reason: Why
    instead_id: UUID | None = None


class WithdrawBlocking(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a blocking back, or lift it; whoever lifts another's says why."""

    reason: Annotated[str, Meta(max_length=500)] = ""


class Exempt(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let an activity, or every activity of a request, named by its number, take place nevertheless, and why."""

    activity_id: UUID | None = None
    reference: Annotated[str, Meta(max_length=40, extra={"read": halfwidth})] = ""
    reason: Why


class RemoveExemption(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take an exception back; what stands there then is broken, and gets a case where `accept_broken` names it."""

    reason: Annotated[str, Meta(max_length=500)] = ""
    accept_broken: Accepted = ()


class BlockingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A blocking with the names of what it blocks, of whose it is and of who decided."""

    id: UUID
    resource_id: UUID
    place_code: str
    place_zh: str
    place_en: str
    room_department_id: UUID | None
    needs_approval: bool
    department_id: UUID | None
    department_zh: str | None
    department_en: str | None
    first_day: date
    last_day: date
    from_time: time | None
    until_time: time | None
    starts_at: datetime
    ends_at: datetime
    reason_code: str
    note: str
    state: BlockingState
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decision_note: str
    instead_id: UUID | None
    instead_zh: str | None
    instead_en: str | None
    row_version: int

    def days(self) -> AddClosure:
        """Give its days and hours as a closure has them."""
        return AddClosure(
            first_day=self.first_day, last_day=self.last_day, from_time=self.from_time, until_time=self.until_time
        )


class Blocking(msgspec.Struct, frozen=True, kw_only=True):
    """A blocking as its reader sees it; who asked and who decided stays within the owner's house and the centre.

    `counts`: it keeps others away; `over`: its time has passed, so that what still waits is decided no more.
    """

    id: UUID
    resource_id: UUID
    place_code: str
    place_zh: str
    place_en: str
    department_id: UUID | None
    department_zh: str | None
    department_en: str | None
    first_day: date
    last_day: date
    from_time: time | None
    until_time: time | None
    starts_at: datetime
    ends_at: datetime
    reason_code: str
    note: str
    state: BlockingState
    counts: bool
    over: bool
    asked_by_name: str | None
    asked_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decision_note: str
    instead_id: UUID | None
    instead_zh: str | None
    instead_en: str | None
    row_version: int
    acts: tuple[BlockingAct, ...]


class FreeRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room of like size that is free at the time of a blocking."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    capacity: int


class Exemption(msgspec.Struct, frozen=True, kw_only=True):
    """An activity that may be in a closure, who said so, when and why."""

    activity_id: UUID
    request_id: UUID
    season_id: UUID
    reference: str
    title: str
    kind: str
    owner_zh: str
    owner_en: str
    reason: str
    made_by: UUID | None
    made_by_name: str | None
    made_at: datetime
