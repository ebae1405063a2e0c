"""Cases over HTTP, for organisers; and the writer of facts that other controllers are given."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.actors import Actor
from app.cases import service
from app.cases.domain import Case, CaseState, KeepCase
from app.cases.writing import OpenFacts
from app.database import Database
from app.facts.writing import FactWriter
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.locales import Translator


async def provide_facts(state: State) -> FactWriter:
    """Give what writes facts without breaking a promise in silence."""
    return OpenFacts(state.database)


class CaseController(Controller):
    """Bookings that a change of facts broke, until each is settled."""

    path = "/api/cases"
    tags = ("Cases",)
    guards = [May("see_cases")]

    @get("/", summary="The cases of a season, the most urgent first")
    async def list_cases(
        self,
        season_id: FromQuery[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        in_state: Annotated[CaseState | None, QueryParameter(name="state")] = None,
    ) -> list[Case]:
        """For organisers; who, since when, which rules, until when."""
        async with database.read() as connection:
            return await service.list_cases(connection, season_id, state=in_state, actor=actor, translate=translate)

    @get("/{case_id:uuid}", summary="One case")
    async def get_case(
        self,
        case_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
    ) -> Response[Case]:
        """For organisers."""
        async with database.read() as connection:
            case = await service.get_case(connection, case_id, actor=actor, translate=translate)
        return Response(case, headers={"ETag": etag(case.row_version)})

    @post("/{case_id:uuid}/keep", summary="Agree that the booking stays as it is", status_code=200)
    async def keep(
        self,
        case_id: FromPath[UUID],
        data: JSONBody[KeepCase],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Response[Case]:
        """For organisers; recorded with who and why. Needs If-Match."""
        seen = expected_version(if_match)
        case = await database.transact(
            service.keep_case, case_id, data, seen=seen, actor=actor, translate=translate, now=now
        )
        return Response(case, headers={"ETag": etag(case.row_version)})
