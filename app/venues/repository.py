"""Campuses, departments, majors and code tables in PostgreSQL."""

from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.constraints import on_constraint
from app.database.rows import fetch_all, fetch_one
from app.errors import PreconditionFailed
from app.venues.domain import (
    AddCampus,
    AddDepartment,
    AddMajor,
    Campus,
    CampusNotFound,
    CodeEntry,
    CodeTable,
    CodeTaken,
    Department,
    DepartmentNotFound,
    Major,
    MajorNotFound,
    PutCampus,
    PutCodeEntry,
    PutDepartment,
    PutMajor,
)

_queries = load_queries(__file__)
for _name in ("campus_code_unique", "department_code_unique", "room_code_unique", "channel_code_unique", "major_pkey"):
    on_constraint(_name, lambda _: CodeTaken())


async def list_campuses(connection: Connection) -> list[Campus]:
    """List every campus in the school's order."""
    return await fetch_all(Campus, _queries.list_campuses(connection))


async def get_campus(connection: Connection, code: str) -> Campus:
    """Give a campus. Raises CampusNotFound."""
    for campus in await list_campuses(connection):
        if campus.code == code:
            return campus
    raise CampusNotFound


async def insert_campus(connection: Connection, command: AddCampus) -> UUID:
    """Insert a campus. Raises CodeTaken."""
    campus_id: UUID = await _queries.insert_campus(
        connection, code=command.code, name_zh=command.name_zh, name_en=command.name_en, ordinal=command.ordinal
    )
    return campus_id


async def update_campus(
    connection: Connection, campus_id: UUID, command: PutCampus, *, expected_version: int | None
) -> None:
    """Change a campus. Raises PreconditionFailed when somebody changed it meanwhile."""
    found = await _queries.update_campus(
        connection,
        campus_id=campus_id,
        expected_version=expected_version,
        name_zh=command.name_zh,
        name_en=command.name_en,
        ordinal=command.ordinal,
    )
    if found is None:
        raise PreconditionFailed


async def replace_travel(connection: Connection, campus_id: UUID, minutes: dict[str, int]) -> None:
    """Set the minutes between a campus and others."""
    await _queries.replace_travel(connection, campus_id=campus_id, codes=list(minutes), minutes=list(minutes.values()))


async def list_departments(connection: Connection) -> list[Department]:
    """List every department by code."""
    return await fetch_all(Department, _queries.list_departments(connection))


async def get_department(connection: Connection, code: str) -> Department:
    """Give a department. Raises DepartmentNotFound."""
    for department in await list_departments(connection):
        if department.code == code:
            return department
    raise DepartmentNotFound


async def insert_department(connection: Connection, command: AddDepartment) -> Department:
    """Insert a department with its team. Raises CodeTaken."""
    return await fetch_one(Department, _queries.insert_department(connection, **msgspec.structs.asdict(command)))


async def update_department(
    connection: Connection, department_id: UUID, command: PutDepartment, *, expected_version: int | None
) -> Department:
    """Change a department. Raises PreconditionFailed when somebody changed it meanwhile."""
    return await fetch_one(
        Department,
        _queries.update_department(
            connection,
            department_id=department_id,
            expected_version=expected_version,
            name_zh=command.name_zh,
            name_en=command.name_en,
        ),
        missing=PreconditionFailed,
    )


async def list_majors(connection: Connection, *, catalogue_year: int | None = None) -> list[Major]:
    """List the majors of one year's catalogue, or of each code's newest."""
    return await fetch_all(Major, _queries.list_majors(connection, catalogue_year=catalogue_year))


async def list_every_major(connection: Connection) -> list[Major]:
    """List the majors of all catalogues, the newest year of each code last."""
    return await fetch_all(Major, _queries.list_every_major(connection))


async def get_major(connection: Connection, code: str, catalogue_year: int) -> Major:
    """Give a major. Raises MajorNotFound."""
    for major in await list_majors(connection, catalogue_year=catalogue_year):
        if major.code == code:
            return major
    raise MajorNotFound


async def insert_major(connection: Connection, command: AddMajor) -> Major:
    """Insert a major. Raises CodeTaken."""
    return await fetch_one(Major, _queries.insert_major(connection, **msgspec.structs.asdict(command)))


async def update_major(
    connection: Connection, major: Major, command: PutMajor, *, expected_version: int | None
) -> Major:
    """Change a major. Raises PreconditionFailed when somebody changed it meanwhile."""
    return await fetch_one(
        Major,
        _queries.update_major(
            connection,
            code=major.code,
            catalogue_year=major.catalogue_year,
            expected_version=expected_version,
            **msgspec.structs.asdict(command),
        ),
        missing=PreconditionFailed,
    )


async def list_code_entries(connection: Connection, code_table: CodeTable) -> list[CodeEntry]:
    """List the entries of one code table, in their order."""
    return await fetch_all(CodeEntry, _queries.list_code_entries(connection, code_table=code_table))


async def upsert_code_entry(
    connection: Connection, code_table: CodeTable, code: str, command: PutCodeEntry
) -> CodeEntry:
    """Add or change an entry of a code table."""
    return await fetch_one(
        CodeEntry,
        _queries.upsert_code_entry(connection, code_table=code_table, code=code, **msgspec.structs.asdict(command)),
    )


async def delete_code_entry(connection: Connection, code_table: CodeTable, code: str) -> None:
    """Delete an entry of a code table."""
    await _queries.delete_code_entry(connection, code_table=code_table, code=code)
