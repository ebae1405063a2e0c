"""What stands in a season, held against the rules by the independent verifier: which promises are broken, and which of
that somebody agreed to.
"""

import asyncio
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.bookings.domain import Booking
from app.clock import Clock, start_minute
from app.database import Connection, Database
from app.schedules import repository
from app.schedules.domain import Break
from app.schedules.problem.builder import build_problem
from app.schedules.problem.exact_grid import on_exact_grid
from app.schedules.problem.facts import SeasonFacts, read_season_facts
from app.schedules.problem.placements import engine_placement
from app.schedules.problem.season_grid import SeasonGrid
from scheduling import Placement, Solution, Violation, verify

# More than one activity has to do with it, however many: which of them gives way is the school's choice.
_LIMITS: Final = frozenset({"staff_limit", "group_max_per_day", "group_period_limit"})


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """The standing bookings of a season by their activities, every rule that they break, and what is excused."""

    facts: SeasonFacts
    standing: dict[str, Booking]
    violations: list[Violation]
    excused: dict[UUID, tuple[Break, ...]]

    def unexcused(self) -> list[Violation]:
        """List the violations to which nobody agreed."""
        return [violation for violation in self.violations if self._lacking(violation) > 0]

    def broken(self, now: datetime) -> dict[UUID, tuple[Break, ...]]:
        """Give what nobody agreed to, by the bookings that have to give way.

        Of several that could, those booked last give way; those that have begun only where no others are left.
        """
        found: dict[UUID, list[Break]] = {}
        for violation in self.violations:
            lacking = self._lacking(violation)
            free = [booking for booking in self._involved(violation) if not self._is_excused(booking, violation)]
            free.sort(key=lambda booking: (booking.starts_at > now, booking.sequence), reverse=True)
            for booking in free[: max(0, lacking)]:
                found.setdefault(booking.id, []).append(_break_of(violation, booking))
        return {booking_id: tuple(dict.fromkeys(breaks)) for booking_id, breaks in found.items()}

    def coming(self, now: datetime) -> list[UUID]:
        """List the bookings that have not begun."""
        return [booking.id for booking in self.facts.standing if booking.starts_at > now]

    def breaks_of(self, booking_id: UUID) -> list[Break]:
        """List every broken rule that a booking has to do with, excused or not."""
        return [
            _break_of(violation, booking)
            for violation in self.violations
            for booking in self._involved(violation)
            if booking.id == booking_id
        ]

    def _lacking(self, violation: Violation) -> int:
        involved = self._involved(violation)
        wanted = violation.excess if violation.rule in _LIMITS else 1
        return wanted - sum(self._is_excused(booking, violation) for booking in involved)

    def _involved(self, violation: Violation) -> list[Booking]:
        return [self.standing[name] for name in violation.activities if name in self.standing]

    def _is_excused(self, booking: Booking, violation: Violation) -> bool:
        wanted = _break_of(violation, booking)
        return any(known.covers(wanted) for known in self.excused.get(booking.id, ()))


async def audit_season(database: Database, season_id: UUID, *, clock: Clock) -> list[Violation]:
    """List the rules that the standing bookings break without anybody's consent, on a problem rebuilt from the
    database: what has a case, or was agreed to, is somebody's to settle.
    """
    async with database.read() as connection:
        promises = await read_promises(connection, season_id, clock=clock)
    return promises.unexcused()


async def read_promises(connection: Connection, season_id: UUID, *, clock: Clock) -> Promises:
    """Read a season and hold its bookings against the rules, in a thread. Raises SeasonNotFound."""
    facts = await read_season_facts(connection, season_id, clock=clock, only_booked=True, with_held=False)
    excused: dict[UUID, tuple[Break, ...]] = {}
    for entry in await repository.list_excused(connection, season_id):
        excused[entry.booking_id] = (*excused.get(entry.booking_id, ()), *entry.breaks)
    violations = await asyncio.to_thread(season_violations, facts, clock)
    standing = {str(booking.activity_id): booking for booking in facts.standing}
    return Promises(facts=facts, standing=standing, violations=violations, excused=excused)


def season_violations(facts: SeasonFacts, clock: Clock) -> list[Violation]:
    """List the rules that the standing bookings break, on a problem built from the facts of today."""
    built = build_problem(on_exact_grid(facts, clock.zone), clock=clock, with_standing=False)
    solution = Solution(placements=tuple(_exact_placement(built.grid, booking) for booking in facts.standing))
    # A person books a request's activities one by one: all of them are promised only once it is scheduled.
    scheduled = {request.id for request in facts.requests if request.state == "scheduled"}
    promised = {str(booking.activity_id) for booking in facts.standing if booking.request_id in scheduled}
    found = [
        violation
        for violation in verify(built.problem, solution)
        if violation.rule != "incomplete_request" or promised & set(violation.activities)
    ]
    return [*found, *_not_on_the_grid(facts, clock, {_key(violation) for violation in found})]


def _key(violation: Violation) -> tuple[str, tuple[str, ...]]:
    """Give which rule is broken by which activities."""
    return violation.rule, violation.activities


def _exact_placement(grid: SeasonGrid, booking: Booking) -> Placement:
    """Give a booking as the verifier judges it: one before the day opens stays before it, whatever its slot."""
    placement = engine_placement(grid, booking)
    local = booking.starts_at.astimezone(grid.zone)
    early = start_minute(local.time()) - grid.opens
    return msgspec.structs.replace(placement, start=early // grid.minutes) if early < 0 else placement


def _not_on_the_grid(
    facts: SeasonFacts, clock: Clock, known: Collection[tuple[str, tuple[str, ...]]]
) -> Iterator[Violation]:
    """Give what the grid of the problem cannot show: days declared off, starts between two of its slots."""
    step = timedelta(minutes=facts.season.grid_minutes)
    for booking in facts.standing:
        name, local = str(booking.activity_id), clock.local(booking.starts_at)
        if facts.calendar.is_off(local.date()):
            yield Violation(rule="day_off", activities=(name,), detail=local.date().isoformat())
        off_grid = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second) % step
        if off_grid and ("start_not_allowed", (name,)) not in known:
            yield Violation(rule="start_not_allowed", activities=(name,), detail="between two starts of the grid")


def _break_of(violation: Violation, booking: Booking) -> Break:
    others: tuple[UUID, ...] = ()
    if violation.rule not in _LIMITS:
        others = tuple(UUID(name) for name in violation.activities if name != str(booking.activity_id))
    return Break(rule=violation.rule, resource=violation.resource, others=others)
