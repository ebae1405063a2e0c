"""Use cases of the career centre: take a strike back, or let a paused employer ask before the time."""

from uuid import UUID

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.employers import repository as employers
from app.employers.domain import Employer
from app.events import StrikeRemoved, StrikesWaived
from app.outbox import append
from app.permissions import must
from app.strikes import repository
from app.strikes.domain import GiveReason, NothingToWaive, Outcome, Strike, StrikeOver
from app.strikes.noting import about, settle
from app.strikes.reading import get_strike, read_outcome


async def take_back(
    connection: Connection, strike_id: UUID, command: GiveReason, *, seen: int | None, actor: Actor, clock: Clock
) -> Strike:
    """Let a strike count no more, and end what stood on it; an open appeal against it is upheld by that.

    Raises StrikeNotFound, StrikeOver, PreconditionFailed.
    """
    must(actor, "judge_strikes")
    employer, strike = await lock_strike(connection, strike_id)
    must_count(strike, clock)
    must_be_seen(strike.row_version, seen)
    if strike.open_appeal is not None:
        await repository.decide_appeal(
            connection,
            strike.open_appeal.id,
            "upheld",
            answer=command.reason,
            decided_by=actor.account_id,
            now=clock.now(),
        )
    await remove(connection, employer, strike, reason=command.reason, by_appeal=False, actor=actor, clock=clock)
    return await get_strike(connection, strike.employer_id, strike_id)


async def waive(
    connection: Connection, employer_id: UUID, command: GiveReason, *, seen: int | None, actor: Actor, clock: Clock
) -> Employer:
    """Let a paused employer ask again although its strikes count. Raises NothingToWaive, PreconditionFailed."""
    must(actor, "judge_strikes")
    employer = await employers.lock_employer(connection, employer_id)
    must_be_seen(employer.row_version, seen)
    outcome = await read_outcome(connection, employer_id, waived_at=employer.strikes_waived_at, clock=clock)
    if not outcome.blocks:
        raise NothingToWaive
    now = clock.now()
    waived = await employers.waive_strikes(connection, employer_id, now=now)
    event = StrikesWaived(subject_id=employer_id)
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.reason)
    await settle(connection, waived, actor=actor, clock=clock)
    return await employers.get_employer(connection, employer_id)


async def remove(
    connection: Connection,
    employer: Employer,
    strike: Strike,
    *,
    reason: str,
    by_appeal: bool,
    actor: Actor,
    clock: Clock,
) -> Outcome:
    """Let a strike of an employer, which is locked, count no more; give what holds for it then."""
    now = clock.now()
    await repository.remove_strike(connection, strike.id, removed_by=actor.account_id, reason=reason, now=now)
    outcome = await settle(connection, employer, actor=actor, clock=clock)
    event = StrikeRemoved(by_appeal=by_appeal, **about(strike, outcome))
    await append(connection, event, actor_id=actor.account_id, now=now, reason=reason)
    return outcome


async def lock_strike(connection: Connection, strike_id: UUID) -> tuple[Employer, Strike]:
    """Lock whose strike it is, as everybody does who changes what counts. Raises StrikeNotFound."""
    employer_id = await repository.get_employer_of_strike(connection, strike_id)
    employer = await employers.lock_employer(connection, employer_id)
    return employer, await get_strike(connection, employer_id, strike_id)


def must_count(strike: Strike, clock: Clock) -> None:
    """Check that a strike counts today. Raises StrikeOver."""
    if not strike.counts_on(clock.local(clock.now()).date()):
        raise StrikeOver
