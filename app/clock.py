"""Business time is real time plus an offset; sessions, queues, locks and logs use real time.

Hours of a day may last until its end, 24:00. A time of day cannot say that, so an end of 00:00 means it: midnight as an
end is the end of the day. Whoever compares ends, or writes one, does it with the functions here.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec

# A time of day on the school's clock. One with a zone of its own could not be compared with it.
LocalTime = Annotated[time, msgspec.Meta(tz=False)]
# A time of day at which hours end.
HoursEnd = Annotated[time, msgspec.Meta(tz=False, description="24:00:00, or 00:00:00, is the end of the day.")]
END_OF_DAY = time(0)
MINUTES_OF_A_DAY = 24 * 60
_ENDS = frozenset({"until_time", "closes", "day_closes"})


# A moment that somebody sends; it needs an offset, because without one nobody knows which moment it is.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Clock(msgspec.Struct):
    """The time of the season, and the time zone of the school; whoever follows the row of the offset keeps it true."""

    offset_seconds: int
    zone: ZoneInfo

    def now(self) -> datetime:
        """Give the business time, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def local(self, moment: datetime) -> datetime:
        """Give the same moment in the school's time zone."""
        return moment.astimezone(self.zone)


def start_minute(moment: time) -> int:
    """Give the minute of the day at which hours start."""
    return moment.hour * 60 + moment.minute


def end_minute(moment: time) -> int:
    """Give the minute of the day at which hours end: 1440 at its end."""
    return start_minute(moment) or MINUTES_OF_A_DAY


def end_text(moment: time) -> str:
    """Write the time at which hours end: 22:00, and 24:00 for the end of the day."""
    return "24:00" if start_minute(moment) == 0 else f"{moment:%H:%M}"


def end_moment(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """Give the moment at which hours of a day end."""
    if start_minute(moment) == 0:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, moment, zone)


def with_ends_of_day(sent: Any) -> Any:
    """Give what somebody sent with each end of 24:00 as the time of day that means it."""
    if isinstance(sent, dict):
        return {
            name: "00:00:00" if name in _ENDS and value in ("24:00", "24:00:00") else with_ends_of_day(value)
            for name, value in sent.items()
        }
    return [with_ends_of_day(value) for value in sent] if isinstance(sent, list) else sent
