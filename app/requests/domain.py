"""Requests: what an employer, a department or the career centre asks for, as one or several activities."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.addresses import OptionalAddress
from app.clock import HoursEnd, LocalTime
from app.errors import N_, Conflict, NotFound, TooMany
from app.kinds import Kind
from app.requests.states import RequestState
from app.texts import Command, form_of, halfwidth, prose

Mode = Literal["on_site", "online", "hybrid"]
OwnerKind = Literal["employer", "department", "career_centre"]
ParticipantState = Literal["invited", "accepted", "declined"]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Line = Annotated[str, Meta(max_length=200)]
Prose = Annotated[str, Meta(max_length=20_000, extra={"read": prose})]
Remark = Annotated[str, Meta(max_length=2000, extra={"read": prose})]
FeatureCode = Annotated[str, Meta(min_length=1, max_length=40, extra={"read": halfwidth})]
ReasonCode = Annotated[str, Meta(min_length=1, max_length=40, extra={"read": halfwidth})]
MajorCode = Annotated[str, form_of("[0-9]{6}[A-Z]{0,2}", max_length=8)]
EmployerCode = Annotated[str, Meta(min_length=1, max_length=40, extra={"read": halfwidth})]
Reference = Annotated[str, form_of(r"[\w.\-/]+", max_length=40)]


class RequestNotFound(NotFound):
    """No such request, or not the asker's."""

    type = "request-not-found"
    sentence = N_("There is no such request.")


class ActivityNotFound(NotFound):
    """No such activity, or not the asker's."""

    type = "activity-not-found"
    sentence = N_("There is no such activity.")


class ReferenceTaken(Conflict):
    """Another request of the season has the reference already."""

    type = "reference-taken"
    sentence = N_("There is a request with this reference already.")


class EmployerMayNotAsk(Conflict):
    """A suspended employer cannot ask; only requests of verified ones are approved."""

    type = "employer-suspended"
    sentence = N_("Requests of this employer are not accepted until {until}.")


class EmployerNotVerified(Conflict):
    """A request is approved only after its employer was verified."""

    type = "employer-not-verified"
    sentence = N_("The employer is not verified yet. Verify it first, then approve its request.")


class TooManyOpenRequests(Conflict):
    """The employer has as many open requests as the season's policy allows."""

    type = "too-many-open-requests"
    sentence = N_("You have {count} open requests; at most {limit} are possible at a time.")


class TooManyInvitations(TooMany):
    """An owner asks more employers to take part than one would in a day."""

    type = "too-many-invitations"
    sentence = N_("At most {limit} employers can be asked in a day. Please go on tomorrow.")


class ParticipantNotVerified(Conflict):
    """Only verified employers meet students, whoever asked for the session."""

    type = "participant-not-verified"
    sentence = N_("{employer} takes part and is not verified. Verify it first, or note that it takes no part.")


class TooManyDrafts(Conflict):
    """An owner keeps as many drafts as the season's policy allows."""

    type = "too-many-drafts"
    sentence = N_("Drafts kept at a time: at most {limit}. Send or withdraw one of them first.")


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days (both included) and hours in which an activity may be; a higher preference is liked more."""

    first_day: date
    last_day: date
    from_time: LocalTime = time(8)
    until_time: HoursEnd = time(22)
    preference: Annotated[int, Meta(ge=0, le=100)] = 10


class ActivityWish(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One activity that is asked for; what is left out follows from its kind. `id` names a step that is there.

    `asked_room_ids`: only these rooms will do; a department's are given to others only where they are asked for.
    `outsiders`: so many of the people are not of the school.
    """

    id: UUID | None = None
    kind: Kind
    attendance: Annotated[int, Meta(ge=1, le=100_000)]
    duration_minutes: Annotated[int, Meta(ge=15, le=840)]
    attendance_mode: Mode | None = None
    rooms_needed: Annotated[int, Meta(ge=0, le=20)] | None = None
    booths: Annotated[int, Meta(ge=0, le=2000)] = 0
    outsiders: Annotated[int, Meta(ge=0, le=100_000)] = 0
    features: Annotated[tuple[FeatureCode, ...], Meta(max_length=20)] = ()
    campus_ids: Annotated[tuple[UUID, ...], Meta(max_length=50)] = ()
    asked_room_ids: Annotated[tuple[UUID, ...], Meta(max_length=50)] = ()
    audience: Annotated[tuple[MajorCode, ...], Meta(max_length=200)] = ()
    gap_after_previous_minutes: Annotated[int, Meta(ge=0, le=10_080)] = 0
    same_day_as_previous: bool = False
    windows: Annotated[tuple[Window, ...], Meta(max_length=30)] = ()


