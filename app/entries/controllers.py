"""Campus entry over HTTP."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.entries import service
from app.entries.domain import CampusEntry, GateLine, PutHost, PutVisitors
from app.entries.gate_file import GATE_FORMATS, write_gate
from app.http.guards import May
from app.http.preconditions import IfMatch, named_version
from app.http.reader import reader_locale
from app.locales import translator


class EntryController(Controller):
    """Who comes to campus for an activity, and who receives them."""

    path = "/api"
    tags = ("Campus entry",)

    @get("/requests/{request_id:uuid}/entries", summary="Visitors of a request", guards=[May("enter_visitors")])
    async def list_entries(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[CampusEntry]:
        """For its owner and organisers: each activity with a confirmed place on campus, by time."""
        async with database.read() as connection:
            return await service.list_entries(connection, request_id, actor=actor, clock=clock)

    @put("/activities/{activity_id:uuid}/visitors", summary="Enter visitors", guards=[May("enter_visitors")])
    async def put_visitors(
        self,
        activity_id: FromPath[UUID],
        data: JSONBody[PutVisitors],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> CampusEntry:
        """Everybody who comes, instead of those before; for the owner until the season's rule closes the list."""
        seen = named_version(if_match)
        return await database.transact(service.put_visitors, activity_id, data, seen=seen, actor=actor, clock=clock)

    @put("/activities/{activity_id:uuid}/host", summary="Name the host on site", guards=[May("name_host")])
    async def put_host(
        self,
        activity_id: FromPath[UUID],
        data: JSONBody[PutHost],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> CampusEntry:
        """For organisers, and department staff for their own; the owner sees who receives them."""
        seen = named_version(if_match)
        return await database.transact(service.put_host, activity_id, data, seen=seen, actor=actor, clock=clock)

    @get("/seasons/{season_id:uuid}/gate", summary="Who comes to campus on a day", guards=[May("see_gate")])
    async def list_gate(
        self,
        season_id: FromPath[UUID],
        day: FromQuery[date],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> list[GateLine]:
        """For organisers; an activity for which nobody was entered has one line without a name."""
        async with database.read() as connection:
            return await service.list_gate(connection, season_id, day, actor=actor, clock=clock)

    @get(
        [f"/seasons/{{season_id:uuid}}/gate.{name}" for name in GATE_FORMATS],
        summary="The gate's list of a day as xlsx or csv",
        guards=[May("see_gate")],
    )
    async def export_gate(
        self,
        request: Request[Any, Any, Any],
        season_id: FromPath[UUID],
        day: FromQuery[date],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """For organisers; headings are in the reader's language."""
        form = request.url.path.rpartition(".")[2]
        async with database.read() as connection:
            lines = await service.list_gate(connection, season_id, day, actor=actor, clock=clock)
        content = write_gate(lines, form, clock=clock, translate=translator(reader_locale(request)))
        headers = {"Content-Disposition": f'attachment; filename="gate-{day}.{form}"'}
        return Response(content, media_type=GATE_FORMATS[form], headers=headers)
