"""Notes a strike in the transaction of its cause, and lets follow what follows from it, for the employer as locked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.actors import Actor, account_of
from app.clock import Clock
from app.database import Connection
from app.employers import repository as employers
from app.employers.domain import Employer
from app.employers.suspending import reinstate, suspend_for_strikes
from app.events import Cause, StrikeNoted
from app.outbox import append
from app.seasons import repository as seasons
from app.strikes import repository
from app.strikes.domain import Outcome, Strike
from app.strikes.reading import read_outcome


async def note_strike(
    connection: Connection,
    employer_id: UUID,
    cause: Cause,
    *,
    request_id: UUID,
    season_id: UUID,
    actor: Actor | None,
    clock: Clock,
) -> Outcome:
    """Note what an employer did, for as long as its season's rule says; it is told what follows.

    The employer is locked first: of two at once the later one counts the earlier one.
    """
    employer = await employers.lock_employer(connection, employer_id)
    policies = await seasons.get_policies(connection, season_id)
    now = clock.now()
    await repository.insert_strike(
        connection,
        employer_id=employer_id,
        request_id=request_id,
        season_id=season_id,
        cause=cause,
        now=now,
        expires_on=clock.local(now).date() + timedelta(days=policies.strike_expires_days),
    )
    outcome = await settle(connection, employer, actor=actor, clock=clock)
    (strike,) = [
        one for one in await repository.list_strikes(connection, [employer_id]) if one.request_id == request_id
    ]
    event = StrikeNoted(**about(strike, outcome))
    await append(connection, event, actor_id=account_of(actor), now=now)
    return outcome


async def settle(connection: Connection, employer: Employer, *, actor: Actor | None, clock: Clock) -> Outcome:
    """Suspend an employer, which is locked, or end a suspension that stood on its strikes; give what holds for it."""
    outcome = await read_outcome(connection, employer.id, waived_at=employer.strikes_waived_at, clock=clock)
    if outcome.kind == "suspended" and outcome.until is not None:
        await suspend_for_strikes(connection, employer, outcome.until, actor=actor, now=clock.now())
    elif employer.suspended_for_strikes:
        await reinstate(connection, employer, by="strikes", actor=actor, clock=clock)
    return outcome


def about(strike: Strike, outcome: Outcome) -> dict[str, Any]:
    """Give what every event of a strike says: whose, which, and what holds from then on."""
    return {
        "subject_id": strike.employer_id,
        "season_id": strike.season_id,
        "strike_id": strike.id,
        "request_id": strike.request_id,
        "cause": strike.cause,
        "outcome": outcome.kind,
        "until": outcome.until,
        "count": outcome.count,
    }
