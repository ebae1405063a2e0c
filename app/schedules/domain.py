"""Solve runs and schedule versions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.bookings.domain import BookingState
from app.clock import Moment
from app.errors import N_, Conflict, NotFound
from app.requests.states import RequestState
from app.texts import Command, prose

RunState = Literal["queued", "running", "finished", "cancelled", "failed"]
VersionState = Literal["draft", "released", "superseded", "discarded"]
# Of what a version leaves out: what waits for a place, and what has one by now.
_WAITING: Final[frozenset[RequestState]] = frozenset({"approved", "waitlisted"})
_PLACED: Final[frozenset[RequestState]] = frozenset({"scheduled", "took_place", "no_show"})


class SolveRunNotFound(NotFound):
    """No such run."""

    type = "solve-run-not-found"
    sentence = N_("There is no such solve run.")


class VersionNotFound(NotFound):
    """No such version."""

    type = "version-not-found"
    sentence = N_("There is no such version of the schedule.")


class AlreadySolving(Conflict):
    """A season is solved once at a time."""

    type = "already-solving"
    sentence = N_("This season is being solved right now. Wait for it, or stop it and keep the best.")


class NothingToSolve(Conflict):
    """No approved request waits for a solve."""

    type = "nothing-to-solve"
    sentence = N_("No approved request waits for a place.")


class RunIsOver(Conflict):
    """A run that ended cannot be stopped."""

    type = "run-is-over"
    sentence = N_("This run has ended already.")


class NotADraft(Conflict):
    """Only drafts can be changed or released."""

    type = "not-a-draft"
    sentence = N_("Version {number} is no draft any more.")


class StaleDraft(Conflict):
    """What was booked after a draft was made crosses it, or other employers answered; `difference` says what."""

    type = "stale-draft"
    sentence = N_(
        "What was booked or answered after this draft was made crosses some of its places. Change these places in the "
        "draft, or solve again from there."
    )


class CorrectionBreaksRules(Conflict):
    """A hand correction that the verifier refuses; `violations` says which rules."""

    type = "correction-breaks-rules"
    sentence = N_("This place breaks a rule: {rules}.")


class AdditionsNotAsked(NotFound):
    """Nobody asked yet what more would help, or the draft was corrected since."""

    type = "additions-not-asked"
    sentence = N_("Nobody has asked yet what more would help this version.")


class AlreadyAdding(Conflict):
    """What more would help is being worked out."""

    type = "already-adding"
    sentence = N_("What more would help is being worked out right now.")


class NothingToAdd(Conflict):
    """Every request of the version is placed, or the version was not solved."""

    type = "nothing-to-add"
    sentence = N_("Every request of this version has a place: nothing more is needed.")


class AskSolve(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Solve a season; what is left out follows its policies."""

    season_id: UUID
    time_limit_seconds: Annotated[int, Meta(ge=1, le=3600)] | None = None
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 1


class SolveRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run: what was asked, its progress, and its result."""

    id: UUID
    season_id: UUID
    state: RunState
    parameters: dict[str, Any]
    progress: dict[str, Any]
    version_id: UUID | None
    error: str
    cancel_asked_at: datetime | None
    asked_by: UUID | None
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What a version is worth, and what is proven about it."""

    requests: int = 0
    placed: int = 0
    unplaced: int = 0
    activities: int = 0
    value: float = 0.0
    bound: float = 1.0
    gap: float = 1.0
    seconds: float = 0.0
    rounds: int = 0
    seed: int = 1
    goals: list[dict[str, Any]] = []
    fairness: dict[str, Any] = {}
    lost_pins: list[UUID] = []  # activities whose pin could not be kept


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A complete set of placements: a draft, or what was released."""

    id: UUID
    season_id: UUID
    number: int
    state: VersionState
    based_on_id: UUID | None
    based_on_number: int | None
    based_on_sequence: int
    figures: Figures
    engine_version: str
    changelog: str
    row_version: int
    created_by_name: str | None
    created_at: datetime
    released_by_name: str | None
    released_at: datetime | None


class ValuableAddition(msgspec.Struct, frozen=True, kw_only=True):
    """One thing more, and what a solve with it brings: `gain` points, `placed` requests.

    A room of `capacity` seats with `features` on a campus (always, or on the mornings, afternoons or evenings of one
    weekday, 1 = Monday), one more activity at a time for a campus's staff, or a livestream channel.
    """

    kind: Literal["room", "staff", "channel"]
    campus_id: UUID | None
    capacity: int | None
    features: tuple[str, ...]
    gain: int
    placed: int
    weekday: int | None = None
    part: Literal["morning", "afternoon", "evening"] | None = None


class Additions(msgspec.Struct, frozen=True, kw_only=True):
    """What more would help a version most, the best first; empty until the work on it has `finished`."""

    version_id: UUID
    state: Literal["queued", "running", "finished", "failed"]
    found: list[ValuableAddition]
    error: str
    asked_at: datetime
    finished_at: datetime | None


class PlacedActivity(msgspec.Struct, frozen=True, kw_only=True):
    """A placement of a version, with whose it is; `pinned`: a person chose it."""

    activity_id: UUID
    request_id: UUID
    kind: str
    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...]
    channel_id: UUID | None
    pinned: bool


class PromisedActivity(PlacedActivity, frozen=True, kw_only=True):
    """A standing booking in the form of a placement."""

    state: BookingState


class PlacedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What lists of placements say of the request that one belongs to."""

    id: UUID
    reference: str
    title: str
    owner_name_zh: str
    owner_name_en: str


