"""The demo's JSON: counted from the database after the release and inside the SMTP server, not from our own outbox."""

from typing import Any
from uuid import UUID

import msgspec

from app.clock import Clock
from app.database import Connection, Database, load_queries
from app.demo.mail_server import Mailbox
from app.demo.season_run import SeasonRun
from app.notifications.facts_repository import list_activity_recipients
from app.schedules.audit import audit_season

_queries = load_queries(__file__)
PLACED_SHARE, UNPLACED_AT_LEAST, REASONS_AT_LEAST = 0.95, 8, 3


class DemoFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures that `demo --once --json` prints."""

    requests: int
    refused: list[dict[str, Any]]
    placed: int
    unplaced: int
    unexplained: int
    reasons: dict[str, int]
    activities: int
    bookings: int
    violations: int
    confirmations_due: int
    confirmations_delivered: int
    duplicates: int
    gap: float
    solve_seconds: float
    total_seconds: float

    def all_true(self) -> bool:
        """Whether every promise of the demo was kept."""
        return (
            self.placed >= PLACED_SHARE * self.requests
            and self.requests == self.placed + self.unplaced
            and self.unplaced >= UNPLACED_AT_LEAST
            and len(self.reasons) >= REASONS_AT_LEAST
            and self.unexplained == self.violations == self.duplicates == 0
            and self.confirmations_due == self.confirmations_delivered > 0
        )


async def due_confirmations(database: Database, season_id: UUID) -> set[tuple[str, str]]:
    """Give the (activity, recipient) pairs that follow from the bookings."""
    async with database.read() as connection:
        activities = [row["activity_id"] async for row in _queries.list_due(connection, season_id=season_id)]
        recipients = await list_activity_recipients(connection, set(activities))
    return {(str(activity), who.email.lower()) for activity in activities for who in recipients.get(activity, [])}


async def count_figures(
    database: Database, run: SeasonRun, box: Mailbox, *, clock: Clock, total_seconds: float
) -> DemoFigures:
    """Count every figure."""
    due = await due_confirmations(database, run.season_id)
    violations = await audit_season(database, run.season_id, clock=clock)
    async with database.read() as connection:
        counts = await _queries.count_placed(connection, season_id=run.season_id)
        reasons, unexplained = await _reasons(connection, run.season_id)
    return DemoFigures(
        requests=counts["requests"],
        refused=run.refused,
        placed=counts["placed"],
        unplaced=counts["requests"] - counts["placed"],
        unexplained=unexplained,
        reasons=reasons,
        activities=counts["activities"],
        bookings=counts["bookings"],
        violations=len(violations),
        confirmations_due=len(due),
        confirmations_delivered=len(due & box.confirmed_pairs()),
        duplicates=box.duplicates(),
        gap=round(run.gap, 6),
        solve_seconds=round(run.solve_seconds, 2),
        total_seconds=round(total_seconds, 1),
    )


async def _reasons(connection: Connection, season_id: UUID) -> tuple[dict[str, int], int]:
    """Count which rules stand in the way, and the requests without any reason."""
    reasons: dict[str, int] = {}
    unexplained = 0
    async for row in _queries.list_reasons(connection, season_id=season_id):
        blocking = (row["explanation"] or {}).get("blocking", [])
        if not blocking:
            unexplained += 1
            continue
        first = str(blocking[0]["rule"])
        reasons[first] = reasons.get(first, 0) + 1
    return reasons, unexplained
