"""Halls and booths of fairs over HTTP, for those who run them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.actors import Actor
from app.database import Database
from app.fairs.access import get_run
from app.fairs.booth_plans import assigning, halls, placing, repository
from app.fairs.booth_plans.domain import (
    Arrange,
    AskBooths,
    BoothRun,
    FairBooths,
    FairHall,
    MoveExhibitor,
    PutSectors,
    WhatIf,
)
from app.fairs.booth_plans.drawing import draw_hall
from app.fairs.domain import Exhibitor
from app.fairs.repository import list_exhibitors
from app.halls.drafting import PutHallPlan
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.http.reader import reader_translator


class BoothController(Controller):
    """Draw the halls of a fair, assign its booths, tell who stands where."""

    path = "/api/fairs/{fair_id:uuid}"
    tags = ("Booths of fairs",)
    guards = [May("run_fairs")]

    @get("/booths", summary="Halls and booths of a fair")
    async def read_booths(
        self, fair_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> FairBooths:
        """With what the booths as they are given are worth, goal by goal, and the latest assignment."""
        async with database.read() as connection:
            return await placing.read_booths(connection, fair_id, actor=actor)

    @put("/halls/{room_id:uuid}", summary="Keep the plan of a hall")
    async def put_hall(
        self,
        fair_id: FromPath[UUID],
        room_id: FromPath[UUID],
        data: JSONBody[PutHallPlan],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
        *,
        takes_booths: FromQuery[bool] = False,
    ) -> Response[FairHall]:
        """Needs If-Match (`"0"` where it has none yet). For this fair alone: the room's own plan stays as it is."""
        hall = await database.transact(
            halls.put_hall,
            fair_id,
            room_id,
            data,
            takes_booths=takes_booths,
            seen=expected_version(if_match),
            actor=actor,
            now=now,
        )
        return Response(hall, headers={"ETag": etag(hall.row_version)})

    @get("/halls/{hall_id:uuid}/plan.svg", summary="A hall with who stands where", media_type="image/svg+xml")
    async def draw(
        self,
        request: Request[Any, Any, Any],
        fair_id: FromPath[UUID],
        hall_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        run: Annotated[UUID | None, QueryParameter(description="As this assignment proposes.")] = None,
    ) -> str:
        """As it is kept, or as an assignment proposes."""
        async with database.read() as connection:
            await get_run(connection, fair_id, actor=actor)
            hall = await repository.get_hall(connection, fair_id, hall_id)
            proposed = None if run is None else (await repository.get_run(connection, run)).placed
            exhibitors = await list_exhibitors(connection, fair_id)
        return draw_hall(hall, exhibitors, reader_translator(request), placed=proposed)

    @put("/halls/{hall_id:uuid}/sectors", summary="Say which industries stand in a hall")
    async def put_sectors(
        self,
        fair_id: FromPath[UUID],
        hall_id: FromPath[UUID],
        data: JSONBody[PutSectors],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> FairHall:
        """Needs If-Match. Those industries stand there and nowhere else."""
        seen = expected_version(if_match)
        return await database.transact(halls.put_sectors, fair_id, hall_id, data, seen=seen, actor=actor, now=now)

    @post("/booth-runs", summary="Have booths assigned", status_code=202)
    async def ask(
        self,
        fair_id: FromPath[UUID],
        data: JSONBody[AskBooths],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> BoothRun:
        """Worked out by a worker: ask for it again until it has finished, look at it, keep or drop it."""
        return await database.transact(assigning.ask_booths, fair_id, data, actor=actor, now=now)

    @post("/booth-runs/{run_id:uuid}/keep", summary="Let exhibitors stand as proposed", status_code=200)
    async def keep(
        self,
        fair_id: FromPath[UUID],
        run_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> BoothRun:
        """409 where exhibitors or halls changed since it was worked out."""
        return await database.transact(assigning.keep_run, fair_id, run_id, actor=actor, now=now)

    @delete("/booth-runs/{run_id:uuid}", summary="Drop an assignment", status_code=200)
    async def drop(
        self,
        fair_id: FromPath[UUID],
        run_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> BoothRun:
        """Everything stays as it is."""
        return await database.transact(assigning.drop_run, fair_id, run_id, actor=actor)

    @post("/exhibitors/{exhibitor_id:uuid}/what-if", summary="What a move would cost", status_code=200)
    async def what_if(
        self,
        fair_id: FromPath[UUID],
        exhibitor_id: FromPath[UUID],
        data: JSONBody[MoveExhibitor],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> WhatIf:
        """The plan's worth before and after; nothing moves."""
        async with database.read() as connection:
            return await placing.what_if(connection, fair_id, exhibitor_id, data, actor=actor)

    @put("/exhibitors/{exhibitor_id:uuid}/booth", summary="Give a booth by hand")
    async def move(
        self,
        fair_id: FromPath[UUID],
        exhibitor_id: FromPath[UUID],
        data: JSONBody[MoveExhibitor],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Exhibitor:
        """Needs If-Match. Whoever stands there gets the booth that becomes free; `pinned` keeps it there."""
        seen = expected_version(if_match)
        return await database.transact(
            placing.move_exhibitor, fair_id, exhibitor_id, data, seen=seen, actor=actor, now=now
        )

    @put("/exhibitors/{exhibitor_id:uuid}/arrangement", summary="Say what assignments heed of an exhibitor")
    async def arrange(
        self,
        fair_id: FromPath[UUID],
        exhibitor_id: FromPath[UUID],
        data: JSONBody[Arrange],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        if_match: IfMatch = None,
    ) -> Exhibitor:
        """Needs If-Match. How many it draws, and from whom it stands apart."""
        seen = expected_version(if_match)
        return await database.transact(placing.arrange, fair_id, exhibitor_id, data, seen=seen, actor=actor)

    @post("/booths/tell", summary="Tell exhibitors where they stand", status_code=200)
    async def tell(
        self,
        fair_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> dict[str, int]:
        """Only those whose booth is another one than they were told."""
        return {"told": await database.transact(placing.tell_booths, fair_id, actor=actor, now=now)}
