"""What organisers see of an employer in review, and what its contacts see of their own."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from app.accounts.reach import list_refused_of_employer
from app.database import Connection
from app.employers import repository
from app.employers.domain import Employer, Finding, findings
from app.employers.repository import EmployerRecord
from app.employers.seasons import SeasonOfEmployer, list_seasons_of
from app.outbox.repository import HistoryLine, list_history
from app.venues import repository as venues
from app.venues.domain import CodeEntry
from app.venues.named import read_code_entries


class EmployerView(msgspec.Struct, frozen=True, kw_only=True):
    """An employer beside its licence, what happened, and the reasons that a refusal can have.

    `refused` are its people's addresses that take no messages.
    """

    employer: Employer
    findings: list[Finding]
    record: EmployerRecord
    refused: dict[str, datetime]
    history: list[HistoryLine]
    past: list[SeasonOfEmployer]
    reasons: list[CodeEntry]
    sizes: dict[str, CodeEntry]
    properties: dict[str, CodeEntry]
    industries: dict[str, CodeEntry]


class OwnEmployerView(msgspec.Struct, frozen=True, kw_only=True):
    """A contact's employer, None before it is entered, with the choices of its form."""

    employer: Employer | None
    findings: list[Finding]
    past: list[SeasonOfEmployer]
    reasons: dict[str, CodeEntry]
    sizes: list[CodeEntry]
    properties: list[CodeEntry]
    industries: list[CodeEntry]


async def read_employer(connection: Connection, employer_id: UUID, *, today: date) -> EmployerView:
    """Read an employer as its review shows it. Raises EmployerNotFound."""
    employer = await repository.get_employer(connection, employer_id)
    return EmployerView(
        employer=employer,
        findings=findings(employer, today),
        record=await repository.get_record(connection, employer_id),
        refused=await list_refused_of_employer(connection, employer_id),
        history=await list_history(connection, employer_id),
        past=await list_seasons_of(connection, employer_id),
        reasons=await venues.list_code_entries(connection, "employer_refusal"),
        sizes=await read_code_entries(connection, "size"),
        properties=await read_code_entries(connection, "property"),
        industries=await read_code_entries(connection, "industry"),
    )


async def read_own_employer(connection: Connection, employer_id: UUID | None, *, today: date) -> OwnEmployerView:
    """Read the employer of a contact, if there is one yet."""
    employer = None if employer_id is None else await repository.get_employer(connection, employer_id)
    return OwnEmployerView(
        employer=employer,
        findings=findings(employer, today) if employer else [],
        past=await list_seasons_of(connection, employer.id) if employer else [],
        reasons=await read_code_entries(connection, "employer_refusal"),
        sizes=await venues.list_code_entries(connection, "size"),
        properties=await venues.list_code_entries(connection, "property"),
        industries=await venues.list_code_entries(connection, "industry"),
    )
