"""What is held against the school while its season goes on: rules that are broken, places that nobody offered."""

from datetime import datetime
from uuid import UUID

from app.bookings import repository as bookings
from app.bookings.alternatives import find_alternatives
from app.clock import Clock
from app.database import Connection, Database, load_queries
from app.requests import repository as requests
from app.requests.domain import Activity
from app.schedules.audit import audit_season
from app.seasons import repository as seasons

_queries = load_queries(__file__)


class Floor:
    """Collects what was wrong at any time, each thing once."""

    def __init__(self, database: Database, clock: Clock, season_id: UUID) -> None:
        self._database, self._clock, self._season_id = database, clock, season_id
        self.violations: set[tuple[str, tuple[str, ...]]] = set()
        self.clashes = 0
        self.neglected: set[UUID] = set()

    async def audit(self) -> None:
        """Hold what stands against the rules, on a problem rebuilt from the database; and look for clashes in SQL."""
        found = await audit_season(self._database, self._season_id, clock=self._clock)
        self.violations |= {(violation.rule, violation.activities) for violation in found}
        async with self._database.read() as connection:
            self.clashes = max(self.clashes, await _queries.count_clashes(connection, season_id=self._season_id))

    async def look_at_left_out(self, version_id: UUID) -> None:
        """Look for free places of requests that a release left out and showed none.

        The engine said that there are none; PostgreSQL is asked instead, for requests of one activity.
        """
        async with self._database.read() as connection:
            left_out = [row["request_id"] async for row in _queries.list_left_out(connection, version_id=version_id)]
            for request_id in left_out:
                if await self._has_a_place(connection, request_id):
                    self.neglected.add(request_id)

    async def _has_a_place(self, connection: Connection, request_id: UUID) -> bool:
        activities = (await requests.list_activities(connection, [request_id]))[request_id]
        if len(activities) != 1:
            return False
        found = await find_alternatives(
            connection,
            await bookings.get_bookable(connection, activities[0].id),
            self._wished(activities[0]),
            season=await seasons.get_season(connection, self._season_id),
            steps=await bookings.list_steps(connection, request_id),
            clock=self._clock,
        )
        return bool(found)

    def _wished(self, activity: Activity) -> datetime:
        window = max(activity.windows, key=lambda window: window.preference)
        return datetime.combine(window.first_day, window.from_time, self._clock.zone)
