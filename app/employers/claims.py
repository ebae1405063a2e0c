"""Who finds their employer's code taken says who they are; its owner and the career centre answer."""

from datetime import datetime
from uuid import UUID

from app.accounts.domain import EmailNotVerified
from app.accounts.service import limit
from app.actors import Actor
from app.database import Connection, Database
from app.employers import claim_repository, repository
from app.employers.claim_domain import ClaimNotFound, MakeClaim, OwnClaim
from app.employers.domain import AlreadyHasEmployer, EmployerNotFound, checked_credit_code
from app.events import ClaimMade, ClaimWithdrawn
from app.outbox import append
from app.permissions import must_at_all

CLAIMS_PER_DAY = 5


async def make_claim(database: Database, command: MakeClaim, *, actor: Actor, now: datetime) -> OwnClaim:
    """Ask to act for the employer of a code; who asks is told nothing of it.

    Raises Invalid, EmployerNotFound, AlreadyHasEmployer, EmailNotVerified, ClaimOpen, TooMany.
    """
    must_at_all(actor, "own_employer")
    code = checked_credit_code(command.credit_code)
    if actor.employer_id is not None:
        raise AlreadyHasEmployer
    if not actor.email_verified:
        raise EmailNotVerified
    await database.transact(limit, f"claim:{actor.account_id}", tries=CLAIMS_PER_DAY, window_seconds=24 * 3600)
    return await database.transact(_insert, code, command.note, actor=actor, now=now)


async def _insert(connection: Connection, code: str, note: str, *, actor: Actor, now: datetime) -> OwnClaim:
    employer = await repository.find_employer_by_code(connection, code)
    if employer is None:
        raise EmployerNotFound
    claim_id = await claim_repository.insert_claim(connection, employer.id, actor.account_id, note=note, now=now)
    event = ClaimMade(subject_id=employer.id, claim_id=claim_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    claims = await claim_repository.list_own(connection, actor.account_id)
    return next(claim for claim in claims if claim.id == claim_id)


async def withdraw_claim(connection: Connection, claim_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Ask no more. Raises ClaimNotFound, ClaimDecided."""
    claim = await claim_repository.lock_claim(connection, claim_id)
    if claim.account_id != actor.account_id:
        raise ClaimNotFound
    await claim_repository.settle_claim(connection, claim, "withdrawn", decided_by=actor.account_id, now=now)
    event = ClaimWithdrawn(subject_id=claim.employer_id, claim_id=claim_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