class Post(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post of the recruitment notice."""

    title: Title
    headcount: Annotated[int, Meta(ge=1, le=100_000)] = 1
    majors: Annotated[tuple[MajorCode, ...], Meta(max_length=200)] = ()
    city: Line = ""
    degree: Line = ""
    description: Annotated[str, Meta(max_length=5000, extra={"read": prose})] = ""


class RequestWish(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked for. Contacts and department staff ask for their own; organisers say for whom."""

    title: Title
    activities: Annotated[tuple[ActivityWish, ...], Meta(min_length=1, max_length=20)]
    owner_kind: OwnerKind | None = None
    employer_id: UUID | None = None
    department_id: UUID | None = None
    participant_ids: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()
    participant_codes: Annotated[tuple[EmployerCode, ...], Meta(max_length=200)] = ()
    reference: Reference | None = None
    contact_name: Line = ""
    contact_email: OptionalAddress = ""
    contact_phone: Line = ""
    contact_locale: Literal["zh-CN", "en"] = "zh-CN"
    notice_text: Prose = ""
    remark: Remark = ""
    posts: Annotated[tuple[Post, ...], Meta(max_length=300)] = ()


class SubmitRequest(RequestWish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new request of a season: submitted at once, or kept as a draft."""

    season_id: UUID
    draft: bool = False


class Decision(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why something is returned, refused, cancelled or stopped."""

    reason_code: ReasonCode
    note: Remark = ""


class RefuseRequest(Decision, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a request is refused; with `offers` the nearest free places are offered in the same press."""

    offers: bool = False


class CancelRequest(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a scheduled request is cancelled."""

    note: Remark = ""


class SetWeight(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organiser's own weight for a request; with null the policy's counts again.

    `key_group` says whether its special fair has priority by policy; left out, that stays as it is.
    """

    weight: Annotated[int, Meta(ge=0, le=10_000)] | None
    key_group: bool | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""


def pause_days(minutes: int) -> int:
    """Give how many days later the next step is at the earliest: a pause of a day or more counts in calendar days."""
    return minutes // (24 * 60)


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """An activity as the database has it."""

    id: UUID
    request_id: UUID
    ordinal: int
    kind: Kind
    attendance_mode: Mode
    attendance: int
    duration_minutes: int
    rooms_needed: int
    booths: int
    needs_channel: bool
    features: tuple[str, ...]
    campus_ids: tuple[UUID, ...]
    asked_room_ids: tuple[UUID, ...]
    audience: tuple[str, ...]
    gap_after_previous_minutes: int
    same_day_as_previous: bool
    invitation_sequence: int
    outsiders: int = 0
    windows: tuple[Window, ...] = ()
    team_ids: tuple[UUID, ...] = ()


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the database has it, without its activities; `filed_at`: when a department booked it by itself.

    `asked_room_ids`: the rooms it asks for, where each of its steps asks for rooms and none for a channel; `host_id`:
    the department that all of these belong to.
    `series_id`: it is the one of `series_day` in a series.
    """

    id: UUID
    season_id: UUID
    reference: str
    owner_kind: OwnerKind
    employer_id: UUID | None
    department_id: UUID | None
    owner_name_zh: str
    owner_name_en: str
    small_or_medium: bool
    title: str
    contact_id: UUID | None
    contact_name: str
    contact_email: str
    contact_phone: str
    contact_locale: Literal["zh-CN", "en"]
    notice_text: str
    remark: str
    weight: int | None
    weight_reason: str
    weight_set_by_name: str | None
    state: RequestState
    state_reason: str
    state_note: str
    submitted_at: datetime | None
    row_version: int
    created_at: datetime
    filed_at: datetime | None = None
    asked_room_ids: tuple[UUID, ...] = ()
    host_id: UUID | None = None
    series_id: UUID | None = None
    series_day: date | None = None


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """Another employer of a joint session, and whether it takes part; `asked_at` is when it was asked by mail."""

    request_id: UUID
    employer_id: UUID
    name_zh: str
    name_en: str
    credit_code: str
    state: ParticipantState
    asked_at: datetime | None
    row_version: int

    @property
    def waits_to_be_asked(self) -> bool:
        """Whether it was invited and not told yet."""
        return self.state == "invited" and self.asked_at is None


class WordingFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Words of a notice that the three bans (三严禁) forbid, or that are signs of fraud."""

    code: str
    words: str
    where: str


class RequestDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A request with everything that belongs to it."""

    request: Request
    activities: tuple[Activity, ...]
    posts: tuple[Post, ...]
    participants: tuple[Participant, ...]
    findings: tuple[WordingFinding, ...]
    acts: tuple[str, ...]
