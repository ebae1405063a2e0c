"""A season’s fairs, opening one, one fair with its exhibitors: for organisers, and department staff for their own."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.errors import N_, Invalid, NotFound
from app.fairs import deciding, inviting, opening, reading, repository
from app.fairs.access import get_run
from app.fairs.domain import STATE_NAMES, DecideExhibitor, FairSettings, Invite, InviteReport, OpenFair
from app.fairs.invitation_list import read_invitation_list, write_list_template
from app.http.guards import May
from app.layout.forms import (
    EMPTY_FORM,
    Form,
    as_command,
    carry_out,
    every,
    school_moment,
    seen_version,
    submitted_values,
)
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.outbox.repository import list_history
from app.permissions import may
from app.requests import repository as requests
from app.requests.domain import Activity
from app.tables.writing import CONTENT_TYPES
from app.venues import repository as venues
from app.venues import room_repository


class FairPages(Controller):
    """Open fairs, fill them, decide about exhibitors."""

    include_in_schema = False
    guards = [May("run_fairs")]

    @get("/fairs")
    async def fairs(self, page: NamedDependency[Page], database: NamedDependency[Database]) -> Answer:
        """Show the fairs of the season, and what could be organised as one."""
        season = page.current_season
        if season is None:
            return page.render("fairs.html", season=None, lines=[], organisable=[])
        own = None if may(page.person, "run_fairs", own=False) else page.person.department_id
        async with database.read() as connection:
            lines = await reading.list_run(connection, season.id, actor=page.person)
            organisable = await repository.list_organisable(connection, season.id, department_id=own)
        return page.render("fairs.html", season=season, lines=lines, organisable=organisable)

    @post("/fairs/organise")
    async def organise(
        self,
        request: AnyRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Organise what was asked for as a fair."""
        values = await submitted_values(request)
        try:
            activity_id = UUID(str(values.get("activity_id")))
        except ValueError as error:
            raise NotFound from error
        fair = await database.transact(opening.organise, activity_id, actor=actor, now=now)
        return see_other(f"/fairs/{fair.id}")

    @get("/fairs/new")
    async def new(
        self, page: NamedDependency[Page], database: NamedDependency[Database], from_fair: str = ""
    ) -> Answer:
        """Show the form that opens a fair, filled in from another one."""
        return await _new_page(page, database, EMPTY_FORM, from_fair=from_fair)

    @post("/fairs/new")
    async def open(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Open it: booked at once in a hall, or to be placed on one of the days."""
        values = await submitted_values(request)

        async def open_it() -> Answer:
            command = as_command(_opened(values, page, clock), OpenFair)
            fair = await database.transact(opening.open_fair, command, actor=actor, clock=clock)
            return see_other(f"/fairs/{fair.id}")

        again = partial(_new_page, page, database, from_fair=str(values.get("from_fair_id", "")))
        return await carry_out(open_it, page=page, values=values, again=again)

    @get("/fairs/{fair_id:uuid}")
    async def fair(
        self, fair_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show a fair with its exhibitors."""
        return await _fair_page(page, database, fair_id, EMPTY_FORM)

    @post("/fairs/{fair_id:uuid}/settings")
    async def change(
        self,
        request: AnyRequest,
        fair_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Say something else about it."""
        values = await submitted_values(request)

        async def change() -> Answer:
            given = {**values, "takes_applications": "takes_applications" in values}
            settings = as_command(given, FairSettings)
            seen = seen_version(values)
            await database.transact(opening.change_fair, fair_id, settings, seen=seen, actor=actor, now=now)
            return see_other(f"/fairs/{fair_id}")

        return await carry_out(
            change, page=page, values=values, again=partial(_fair_page, page, database, fair_id, of="settings")
        )

    @post("/fairs/{fair_id:uuid}/exhibitors/{exhibitor_id:uuid}/{act:str}")
    async def decide(
        self,
        request: AnyRequest,
        fair_id: FromPath[UUID],
        exhibitor_id: FromPath[UUID],
        act: FromPath[str],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Accept, let wait, refuse with a reason."""
        values = await submitted_values(request)
        seen = seen_version(values)

        async def decide() -> Answer:
            given = {name: value for name, value in values.items() if name in ("note", "over_limits")}
            command = as_command(given, DecideExhibitor)
            about: dict[str, Any] = {"seen": seen, "actor": actor, "clock": clock}
            if act == "accept":
                await database.transact(deciding.accept, fair_id, exhibitor_id, command, **about)
            elif act == "refuse":
                await database.transact(deciding.refuse, fair_id, exhibitor_id, command, **about)
            elif act == "waitlist":
                await database.transact(deciding.waitlist, fair_id, exhibitor_id, **about)
            else:
                raise NotFound
            return see_other(f"/fairs/{fair_id}#x-{exhibitor_id}")

        again = partial(_fair_page, page, database, fair_id, of=str(exhibitor_id))
        return await carry_out(decide, page=page, values=values, again=again)

    @get("/fairs/{fair_id:uuid}/invite")
    async def invite_form(
        self,
        fair_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        search: str = "",
    ) -> Answer:
        """Show whom one may invite."""
        return await _invite_page(page, database, fair_id, EMPTY_FORM, search=search)

    @post("/fairs/{fair_id:uuid}/invite")
    async def invite(
        self,
        request: AnyRequest,
        fair_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Invite the chosen ones, those of a list, and one that is typed; first shown, then sent."""
        values = await submitted_values(request)
        file = values.pop("file", None)
        search = str(values.pop("search", ""))

        async def invite() -> Answer:
            command = await _invited(values, file)
            report = await database.transact(inviting.invite, fair_id, command, actor=actor, clock=clock)
            if command.dry_run:
                return await _invite_page(
                    page, database, fair_id, Form(values=values), search=search, report=report, command=command
                )
            return see_other(f"/fairs/{fair_id}")

        again = partial(_invite_page, page, database, fair_id, search=search)
        return await carry_out(invite, page=page, values=values, again=again)

    @get("/fairs/invitation-list.xlsx")
    async def template(self, page: NamedDependency[Page]) -> Response[bytes]:
        """Give an empty list to fill in."""
        content = await asyncio.to_thread(write_list_template, page.translate.locale)
        headers = {"Content-Disposition": 'attachment; filename="invitation-list.xlsx"'}
        return Response(content, media_type=CONTENT_TYPES["xlsx"], headers=headers)


def _opened(values: Mapping[str, Any], page: Page, clock: Clock) -> dict[str, Any]:
    """Give the command of the form: either a hall and an hour, or days. Raises Invalid."""
    season = page.current_season
    if season is None:
        raise NotFound
    given = {name: value for name, value in values.items() if name not in ("when", "room_id")}
    given |= {"season_id": str(season.id), "takes_applications": "takes_applications" in values}
    given["majors"] = every(values, "majors")
    if values.get("when") != "at_once":
        for name in ("day", "hour"):
            given.pop(name, None)
        return given
    for name in ("first_day", "last_day"):
        given.pop(name, None)
    missing = [name for name in ("room_id", "day", "hour") if name not in values]
    if missing:
        raise Invalid.at(missing[0], N_("Fill this in."), "missing")
    return school_moment({**given, "room_ids": every(values, "room_id")}, clock)


async def _invited(values: Mapping[str, Any], file: Any) -> Invite:
    """Give whom a form invites. Raises Invalid, ListRefused."""
    entities: list[Any] = []
    if isinstance(file, UploadFile) and file.filename:
        listed = await asyncio.to_thread(read_invitation_list, await file.read())
        entities += [msgspec.structs.asdict(entity) for entity in listed]
    # Those of a list that was looked at.
    entities += _kept_list(str(values.get("listed", "")))
    fields = ("credit_code", "legal_name", "contact_name", "contact_email", "contact_phone")
    typed = {field: values[field] for field in fields if field in values}
    if typed:
        entities.append(typed)
    return as_command(
        {
            "entities": entities,
            "employer_ids": every(values, "employer_ids"),
            "accepted": values.get("accepted", False),
            "over_limits": values.get("over_limits", False),
            "dry_run": values.get("step") == "look",
        },
        Invite,
    )


def _kept_list(text: str) -> list[Any]:
    if not text:
        return []
    try:
        return msgspec.json.decode(text, type=list[Any])
    except msgspec.DecodeError as error:
        raise Invalid.at("file", N_("Choose a file."), "missing") from error


async def _new_page(page: Page, database: Database, form: Form, *, from_fair: str = "") -> Answer:
    own = None if may(page.person, "run_fairs", own=False) else page.person.department_id
    async with database.read() as connection:
        earlier = await opening.list_templates(connection, actor=page.person)
        rooms = [room for room in await room_repository.list_rooms(connection) if room.booths > 0]
        if own is not None:
            rooms = [room for room in rooms if room.department_id in (None, own)]
        majors = [major for major in await venues.list_majors(connection) if own in (None, major.department_id)]
        departments = await venues.list_departments(connection)
        chosen = next((fair for fair in earlier if str(fair.id) == from_fair), None)
        before = None if chosen is None else await _read_step(connection, chosen.request_id, chosen.id)
    rooms.sort(key=lambda room: room.department_id != own)
    return page.render(
        "fair_form.html",
        form=form,
        season=page.current_season,
        earlier=earlier,
        chosen=chosen,
        before=before,
        rooms=rooms,
        majors=majors,
        departments=departments if own is None else [],
        status_code=form.status_code,
    )


async def _read_step(connection: Connection, request_id: UUID, activity_id: UUID) -> Activity | None:
    steps = (await requests.list_activities(connection, [request_id]))[request_id]
    return next((step for step in steps if step.id == activity_id), None)


async def _fair_page(page: Page, database: Database, fair_id: UUID, form: Form, *, of: str = "") -> Answer:
    async with database.read() as connection:
        detail = await reading.get_detail(connection, fair_id, actor=page.person)
        industries = await venues.list_code_entries(connection, "industry")
        history = await list_history(connection, fair_id)
    acts = {one.id: deciding.possible_acts(one) for one in detail.exhibitors}
    return page.render(
        "fair.html",
        detail,
        season=page.season_link(detail.fair.season_id),
        acts=acts,
        industries=industries,
        history=history,
        names={str(one.id): one.name_in(page.translate.locale) for one in detail.exhibitors},
        EXHIBITOR_STATES=STATE_NAMES,
        form=form,
        of=of,
        empty_form=EMPTY_FORM,
        status_code=form.status_code,
    )


async def _invite_page(
    page: Page,
    database: Database,
    fair_id: UUID,
    form: Form,
    *,
    search: str = "",
    report: InviteReport | None = None,
    command: Invite | None = None,
) -> Answer:
    async with database.read() as connection:
        fair = await get_run(connection, fair_id, actor=page.person)
        candidates = await inviting.list_candidates(connection, fair_id, majors=None, search=search, actor=page.person)
        industries = await venues.list_code_entries(connection, "industry")
    extra = form.refusal.extra if form.refusal else {}
    return page.render(
        "fair_invite.html",
        fair=fair,
        season=page.season_link(fair.season_id),
        candidates=candidates,
        industries=industries,
        rows=extra.get("rows", []),
        report=report,
        command=command,
        listed="" if command is None else msgspec.json.encode(command.entities).decode(),
        search=search,
        form=form,
        status_code=form.status_code,
    )
