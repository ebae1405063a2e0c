"""What was filed of a large event is entered on its request's page."""

from functools import partial
from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May
from app.layout.forms import as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.pages.request import request_page
from app.safety import service
from app.safety.domain import PutSafetyFiling


class SafetyPages(Controller):
    """For owners and organisers."""

    include_in_schema = False
    guards = [May("file_safety")]

    @post("/requests/{request_id:uuid}/safety/{activity_id:uuid}")
    async def put_filing(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Enter the number and the day, or why none is needed."""
        values = await submitted_values(request)

        async def put() -> Answer:
            command, seen = as_command(values, PutSafetyFiling), seen_version(values)
            await database.transact(service.put_filing, activity_id, command, seen=seen, actor=actor, clock=clock)
            return see_other(f"/requests/{request_id}")

        again = partial(request_page, page, database, request_id)
        return await carry_out(put, page=page, values=values, again=again)
