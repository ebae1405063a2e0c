"""The season of the benches: 40 rooms, 60 days, a request for each slot of an hour, the first ones booked."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
from aiosql import from_path

ROOMS, DAYS, HOURS, EMPLOYERS = 40, 60, 13, 400
SLOTS = ROOMS * DAYS * HOURS
_ZONE = ZoneInfo("Asia/Shanghai")
_queries = from_path(Path(__file__).with_name("season.sql"), "asyncpg", mandatory_parameters=False)


class BenchSeason(msgspec.Struct, frozen=True):
    """Where the slots of a filled season are."""

    first_day: date

    def starts_at(self, slot: int) -> datetime:
        """Give when a slot starts."""
        day = self.first_day + timedelta(days=slot // (ROOMS * HOURS))
        return datetime.combine(day, time(8 + slot // ROOMS % HOURS), _ZONE)

    def ends_at(self, slot: int) -> datetime:
        """Give when an activity in a slot ends."""
        return self.starts_at(slot) + timedelta(minutes=30)

    def booking(self, slot: int) -> bytes:
        """Give the body that books a slot."""
        return msgspec.json.encode(
            {
                "activity_id": bench_id("e", slot),
                "starts_at": self.starts_at(slot),
                "room_ids": [bench_id("a", slot % ROOMS)],
            }
        )


def bench_id(kind: str, number: int) -> UUID:
    """Give the identifier of a room (a), team (b), employer (c), request (d), activity (e), booking (f)."""
    return UUID(f"{kind}0000000-0000-4000-8000-{number:012d}")


async def fill(database_url: str, *, booked: int, slots: int = SLOTS) -> BenchSeason:
    """Fill a migrated database with a request for each of so many slots; the first ones are booked."""
    season = BenchSeason(date.today() + timedelta(days=30))  # noqa: DTZ011 - any day to come will do
    connection = await asyncpg.connect(database_url)
    try:
        await _queries.make_functions(connection)
        await _queries.fill(connection, first_day=season.first_day, slots=slots, booked=booked)
        await _queries.finish(connection)
    finally:
        await connection.close()
    return season
