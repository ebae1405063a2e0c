"""Business time is real time plus an offset; sessions, queues, locks and logs use real time."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

# A time of day on the school's clock. One with a zone of its own could not be compared with it.
LocalTime = Annotated[time, msgspec.Meta(tz=False)]


# A moment that somebody sends; it needs an offset, because without one nobody knows which moment it is.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Clock(msgspec.Struct, frozen=True):
    """The time of the season, and the time zone of the school."""

    offset_seconds: int
    zone: ZoneInfo

    def now(self) -> datetime:
        """Give the business time, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def local(self, moment: datetime) -> datetime:
        """Give the same moment in the school's time zone."""
        return moment.astimezone(self.zone)
