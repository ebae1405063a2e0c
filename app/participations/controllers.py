"""Participations over HTTP."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May, signed_in
from app.http.preconditions import IfMatch, etag, expected_version
from app.participations import service
from app.participations.domain import Participation


class ParticipationController(Controller):
    """Take part in somebody else's session, or not."""

    path = "/api"
    tags = ("Participations",)
    guards = (signed_in,)

    @get("/participations", summary="Where you were asked to take part", guards=[May("own_employer")])
    async def list_own(
        self, season_id: FromQuery[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[Participation]:
        """For employers; those to be answered come first."""
        async with database.read() as connection:
            return await service.list_own(connection, season_id, actor=actor)

    @get("/participations/{request_id:uuid}", summary="One of them", guards=[May("own_employer")])
    async def get_own(
        self, request_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[Participation]:
        """For employers."""
        async with database.read() as connection:
            participation = await service.get_own(connection, request_id, actor=actor)
        return Response(participation, headers={"ETag": etag(participation.row_version)})

    @post(
        "/requests/{request_id:uuid}/participants/{employer_id:uuid}/accept",
        summary="Take part",
        guards=[May("answer_participation")],
        status_code=200,
    )
    async def accept(
        self,
        request_id: FromPath[UUID],
        employer_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Participation:
        """For the employer that was asked, or the career centre for it; needs If-Match."""
        seen = expected_version(if_match)
        return await database.transact(service.accept, request_id, employer_id, seen=seen, actor=actor, clock=clock)

    @post(
        "/requests/{request_id:uuid}/participants/{employer_id:uuid}/decline",
        summary="Take no part",
        guards=[May("answer_participation")],
        status_code=200,
    )
    async def decline(
        self,
        request_id: FromPath[UUID],
        employer_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Participation:
        """For the employer that was asked, or the career centre for it; needs If-Match."""
        seen = expected_version(if_match)
        return await database.transact(service.decline, request_id, employer_id, seen=seen, actor=actor, clock=clock)
