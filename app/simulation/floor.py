"""What is held against the school while its season goes on: rules that are broken, places that nobody offered."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.bookings.alternatives import find_alternatives
from app.clock import Clock
from app.database import Connection, Database, load_queries
from app.database.rows import fetch_all
from app.requests import repository as requests
from app.requests.domain import Activity
from app.schedules.audit import audit_season
from app.seasons import repository as seasons
from app.simulation.letters import Letter, LetterBox

_queries = load_queries(__file__)
Say = Callable[[str], None]


class Standing(msgspec.Struct, frozen=True):
    """An activity of somebody, and its standing booking, if it has one."""

    activity_id: UUID
    recipient: str
    state: str | None
    starts_at: datetime | None


def untrue_calendars(letters: list[Letter], standing: list[Standing]) -> list[Standing]:
    """List activities of which the last calendar entry in the mailbox says something else than the database."""
    last = {(letter.recipient, letter.activity_id): letter.invitation for letter in letters if letter.invitation}
    untrue = []
    for entry in standing:
        said = last.get((entry.recipient, entry.activity_id))
        if entry.state is None:
            is_true = said is None or said.status == "CANCELLED"
        else:
            is_true = said is not None and (said.status, said.starts_at) == (entry.state.upper(), entry.starts_at)
        if not is_true:
            untrue.append(entry)
    return untrue


class Floor:
    """Collects what was wrong at any time, each thing once."""

    def __init__(self, database: Database, box: LetterBox, clock: Clock, season_id: UUID, say: Say) -> None:
        self._database, self._box, self._clock, self._season_id, self._say = database, box, clock, season_id, say
        self.violations: set[tuple[str, tuple[str, ...]]] = set()
        self.clashes = 0
        self.neglected: set[UUID] = set()
        self.untrue_calendars: set[UUID] = set()

    def now(self) -> datetime:
        """Give the business time."""
        return self._clock.now()

    async def audit(self) -> None:
        """Hold what stands against the rules, on a problem rebuilt from the database; and look for clashes in SQL."""
        found = await audit_season(self._database, self._season_id, clock=self._clock)
        for violation in found:
            if (violation.rule, violation.activities) not in self.violations:
                await self._tell(f"{violation.rule} {violation.resource}: {violation.detail}", violation.activities)
            self.violations.add((violation.rule, violation.activities))
        async with self._database.read() as connection:
            self.clashes = max(self.clashes, await _queries.count_clashes(connection, season_id=self._season_id))

    async def _tell(self, rule: str, activities: Sequence[str]) -> None:
        """Say what is broken, and how it came about."""
        self._say(f"broken {self._clock.now():%Y-%m-%d}: {rule}")
        ids = list(activities)
        async with self._database.read() as connection:
            async for row in _queries.list_befallen(connection, season_id=self._season_id, activity_ids=ids):
                self._say(f"    {row['occurred_at']:%Y-%m-%d %H:%M} {row['type']} {row['reason']} {row['payload']}")

    async def compare_calendars(self) -> None:
        """Look whether the last calendar entry that reached each owner says what stands; nothing is on its way."""
        async with self._database.read() as connection:
            standing = await fetch_all(Standing, _queries.list_standing(connection, season_id=self._season_id))
        for entry in untrue_calendars(self._box.letters(), standing):
            if entry.activity_id not in self.untrue_calendars:
                self._say(f"untrue calendar {self._clock.now():%Y-%m-%d}: {entry}")
            self.untrue_calendars.add(entry.activity_id)

    async def look_at_left_out(self, version_id: UUID) -> None:
        """Look for free places of requests that a release left out and showed none.

        The engine said that there are none; PostgreSQL is asked instead, for requests of one activity.
        """
        async with self._database.read() as connection:
            left_out = [row["request_id"] async for row in _queries.list_left_out(connection, version_id=version_id)]
            for request_id in left_out:
                if await self._has_a_place(connection, request_id):
                    self._say(f"nothing was offered {self._clock.now():%Y-%m-%d}: {request_id}")
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
