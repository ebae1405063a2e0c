"""Business time is real time plus an offset; sessions, queues, locks and logs use real time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec


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
