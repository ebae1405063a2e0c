"""The waitlist over HTTP."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.http.guards import May, signed_in
from app.locales import Translator
from app.waitlist import service
from app.waitlist.domain import WaitlistLeftOut
from app.waitlist.service import WaitlistLine, WaitlistRank


class WaitlistController(Controller):
    """Who waits for a place, and in which order."""

    path = "/api"
    tags = ("Waitlist",)
    guards = (signed_in,)

    @get("/waitlist", summary="The waitlist of a season", guards=[May("see_waitlist")])
    async def list_waitlist(
        self,
        season_id: FromQuery[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
        clock: NamedDependency[Clock],
    ) -> list[WaitlistLine]:
        """For organisers: the first in line first, with the reasons, and until when something is kept for whom."""
        async with database.read() as connection:
            return await service.list_waitlist(connection, season_id, actor=actor, translate=translate, clock=clock)

    @post(
        "/versions/{version_id:uuid}/waitlist",
        summary="Put those that a version leaves out on the waitlist",
        guards=[May("waitlist")],
        status_code=200,
    )
    async def waitlist_left_out(
        self,
        version_id: FromPath[UUID],
        data: JSONBody[WaitlistLeftOut],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> list[UUID]:
        """For organisers. Gives those that it was done for: who got a place since, or does not want one, is left."""
        return await database.transact(service.waitlist_left_out, version_id, data, actor=actor, now=now)

    @get("/requests/{request_id:uuid}/waitlist-rank", summary="Where a request is on the waitlist")
    async def get_rank(
        self, request_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> WaitlistRank:
        """For whoever may see the request; 404 where it does not wait."""
        async with database.read() as connection:
            return await service.get_rank(connection, request_id, actor=actor)
