"""Venues and what belongs to them: campuses, departments, majors, rooms, livestream channels, code tables."""

import re
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.clock import HoursEnd, LocalTime, end_minute, start_minute
from app.errors import N_, Conflict, Invalid, NotFound
from app.facts.domain import Accepted
from app.texts import Command, form_of

CodeTable = Literal["property", "size", "industry", "employer_refusal", "request_refusal", "closure", "feature"]

Code = Annotated[str, form_of(r"[\w.#-]{1,40}", max_length=40, examples=["A-101"])]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
WebAddress = Annotated[str, form_of(r"https?://\S+", min_length=0, max_length=400)]
Minutes = Annotated[int, Meta(ge=0, le=480)]
MaxMinutes = Annotated[int, Meta(ge=15, le=840)]
TravelMinutes = Annotated[int, Meta(ge=0, le=600)]
Seats = Annotated[int, Meta(ge=1, le=100_000)]
Booths = Annotated[int, Meta(ge=0, le=2000)]
Weekday = Annotated[int, Meta(ge=1, le=7)]
MajorCode = Annotated[str, form_of("[0-9]{6}[A-Z]{0,2}", max_length=8, examples=["080901"])]
CATALOGUE_YEARS = range(1950, 2201)
CatalogueYear = Annotated[int, Meta(ge=CATALOGUE_YEARS.start, lt=CATALOGUE_YEARS.stop)]
ENTRY_CODE = re.compile(r"\w{1,40}")


class CampusNotFound(NotFound):
    """No such campus."""

    type = "campus-not-found"
    sentence = N_("There is no such campus.")


class DepartmentNotFound(NotFound):
    """No such department."""

    type = "department-not-found"
    sentence = N_("There is no such department.")


class MajorNotFound(NotFound):
    """No such major."""

    type = "major-not-found"
    sentence = N_("There is no such major.")


class RoomNotFound(NotFound):
    """No such room."""

    type = "room-not-found"
    sentence = N_("There is no such room.")


class ChannelNotFound(NotFound):
    """No such livestream channel."""

    type = "channel-not-found"
    sentence = N_("There is no such livestream channel.")


class CodeTaken(Conflict):
    """Another campus, department, major, room or channel has the code already."""

    type = "code-taken"
    sentence = N_("This code is in use already.")


class Campus(msgspec.Struct, frozen=True, kw_only=True):
    """A campus, with the minutes from there to the others, by their codes."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    ordinal: int = 0
    travel_minutes: dict[str, int] = {}
    row_version: int = 1


class PutCampus(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All fields of a campus; `travel_minutes`, if given, are all that are known, by the other campuses' codes."""

    name_zh: Name
    name_en: Name
    ordinal: Annotated[int, Meta(ge=0, le=10_000)] = 0
    travel_minutes: dict[Code, TravelMinutes] | UnsetType = UNSET


class ChangeCampus(PutCampus, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All fields of a campus that is there."""

    accept_broken: Accepted = ()


class AddCampus(PutCampus, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a campus."""

    code: Code


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """A department; its people are a team that can be at one activity at a time."""

    id: UUID
    team_id: UUID
    code: str
    name_zh: str
    name_en: str
    row_version: int = 1


class PutDepartment(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All fields of a department."""

    name_zh: Name
    name_en: Name


class AddDepartment(PutDepartment, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a department."""

    code: Code


class Major(msgspec.Struct, frozen=True, kw_only=True):
    """A major of one year's catalogue, with the graduates of this season's cohort."""

    code: str
    catalogue_year: int
    name_zh: str
    name_en: str = ""
    department_id: UUID | None = None
    cohort_size: int = 0
    row_version: int = 1


class PutMajor(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All fields of a major."""

    name_zh: Name
    name_en: Annotated[str, Meta(max_length=120)] = ""
    department_id: UUID | None = None
    cohort_size: Annotated[int, Meta(ge=0, le=100_000)] = 0


class AddMajor(PutMajor, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a major to a year's catalogue."""

    code: MajorCode
    catalogue_year: CatalogueYear


class CodeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of an editable code table."""

    code: str
    name_zh: str
    name_en: str
    ordinal: int = 0


class PutCodeEntry(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All fields of a code table's entry."""

    name_zh: Name
    name_en: Name
    ordinal: Annotated[int, Meta(ge=0, le=10_000)] = 0


class OpeningHours(Command, frozen=True, forbid_unknown_fields=True):
    """Hours of one weekday (1 Monday to 7 Sunday), in the school's zone."""

    weekday: Weekday
    opens: LocalTime
    closes: HoursEnd


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room. Without opening hours it is open for the season's hours on every working day.

    `max_minutes`: how long one activity may have it; without, as long as the season's rule allows. `retired_at`: from
    when on it is out of use for good, if it is. `needs_approval`: departments ask for it, also for their own.
    """

    id: UUID
    code: str
    campus_id: UUID
    name_zh: str
    name_en: str
    capacity: int
    booths: int
    features: list[str]
    department_id: UUID | None
    turnover_minutes: int
    max_minutes: int | None
    turnover_by_kind: dict[str, int]
    opening_hours: list[OpeningHours]
    row_version: int
    needs_approval: bool = False
    retired_at: datetime | None = None

    def is_in_use(self, moment: datetime) -> bool:
        """Whether it is not retired at a moment."""
        return self.retired_at is None or moment < self.retired_at


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A livestream channel, which can send one stream at a time."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    platform: str
    url: str
    features: list[str]
    turnover_minutes: int
    turnover_by_kind: dict[str, int]
    opening_hours: list[OpeningHours]
    row_version: int
    retired_at: datetime | None = None

    def is_in_use(self, moment: datetime) -> bool:
        """Whether it is not retired at a moment."""
        return self.retired_at is None or moment < self.retired_at


def check_catalogue_year(year: int) -> None:
    """Check the year of a catalogue. Raises Invalid."""
    if year not in CATALOGUE_YEARS:
        raise Invalid.at("catalogue_year", N_("There is no catalogue of this year."), "out-of-range")


def check_entry_code(code: str) -> None:
    """Check the code of an entry. Raises Invalid."""
    if not ENTRY_CODE.fullmatch(code):
        raise Invalid.at("code", N_("“{value}” is not a code of the expected form."), "wrong-code", value=code[:60])


def check_opening_hours(hours: list[OpeningHours]) -> None:
    """Check that hours end after they start and do not overlap on a weekday. Raises Invalid."""
    for index, opening in enumerate(hours):
        if end_minute(opening.closes) <= start_minute(opening.opens):
            sentence = N_("The hours end before they start.")
            raise Invalid.at(f"opening_hours[{index}].closes", sentence, "ends-before-start")
        for other in hours[:index]:
            if other.weekday == opening.weekday and _overlap(other, opening):
                sentence = N_("Two opening times of one weekday overlap.")
                raise Invalid.at(f"opening_hours[{index}].opens", sentence, "overlap")


def _overlap(one: OpeningHours, other: OpeningHours) -> bool:
    return start_minute(one.opens) < end_minute(other.closes) and start_minute(other.opens) < end_minute(one.closes)
