"""The windows of activities on the season's grid, not before students can be told."""

from bisect import bisect_left, bisect_right
from datetime import time

from app.clock import Clock, end_minute
from app.requests.domain import Activity
from app.requests.domain import Window as WishedWindow
from app.schedules.problem.facts import SeasonFacts
from app.schedules.problem.season_grid import SeasonGrid
from scheduling import Window

# A usual start is liked more than an odd one, less than the next better window.
_USUAL_START_BONUS = 6


def build_windows(
    facts: SeasonFacts, grid: SeasonGrid, activity: Activity, *, clock: Clock, is_standing: bool
) -> tuple[Window, ...]:
    """Give the windows of an activity: all of them if it has a standing booking, else those after the lead time."""
    today = clock.local(clock.now()).date()
    earliest = facts.calendar.add_working_days(today, facts.policies.lead_time_working_days)
    from_day = bisect_left(grid.days, facts.season.first_day if is_standing else max(earliest, facts.season.first_day))
    found = []
    for window in activity.windows or (whole_season(facts),):
        first = max(bisect_left(grid.days, window.first_day), from_day)
        last = bisect_right(grid.days, window.last_day) - 1
        if last < first:
            # None of its days is left: it is kept without a start, so that offers know which days are near.
            nearest = min(max(first, from_day), len(grid.days) - 1)
            found.append(Window(first_day=nearest, last_day=nearest, starts=(), preference=window.preference))
            continue
        starts = _starts(grid, window, activity.duration_minutes)
        usual = tuple(slot for slot in starts if _clock_text(grid, slot) in facts.policies.usual_starts)
        if usual:
            preference = window.preference + _USUAL_START_BONUS
            found.append(Window(first_day=first, last_day=last, starts=usual, preference=preference))
        others = tuple(slot for slot in starts if slot not in usual)
        if others and not facts.policies.only_usual_starts:
            found.append(Window(first_day=first, last_day=last, starts=others, preference=window.preference))
    return tuple(found)


def whole_season(facts: SeasonFacts) -> WishedWindow:
    """Give the window of an activity without wishes: the whole season."""
    season = facts.season
    return WishedWindow(
        first_day=season.first_day,
        last_day=season.last_day,
        from_time=season.day_opens,
        until_time=season.day_closes,
    )


def _starts(grid: SeasonGrid, window: WishedWindow, duration_minutes: int) -> tuple[int, ...]:
    first = grid.slot_at_or_after(window.from_time)
    until = min(_slot_before(grid, window.until_time), grid.slots_per_day)
    return tuple(range(first, until - grid.slots(duration_minutes) + 1))


def _slot_before(grid: SeasonGrid, moment: time) -> int:
    # 23:59 says "until midnight" too.
    minute = end_minute(moment) + (1 if moment >= time(23, 59) else 0)
    return (minute - grid.opens) // grid.minutes


def _clock_text(grid: SeasonGrid, slot: int) -> str:
    minute = grid.opens + slot * grid.minutes
    return f"{minute // 60:02d}:{minute % 60:02d}"
