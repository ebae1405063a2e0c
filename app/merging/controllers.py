"""Merging entries of employers over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.employers.domain import Employer
from app.http.guards import May
from app.http.preconditions import IfMatch, expected_version
from app.merging import service
from app.merging.service import Alike, Merge, MergePreview


class MergeController(Controller):
    """Two entries of one employer become one."""

    path = "/api/employers/{employer_id:uuid}"
    tags = ("Employers",)
    guards = [May("review_employers")]

    @get("/alike", summary="Entries that may be the same employer")
    async def alike(
        self,
        employer_id: FromPath[UUID],
        database: NamedDependency[Database],
        code: Annotated[str, QueryParameter(max_length=40)] = "",
    ) -> list[Alike]:
        """Of a code, or with a name much like it."""
        async with database.read() as connection:
            return await service.list_alike(connection, employer_id, code)

    @get("/merge", summary="What a merge would do")
    async def preview(
        self,
        employer_id: FromPath[UUID],
        from_id: Annotated[UUID, QueryParameter()],
        database: NamedDependency[Database],
    ) -> MergePreview:
        """What goes from the other entry into this one, and which places clash."""
        async with database.read() as connection:
            return await service.preview_merge(connection, employer_id, from_id)

    @post("/merge", summary="Let another entry go into this one", status_code=200)
    async def merge(
        self,
        employer_id: FromPath[UUID],
        data: JSONBody[Merge],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        if_match: IfMatch = None,
    ) -> Employer:
        """Needs If-Match. Everything moves; the other id tells where it went."""
        seen = expected_version(if_match)
        return await database.transact(service.merge_employers, employer_id, data, seen=seen, actor=actor, clock=clock)
