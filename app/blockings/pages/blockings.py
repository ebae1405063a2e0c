"""Blockings: those of one's house, a new one, and one with what can be done with it."""

from collections.abc import Awaitable, Callable
from datetime import date, time
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.blockings import deciding, exempting, service
from app.blockings.domain import (
    STATE_NAMES,
    AcceptBlocking,
    AskBlocking,
    ChangeBlocking,
    Exempt,
    RefuseBlocking,
    RemoveExemption,
    WithdrawBlocking,
)
from app.blockings.pages.blocking_view import read_blocking
from app.blockings.reading import decides_about
from app.clock import Clock
from app.database import Connection, Database
from app.facts.writing import FactWriter
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, author_of, carry_out, seen_version, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.layout.paging import part_of
from app.outbox.wording import happened
from app.texts import Command
from app.venues.named import read_code_entries, read_named_venues

ROWS_SHOWN: Final = 100


class Chosen(Command, frozen=True, kw_only=True):
    """The room or channel that a form names."""

    resource_id: UUID


class BlockingPages(Controller):
    """For organisers, department staff and who has the duty to decide about rooms."""

    include_in_schema = False
    guards = [May("block_venues")]

    @get("/blockings")
    async def blockings(
        self, page: NamedDependency[Page], database: NamedDependency[Database], part: int = 1
    ) -> Answer:
        """List the blockings of a house, for the centre everybody's; those that wait come first."""
        async with database.read() as connection:
            listed = await service.list_own(connection, actor=page.person, now=page.clock.now())
            reasons = await read_code_entries(connection, "closure")
        return page.render(
            "blockings.html",
            part_of(listed, part, size=ROWS_SHOWN),
            states=STATE_NAMES,
            reasons=list(reasons.values()),
            midnight=time(),
        )

    @get("/blockings/new")
    async def new(
        self,
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        resource_id: UUID | None = None,
        first_day: date | None = None,
        last_day: date | None = None,
        from_time: str = "",
        until_time: str = "",
    ) -> Answer:
        """Show the form that asks what to block, when and why."""
        given = {"resource_id": resource_id, "first_day": first_day, "last_day": last_day}
        hours = {"from_time": from_time[:5], "until_time": until_time[:5]}
        values = {name: str(value) for name, value in given.items() if value is not None}
        values |= {name: hour for name, hour in hours.items() if hour}
        return await _form_page(page, database, Form(values=values))

    @post("/blockings/new")
    async def ask(
        self,
        request: AnyRequest,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Ask for it, or block it at once."""
        values = await submitted_values(request)

        async def ask() -> Answer:
            venue = as_command({"resource_id": values.get("resource_id", "")}, Chosen)
            given = {name: value for name, value in values.items() if name != "resource_id"}
            command = as_command(given, AskBlocking)
            made = await facts.write(
                lambda connection: service.ask_blocking(
                    connection, venue.resource_id, command, actor=actor, clock=clock
                ),
                author_of(page, values, command.note),
            )
            return see_other(f"/blockings/{made.id}")

        return await carry_out(ask, page=page, values=values, again=partial(_form_page, page, database))

    @get("/blockings/{blocking_id:uuid}")
    async def blocking(
        self,
        blocking_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        act: str = "",
    ) -> Answer:
        """Show a blocking, and the form of one act."""
        return await _blocking_page(page, database, blocking_id, act, EMPTY_FORM)

    @post("/blockings/{blocking_id:uuid}/accept", guards=[May("decide_blockings")])
    async def accept(
        self,
        request: AnyRequest,
        blocking_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
    ) -> Answer:
        """Let it count; what is booked there then is listed first."""
        values = await submitted_values(request)

        def use_case(connection: Connection) -> Awaitable[Any]:
            command = as_command(values, AcceptBlocking)
            return deciding.accept_blocking(connection, blocking_id, command, **_by(page, values))

        return await _carry_out(page, database, facts, blocking_id, values, "accept", use_case, reason="note")

    @post("/blockings/{blocking_id:uuid}/refuse", guards=[May("decide_blockings")])
    async def refuse(
        self,
        request: AnyRequest,
        blocking_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
    ) -> Answer:
        """Refuse it with a reason."""
        values = await submitted_values(request)

        def use_case(connection: Connection) -> Awaitable[Any]:
            command = as_command(values, RefuseBlocking)
            return deciding.refuse_blocking(connection, blocking_id, command, **_by(page, values))

        return await _carry_out(page, database, facts, blocking_id, values, "refuse", use_case)

    @post("/blockings/{blocking_id:uuid}/change")
    async def change(
        self,
        request: AnyRequest,
        blocking_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
    ) -> Answer:
        """Change days, hours, reason and note: the form has all of them."""
        values = await submitted_values(request)

        def use_case(connection: Connection) -> Awaitable[Any]:
            whole = {"from_time": None, "until_time": None, "note": "", **values}
            command = as_command(whole, ChangeBlocking)
            return service.change_blocking(connection, blocking_id, command, **_by(page, values))

        return await _carry_out(page, database, facts, blocking_id, values, "change", use_case)

    @post("/blockings/{blocking_id:uuid}/withdraw")
    async def withdraw(
        self,
        request: AnyRequest,
        blocking_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
    ) -> Answer:
        """Take it back, or lift it."""
        values = await submitted_values(request)

        def use_case(connection: Connection) -> Awaitable[Any]:
            command = as_command(values, WithdrawBlocking)
            return service.withdraw_blocking(connection, blocking_id, command, **_by(page, values))

        return await _carry_out(page, database, facts, blocking_id, values, "withdraw", use_case)

    @post("/blockings/{blocking_id:uuid}/exemptions/{closure_id:uuid}")
    async def exempt(
        self,
        request: AnyRequest,
        blocking_id: FromPath[UUID],
        closure_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
    ) -> Answer:
        """Let a request take place nevertheless."""
        values = await submitted_values(request)

        def use_case(connection: Connection) -> Awaitable[Any]:
            command, now = as_command(values, Exempt), page.clock.now()
            return exempting.exempt(connection, closure_id, command, actor=page.person, now=now)

        return await _carry_out(page, database, facts, blocking_id, values, "exempt", use_case)

    @post("/blockings/{blocking_id:uuid}/exemptions/{closure_id:uuid}/{activity_id:uuid}/remove")
    async def remove_exemption(
        self,
        request: AnyRequest,
        blocking_id: FromPath[UUID],
        closure_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
    ) -> Answer:
        """Take an exception back; what stands there by it is listed first."""
        values = await submitted_values(request)

        def use_case(connection: Connection) -> Awaitable[Any]:
            command, now = as_command(values, RemoveExemption), page.clock.now()
            return exempting.remove_exemption(connection, closure_id, activity_id, command, actor=page.person, now=now)

        act = f"remove-{activity_id}"
        return await _carry_out(page, database, facts, blocking_id, values, act, use_case)


def _by(page: Page, values: dict[str, Any]) -> dict[str, Any]:
    return {"seen": seen_version(values), "actor": page.person, "clock": page.clock}


async def _carry_out(
    page: Page,
    database: Database,
    facts: FactWriter,
    blocking_id: UUID,
    values: dict[str, Any],
    act: str,
    use_case: Callable[[Connection], Awaitable[Any]],
    *,
    reason: str = "reason",
) -> Answer:
    async def write() -> Answer:
        await facts.write(use_case, author_of(page, values, str(values.get(reason, ""))))
        return see_other(f"/blockings/{blocking_id}")

    again = partial(_blocking_page, page, database, blocking_id, act)
    return await carry_out(write, page=page, values=values, again=again)


async def _form_page(page: Page, database: Database, form: Form) -> Answer:
    now, actor = page.clock.now(), page.person
    async with database.read() as connection:
        named = await read_named_venues(connection)
        reasons = await read_code_entries(connection, "closure")
    askable = [
        room
        for room in named.rooms
        if room.is_in_use(now)
        and (
            decides_about(actor, room.id, room.department_id)
            or (actor.department_id is not None and room.department_id in (None, actor.department_id))
        )
    ]
    return page.render(
        "blocking_form.html",
        rooms=askable,
        channels=[channel for channel in named.channels if channel.is_in_use(now)] if actor.role != "staff" else [],
        campuses=named.campuses,
        reasons=list(reasons.values()),
        today=page.clock.local(now).date(),
        form=form,
        status_code=form.status_code,
    )


async def _blocking_page(page: Page, database: Database, blocking_id: UUID, act: str, form: Form) -> Answer:
    async with database.read() as connection:
        view = await read_blocking(connection, blocking_id, actor=page.person, clock=page.clock)
    shown = act if act.partition("-")[0] in (*view.blocking.acts, "remove") else ""
    return page.render(
        "blocking.html",
        view,
        act=shown,
        states=STATE_NAMES,
        midnight=time(),
        happened=happened,
        form=form,
        status_code=form.status_code,
    )
