"""Likely placements as a page shows them: a calendar of ways, why days have none, and up to three placements."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.database import Connection
from app.desk.domain import LikelyPlacement, LikelyPlacements, NoWay, OpenDay
from app.errors import N_
from app.venues.domain import Campus, Channel, Room
from app.venues.named import NamedVenues, read_named_venues

# From how many ways on a day has which of the four tones; the number stands in the cell as well.
_TONES: Final = ((10, 4), (6, 3), (3, 2), (1, 1))
MOST_WAYS: Final = 10
Days = tuple[date, date]


class NoWayWords(msgspec.Struct, frozen=True):
    """What a day without a way says in its cell, and the sentence that explains it."""

    mark: str
    sentence: str


# A day that is over needs no mark and no explanation.
NO_WAY_WORDS: Final[dict[NoWay, NoWayWords]] = {
    "near": NoWayWords(N_("soon"), N_("Too soon to tell students. The earliest day is {day}.")),
    "full": NoWayWords(
        N_("full"), N_("The rooms that suit you are given to others, or the later steps find no place after it.")
    ),
    "exams": NoWayWords(N_("exams"), N_("The rooms that suit you have exams.")),
    "clash": NoWayWords(N_("clash"), N_("You have another activity then, or as many as one day takes.")),
    "closed": NoWayWords(N_("shut"), N_("A holiday or weekend, or the rooms that suit you are closed.")),
    "unfit": NoWayWords("–", N_("No room of the school suits what you ask for.")),
}


class HeatDay(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of the calendar; `tone` is 0 where nothing fits, and `wish` the number of the window that has the day."""

    day: date
    ways: int
    tone: int
    no_way: NoWay | None
    wish: int | None

    @property
    def is_most(self) -> bool:
        """Whether there are so many ways or more."""
        return self.ways >= MOST_WAYS


class HeatMonth(msgspec.Struct, frozen=True):
    """The weeks of a month from Monday to Sunday; None where a day is not of the season or of the month."""

    first: date
    weeks: tuple[tuple[HeatDay | None, ...], ...]


class LikelyView(msgspec.Struct, frozen=True, kw_only=True):
    """What is open for a request, and the names of rooms, channels and campuses."""

    shown_id: UUID | None
    answered_at: datetime
    earliest_day: date
    placements: tuple[LikelyPlacement, ...]
    months: tuple[HeatMonth, ...]
    open_days: int
    no_ways: tuple[NoWay, ...]
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]


async def read_likely(
    connection: Connection, found: LikelyPlacements, *, wished: Collection[Days], shown_id: UUID
) -> LikelyView:
    """Make of an answer what is shown beside a form."""
    return likely_view(found, await read_named_venues(connection), wished=wished, shown_id=shown_id)


def likely_view(
    found: LikelyPlacements, named: NamedVenues, *, wished: Collection[Days], shown_id: UUID | None = None
) -> LikelyView:
    """Make of an answer what is shown; `wished` are the first and last days of the first step's windows, in order."""
    days = [_heat_day(day, wished) for day in found.days]
    present = {day.no_way for day in found.days}
    return LikelyView(
        shown_id=shown_id,
        answered_at=found.answered_at,
        earliest_day=found.earliest_day,
        placements=found.placements,
        months=_months(days),
        open_days=sum(day.ways > 0 for day in days),
        no_ways=tuple(no_way for no_way in NO_WAY_WORDS if no_way in present),
        rooms=named.by_id,
        campuses=named.campuses,
    )


def _heat_day(day: OpenDay, wished: Collection[Days]) -> HeatDay:
    return HeatDay(
        day=day.day,
        ways=day.ways,
        tone=next((tone for fewest, tone in _TONES if day.ways >= fewest), 0),
        no_way=day.no_way,
        wish=next((number for number, (first, last) in enumerate(wished, 1) if first <= day.day <= last), None),
    )


def _months(days: list[HeatDay]) -> tuple[HeatMonth, ...]:
    by_month: dict[date, dict[date, HeatDay]] = {}
    for day in days:
        by_month.setdefault(day.day.replace(day=1), {})[day.day] = day
    return tuple(HeatMonth(first, _weeks(of_month)) for first, of_month in by_month.items())


def _weeks(days: dict[date, HeatDay]) -> tuple[tuple[HeatDay | None, ...], ...]:
    monday = min(days) - timedelta(days=min(days).weekday())
    weeks = []
    while monday <= max(days):
        weeks.append(tuple(days.get(monday + timedelta(days=offset)) for offset in range(7)))
        monday += timedelta(days=7)
    return tuple(weeks)