class Unplaced(msgspec.Struct, frozen=True, kw_only=True):
    """A request that a version does not place, and why; `state` is its state now."""

    request_id: UUID
    reference: str
    title: str
    state: RequestState
    owner_name_zh: str
    owner_name_en: str
    explanation: dict[str, Any]


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """The requests that a version does not place, as they are now.

    `waiting` are without a place; `placed` got one since, by hand or by an offer; `ended` do not want one any more.
    """

    waiting: list[Unplaced]
    placed: list[Unplaced]
    ended: list[Unplaced]

    @classmethod
    def of(cls, entries: Sequence[Unplaced], *, losing: Collection[UUID] = ()) -> "LeftOut":
        """Sort them; a release of the version would take the places of those that are `losing`."""
        placed = [entry for entry in entries if entry.state in _PLACED and entry.request_id not in losing]
        waiting = [entry for entry in entries if entry.state in _WAITING or entry.request_id in losing]
        known = {entry.request_id for entry in (*placed, *waiting)}
        return cls(waiting=waiting, placed=placed, ended=[entry for entry in entries if entry.request_id not in known])


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a release does to one activity: `old` is None for a new booking, `new` for one that is given back."""

    activity_id: UUID
    request_id: UUID
    kind: str
    old: PlacedActivity | None
    new: PlacedActivity | None


class DraftConflict(msgspec.Struct, frozen=True, kw_only=True):
    """A placement of a draft that cannot be released as it is, and why.

    `changed`: the activity was booked elsewhere, or given back, after the draft was made; `answered`: another employer
    takes part since, or no longer; `taken`: another request's booking crosses it; `held`: an offer to another request
    does, until `held_until`; `begun`: what it would move or give back has begun, or its time has passed; `rules`: it
    breaks rules beside what was booked since.
    """

    activity_id: UUID
    request_id: UUID
    reason: Literal["changed", "answered", "taken", "held", "begun", "rules"]
    other_request_id: UUID | None = None
    held_until: datetime | None = None
    rules: tuple[str, ...] = ()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What a release of a draft would change of the standing bookings; `kept` counts those that stay.

    Of a draft that is older than something: `newer` counts the bookings made since that stay, `dropped_request_ids` are
    requests that ended, and with `conflicts` it cannot be released.
    """

    new: list[Change]
    moved: list[Change]
    cancelled: list[Change]
    kept: int
    newer: int = 0
    dropped_request_ids: tuple[UUID, ...] = ()
    conflicts: list[DraftConflict] = []


class CorrectPlacement(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Move, pin, unpin, forbid or remove one placement of a draft by hand."""

    act: Literal["move", "pin", "unpin", "forbid", "remove"]
    starts_at: Moment | None = None
    room_ids: Annotated[tuple[UUID, ...], Meta(max_length=20)] | None = None
    channel_id: UUID | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""


class Release(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Release a draft; `tell_unplaced` has the requests whose owners are told that they are unplaced."""

    changelog: Annotated[str, Meta(max_length=5000, extra={"read": prose})] = ""
    tell_unplaced: Annotated[tuple[UUID, ...], Meta(max_length=100_000)] = ()


class Break(msgspec.Struct, frozen=True):
    """A rule that a booking breaks: of which resource (None: of any), and with which other activities of a clash."""

    rule: str
    resource: str | None = None
    others: tuple[UUID, ...] = ()

    def covers(self, other: "Break") -> bool:
        """Whether who agreed to this has agreed to the other."""
        same = self.rule == other.rule and self.resource in (None, other.resource)
        return same and set(other.others) <= set(self.others)


class Excused(msgspec.Struct, frozen=True):
    """What a booking may break, by a case that is open or was agreed to."""

    booking_id: UUID
    breaks: tuple[Break, ...]
