"""Use cases of suspensions: by hand or for strikes, until a day; ended by hand, by time, or by a strike less."""

from datetime import date, datetime
from uuid import UUID

from app.actors import Actor, account_of
from app.clock import Clock
from app.database import Connection, Database
from app.database.rows import must_be_seen
from app.employers import repository
from app.employers.domain import MOVES, Employer, Suspension
from app.employers.moving import must_be_possible, start_review
from app.errors import N_, Invalid
from app.events import EmployerReinstated, EmployerSuspended, Reinstating
from app.outbox import append
from app.permissions import must


async def suspend_employer(
    connection: Connection,
    employer_id: UUID,
    suspension: Suspension,
    *,
    seen: int | None,
    actor: Actor,
    today: date,
    now: datetime,
) -> Employer:
    """Accept no new requests of an employer until a day. Raises EmployerMoveImpossible, Invalid,
    PreconditionFailed.
    """
    must(actor, "review_employers")
    if suspension.until <= today:
        raise Invalid.at("until", N_("This day has passed already."), "in-the-past")
    employer = await repository.lock_employer(connection, employer_id)
    must_be_possible("suspend", employer)
    must_be_seen(employer.row_version, seen)
    changed = await repository.update_state(
        connection, employer_id, "suspended", note=suspension.reason, suspended_until=suspension.until
    )
    event = EmployerSuspended(subject_id=employer_id, until=suspension.until.isoformat())
    await append(connection, event, actor_id=actor.account_id, now=now, reason=suspension.reason)
    return changed


async def suspend_for_strikes(
    connection: Connection, employer: Employer, until: date, *, actor: Actor | None, now: datetime
) -> Employer:
    """Suspend an employer, which is locked, for its strikes, or set another day; where its state allows it.

    A suspension by hand stays as it is, and who was under review is reviewed afterwards.
    """
    if employer.suspended_for_strikes:
        needs_review = employer.needs_review
    elif employer.state in MOVES["suspend_for_strikes"][0]:
        needs_review = employer.state == "under_review"
    else:
        return employer
    if employer.suspended_until == until:
        return employer
    changed = await repository.update_state(
        connection, employer.id, "suspended", suspended_until=until, for_strikes=True
    )
    if needs_review:
        changed = await repository.mark_changed(connection, employer.id, needs_review=True)
    event = EmployerSuspended(subject_id=employer.id, until=until.isoformat(), for_strikes=True)
    await append(connection, event, actor_id=account_of(actor), now=now)
    return changed


async def reinstate(
    connection: Connection, employer: Employer, *, by: Reinstating, actor: Actor | None, clock: Clock
) -> Employer:
    """End the suspension of an employer, which is locked; what changed meanwhile is reviewed before.

    Raises EmployerMoveImpossible.
    """
    must_be_possible("reinstate", employer)
    event = EmployerReinstated(subject_id=employer.id, by=by)
    await append(connection, event, actor_id=account_of(actor), now=clock.now())
    if employer.needs_review:
        return await start_review(connection, employer, actor=actor, clock=clock)
    return await repository.update_state(connection, employer.id, "verified")


async def end_suspensions(database: Database, *, clock: Clock, batch: int) -> int:
    """End the suspensions whose day has come; give how many there were."""
    today = clock.local(clock.now()).date()
    async with database.read() as connection:
        ended = await repository.list_ended_suspensions(connection, today=today, batch=batch)
    return sum([await database.transact(_end, employer_id, today, clock=clock) for employer_id in ended])


async def _end(connection: Connection, employer_id: UUID, today: date, *, clock: Clock) -> bool:
    employer = await repository.lock_employer(connection, employer_id)
    if employer.state != "suspended" or employer.suspended_until is None or employer.suspended_until > today:
        return False
    await reinstate(connection, employer, by="time", actor=None, clock=clock)
    return True
