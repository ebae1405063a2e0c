"""Series: one request a day, decided together and placed separately; a day that cannot be drops out with its reason."""

from collections.abc import Iterable
from datetime import date, time
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.bookings.domain import Booking
from app.clock import HoursEnd, LocalTime
from app.errors import N_, Conflict, NotFound
from app.requests.domain import Decision, Remark, Request, RequestWish, SubmitRequest
from app.requests.states import RequestState
from app.texts import Command

# So many requests come of one press at most.
MOST_DAYS: Final = 60
DayReason = Literal[
    "past",
    "near",
    "far",
    "outside_season",
    "day_off",
    "asked",
    "limit",
    "people",
    "no_room",
    "not_open",
    "closed",
    "booked",
    "channel",
]
# Why a day drops out; `bound` is the nearest day that would not.
REASONS: Final[dict[DayReason, str]] = {
    "past": N_("This day has passed."),
    "near": N_("Too late to tell students: {bound} is the earliest day."),
    "far": N_("Too far ahead: {bound} is the latest day for now."),
    "outside_season": N_("Outside the season."),
    "day_off": N_("A holiday or weekend."),
    "asked": N_("The series has this day already."),
    "limit": N_("You have as many activities on this day as the rules allow."),
    "people": N_("Your people are at another activity."),
    "no_room": N_("No room is large enough and has what it takes."),
    "not_open": N_("No suitable room is open at these hours."),
    "closed": N_("All suitable rooms are closed."),
    "booked": N_("All suitable rooms are booked."),
    "channel": N_("No livestream channel is free."),
}
# What still lies ahead of a request.
LIVE: Final[frozenset[RequestState]] = frozenset(
    {"draft", "submitted", "returned", "approved", "waitlisted", "scheduled"}
)
SeriesState = Literal["open", "over", "cancelled"]
STATE_NAMES: Final[dict[SeriesState, str]] = {
    "open": N_("Running"),
    "over": N_("Over"),
    "cancelled": N_("Cancelled"),
}
SeriesAct = Literal["submit", "approve", "return", "refuse", "change", "add", "cancel"]


class SeriesNotFound(NotFound):
    """No such series, or not the asker's."""

    type = "series-not-found"
    sentence = N_("There is no such series.")


class NoDayLeft(Conflict):
    """Every day of a series drops out: it is refused whole."""

    type = "no-day-left"
    sentence = N_("None of these days is possible. Nothing was sent.")


class DaysChanged(Conflict):
    """Other days are possible than those that were looked at."""

    type = "series-days-changed"
    sentence = N_("Other days are possible now than those you looked at. Look again, then send.")


class SeriesEnded(Conflict):
    """Of a cancelled series nothing is left to be changed."""

    type = "series-ended"
    sentence = N_("This series was cancelled. Ask for a new one.")


class NothingToDo(Conflict):
    """No date of the series is in a state in which this is possible."""

    type = "series-state"
    sentence = N_("This is not possible for any date of the series.")


class DateHasRivals(Conflict):
    """Approving one of the dates would leave others without a place: that needs a yes, given for that date alone."""

    type = "date-has-rivals"
    sentence = N_(
        "On {day} others would be left without the rooms that they ask for. Look at that date by itself first, and "
        "decide about it."
    )


class Repeat(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which days, and within which hours: `days` one by one, or some weekdays (Monday is 1) of every so many weeks,
    from `first_day` until `last_day` or until there are `count`.
    """

    days: Annotated[tuple[date, ...], Meta(max_length=MOST_DAYS)] = ()
    first_day: date | None = None
    last_day: date | None = None
    count: Annotated[int, Meta(ge=1, le=MOST_DAYS)] | None = None
    weekdays: Annotated[tuple[Annotated[int, Meta(ge=1, le=7)], ...], Meta(max_length=7)] = ()
    every_weeks: Annotated[int, Meta(ge=1, le=12)] = 1
    from_time: LocalTime = time(8)
    until_time: HoursEnd = time(22)


class CreateSeries(SubmitRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each day asks for, without windows, and on which days; `expected_days` are those that a preview showed."""

    repeat: Repeat
    expected_days: Annotated[tuple[date, ...], Meta(max_length=MOST_DAYS)] | None = None


class AddDays(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """More days of what the series asks for."""

    repeat: Repeat
    expected_days: Annotated[tuple[date, ...], Meta(max_length=MOST_DAYS)] | None = None


class ChangeSeries(RequestWish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each day from `from_day` on asks for from now on, without windows; without hours each keeps its own."""

    from_day: date | None = None
    from_time: LocalTime | None = None
    until_time: HoursEnd | None = None
    note: Remark = ""


class CancelSeries(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why what is still to come is given up, from a day on."""

    from_day: date | None = None
    note: Remark = ""


class DecideSeries(Decision, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why all that waits for a decision is returned or refused."""


class DayOfSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A day that was asked for: with a reason it drops out; `sentence` says it in the reader's language."""

    day: date
    reason: DayReason | None = None
    bound: date | None = None
    sentence: str = ""


class SeriesRow(msgspec.Struct, frozen=True, kw_only=True):
    """A series as the database has it; its version rises with that of each of its requests."""

    id: UUID
    season_id: UUID
    row_version: int
    request_ids: tuple[UUID, ...]


class SeriesDate(msgspec.Struct, frozen=True, kw_only=True):
    """One date of a series: its request, and where it is."""

    day: date
    request: Request
    bookings: tuple[Booking, ...]
    has_begun: bool

    @property
    def is_live(self) -> bool:
        """Whether it is still to come."""
        return self.request.state in LIVE and not self.has_begun


class SeriesDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A series with its dates, those that dropped out, and what the reader can do with it."""

    id: UUID
    season_id: UUID
    title: str
    owner_name_zh: str
    owner_name_en: str
    state: SeriesState
    row_version: int
    dates: tuple[SeriesDate, ...]
    dropped: tuple[DayOfSeries, ...]
    acts: tuple[SeriesAct, ...]


DayOutcome = Literal["changed", "asked", "choose", "impossible", "unchanged", "busy"]
OUTCOMES: Final[dict[DayOutcome, str]] = {
    "changed": N_("Changed"),
    "asked": N_("Waits for approval"),
    "choose": N_("Choose a place"),
    "impossible": N_("Change not possible: it stays as it was"),
    "unchanged": N_("Nothing changed"),
    "busy": N_("Left as it is: another change of it is open"),
}


class ChangedDay(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a change for one date."""

    day: date
    request_id: UUID
    outcome: DayOutcome


class SeriesChange(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a change of a series, and the series as it is then."""

    outcomes: tuple[ChangedDay, ...]
    series: SeriesDetail


def state_of(dates: Iterable[SeriesDate]) -> SeriesState:
    """Give a series' state: it follows from its dates, so that the last one that is given up ends the whole."""
    states = {date.request.state for date in dates}
    if states & LIVE:
        return "open"
    return "over" if states & {"took_place", "no_show"} else "cancelled"
