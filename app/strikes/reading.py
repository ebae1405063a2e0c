"""Reads what counts against employers and what follows from it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.database import Connection
from app.seasons import repository as seasons
from app.seasons.policies import DEFAULT_POLICIES, Policies
from app.strikes import repository
from app.strikes.domain import EmployerPaused, Outcome, Strike, StrikeRecord
from app.strikes.rules import outcome_of


async def read_record(
    connection: Connection, employer_id: UUID, *, waived_at: datetime | None, clock: Clock
) -> StrikeRecord:
    """Read everything that counted against an employer, and what holds for it today."""
    strikes = await repository.list_strikes(connection, [employer_id], with_removed=True)
    policies = await rules_of(connection, [strike for strike in strikes if strike.removed_at is None])
    return StrikeRecord(
        outcome=_outcome(strikes, policies, waived_at=waived_at, clock=clock),
        block_days=policies.no_show_block_days,
        suspend_after=policies.no_show_suspend_after,
        late_cancels_per_no_show=policies.late_cancels_per_no_show,
        strikes=tuple(strikes),
    )


async def read_outcome(
    connection: Connection, employer_id: UUID, *, waived_at: datetime | None, clock: Clock
) -> Outcome:
    """Read what holds for an employer today."""
    strikes = await repository.list_strikes(connection, [employer_id])
    return _outcome(strikes, await rules_of(connection, strikes), waived_at=waived_at, clock=clock)


async def must_not_be_paused(connection: Connection, employer_id: UUID, *, clock: Clock) -> None:
    """Check that nothing that counts against an employer holds it back. Raises EmployerPaused."""
    outcome = await _find_outcome(connection, employer_id, clock=clock)
    if outcome is not None and outcome.blocks:
        raise EmployerPaused(
            until=outcome.until,
            count=outcome.count,
            extra={"until": outcome.until, "count": outcome.count, "kind": outcome.kind},
        )


async def is_held_back(connection: Connection, employer_id: UUID, *, clock: Clock) -> bool:
    """Whether an employer is paused or suspended: nothing new comes to it by itself meanwhile."""
    (standing,) = await repository.list_standing(connection, [employer_id])
    if standing.suspended_until is not None and standing.suspended_until > clock.local(clock.now()).date():
        return True
    outcome = await _find_outcome(connection, employer_id, clock=clock)
    return outcome is not None and outcome.blocks


async def rules_of(connection: Connection, strikes: Sequence[Strike]) -> Policies:
    """Give the rules of the newest strike's season; without a strike those that every season begins with."""
    return await seasons.get_policies(connection, strikes[0].season_id) if strikes else DEFAULT_POLICIES


async def _find_outcome(connection: Connection, employer_id: UUID, *, clock: Clock) -> Outcome | None:
    strikes = await repository.list_strikes(connection, [employer_id])
    if not strikes:
        return None
    (standing,) = await repository.list_standing(connection, [employer_id])
    policies = await rules_of(connection, strikes)
    return _outcome(strikes, policies, waived_at=standing.strikes_waived_at, clock=clock)


def _outcome(strikes: Sequence[Strike], policies: Policies, *, waived_at: datetime | None, clock: Clock) -> Outcome:
    today = clock.local(clock.now()).date()
    return outcome_of(strikes, policies, today=today, zone=clock.zone, waived_at=waived_at)
