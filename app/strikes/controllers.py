"""Strikes and appeals over HTTP: what counts against an employer, what it says to that, what is decided."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.actors import Actor
from app.attached_files import MAX_BODY_BYTES
from app.clock import Clock
from app.database import Database
from app.employers.domain import Employer
from app.http.attached import sent_file
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.strikes import repository, showing
from app.strikes.appealing import decide_appeal, make_appeal
from app.strikes.domain import Appeal, GiveReason, MakeAppeal, OpenAppeal, Strike, StrikeRecord
from app.strikes.reading import get_strike_for, read_record_for
from app.strikes.removing import take_back, waive


class StrikeController(Controller):
    """No-shows and late cancellations, and appeals against them."""

    path = "/api"
    tags = ("Strikes",)

    @get(
        "/employers/{employer_id:uuid}/strikes", summary="What counts against an employer", guards=[May("see_strikes")]
    )
    async def record(
        self,
        employer_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> StrikeRecord:
        """For its contacts and for organisers: what counted, until when, what holds, what one more leads to."""
        async with database.read() as connection:
            return await read_record_for(connection, employer_id, actor=actor, clock=clock)

    @post(
        "/employers/{employer_id:uuid}/strikes/waive",
        summary="Let a paused employer ask before the time",
        guards=[May("judge_strikes")],
        status_code=200,
    )
    async def waive(
        self,
        employer_id: FromPath[UUID],
        data: JSONBody[GiveReason],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Employer:
        """Needs If-Match (the employer's). What counted still counts; the reason is kept and told."""
        seen = expected_version(if_match)
        return await database.transact(waive, employer_id, data, seen=seen, actor=actor, clock=clock)

    @get("/strikes/{strike_id:uuid}", summary="One no-show or late cancellation", guards=[May("see_strikes")])
    async def get_strike(
        self, strike_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[Strike]:
        """For its employer and for organisers."""
        async with database.read() as connection:
            strike = await get_strike_for(connection, strike_id, actor=actor)
        return Response(strike, headers={"ETag": etag(strike.row_version)})

    @post("/strikes/{strike_id:uuid}/take-back", summary="Take it back", guards=[May("judge_strikes")], status_code=200)
    async def take_back(
        self,
        strike_id: FromPath[UUID],
        data: JSONBody[GiveReason],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[Strike]:
        """Needs If-Match. It counts no more, a pause or suspension that stood on it ends, and the employer is told."""
        seen = expected_version(if_match)
        strike = await database.transact(take_back, strike_id, data, seen=seen, actor=actor, clock=clock)
        return Response(strike, headers={"ETag": etag(strike.row_version)})

    @post("/strikes/{strike_id:uuid}/appeals", summary="Appeal", guards=[May("appeal")])
    async def appeal(
        self,
        strike_id: FromPath[UUID],
        data: JSONBody[MakeAppeal],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Appeal:
        """For the employer's contacts, while it counts; one at a time."""
        return await database.transact(make_appeal, strike_id, data, actor=actor, clock=clock)

    @put(
        "/appeals/{appeal_id:uuid}/file",
        summary="Show a file with an appeal",
        guards=[May("appeal")],
        request_max_body_size=MAX_BODY_BYTES,
    )
    async def put_file(
        self,
        request: Request[Any, Any, Any],
        appeal_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        name: Annotated[str, QueryParameter(max_length=300)] = "",
    ) -> Appeal:
        """The body is the file, instead of the one before: PDF, PNG or JPEG by its content, up to 10 MB."""
        content = await request.body()
        return await database.transact(showing.put_file, appeal_id, name=name, content=content, actor=actor, now=now)

    @get(
        "/appeals/{appeal_id:uuid}/file",
        summary="The file of an appeal",
        guards=[May("see_strikes")],
        sent_as_it_is=True,
    )
    async def file(
        self, appeal_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[bytes]:
        """For the employer and organisers, until it is deleted: some time after the decision."""
        async with database.read() as connection:
            found = await showing.read_file(connection, appeal_id, actor=actor)
        return sent_file(name=found.name, content_type=found.content_type, content=found.content)

    @get("/appeals", summary="Appeals that wait for a decision", guards=[May("judge_strikes")])
    async def list_appeals(self, database: NamedDependency[Database]) -> list[OpenAppeal]:
        """For organisers, the longest waiting first."""
        async with database.read() as connection:
            return await repository.list_open_appeals(connection)

    @post(
        "/appeals/{appeal_id:uuid}/uphold", summary="Uphold an appeal", guards=[May("judge_strikes")], status_code=200
    )
    async def uphold(
        self,
        appeal_id: FromPath[UUID],
        data: JSONBody[GiveReason],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[Appeal]:
        """Needs If-Match. The no-show or late cancellation counts no more; the employer is told why."""
        seen = expected_version(if_match)
        return await _decided(database, appeal_id, data, upheld=True, seen=seen, actor=actor, clock=clock)

    @post(
        "/appeals/{appeal_id:uuid}/reject", summary="Reject an appeal", guards=[May("judge_strikes")], status_code=200
    )
    async def reject(
        self,
        appeal_id: FromPath[UUID],
        data: JSONBody[GiveReason],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Response[Appeal]:
        """Needs If-Match. The employer is told why."""
        seen = expected_version(if_match)
        return await _decided(database, appeal_id, data, upheld=False, seen=seen, actor=actor, clock=clock)


async def _decided(
    database: Database,
    appeal_id: UUID,
    command: GiveReason,
    *,
    upheld: bool,
    seen: int | None,
    actor: Actor,
    clock: Clock,
) -> Response[Appeal]:
    appeal = await database.transact(
        decide_appeal, appeal_id, command, upheld=upheld, seen=seen, actor=actor, clock=clock
    )
    return Response(appeal, headers={"ETag": etag(appeal.row_version)})
