"""Likely placements over HTTP."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.actors import Actor
from app.clock import Clock
from app.database import Database
from app.desk import service
from app.desk.asking import DeskLine
from app.desk.domain import LikelyPlacements
from app.desk.finding import DeskFinder
from app.desk.repository import ShownPlacements
from app.errors import NotFound
from app.http.guards import Searches, signed_in
from app.offers.finding import Finder
from app.requests.domain import SubmitRequest


async def provide_finder(
    database: NamedDependency[Database], clock: NamedDependency[Clock], desk: NamedDependency[DeskLine]
) -> Finder:
    """Give what finds placements to offer."""
    return DeskFinder(database, clock, desk)


async def provide_desk(state: State) -> DeskLine:
    """Give the way to the desk."""
    return state.desk  # type: ignore[no-any-return]


class LikelyPlacementController(Controller):
    """Where a request could go, before it is sent."""

    path = "/api/requests"
    tags = ("Requests",)
    guards = [signed_in]

    @post("/likely-placements", summary="Where a wish could go now", status_code=200, guards=[Searches()])
    async def likely_placements(
        self,
        data: JSONBody[SubmitRequest],
        database: NamedDependency[Database],
        desk: NamedDependency[DeskLine],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> LikelyPlacements:
        """Check a wish as if it were sent; give up to three placements and the ways of each day, and store nothing."""
        return await service.likely_placements(database, desk, data, actor=actor, clock=clock)

    @get("/{request_id:uuid}/likely-placements", summary="Where a request could go now", guards=[Searches()])
    async def likely_placements_of_request(
        self,
        request_id: FromPath[UUID],
        database: NamedDependency[Database],
        desk: NamedDependency[DeskLine],
        actor: NamedDependency[Actor],
    ) -> LikelyPlacements:
        """Its owner and organisers ask; its own bookings are not in its way."""
        return await service.likely_placements_of_request(database, desk, request_id, actor=actor)

    @get("/{request_id:uuid}/shown-placements", summary="What was shown before a request was sent")
    async def shown_placements(
        self, request_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> ShownPlacements:
        """Its owner and organisers see it; 404 where nothing was shown."""
        async with database.read() as connection:
            found = await service.find_visible_shown(connection, request_id, actor=actor)
        if found is None:
            raise NotFound
        return found
