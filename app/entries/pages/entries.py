"""Visitors of a request are entered on one page; organisers see everybody of a day on another."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.entries import service
from app.entries.domain import CampusEntry, GateLine, PutHost, visitors_of_text
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.permissions import may
from app.requests import repository as requests
from app.requests.domain import Request
from app.seasons.domain import Season
from app.venues.domain import Campus, Channel, Room
from app.venues.named import read_named_venues


class EntriesView(msgspec.Struct, frozen=True, kw_only=True):
    """A request with what is entered for its activities on campus; `names_host`: the reader may name the hosts."""

    asked: Request
    entries: list[CampusEntry]
    names_host: bool
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]


class GateGroup(msgspec.Struct, frozen=True, kw_only=True):
    """An activity of a day with its visitors."""

    first: GateLine
    visitors: list[GateLine]


class EntryPages(Controller):
    """For owners and organisers."""

    include_in_schema = False
    guards = [May("enter_visitors")]

    @get("/requests/{request_id:uuid}/visitors")
    async def visitors(
        self, request_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show who comes."""
        return await _entries_page(page, database, request_id, EMPTY_FORM)

    @post("/requests/{request_id:uuid}/visitors/{activity_id:uuid}")
    async def enter(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Enter everybody who comes, one on a line."""
        values = await submitted_values(request)

        async def enter() -> Answer:
            command = visitors_of_text(str(values.get("visitors", "")))
            seen = seen_version(values)
            await database.transact(service.put_visitors, activity_id, command, seen=seen, actor=actor, clock=clock)
            return see_other(f"/requests/{request_id}/visitors")

        again = partial(_entries_page, page, database, request_id, of=activity_id)
        return await carry_out(enter, page=page, values=values, again=again)

    @post("/requests/{request_id:uuid}/host/{activity_id:uuid}", guards=[May("name_host")])
    async def name_host(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Name who receives them."""
        values = await submitted_values(request)

        async def name() -> Answer:
            command = as_command(_host(values), PutHost)
            await database.transact(
                service.put_host, activity_id, command, seen=seen_version(values), actor=actor, clock=clock
            )
            return see_other(f"/requests/{request_id}/visitors")

        again = partial(_entries_page, page, database, request_id, of=activity_id)
        return await carry_out(name, page=page, values=values, again=again)


class GatePages(Controller):
    """For organisers."""

    include_in_schema = False
    guards = [May("see_gate")]

    @get("/seasons/{code:str}/gate")
    async def gate(
        self,
        season: NamedDependency[Season],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        day: str = "",
    ) -> Answer:
        """Show who comes on a day; by default today, or the season's first day."""
        wanted = _day(day, season, page.clock)
        async with database.read() as connection:
            lines = await service.list_gate(connection, season.id, wanted, actor=page.person, clock=page.clock)
        return page.render("gate.html", season=season, day=wanted, groups=_groups(lines))


def _host(values: dict[str, Any]) -> dict[str, Any]:
    return {"name": values.get("host_name", ""), "phone": values.get("host_phone", "")}


def _day(text: str, season: Season, clock: Clock) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        today = clock.local(clock.now()).date()
        return min(max(today, season.first_day), season.last_day)


def _groups(lines: list[GateLine]) -> list[GateGroup]:
    groups: dict[UUID, list[GateLine]] = {}
    for line in lines:
        groups.setdefault(line.activity_id, []).append(line)
    return [GateGroup(first=group[0], visitors=[line for line in group if line.name]) for group in groups.values()]


async def _entries_page(
    page: Page, database: Database, request_id: UUID, form: Form, *, of: UUID | None = None
) -> Answer:
    async with database.read() as connection:
        view = await _read_entries(connection, request_id, page.person, page.clock)
    season = page.season_link(view.asked.season_id)
    return page.render("visitors.html", view, season=season, form=form, of=of, status_code=form.status_code)


async def _read_entries(connection: Connection, request_id: UUID, actor: Actor, clock: Clock) -> EntriesView:
    entries = await service.list_entries(connection, request_id, actor=actor, clock=clock)
    request = await requests.get_request(connection, request_id)
    named = await read_named_venues(connection)
    return EntriesView(
        asked=request,
        entries=entries,
        names_host=may(actor, "name_host", own=request.department_id is not None),
        rooms=named.by_id,
        campuses=named.campuses,
    )
