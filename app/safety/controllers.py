"""What is filed of large events, over HTTP."""

from uuid import UUID

from litestar import Controller, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.safety import service
from app.safety.domain import Outstanding, PutSafetyFiling, SafetyFiling
from app.seasons import repository as seasons


class SafetyController(Controller):
    """Large events and security."""

    path = "/api"
    tags = ("Large events",)

    @get(
        "/requests/{request_id:uuid}/safety-filings",
        summary="What a request files with security",
        guards=[May("file_safety")],
    )
    async def list_filings(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[SafetyFiling]:
        """For its owner and organisers: each activity that is large by the season's rules, and by when."""
        async with database.read() as connection:
            return await service.read_filings(connection, request_id, actor=actor, clock=clock)

    @put(
        "/activities/{activity_id:uuid}/safety-filing",
        summary="Enter a filing with security",
        guards=[May("file_safety")],
    )
    async def put_filing(
        self,
        activity_id: FromPath[UUID],
        data: JSONBody[PutSafetyFiling],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[SafetyFiling]:
        """Needs If-Match. Number and day by its owner and organisers; why none is needed by organisers only."""
        seen = expected_version(if_match)
        filing = await database.transact(service.put_filing, activity_id, data, seen=seen, actor=actor, clock=clock)
        return Response(filing, headers={"ETag": etag(filing.row_version)})

    @get(
        "/seasons/{season_id:uuid}/safety-filings",
        summary="Large events that are not filed yet",
        guards=[May("exempt_safety")],
    )
    async def list_outstanding(
        self, season_id: FromPath[UUID], database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> list[Outstanding]:
        """For organisers, the first due first."""
        async with database.read() as connection:
            policies = await seasons.get_policies(connection, season_id)
            return await service.list_outstanding(connection, season_id, policies, clock=clock)
