"""Seasons: their dates, with hours of the day, grid and teaching weeks."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.clock import HoursEnd, LocalTime, end_minute, start_minute
from app.errors import N_, Conflict, Invalid, NotFound
from app.facts.domain import Accepted
from app.texts import Command, form_of

SeasonCode = Annotated[str, form_of("[a-z0-9][a-z0-9-]{0,39}", max_length=40, examples=["spring-2023"])]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
YEARS = range(2000, 2200)
GridMinutes = Literal[15, 30, 60]


class SeasonNotFound(NotFound):
    """No such season."""

    type = "season-not-found"
    sentence = N_("There is no such season.")


class SeasonCodeTaken(Conflict):
    """Another season has the code already."""

    type = "season-code-taken"
    sentence = N_("There is a season with this code already.")


class Season(msgspec.Struct, frozen=True, kw_only=True):
    """A recruiting season."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    first_day: date
    last_day: date
    term_first_day: date | None
    day_opens: LocalTime
    day_closes: HoursEnd
    grid_minutes: int
    row_version: int


class CreateSeason(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open a season."""

    code: SeasonCode
    name_zh: Name
    name_en: Name
    first_day: date
    last_day: date
    term_first_day: date | None = None
    day_opens: LocalTime = time(8)
    day_closes: HoursEnd = time(22)
    grid_minutes: GridMinutes = 30


class ChangeSeason(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change some of a season."""

    name_zh: Name | UnsetType = UNSET
    name_en: Name | UnsetType = UNSET
    first_day: date | UnsetType = UNSET
    last_day: date | UnsetType = UNSET
    term_first_day: date | UnsetType | None = UNSET
    day_opens: LocalTime | UnsetType = UNSET
    day_closes: HoursEnd | UnsetType = UNSET
    grid_minutes: GridMinutes | UnsetType = UNSET
    accept_broken: Accepted = ()


def check_season(season: CreateSeason | Season) -> None:
    """Check that dates and hours agree with each other. Raises Invalid."""
    for name in ("first_day", "last_day", "term_first_day"):
        day: date | None = getattr(season, name)
        if day is not None and day.year not in YEARS:
            raise Invalid.at(name, N_("This year is not one of a season."), "out-of-range")
    if season.last_day < season.first_day:
        raise Invalid.at("last_day", N_("The last day comes before the first."), "ends-before-start")
    if (season.last_day - season.first_day).days >= 400:
        raise Invalid.at("last_day", N_("A season lasts less than 400 days."), "too-long")
    if end_minute(season.day_closes) <= start_minute(season.day_opens):
        raise Invalid.at("day_closes", N_("The day closes before it opens."), "ends-before-start")
    for field in ("day_opens", "day_closes"):
        moment: time = getattr(season, field)
        if (moment.hour * 60 + moment.minute) % season.grid_minutes or moment.second or moment.microsecond:
            raise off_grid(field, season.grid_minutes)


def off_grid(field: str, minutes: int) -> Invalid:
    """Give the error of a time between two starts of the grid, with two that lie on it."""
    sentence = N_("Times are whole multiples of {minutes} minutes, such as 9:00 or {next}.")
    after = time(9 + minutes // 60, minutes % 60)
    return Invalid.at(field, sentence, "off-grid", minutes=minutes, next=f"{after.hour}:{after:%M}")


class PolicyLine(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that a person changed."""

    name: str
    value: object
    set_at: datetime
    set_by_name: str | None
    reason: str
