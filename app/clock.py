"""Business time is real time plus an offset; sessions, queues, locks and logs use real time."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

# A time of day on the school's clock. One with a zone of its own could not be compared with it.
LocalTime = Annotated[time, msgspec.Meta(tz=False)]


class Clock(msgspec.Struct, frozen=True):
    """What time it is for the season, and in which zone the school lives."""

    offset_seconds: int
    zone: ZoneInfo

    def now(self) -> datetime:
        """Business time, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def local(self, moment: datetime) -> datetime:
        """The same moment on the school's clock."""
        return moment.astimezone(self.zone)
