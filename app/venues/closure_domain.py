"""Closures: times at which a room or channel cannot be used, and bookings that are in their way."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from app.clock import HoursEnd, LocalTime, end_moment
from app.errors import N_, Conflict, Forbidden, Invalid, NotFound
from app.facts.domain import Accepted
from app.texts import Command, halfwidth

LONGEST_DAYS = 400
FIRST_YEAR, LAST_YEAR = 2000, 2199


class ClosureNotFound(NotFound):
    """No such closure."""

    type = "closure-not-found"
    sentence = N_("There is no such closure.")


class ClosureOverBooking(Conflict):
    """A booking is in the way of a closure; it has to be moved or cancelled first."""

    type = "closure-over-booking"
    sentence = N_("{place} is booked then: {title} ({owner}), {starts} to {ends}. Move or cancel it first.")


class AlreadyRetired(Conflict):
    """A venue is retired once; to change the day it is used again first."""

    type = "already-retired"
    sentence = N_("This is out of use already. Use it again first to retire it from another day on.")


class ClosingNeedsApproval(Forbidden):
    """In a room in which each use is approved, its department asks for a blocking."""

    type = "closing-needs-approval"
    sentence = N_("Each use of this room is approved: ask the career centre to block it.")


class PartOfBlocking(Conflict):
    """What somebody blocked is opened by lifting the blocking, `blocking_id`, as a whole."""

    type = "part-of-blocking"
    sentence = N_("This is part of a blocking: shorten or lift that one.")


class Closure(msgspec.Struct, frozen=True, kw_only=True):
    """A room or channel is closed from `starts_at` until before `ends_at`, by a blocking or otherwise.

    It is of a department, or of the career centre; who made it stays within that house and the centre.
    """

    id: UUID
    resource_id: UUID
    starts_at: datetime
    ends_at: datetime
    reason_code: str
    note: str
    source: str
    blocking_id: UUID | None = None
    department_id: UUID | None = None
    made_by_name: str | None = None


class EventOrigin(msgspec.Struct, frozen=True):
    """The event of a calendar that made a closure, and which of its occurrences: the start that its rule gave."""

    uid: str
    occurrence: datetime


class EventVersion(msgspec.Struct, frozen=True):
    """A version of an event: a higher sequence is newer, else a later stamp."""

    uid: str
    sequence: int
    stamped_at: datetime | None

    def is_older_than(self, other: "EventVersion") -> bool:
        """Whether the other version came after this one."""
        if self.sequence != other.sequence or self.stamped_at is None or other.stamped_at is None:
            return self.sequence < other.sequence
        return self.stamped_at < other.stamped_at


class EventClosure(Closure, frozen=True, kw_only=True):
    """A closure that an event of a calendar made."""

    event_uid: str
    event_occurrence: datetime


class StandingBooking(msgspec.Struct, frozen=True, kw_only=True):
    """A standing booking that a closure would touch: whose it is, when and where."""

    activity_id: UUID
    request_id: UUID
    kind: str
    title: str
    owner_zh: str
    owner_en: str
    place: str
    starts_at: datetime
    ends_at: datetime


class AddClosure(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Close a room or channel: whole days, the same hours of several days, or from one moment to another.

    `first_day` and `last_day` are both closed; with `from_time` and `until_time` only these hours of each day.
    """

    first_day: date | None = None
    last_day: date | None = None
    from_time: LocalTime | None = None
    until_time: HoursEnd | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    reason_code: Annotated[str, Meta(min_length=1, max_length=40, extra={"read": halfwidth})] = "other"
    note: Annotated[str, Meta(max_length=200)] = ""
    accept_broken: Accepted = ()


class RetireVenue(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a room or channel out of use for good, from a day on; what is booked there later is listed first."""

    first_day: date
    note: Annotated[str, Meta(max_length=200)] = ""
    accept_broken: Accepted = ()


def retired_span(command: RetireVenue, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the span for which a venue is retired: from a day on to the end of the years of seasons. Raises Invalid."""
    _check_year("first_day", command.first_day)
    return _local(command.first_day, time(), zone), _local(date(LAST_YEAR + 1, 1, 1), time(), zone)


def closed_spans(command: AddClosure, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Give the half-open spans that a closure covers: one where days join, else one for each day. Raises Invalid."""
    if command.starts_at is not None or command.ends_at is not None:
        return [_exact_span(command, zone)]
    if command.first_day is None:
        raise Invalid.at("first_day", N_("Say the first day, or the exact times."), "missing")
    first, last = command.first_day, command.last_day or command.first_day
    _check_year("first_day", first)
    _check_year("last_day", last)
    if last < first:
        raise Invalid.at("last_day", N_("The last day comes before the first."), "ends-before-start")
    if (last - first).days >= LONGEST_DAYS:
        raise Invalid.at("last_day", N_("A closure lasts less than {days} days."), "too-long", days=LONGEST_DAYS)
    if command.from_time is None and command.until_time is None:
        return [(_local(first, time(), zone), _local(last + timedelta(days=1), time(), zone))]
    return [
        daily_span(first + timedelta(days=offset), command.from_time, command.until_time, zone)
        for offset in range((last - first).days + 1)
    ]


def daily_span(day: date, from_time: time | None, until_time: time | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give some hours of one day; an open end is the day's. Raises Invalid."""
    starts_at = _local(day, from_time or time(), zone)
    ends_at = end_moment(day, until_time or time(), zone)
    if ends_at <= starts_at:
        raise Invalid.at("until_time", N_("The hours end before they start."), "ends-before-start")
    return starts_at, ends_at


def _exact_span(command: AddClosure, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if command.first_day is not None or command.last_day is not None:
        raise Invalid.at("starts_at", N_("Give either days or exact times, not both."), "contradiction")
    if command.starts_at is None or command.ends_at is None:
        field = "starts_at" if command.starts_at is None else "ends_at"
        raise Invalid.at(field, N_("Both ends of a closure are needed."), "missing")
    _check_year("starts_at", command.starts_at)
    _check_year("ends_at", command.ends_at)
    starts_at, ends_at = (
        moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        for moment in (command.starts_at, command.ends_at)
    )
    if ends_at <= starts_at:
        raise Invalid.at("ends_at", N_("The closure ends before it starts."), "ends-before-start")
    if ends_at - starts_at >= timedelta(days=LONGEST_DAYS):
        raise Invalid.at("ends_at", N_("A closure lasts less than {days} days."), "too-long", days=LONGEST_DAYS)
    return starts_at, ends_at


def _check_year(field: str, day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid.at(field, N_("This year is not one of a season."), "out-of-range")


def _local(day: date, moment: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, moment, zone)
