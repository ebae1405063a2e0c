"""Employers in PostgreSQL."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all, fetch_one, find_one
from app.database.searching import pattern_of
from app.employers.domain import (
    CreditCodeTaken,
    Employer,
    EmployerMerged,
    EmployerNotFound,
    EmployerState,
    RegisterEmployer,
)
from app.errors import PreconditionFailed

_queries = load_queries(__file__)
on_constraint("employer_credit_code_unique", lambda _: CreditCodeTaken())

_IDENTITY_AND_STATE = (
    "id",
    "team_id",
    "credit_code",
    "state",
    "state_reasons",
    "state_note",
    "suspended_until",
    "review_asked_at",
    "review_due_at",
    "has_scan",
    "needs_review",
    "suspended_for_strikes",
    "strikes_waived_at",
    "row_version",
)


class Standing(msgspec.Struct, frozen=True):
    """What decides what an employer may do."""

    state: EmployerState
    suspended_until: date | None


class EmployerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How often an employer cancelled late by the season's rule, and how often nobody of it came."""

    late_cancellations: int
    no_shows: int


async def get_record(connection: Connection, employer_id: UUID) -> EmployerRecord:
    """Count an employer's late cancellations, and how often nobody came."""
    return await fetch_one(EmployerRecord, _queries.find_record(connection, employer_id=employer_id))


async def insert_employer(connection: Connection, command: RegisterEmployer, *, now: datetime) -> Employer:
    """Insert an employer. Raises CreditCodeTaken."""
    employer_id = await _queries.insert_employer(connection, **msgspec.structs.asdict(command), now=now)
    return await get_employer(connection, employer_id)


async def get_employer(connection: Connection, employer_id: UUID) -> Employer:
    """Give an employer. Raises EmployerNotFound, EmployerMerged."""
    employer = await find_one(Employer, _queries.find_employer(connection, employer_id=employer_id))
    if employer is not None:
        return employer
    into: UUID | None = await _queries.find_merged_into(connection, employer_id=employer_id)
    if into is None:
        raise EmployerNotFound
    raise EmployerMerged(extra={"into": str(into)})


async def find_employer_by_code(connection: Connection, credit_code: str) -> Employer | None:
    """Give the employer of a credit code."""
    return await find_one(Employer, _queries.find_employer_by_code(connection, credit_code=credit_code))


async def lock_employer(connection: Connection, employer_id: UUID) -> Employer:
    """Lock an employer until this transaction ends, and give it. Raises EmployerNotFound."""
    await _queries.lock_employer(connection, employer_id=employer_id)
    return await get_employer(connection, employer_id)


async def lock_standing(connection: Connection, employer_id: UUID) -> Standing:
    """Lock an employer until this transaction ends, and give what it may do. Raises EmployerNotFound."""
    return await fetch_one(
        Standing, _queries.lock_standing(connection, employer_id=employer_id), missing=EmployerNotFound
    )


async def list_known(
    connection: Connection, employer_ids: Sequence[UUID], *, states: Sequence[str] | None = None
) -> set[UUID]:
    """Give which of some employers exist, in some states."""
    if not employer_ids:
        return set()
    rows = _queries.list_known(
        connection, employer_ids=list(employer_ids), states=None if states is None else list(states)
    )
    return {row["id"] async for row in rows}


async def list_ids_by_code(
    connection: Connection,
    credit_codes: Sequence[str],
    *,
    states: Sequence[str] | None = None,
    beside: Iterable[UUID] = (),
) -> dict[str, UUID]:
    """Give the employers of credit codes that are in some states, or among those beside; others are left out."""
    if not credit_codes:
        return {}
    rows = _queries.list_ids_by_code(
        connection,
        credit_codes=list(credit_codes),
        states=None if states is None else list(states),
        beside=list(beside),
    )
    return {row["credit_code"]: row["id"] async for row in rows}


