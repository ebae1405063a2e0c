"""Hall plans over HTTP: as cells, as a sheet, and drawn."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.actors import Actor
from app.database import Database
from app.halls import service
from app.halls.checking import check_plan
from app.halls.domain import (
    LEAST_CELL_CM,
    MOST_BOOTHS,
    MOST_CELL_CM,
    USUAL_CELL_CM,
    HallPlan,
    Naming,
    RoomPlan,
    ToldFinding,
    as_told,
)
from app.halls.drafting import PutHallPlan
from app.halls.drawing import draw_plan
from app.halls.layouts import booths_in_rows
from app.halls.pasting import write_sheet
from app.halls.wording import words_of
from app.http.guards import May
from app.http.preconditions import IfMatch, etag, expected_version
from app.locales import Translator
from app.outbox.repository import HistoryLine


class ToldBooth(msgspec.Struct, frozen=True):
    """A booth; the first row and the first column are 1."""

    name: str
    row: int
    column: int
    power: bool


class DrawnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan in every form: one character a cell, a sheet with the names, its booths, and what is found."""

    cells: str
    sheet: str
    booths: list[ToldBooth]
    cell_cm: int
    naming: Naming
    findings: list[ToldFinding]


class KeptPlan(DrawnPlan, frozen=True, kw_only=True):
    """A room's plan, who drew it last and when."""

    venue_id: UUID
    updated_at: datetime
    updated_by: str | None
    row_version: int


class HallPlanController(Controller):
    """What stands where in a room at a fair."""

    path = "/api"
    tags = ("Venues",)
    guards = [May("change_hall_plans")]

    @get("/venues/{resource_id:uuid}/hall-plan", summary="A room's hall plan")
    async def get_plan(
        self, resource_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Response[KeptPlan]:
        """For organisers, and department staff of their own rooms."""
        async with database.read() as connection:
            found = await service.read_plan(connection, resource_id, actor=actor)
        return _kept(found)

    @put("/venues/{resource_id:uuid}/hall-plan", summary="Keep a room's hall plan")
    async def put_plan(
        self,
        resource_id: FromPath[UUID],
        data: JSONBody[PutHallPlan],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> Response[KeptPlan]:
        """Needs If-Match, `"0"` where there is none yet. 409 lists what is found; `accept_findings` says yes to it."""
        seen = expected_version(if_match)
        found = await database.transact(service.put_plan, resource_id, data, seen=seen, actor=actor, now=now)
        return _kept(found)

    @delete("/venues/{resource_id:uuid}/hall-plan", summary="Remove a room's hall plan")
    async def remove_plan(
        self,
        resource_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        if_match: IfMatch = None,
    ) -> None:
        """Needs If-Match. Fairs keep their own copies."""
        seen = expected_version(if_match)
        await database.transact(service.remove_plan, resource_id, seen=seen, actor=actor, now=now)

    @get("/venues/{resource_id:uuid}/hall-plan.svg", summary="A room's hall plan, drawn")
    async def drawing(
        self,
        resource_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        translate: NamedDependency[Translator],
    ) -> Response[str]:
        """Ink on nothing, in the reader's language: for documents and slides."""
        async with database.read() as connection:
            room = await service.read_room(connection, resource_id, actor=actor)
            found = await service.read_plan(connection, resource_id, actor=actor)
        drawn = draw_plan(found.plan, words_of(found.plan, translate.name(room), translate))
        name = f'inline; filename="hall-plan-{resource_id}.svg"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return Response(drawn, media_type="image/svg+xml", headers=headers)

    @get("/venues/{resource_id:uuid}/hall-plan/history", summary="Who kept and removed a room's hall plan")
    async def history(
        self, resource_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> list[HistoryLine]:
        """The newest first."""
        async with database.read() as connection:
            return await service.read_history(connection, resource_id, actor=actor)

    @get("/hall-plans/suggested", summary="A plan to start from", sync_to_thread=False)
    def suggest(
        self,
        booths: Annotated[int, QueryParameter(ge=1, le=MOST_BOOTHS)],
        powered: Annotated[int, QueryParameter(ge=0, le=MOST_BOOTHS)] = 0,
        cell_cm: Annotated[int, QueryParameter(ge=LEAST_CELL_CM, le=MOST_CELL_CM)] = USUAL_CELL_CM,
    ) -> DrawnPlan:
        """Give so many booths in rows back to back, all of which can be reached. Nothing is kept."""
        return DrawnPlan(**_drawn(booths_in_rows(booths, powered=powered, cell_cm=cell_cm)))


def _kept(found: RoomPlan) -> Response[KeptPlan]:
    kept = KeptPlan(
        **_drawn(found.plan),
        venue_id=found.venue_id,
        updated_at=found.updated_at,
        updated_by=found.updated_by,
        row_version=found.row_version,
    )
    return Response(kept, headers={"ETag": etag(found.row_version)})


def _drawn(plan: HallPlan) -> dict[str, Any]:
    return {
        "cells": "\n".join(plan.rows),
        "sheet": write_sheet(plan),
        "booths": [ToldBooth(*booth) for booth in plan.booths()],
        "cell_cm": plan.cell_cm,
        "naming": plan.naming,
        "findings": [as_told(finding) for finding in check_plan(plan)],
    }
