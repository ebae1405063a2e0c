"""Turns moments of a season into the engine's days and slots, and back."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from app.clock import end_minute, start_minute
from app.seasons.calendar import Calendar, each_day
from app.seasons.domain import Season
from scheduling import Day, Grid, Interval, Problem


class SeasonGrid(msgspec.Struct, frozen=True, kw_only=True):
    """The working days of a season, cut into slots of `minutes` from `opens`."""

    days: tuple[date, ...]
    opens: int  # minute of the day
    minutes: int
    slots_per_day: int
    first_week: date  # Monday of week 0
    zone: ZoneInfo

    def engine_grid(self) -> Grid:
        """Give the grid in the engine's form."""
        days = tuple(Day(date=day.isoformat(), week=max(0, (day - self.first_week).days // 7)) for day in self.days)
        return Grid(
            slot_minutes=self.minutes, first_slot_minute=self.opens, slots_per_day=self.slots_per_day, days=days
        )

    def index(self) -> dict[date, int]:
        """Give the index of each date."""
        return {day: position for position, day in enumerate(self.days)}

    def moment(self, day: int, slot: int) -> datetime:
        """Give the moment at which a slot of a day starts."""
        minute = self.opens + slot * self.minutes
        return datetime.combine(self.days[day], time(minute // 60, minute % 60), self.zone)

    def floor_slot(self, moment: datetime) -> int:
        """Give the slot in which a moment lies, at least the day's first."""
        return max(0, (self._minute(moment) - self.opens) // self.minutes)

    def slots(self, minutes: int) -> int:
        """Give how many slots are needed for so many minutes."""
        return -(-minutes // self.minutes)

    def slot_at_or_after(self, moment: time) -> int:
        """Give the first slot that starts at a time of day or later."""
        return max(0, self.slots(moment.hour * 60 + moment.minute - self.opens))

    def intervals(self, starts_at: datetime, ends_at: datetime, index: dict[date, int]) -> Iterator[Interval]:
        """Give the slots that a span touches on each of the grid's days."""
        first, last = starts_at.astimezone(self.zone), ends_at.astimezone(self.zone)
        # A turnover may run past the day's last slot: what lies beyond keeps it out as well.
        latest = 2 * self.slots_per_day
        for day in each_day(first.date(), last.date()):
            if day not in index:
                continue
            from_minute = self._minute(first) if day == first.date() else 0
            until_minute = self._minute(last) if day == last.date() else 24 * 60
            start = max(0, (from_minute - self.opens) // self.minutes)
            end = min(latest, self.slots(until_minute - self.opens))
            if end > start:
                yield Interval(index[day], start, end)

    def _minute(self, moment: datetime) -> int:
        local = moment.astimezone(self.zone)
        return local.hour * 60 + local.minute


def season_grid(
    season: Season, calendar: Calendar, zone: ZoneInfo, *, also: frozenset[date] = frozenset()
) -> SeasonGrid:
    """Give the grid of a season's working days, and of the days in `also`, which have bookings or pins."""
    days = [day for day in each_day(season.first_day, season.last_day) if calendar.is_working(day) or day in also] or [
        season.first_day
    ]
    opens, closes = start_minute(season.day_opens), end_minute(season.day_closes)
    term = season.term_first_day or season.first_day
    return SeasonGrid(
        days=tuple(days),
        opens=opens,
        minutes=season.grid_minutes,
        slots_per_day=(closes - opens) // season.grid_minutes,
        first_week=term - timedelta(days=term.weekday()),
        zone=zone,
    )


def grid_of_problem(problem: Problem, zone: ZoneInfo) -> SeasonGrid:
    """Give the grid on which a stored problem was built."""
    days = tuple(date.fromisoformat(day.date) for day in problem.grid.days if day.date is not None)
    return SeasonGrid(
        days=days,
        opens=problem.grid.first_slot_minute,
        minutes=problem.grid.slot_minutes,
        slots_per_day=problem.grid.slots_per_day,
        first_week=days[0] - timedelta(days=days[0].weekday()),
        zone=zone,
    )
