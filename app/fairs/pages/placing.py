"""Where exhibitors stand: halls and booths of a fair on a page, the plan of each hall in its editor."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.database import Database
from app.errors import NotFound
from app.fairs import repository as fairs
from app.fairs.access import get_run
from app.fairs.booth_plans import assigning, halls, placing, repository
from app.fairs.booth_plans.domain import (
    BROKEN_NAMES,
    GOAL_NAMES,
    REASON_NAMES,
    Arrange,
    AskBooths,
    HallNotFound,
    MoveExhibitor,
    PutSectors,
    WhatIf,
)
from app.fairs.booth_plans.drawing import draw_hall
from app.fairs.booth_plans.engine_facts import crowd_of, stands
from app.halls.domain import HallPlan, PlanQuestioned
from app.halls.drafting import PutHallPlan
from app.halls.editing import editing_of
from app.halls.layouts import booths_in_rows, empty_hall
from app.halls.pages.hall_plan import plan_values
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, every, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.venues import repository as venues


class BoothPages(Controller):
    """For those who run a fair."""

    include_in_schema = False
    guards = [May("run_fairs")]

    @get("/fairs/{fair_id:uuid}/booths")
    async def booths(
        self,
        fair_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        exhibitor: str = "",
        booth: str = "",
    ) -> Answer:
        """Show the halls; with an exhibitor and a booth also what that move would cost."""
        return await _booths_page(page, database, fair_id, EMPTY_FORM, exhibitor=exhibitor, booth=booth)

    @post("/fairs/{fair_id:uuid}/booths/{act:str}")
    async def act(
        self,
        request: AnyRequest,
        fair_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Assign, keep, drop, move one, arrange one, tell."""
        values = await submitted_values(request)
        who: dict[str, Any] = {"actor": actor, "now": now}

        async def carry() -> Answer:
            match act:
                case "assign":
                    command = as_command(values, AskBooths)
                    await database.transact(assigning.ask_booths, fair_id, command, **who)
                case "keep":
                    await database.transact(assigning.keep_run, fair_id, _id(values, "run_id"), **who)
                case "drop":
                    await database.transact(assigning.drop_run, fair_id, _id(values, "run_id"), actor=actor)
                case "move":
                    await database.transact(
                        placing.move_exhibitor,
                        fair_id,
                        _id(values, "exhibitor_id"),
                        _move(values),
                        seen=seen_version(values),
                        **who,
                    )
                case "arrange":
                    await database.transact(
                        placing.arrange,
                        fair_id,
                        _id(values, "exhibitor_id"),
                        as_command({"crowd": values.get("crowd"), "apart_from": every(values, "apart_from")}, Arrange),
                        seen=seen_version(values),
                        actor=actor,
                    )
                case "tell":
                    await database.transact(placing.tell_booths, fair_id, **who)
                case _:
                    raise NotFound
            return see_other(f"/fairs/{fair_id}/booths")

        return await carry_out(carry, page=page, values=values, again=partial(_booths_page, page, database, fair_id))

    @get("/fairs/{fair_id:uuid}/halls/{room_id:uuid}")
    async def hall(
        self,
        fair_id: FromPath[UUID],
        room_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Show the plan of a hall in its editor; one without a plan gets one of as many booths as are asked for."""
        return await _hall_page(page, database, fair_id, room_id, EMPTY_FORM)

    @post("/fairs/{fair_id:uuid}/halls/{room_id:uuid}")
    async def save_hall(
        self,
        request: AnyRequest,
        fair_id: FromPath[UUID],
        room_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Keep it for this fair alone; what is found on it is shown first."""
        values = await plan_values(request)

        async def save() -> Answer:
            given = {name: value for name, value in values.items() if name != "takes_booths"}
            await database.transact(
                halls.put_hall,
                fair_id,
                room_id,
                as_command(given, PutHallPlan),
                takes_booths="takes_booths" in values,
                seen=seen_version(values),
                actor=actor,
                now=now,
            )
            return see_other(f"/fairs/{fair_id}/booths")

        again = partial(_hall_page, page, database, fair_id, room_id)
        return await carry_out(save, page=page, values=values, again=again)

    @post("/fairs/{fair_id:uuid}/halls/{hall_id:uuid}/sectors")
    async def put_sectors(
        self,
        request: AnyRequest,
        fair_id: FromPath[UUID],
        hall_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Say which industries stand in a hall."""
        values = await submitted_values(request)

        async def put() -> Answer:
            command = as_command({"sectors": every(values, "sectors")}, PutSectors)
            seen = seen_version(values)
            await database.transact(halls.put_sectors, fair_id, hall_id, command, seen=seen, actor=actor, now=now)
            return see_other(f"/fairs/{fair_id}/booths")

        return await carry_out(put, page=page, values=values, again=partial(_booths_page, page, database, fair_id))


def _id(values: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(str(values.get(name)))
    except ValueError as error:
        raise NotFound from error


def _move(values: dict[str, Any]) -> MoveExhibitor:
    """Give the move of a form: `booth` is a hall and a name, or nothing."""
    hall_id, _, name = str(values.get("booth", "")).partition(":")
    pinned = "pinned" in values
    if not name:
        return MoveExhibitor()
    return as_command({"hall_id": hall_id, "booth": name, "pinned": pinned}, MoveExhibitor)


async def _booths_page(
    page: Page, database: Database, fair_id: UUID, form: Form, *, exhibitor: str = "", booth: str = ""
) -> Answer:
    translate = page.translate
    async with database.read() as connection:
        fair = await get_run(connection, fair_id, actor=page.person)
        found = await placing.read_booths(connection, fair_id, actor=page.person)
        exhibitors = [one for one in await fairs.list_exhibitors(connection, fair_id) if stands(one)]
        rooms = await repository.list_rooms_of(connection, fair_id)
        industries = await venues.list_code_entries(connection, "industry")
        chosen = next((one for one in exhibitors if str(one.id) == exhibitor), None)
        what: WhatIf | None = None
        if chosen is not None and booth:
            move = _move({"booth": booth})
            what = await placing.what_if(connection, fair_id, chosen.id, move, actor=page.person)
    run = found.run
    proposed = run.placed if run is not None and run.state == "finished" and not run.reason else None
    return page.render(
        "fair_booths.html",
        fair=fair,
        season=page.season_link(fair.season_id),
        found=found,
        run=run,
        proposed=proposed,
        exhibitors=exhibitors,
        crowds={one.id: crowd_of(one) for one in exhibitors},
        names={one.id: one.name_in(translate.locale) for one in exhibitors},
        drawings=[(hall, draw_hall(hall, exhibitors, translate, placed=proposed)) for hall in found.halls],
        missing=[room for room in rooms if room.id not in {hall.room_id for hall in found.halls}],
        industries=industries,
        chosen=chosen,
        booth=booth,
        what=what,
        GOALS=GOAL_NAMES,
        BROKEN=BROKEN_NAMES,
        REASONS=REASON_NAMES,
        form=form,
        status_code=form.status_code,
    )


async def _hall_page(page: Page, database: Database, fair_id: UUID, room_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        fair = await get_run(connection, fair_id, actor=page.person)
        room = next((one for one in await repository.list_rooms_of(connection, fair_id) if one.id == room_id), None)
        if room is None:
            raise HallNotFound
        kept = next((one for one in await repository.list_halls(connection, fair_id) if one.room_id == room_id), None)
    plan: HallPlan | None = kept.plan if kept else room.plan or booths_in_rows(min(fair.booths, 1000))
    findings = None
    if isinstance(form.refusal, PlanQuestioned):
        plan = form.refusal.plan
        form = msgspec.structs.replace(form, values={k: v for k, v in form.values.items() if k != "cells"})
    elif form.message:
        findings = ()
    editing = editing_of(plan or empty_hall(1, 1), page.translate.name(room), page.translate, findings=findings)
    return page.render(
        "fair_hall.html",
        fair=fair,
        season=page.season_link(fair.season_id),
        room=room,
        kept=kept,
        editing=editing,
        loses=form.refusal is not None and form.refusal.type == "booth-lost",
        form=form,
        status_code=form.status_code,
    )
