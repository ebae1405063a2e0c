"""Reads what counts against employers and what follows from it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.employers import repository as employers
from app.employers.service import must_see
from app.permissions import must_at_all
from app.seasons import repository as seasons
from app.seasons.policies import DEFAULT_POLICIES, Policies
from app.strikes import repository
from app.strikes.domain import EmployerPaused, Outcome, Strike, StrikeNotFound, StrikeRecord
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
    outcome = await find_outcome(connection, employer_id, clock=clock)
    if outcome is not None and outcome.blocks:
        raise EmployerPaused(
            until=outcome.until,
            count=outcome.count,
            extra={"until": outcome.until, "count": outcome.count, "kind": outcome.kind},
        )


async def list_held_back(connection: Connection, employer_ids: Collection[UUID], *, clock: Clock) -> dict[UUID, date]:
    """Give which of some employers are paused or suspended, and until when: nothing new comes to them by itself."""
    if not employer_ids:
        return {}
    today = clock.local(clock.now()).date()
    strikes: dict[UUID, list[Strike]] = defaultdict(list)
    for strike in await repository.list_strikes(connection, sorted(employer_ids)):
        strikes[strike.employer_id].append(strike)
    found: dict[UUID, date] = {}
    for standing in await repository.list_standing(connection, sorted(employer_ids)):
        own = strikes[standing.id]
        policies = await rules_of(connection, own)
        outcome = _outcome(own, policies, waived_at=standing.strikes_waived_at, clock=clock)
        until = max(standing.suspended_until or today, (outcome.until if outcome.blocks else None) or today)
        if until > today:
            found[standing.id] = until
    return found


async def rules_of(connection: Connection, strikes: Sequence[Strike]) -> Policies:
    """Give the rules of the newest strike's season; without a strike those that every season begins with."""
    return await seasons.get_policies(connection, strikes[0].season_id) if strikes else DEFAULT_POLICIES


async def find_outcome(connection: Connection, employer_id: UUID, *, clock: Clock) -> Outcome | None:
    """Read what holds for an employer today; None where nothing ever counted, or all of it was taken back."""
    strikes = await repository.list_strikes(connection, [employer_id])
    if not strikes:
        return None
    (standing,) = await repository.list_standing(connection, [employer_id])
    policies = await rules_of(connection, strikes)
    return _outcome(strikes, policies, waived_at=standing.strikes_waived_at, clock=clock)


def _outcome(strikes: Sequence[Strike], policies: Policies, *, waived_at: datetime | None, clock: Clock) -> Outcome:
    today = clock.local(clock.now()).date()
    return outcome_of(strikes, policies, today=today, zone=clock.zone, waived_at=waived_at)


async def read_record_for(connection: Connection, employer_id: UUID, *, actor: Actor, clock: Clock) -> StrikeRecord:
    """Read an employer's record for the employer and for organisers. Raises Forbidden, EmployerNotFound."""
    must_at_all(actor, "see_strikes")
    must_see(actor, employer_id)
    employer = await employers.get_employer(connection, employer_id)
    return await read_record(connection, employer_id, waived_at=employer.strikes_waived_at, clock=clock)


async def get_strike_for(connection: Connection, strike_id: UUID, *, actor: Actor) -> Strike:
    """Give a strike to its employer and to organisers. Raises Forbidden, StrikeNotFound."""
    must_at_all(actor, "see_strikes")
    employer_id = await repository.get_employer_of_strike(connection, strike_id)
    if not actor.organises and employer_id != actor.employer_id:
        raise StrikeNotFound
    return await get_strike(connection, employer_id, strike_id)


async def get_strike(connection: Connection, employer_id: UUID, strike_id: UUID) -> Strike:
    """Give a strike of an employer. Raises StrikeNotFound."""
    for strike in await repository.list_strikes(connection, [employer_id], with_removed=True):
        if strike.id == strike_id:
            return strike
    raise StrikeNotFound
