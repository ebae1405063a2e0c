"""Use cases of campuses, departments, majors and code tables."""

from datetime import datetime
from uuid import UUID, uuid4

from msgspec import UNSET

from app.actors import Actor, account_of
from app.database import Connection
from app.errors import N_, Invalid
from app.facts.locks import lock_every_season
from app.venues import repository
from app.venues.announce import must_change_venues, tell_change
from app.venues.domain import (
    AddCampus,
    AddDepartment,
    AddMajor,
    Campus,
    CodeEntry,
    CodeTable,
    Department,
    Major,
    PutCampus,
    PutCodeEntry,
    PutDepartment,
    PutMajor,
    check_catalogue_year,
    check_entry_code,
)


async def add_campus(connection: Connection, command: AddCampus, *, actor: Actor | None, now: datetime) -> Campus:
    """Add a campus, with the minutes to the others. Raises Invalid, CodeTaken."""
    must_change_venues(actor)
    campus_id = await repository.insert_campus(connection, command)
    await _set_travel(connection, campus_id, command.code, command)
    await tell_change(connection, campus_id, "campus", actor=actor, now=now)
    return await repository.get_campus(connection, command.code)


async def change_campus(
    connection: Connection,
    code: str,
    command: PutCampus,
    *,
    expected_version: int | None,
    actor: Actor | None,
    now: datetime,
) -> Campus:
    """Change a campus and the minutes to the others. Raises Invalid, CampusNotFound, PreconditionFailed."""
    must_change_venues(actor)
    await lock_every_season(connection)
    campus = await repository.get_campus(connection, code)
    await repository.update_campus(connection, campus.id, command, expected_version=expected_version)
    await _set_travel(connection, campus.id, code, command)
    await tell_change(connection, campus.id, "campus", actor=actor, now=now)
    return await repository.get_campus(connection, code)


async def add_department(
    connection: Connection, command: AddDepartment, *, actor: Actor | None, now: datetime
) -> Department:
    """Add a department with its team. Raises CodeTaken."""
    must_change_venues(actor)
    department = await repository.insert_department(connection, command)
    await tell_change(connection, department.id, "department", actor=actor, now=now)
    return department


async def change_department(
    connection: Connection,
    code: str,
    command: PutDepartment,
    *,
    expected_version: int | None,
    actor: Actor | None,
    now: datetime,
) -> Department:
    """Rename a department. Raises DepartmentNotFound, PreconditionFailed."""
    must_change_venues(actor)
    known = await repository.get_department(connection, code)
    department = await repository.update_department(connection, known.id, command, expected_version=expected_version)
    await tell_change(connection, department.id, "department", actor=actor, now=now)
    return department


async def add_major(connection: Connection, command: AddMajor, *, actor: Actor | None, now: datetime) -> Major:
    """Add a major to a year's catalogue. Raises Invalid, CodeTaken."""
    must_change_venues(actor)
    await _check_department(connection, command)
    major = await repository.insert_major(connection, command)
    await _tell_major(connection, major, actor=actor, now=now)
    return major


async def change_major(
    connection: Connection,
    code: str,
    catalogue_year: int,
    command: PutMajor,
    *,
    expected_version: int | None,
    actor: Actor | None,
    now: datetime,
) -> Major:
    """Change a major. Raises Invalid, MajorNotFound, PreconditionFailed."""
    must_change_venues(actor)
    check_catalogue_year(catalogue_year)
    await _check_department(connection, command)
    known = await repository.get_major(connection, code, catalogue_year)
    major = await repository.update_major(connection, known, command, expected_version=expected_version)
    await _tell_major(connection, major, actor=actor, now=now)
    return major


async def put_code_entry(
    connection: Connection, code_table: CodeTable, code: str, command: PutCodeEntry, *, actor: Actor, now: datetime
) -> CodeEntry:
    """Add or change an entry of a code table. Raises Invalid."""
    must_change_venues(actor)
    check_entry_code(code)
    entry = await repository.upsert_code_entry(connection, code_table, code, command)
    await tell_change(connection, actor.account_id, f"code {code_table} {code}", actor=actor, now=now)
    return entry


async def remove_code_entry(
    connection: Connection, code_table: CodeTable, code: str, *, actor: Actor, now: datetime
) -> None:
    """Delete an entry of a code table; what was written with it keeps the code."""
    must_change_venues(actor)
    check_entry_code(code)
    await repository.delete_code_entry(connection, code_table, code)
    await tell_change(connection, actor.account_id, f"code {code_table} {code}", actor=actor, now=now)


async def _set_travel(connection: Connection, campus_id: UUID, code: str, command: PutCampus) -> None:
    if command.travel_minutes is UNSET:
        return
    known = {campus.code for campus in await repository.list_campuses(connection)}
    for other in command.travel_minutes:
        if other not in known or other == code:
            raise Invalid.at(f"travel_minutes.{other}", N_("There is no such campus."), "unknown-campus")
    await repository.replace_travel(connection, campus_id, command.travel_minutes)


async def _check_department(connection: Connection, major: PutMajor) -> None:
    if major.department_id is None:
        return
    if major.department_id not in {department.id for department in await repository.list_departments(connection)}:
        raise Invalid.at("department_id", N_("There is no such department."), "unknown-department")


async def _tell_major(connection: Connection, major: Major, *, actor: Actor | None, now: datetime) -> None:
    # A major has no id of its own: its department is the subject, the code says which.
    subject_id = major.department_id or account_of(actor) or uuid4()
    await tell_change(connection, subject_id, f"major {major.code} {major.catalogue_year}", actor=actor, now=now)