async def list_employers(
    connection: Connection, *, state: str | None = None, search: str | None = None, batch: int = 500
) -> list[Employer]:
    """List employers, the longest waiting first."""
    return await fetch_all(
        Employer, _queries.list_employers(connection, state=state, search=pattern_of(search), batch=batch)
    )


async def list_employer_ids(connection: Connection, *, state: str, search: str | None) -> list[UUID]:
    """List only the ids of the employers in a state, in the same order."""
    rows = _queries.list_employer_ids(connection, state=state, search=pattern_of(search))
    return [row["id"] async for row in rows]


async def list_employers_of_ids(connection: Connection, employer_ids: Sequence[UUID]) -> list[Employer]:
    """List some employers, in the same order."""
    return await fetch_all(Employer, _queries.list_employers_of_ids(connection, employer_ids=list(employer_ids)))


async def count_by_state(connection: Connection) -> dict[str, int]:
    """Count the employers in each state."""
    return {row["state"]: row["employers"] async for row in _queries.count_by_state(connection)}


async def update_employer(connection: Connection, employer: Employer, *, expected_version: int | None) -> Employer:
    """Change an employer. Raises PreconditionFailed."""
    values = msgspec.structs.asdict(employer)
    for name in _IDENTITY_AND_STATE:
        del values[name]
    found = await _queries.update_employer(
        connection, employer_id=employer.id, expected_version=expected_version, **values
    )
    if found is None:
        raise PreconditionFailed
    return await get_employer(connection, employer.id)


async def update_state(
    connection: Connection,
    employer_id: UUID,
    state: str,
    *,
    reasons: Sequence[str] = (),
    note: str = "",
    suspended_until: date | None = None,
    for_strikes: bool = False,
    review_asked_at: datetime | None = None,
    review_due_at: datetime | None = None,
) -> Employer:
    """Set an employer's state with its reasons."""
    await _queries.update_state(
        connection,
        employer_id=employer_id,
        state=state,
        reasons=list(reasons),
        note=note,
        suspended_until=suspended_until,
        for_strikes=for_strikes,
        review_asked_at=review_asked_at,
        review_due_at=review_due_at,
    )
    return await get_employer(connection, employer_id)


async def mark_changed(connection: Connection, employer_id: UUID, *, needs_review: bool) -> Employer:
    """Note that something beside the entry changed, and whether it has to be reviewed."""
    await _queries.mark_changed(connection, employer_id=employer_id, needs_review=needs_review)
    return await get_employer(connection, employer_id)


async def waive_strikes(connection: Connection, employer_id: UUID, *, now: datetime) -> Employer:
    """Let an employer's strikes up to now hold nothing back any more; they still count."""
    await _queries.waive_strikes(connection, employer_id=employer_id, now=now)
    return await get_employer(connection, employer_id)


async def list_ended_suspensions(connection: Connection, *, today: date, batch: int) -> list[UUID]:
    """List the employers whose suspension ended before today, or today."""
    return [row["id"] async for row in _queries.list_ended_suspensions(connection, today=today, batch=batch)]


async def upsert_scan(
    connection: Connection, employer_id: UUID, content: bytes, content_type: str, sha256: bytes, *, now: datetime
) -> None:
    """Keep the licence's scan."""
    await _queries.upsert_scan(
        connection, employer_id=employer_id, content=content, content_type=content_type, sha256=sha256, now=now
    )


async def find_scan(connection: Connection, employer_id: UUID) -> tuple[bytes, str] | None:
    """Give content and type of the licence's scan."""
    row = await _queries.find_scan(connection, employer_id=employer_id)
    return None if row is None else (row["content"], row["content_type"])


async def count_kept_bytes(connection: Connection, owner_id: UUID) -> int:
    """Count what an employer or a department keeps; others add to it only once this transaction has ended."""
    await _queries.lock_kept(connection, owner_id=owner_id)
    size: int = await _queries.count_kept_bytes(connection, owner_id=owner_id)
    return size
