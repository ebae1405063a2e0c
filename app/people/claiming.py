"""Answers to who claims to act for an employer."""

from datetime import datetime
from uuid import UUID

from app.accounts import repository as accounts
from app.actors import Actor
from app.database import Connection
from app.database.rows import must_be_seen
from app.employers import claim_repository as claims
from app.employers.claim_domain import Claim, ClaimNotFound, DecideClaim, DeclineClaim
from app.events import ClaimAccepted, ClaimDeclined
from app.outbox import append
from app.people import repository
from app.people.access import must_answer_for
from app.people.domain import ActsForAnother, People
from app.people.inviting import join


async def accept_claim(
    connection: Connection,
    employer_id: UUID,
    claim_id: UUID,
    command: DecideClaim,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> People:
    """Let who claims it act for the employer; the career centre can make them its owner.

    Raises EmployerNotFound, NotTheOwner, ClaimNotFound, ClaimDecided, ActsForAnother, PreconditionFailed.
    """
    people, claim = await _open(connection, employer_id, claim_id, seen=seen, actor=actor)
    account = await accounts.get_account(connection, claim.account_id)
    if account.employer_id is not None or account.disabled_at is not None:
        raise ActsForAnother
    await claims.settle_claim(connection, claim, "accepted", decided_by=actor.account_id, now=now)
    event = ClaimAccepted(subject_id=employer_id, claim_id=claim_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    as_owner = command.as_owner and actor.organises
    await join(connection, people, employer_id, claim.account_id, as_owner=as_owner, now=now)
    return await repository.get_people(connection, employer_id)


async def decline_claim(
    connection: Connection,
    employer_id: UUID,
    claim_id: UUID,
    command: DeclineClaim,
    *,
    seen: int | None,
    actor: Actor,
    now: datetime,
) -> People:
    """Decline with a reason that who claims is told.

    Raises EmployerNotFound, NotTheOwner, ClaimNotFound, ClaimDecided, PreconditionFailed.
    """
    people, claim = await _open(connection, employer_id, claim_id, seen=seen, actor=actor)
    await claims.settle_claim(connection, claim, "declined", decided_by=actor.account_id, now=now, note=command.note)
    event = ClaimDeclined(subject_id=employer_id, claim_id=claim_id, account_id=claim.account_id)
    await append(connection, event, actor_id=actor.account_id, now=now, reason=command.note)
    return people


async def list_claims(connection: Connection, employer_id: UUID, *, actor: Actor) -> list[Claim]:
    """List who claims to act for an employer. Raises EmployerNotFound, NotTheOwner."""
    must_answer_for(actor, employer_id, await repository.get_people(connection, employer_id))
    return await claims.list_open(connection, employer_id)


async def _open(
    connection: Connection, employer_id: UUID, claim_id: UUID, *, seen: int | None, actor: Actor
) -> tuple[People, Claim]:
    people = await repository.lock_people(connection, employer_id)
    must_answer_for(actor, employer_id, people)
    claim = await claims.lock_claim(connection, claim_id)
    if claim.employer_id != employer_id:
        raise ClaimNotFound
    must_be_seen(claim.row_version, seen)
    return people, claim
