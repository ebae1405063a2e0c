"""A fair and its exhibitors (参展单位): what they are, what can be asked, and which moves there are."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.addresses import OptionalAddress
from app.clock import LocalTime
from app.entries.domain import Phone, Visitor
from app.errors import N_
from app.kinds import Kind
from app.requests.domain import Line, MajorCode, Post, Title
from app.requests.states import RequestState
from app.texts import Command, halfwidth, prose

FairKind = Literal["department_fair", "two_way_fair", "joint_session"]
FAIR_KINDS: Final[tuple[FairKind, ...]] = ("department_fair", "two_way_fair", "joint_session")
ExhibitorState = Literal[
    "invited", "applied", "accepted", "waitlisted", "declined", "withdrawn", "refused", "checked_in", "no_show"
]
STATE_NAMES: Final[dict[ExhibitorState, str]] = {
    "invited": N_("Invited"),
    "applied": N_("Applied"),
    "accepted": N_("Takes a booth"),
    "waitlisted": N_("On the waitlist"),
    "declined": N_("Declined"),
    "withdrawn": N_("Withdrawn"),
    "refused": N_("Refused"),
    "checked_in": N_("Has arrived"),
    "no_show": N_("Did not come"),
}
# In these an exhibitor stands at the fair, or may yet.
OPEN: Final[frozenset[ExhibitorState]] = frozenset({"invited", "applied", "accepted", "waitlisted", "checked_in"})
# Requests of which a fair is held, or may be.
HELD: Final[frozenset[RequestState]] = frozenset({"submitted", "returned", "approved", "waitlisted", "scheduled"})
MOST_INVITED: Final = 1000
LONGEST_LIST: Final = 2000
Remark = Annotated[str, Meta(max_length=2000, extra={"read": prose})]
BoothName = Annotated[str, Meta(min_length=1, max_length=20, extra={"read": halfwidth})]
DivisionName = Annotated[str, Meta(max_length=60)]
FairDays = Annotated[int, Meta(ge=0, le=60)]
CodeText = Annotated[str, Meta(min_length=1, max_length=40, extra={"read": halfwidth})]
LegalName = Annotated[str, Meta(min_length=2, max_length=120)]


class Fair(msgspec.Struct, frozen=True, kw_only=True):
    """A fair with when and where it is, if it has a place; `id` is its activity's.

    `booths`: so many exhibitors can have one. `answer_days`, `remind_days`: so many days before it begins invitations
    are to be answered, and who was silent is reminded.
    """

    id: UUID
    request_id: UUID
    season_id: UUID
    reference: str
    title: str
    kind: Kind
    request_state: RequestState
    audience: tuple[str, ...]
    attendance: int
    owner_kind: str
    department_id: UUID | None
    owner_employer_id: UUID | None
    owner_name_zh: str
    owner_name_en: str
    booths: int
    introduction: str
    takes_applications: bool
    answer_days: int
    remind_days: int
    opened_from: UUID | None
    booking_id: UUID | None
    starts_at: datetime | None
    ends_at: datetime | None
    rooms_zh: tuple[str, ...] | None
    rooms_en: tuple[str, ...] | None
    campus_zh: str | None
    campus_en: str | None
    row_version: int

    @property
    def is_held(self) -> bool:
        """Whether it is held, or may be: nobody has called it off."""
        return self.request_state in HELD

    @property
    def is_public(self) -> bool:
        """Whether whoever is not invited may know of it, and apply."""
        return self.takes_applications and self.request_state in ("approved", "scheduled")

    def is_open(self, now: datetime) -> bool:
        """Whether exhibitors can still come and go."""
        return self.is_held and (self.starts_at is None or self.starts_at > now)

    @property
    def answer_until(self) -> datetime | None:
        """Until when invitations are to be answered; None as long as it has no place."""
        return None if self.starts_at is None else self.starts_at - timedelta(days=self.answer_days)


class FairCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many exhibitors of a fair are in which state; `booths_taken`: also by those that a booth is kept for."""

    invited: int = 0
    applied: int = 0
    accepted: int = 0
    waitlisted: int = 0
    declined: int = 0
    withdrawn: int = 0
    refused: int = 0
    booths_taken: int = 0


class FairLine(msgspec.Struct, frozen=True, kw_only=True):
    """A fair of a list."""

    fair: Fair
    counts: FairCounts


