"""Claims in PostgreSQL."""

from datetime import datetime
from uuid import UUID

from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all, fetch_one
from app.employers.claim_domain import Claim, ClaimDecided, ClaimNotFound, ClaimOpen, ClaimState, OwnClaim

_queries = load_queries(__file__)
on_constraint("employer_claim_one_open", lambda _: ClaimOpen())


async def insert_claim(
    connection: Connection, employer_id: UUID, account_id: UUID, *, note: str, now: datetime
) -> UUID:
    """Insert a claim. Raises ClaimOpen."""
    claim_id: UUID = await _queries.insert_claim(
        connection, employer_id=employer_id, account_id=account_id, note=note, now=now
    )
    return claim_id


async def list_own(connection: Connection, account_id: UUID) -> list[OwnClaim]:
    """List what somebody claimed, the newest first."""
    return await fetch_all(OwnClaim, _queries.list_own_claims(connection, account_id=account_id))


async def list_open(connection: Connection, employer_id: UUID | None = None) -> list[Claim]:
    """List the claims that wait for an answer, of all employers or of one."""
    return await fetch_all(Claim, _queries.list_open_claims(connection, employer_id=employer_id))


async def lock_claim(connection: Connection, claim_id: UUID) -> Claim:
    """Lock a claim until this transaction ends. Raises ClaimNotFound."""
    await _queries.lock_claim(connection, claim_id=claim_id)
    return await fetch_one(Claim, _queries.find_claim(connection, claim_id=claim_id), missing=ClaimNotFound)


async def settle_claim(
    connection: Connection, claim: Claim, state: ClaimState, *, decided_by: UUID, now: datetime, note: str = ""
) -> None:
    """Answer a claim. Raises ClaimDecided."""
    if claim.state != "open":
        raise ClaimDecided
    await _queries.settle_claim(connection, claim_id=claim.id, state=state, decided_by=decided_by, now=now, note=note)
