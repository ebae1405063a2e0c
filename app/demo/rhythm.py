"""When a spring season is asked for: weights of weeks and weekdays, and days drawn by them.

The weights sum up 1,348 talks of the real spring seasons of four universities (Sichuan 2017, Jilin 2018, Huazhong
UST 2017, Southwest 2018), counted from the public dataset Maicius/UniversityRecruitment-sSurvey, Apache-2.0.
Only the sums stand here.
"""

from collections import Counter
from datetime import date, timedelta
from random import Random

# ISO week -> talks; weeks 8 to 17 of 2023 are 20 February to 30 April.
WEEK_WEIGHTS = {7: 8, 8: 16, 9: 67, 10: 189, 11: 285, 12: 260, 13: 183, 14: 64, 15: 128, 16: 94, 17: 71}
# Monday to Sunday. Days off of the calendar are left out whatever their weight; a make-up Sunday counts as a Monday.
WEEKDAY_WEIGHTS = (237, 250, 245, 246, 230, 79, 61)

FIRST_DAY, LAST_DAY = date(2023, 2, 2), date(2023, 4, 30)
TERM_FIRST_DAY = date(2023, 2, 13)
EARLIEST_WISH = date(2023, 2, 13)
_DAYS_OFF = frozenset({date(2023, 4, 5), date(2023, 4, 29), date(2023, 4, 30)})
_MAKE_UP_DAYS = frozenset({date(2023, 4, 23)})


def is_worked(day: date) -> bool:
    """Whether a day is worked by the national calendar of spring 2023."""
    return day in _MAKE_UP_DAYS or (day.weekday() < 5 and day not in _DAYS_OFF)


def worked_days(first: date, last: date) -> list[date]:
    """List the days worked from first to last, both included."""
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [day for day in days if is_worked(day)]


def shift(day: date, working_days: int) -> date:
    """Give the day so many working days later or earlier, within the days of wishes."""
    days = worked_days(EARLIEST_WISH, LAST_DAY)
    return days[max(0, min(len(days) - 1, days.index(day) + working_days))]


class DayBook:
    """Draws days by these weights, from a first one on, at most `most` activities of a sort on one day."""

    def __init__(self, rng: Random, *, most: int, first: date = EARLIEST_WISH) -> None:
        self._rng = rng
        self._most = most
        self.drawn: Counter[date] = Counter()
        self._weights = {day: _weight(day) for day in worked_days(first, LAST_DAY)}

    def draw(self) -> date:
        """Draw a day that can take one more."""
        days = [day for day in self._weights if self.drawn[day] < self._most]
        (day,) = self._rng.choices(days, [self._weights[day] for day in days])
        self.drawn[day] += 1
        return day


def _weight(day: date) -> int:
    weekday = 0 if day in _MAKE_UP_DAYS else day.weekday()
    return WEEK_WEIGHTS.get(day.isocalendar().week, 1) * WEEKDAY_WEIGHTS[weekday]