class Exhibitor(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibitor, by the credit code of its legal entity; `employer_id` once it is registered.

    `booth` in `hall_id` is its own, `stands_at` in `stands_in` also that of whom it shares with. `crowd`: how many it
    draws (null: by its posts). `held_until`: a booth is kept for it from the waitlist until then. `agreed_starts_at`:
    when the fair was to begin as it said yes.
    """

    id: UUID
    fair_id: UUID
    employer_id: UUID | None
    employer_state: str | None
    team_id: UUID | None
    credit_code: str
    legal_name: str
    name_en: str
    division: str
    shares_with: UUID | None
    industry_code: str
    size_class: str
    state: ExhibitorState
    state_note: str
    contact_name: str
    contact_email: str
    contact_phone: str
    contact_locale: Literal["zh-CN", "en"]
    posts: tuple[Post, ...]
    needs_power: bool
    wishes: tuple[str, ...]
    remark: str
    own_team: bool
    people: tuple[Visitor, ...]
    invited_at: datetime | None
    answered_at: datetime | None
    queued_at: datetime | None
    held_until: datetime | None
    agreed_starts_at: datetime | None
    takes_booth: bool
    hall_id: UUID | None
    booth: str | None
    pinned: bool
    crowd: int | None
    apart_from: tuple[UUID, ...]
    told_booth: str
    stands_in: UUID | None
    stands_at: str
    row_version: int

    @property
    def name(self) -> str:
        """Give how it is called where its division matters."""
        return f"{self.legal_name} {self.division}".strip()

    def name_in(self, locale: str) -> str:
        """Give the English name where there is one and the reader reads English, else the legal name."""
        base = self.name_en if locale == "en" and self.name_en else self.legal_name
        return f"{base} {self.division}".strip()

    def as_told(self) -> "Exhibitor":
        """Give what it may know of itself: from whom it stands apart, and how many it draws, is the organiser's."""
        return msgspec.structs.replace(self, apart_from=(), crowd=None)

    def is_asked_again(self, fair: Fair) -> bool:
        """Whether it said yes to another time than the fair has now."""
        return self.state == "accepted" and fair.starts_at is not None and self.agreed_starts_at != fair.starts_at


class FairSettings(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the organiser of a fair says about it."""

    booths: Annotated[int, Meta(ge=1, le=2000)]
    introduction: Remark = ""
    takes_applications: bool = True
    answer_days: FairDays = 5
    remind_days: FairDays = 10


class OpenFair(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open a fair, from nothing or from another one (`from_fair_id`: what is left out is as there).

    With `room_ids` and `starts_at` it is booked at once, where its department may; else it is placed with the season's
    other requests, on one of the days from `first_day` to `last_day`. Department staff open their own.
    """

    season_id: UUID
    title: Title
    kind: FairKind | None = None
    from_fair_id: UUID | None = None
    department_id: UUID | None = None
    room_ids: Annotated[tuple[UUID, ...], Meta(max_length=20)] = ()
    starts_at: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    from_time: LocalTime = time(8)
    until_time: LocalTime = time(18)
    duration_minutes: Annotated[int, Meta(ge=30, le=840)] | None = None
    attendance: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    booths: Annotated[int, Meta(ge=1, le=2000)] | None = None
    majors: Annotated[tuple[MajorCode, ...], Meta(max_length=200)] | None = None
    introduction: Remark | None = None
    takes_applications: bool | None = None
    answer_days: FairDays | None = None
    remind_days: FairDays | None = None


class Participation(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an exhibitor brings and wishes. `own_team`: other people come than to the employer's other activities."""

    posts: Annotated[tuple[Post, ...], Meta(max_length=50)] = ()
    needs_power: bool = False
    wishes: Annotated[tuple[BoothName, ...], Meta(max_length=10)] = ()
    own_team: bool = False
    people: Annotated[tuple[Visitor, ...], Meta(max_length=20)] = ()
    contact_name: Line = ""
    contact_email: OptionalAddress = ""
    contact_phone: Phone = ""
    remark: Remark = ""


class AcceptInvitation(Participation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say yes to a fair at the time that was looked at (`starts_at`; null: it had none yet)."""

    starts_at: datetime | None = None


EntryForm = Literal["join", "share", "division"]


class Apply(Participation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for a booth. Where the entity is at the fair already, `entry` says whether its people join that team, share
    its booth, or ask for one of their own for a `division`.
    """

    entry: EntryForm | None = None
    division: DivisionName = ""
    employer_id: UUID | None = None


class Invited(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A legal entity to invite; without an address its people in the system are written to."""

    credit_code: CodeText
    legal_name: Annotated[str, Meta(max_length=120)] = ""
    contact_name: Line = ""
    contact_email: OptionalAddress = ""
    contact_phone: Phone = ""


class Invite(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Invite some legal entities; `accepted`: they said yes already, by telephone or otherwise.

    `employer_ids` are registered ones. `dry_run` says who would be written to, and keeps nothing.
    """

    entities: Annotated[tuple[Invited, ...], Meta(max_length=LONGEST_LIST)] = ()
    employer_ids: Annotated[tuple[UUID, ...], Meta(max_length=LONGEST_LIST)] = ()
    accepted: bool = False
    over_limits: bool = False
    dry_run: bool = False


class DecideExhibitor(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an exhibitor is refused or told something; `over_limits`: also where it is one fair too many."""

    note: Remark = ""
    over_limits: bool = False


class InviteReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list: who was invited, who is at the fair already, whom nobody could write to."""

    invited: tuple[UUID, ...]
    already: tuple[str, ...]
    without_address: tuple[str, ...]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An employer that one may invite: why it is proposed, by past fairs and requests that met the same majors."""

    employer_id: UUID
    credit_code: str
    legal_name: str
    name_en: str
    industry_code: str
    size_class: str
    fairs: int
    requests: int
    fits: int
    has_address: bool


class OwnFair(msgspec.Struct, frozen=True, kw_only=True):
    """A fair as an employer sees it, with its own entries there."""

    fair: Fair
    exhibitors: tuple[Exhibitor, ...]


class FairDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A fair with its exhibitors, as those who run it see it."""

    fair: Fair
    counts: FairCounts
    exhibitors: tuple[Exhibitor, ...]
