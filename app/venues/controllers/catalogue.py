"""Campuses, departments, majors and code tables over HTTP."""

from datetime import datetime

from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.facts.writing import Author, FactWriter
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.locales import Translator
from app.venues import repository, service
from app.venues.domain import (
    AddCampus,
    AddDepartment,
    AddMajor,
    Campus,
    ChangeCampus,
    CodeEntry,
    CodeTable,
    Department,
    Major,
    PutCodeEntry,
    PutDepartment,
    PutMajor,
    check_catalogue_year,
)


class CampusController(Controller):
    """Campuses and the way between them."""

    path = "/api/campuses"
    tags = ("Venues",)

    @get("/", summary="Every campus")
    async def list_campuses(self, database: NamedDependency[Database]) -> list[Campus]:
        """Public."""
        async with database.read() as connection:
            return await repository.list_campuses(connection)

    @get("/{code:str}", summary="One campus")
    async def get_campus(self, code: FromPath[str], database: NamedDependency[Database]) -> Response[Campus]:
        """Public."""
        async with database.read() as connection:
            campus = await repository.get_campus(connection, code)
        return Response(campus, headers={"ETag": etag(campus.row_version)})

    @post("/", summary="Add a campus", guards=[May("change_venues")])
    async def add_campus(
        self,
        data: JSONBody[AddCampus],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Campus:
        """For organisers."""
        return await database.transact(service.add_campus, data, actor=actor, now=now)

    @put("/{code:str}", summary="Change a campus", guards=[May("change_venues")])
    async def change_campus(
        self,
        code: FromPath[str],
        data: JSONBody[ChangeCampus],
        facts: NamedDependency[FactWriter],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        translate: NamedDependency[Translator],
        if_match: IfMatch = None,
    ) -> Response[Campus]:
        """For organisers; needs If-Match. 409 lists the promises that it breaks; `accept_broken` names them."""
        version = expected_version(if_match)
        campus = await facts.write(
            lambda connection: service.change_campus(
                connection, code, data, expected_version=version, actor=actor, now=clock.now()
            ),
            Author(actor=actor, clock=clock, translate=translate, accepted=frozenset(data.accept_broken)),
        )
        return Response(campus, headers={"ETag": etag(campus.row_version)})


class DepartmentController(Controller):
    """Departments."""

    path = "/api/departments"
    tags = ("Venues",)

    @get("/", summary="Every department")
    async def list_departments(self, database: NamedDependency[Database]) -> list[Department]:
        """Public."""
        async with database.read() as connection:
            return await repository.list_departments(connection)

    @get("/{code:str}", summary="One department")
    async def get_department(self, code: FromPath[str], database: NamedDependency[Database]) -> Response[Department]:
        """Public."""
        async with database.read() as connection:
            department = await repository.get_department(connection, code)
        return Response(department, headers={"ETag": etag(department.row_version)})

    @post("/", summary="Add a department", guards=[May("change_venues")])
    async def add_department(
        self,
        data: JSONBody[AddDepartment],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Department:
        """For organisers."""
        return await database.transact(service.add_department, data, actor=actor, now=now)

    @put("/{code:str}", summary="Rename a department", guards=[May("change_venues")])
    async def change_department(
        self,
        code: FromPath[str],
        data: JSONBody[PutDepartment],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Response[Department]:
        """For organisers; needs If-Match."""
        version = expected_version(if_match)
        department = await database.transact(
            service.change_department, code, data, expected_version=version, actor=actor, now=now
        )
        return Response(department, headers={"ETag": etag(department.row_version)})


class MajorController(Controller):
    """Majors, by the year of the catalogue."""

    path = "/api/majors"
    tags = ("Venues",)

    @get("/", summary="The majors of one year's catalogue, or of each code's newest")
    async def list_majors(
        self, database: NamedDependency[Database], catalogue_year: FromQuery[int | None] = None
    ) -> list[Major]:
        """Public."""
        if catalogue_year is not None:
            check_catalogue_year(catalogue_year)
        async with database.read() as connection:
            return await repository.list_majors(connection, catalogue_year=catalogue_year)

    @post("/", summary="Add a major", guards=[May("change_venues")])
    async def add_major(
        self,
        data: JSONBody[AddMajor],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Major:
        """For organisers."""
        return await database.transact(service.add_major, data, actor=actor, now=now)

    @put("/{catalogue_year:int}/{code:str}", summary="Change a major", guards=[May("change_venues")])
    async def change_major(
        self,
        catalogue_year: FromPath[int],
        code: FromPath[str],
        data: JSONBody[PutMajor],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Response[Major]:
        """For organisers; needs If-Match (`row_version` of the list)."""
        version = expected_version(if_match)
        major = await database.transact(
            service.change_major, code, catalogue_year, data, expected_version=version, actor=actor, now=now
        )
        return Response(major, headers={"ETag": etag(major.row_version)})


class CodeTableController(Controller):
    """Editable code tables: properties, sizes, industries, features, reasons."""

    path = "/api/code-tables"
    tags = ("Venues",)

    @get("/{code_table:str}", summary="The lines of a code table")
    async def list_code_entries(
        self, code_table: FromPath[CodeTable], database: NamedDependency[Database]
    ) -> list[CodeEntry]:
        """Public."""
        async with database.read() as connection:
            return await repository.list_code_entries(connection, code_table)

    @put("/{code_table:str}/{code:str}", summary="Add or change a line", guards=[May("change_venues")])
    async def put_code_entry(
        self,
        code_table: FromPath[CodeTable],
        code: FromPath[str],
        data: JSONBody[PutCodeEntry],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> CodeEntry:
        """For organisers."""
        return await database.transact(service.put_code_entry, code_table, code, data, actor=actor, now=now)

    @delete("/{code_table:str}/{code:str}", summary="Take a line out", guards=[May("change_venues")])
    async def remove_code_entry(
        self,
        code_table: FromPath[CodeTable],
        code: FromPath[str],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> None:
        """For organisers; what was written with it keeps the code."""
        await database.transact(service.remove_code_entry, code_table, code, actor=actor, now=now)
