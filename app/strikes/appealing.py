"""Use cases of appeals: a contact makes one against a strike that counts, the career centre decides it."""

from uuid import UUID

from app.actors import Actor
from app.clock import Clock
from app.database import Connection
from app.database.rows import must_be_seen
from app.events import AppealDecided, AppealMade
from app.outbox import append
from app.permissions import must, must_at_all
from app.strikes import repository
from app.strikes.domain import (
    Appeal,
    AppealIsDecided,
    AppealNotFound,
    AppealOpen,
    AppealState,
    GiveReason,
    MakeAppeal,
    Strike,
    StrikeNotFound,
)
from app.strikes.noting import about
from app.strikes.reading import get_strike, read_outcome
from app.strikes.removing import lock_strike, must_count, remove


async def make_appeal(
    connection: Connection, strike_id: UUID, command: MakeAppeal, *, actor: Actor, clock: Clock
) -> Appeal:
    """Say why a strike of one's own employer should not count. Raises StrikeNotFound, StrikeOver, AppealOpen."""
    must_at_all(actor, "appeal")
    if await repository.get_employer_of_strike(connection, strike_id) != actor.employer_id:
        raise StrikeNotFound
    employer, strike = await lock_strike(connection, strike_id)
    must_count(strike, clock)
    if strike.open_appeal is not None:
        raise AppealOpen
    now = clock.now()
    appeal_id = await repository.insert_appeal(
        connection, strike_id, note=command.note, made_by=actor.account_id, now=now
    )
    outcome = await read_outcome(connection, employer.id, waived_at=employer.strikes_waived_at, clock=clock)
    event = AppealMade(appeal_id=appeal_id, **about(strike, outcome))
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.note)
    return await get_appeal(connection, strike, appeal_id)


async def decide_appeal(
    connection: Connection,
    appeal_id: UUID,
    command: GiveReason,
    *,
    upheld: bool,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> Appeal:
    """Uphold an appeal, so that the strike counts no more, or reject it, with the reason.

    Raises AppealNotFound, AppealIsDecided, PreconditionFailed.
    """
    must(actor, "judge_strikes")
    employer, strike = await lock_strike(connection, await repository.get_strike_of_appeal(connection, appeal_id))
    appeal = await get_appeal(connection, strike, appeal_id)
    if appeal.state != "open":
        raise AppealIsDecided
    must_be_seen(appeal.row_version, seen)
    now, by = clock.now(), actor.account_id
    state: AppealState = "upheld" if upheld else "rejected"
    await repository.decide_appeal(connection, appeal_id, state, answer=command.reason, decided_by=by, now=now)
    if upheld:
        outcome = await remove(
            connection, employer, strike, reason=command.reason, by_appeal=True, actor=actor, clock=clock
        )
    else:
        outcome = await read_outcome(connection, employer.id, waived_at=employer.strikes_waived_at, clock=clock)
    event = AppealDecided(appeal_id=appeal_id, upheld=upheld, **about(strike, outcome))
    await append(connection, event, actor_id=by, now=now, reason=command.reason)
    return await get_appeal(connection, strike, appeal_id)


async def get_appeal(connection: Connection, strike: Strike, appeal_id: UUID) -> Appeal:
    """Give an appeal against a strike. Raises AppealNotFound."""
    found = await get_strike(connection, strike.employer_id, strike.id)
    for appeal in found.appeals:
        if appeal.id == appeal_id:
            return appeal
    raise AppealNotFound
