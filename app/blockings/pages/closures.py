"""When a room or livestream channel is closed: the list, and a form that blocks it. A booking in the way is named."""

from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.blockings.domain import AskBlocking
from app.blockings.service import ask_blocking, list_on_venue
from app.clock import Clock
from app.database import Database
from app.facts.writing import FactWriter
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, author_of, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.layout.paging import part_of
from app.venues import closures, repository
from app.venues.closure_domain import LONGEST_DAYS, AddClosure, Closure
from app.venues.domain import Room
from app.venues.room_repository import get_venue

ROWS_SHOWN = 100


class ClosedDays(msgspec.Struct, frozen=True, kw_only=True):
    """A closure and the days that it touches, both ends included; with `all_day` it covers them whole."""

    closure: Closure
    first_day: date
    last_day: date
    all_day: bool


class ClosurePages(Controller):
    """For organisers, and department staff in their own rooms."""

    include_in_schema = False
    guards = [May("close_venues")]

    @get("/venues/{resource_id:uuid}/closures")
    async def closures(
        self,
        resource_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        part: int = 1,
    ) -> Answer:
        """List closures from today on."""
        return await _closures_page(page, database, resource_id, EMPTY_FORM, part=part)

    @post("/venues/{resource_id:uuid}/closures")
    async def add(
        self,
        request: AnyRequest,
        resource_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        facts: NamedDependency[FactWriter],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Close the venue; what is booked then is listed first."""
        values = await submitted_values(request)

        async def add() -> Answer:
            async with database.read() as connection:
                await closures.must_close(connection, resource_id, actor=actor)
            command = as_command(values, AskBlocking)
            made = await facts.write(
                lambda connection: ask_blocking(connection, resource_id, command, actor=actor, clock=clock),
                author_of(page, values, command.note),
            )
            return see_other(f"/venues/{resource_id}/closures" if made.counts else f"/blockings/{made.id}")

        again = partial(_closures_page, page, database, resource_id)
        return await carry_out(add, page=page, values=values, again=again)

    @post("/venues/{resource_id:uuid}/closures/{closure_id:uuid}/remove")
    async def remove(
        self,
        resource_id: FromPath[UUID],
        closure_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        now: NamedDependency[datetime],
    ) -> Answer:
        """Remove a closure."""
        await database.transact(closures.remove_closure, closure_id, actor=actor, now=now)
        return see_other(f"/venues/{resource_id}/closures")


async def _closures_page(
    page: Page,
    database: Database,
    resource_id: UUID,
    form: Form,
    *,
    part: int = 1,
) -> Answer:
    clock = page.clock
    today = clock.local(clock.now()).date()
    span = AddClosure(first_day=today, last_day=today + timedelta(days=LONGEST_DAYS - 1))
    async with database.read() as connection:
        listed = await closures.list_closures(connection, resource_id, span, zone=clock.zone, actor=page.person)
        waiting = await list_on_venue(connection, resource_id, actor=page.person, now=clock.now())
        venue = await get_venue(connection, resource_id)
        reasons = await repository.list_code_entries(connection, "closure")
    shown = part_of([_days(closure, clock) for closure in listed], part, size=ROWS_SHOWN)
    return page.render(
        "closures.html",
        shown,
        venue=venue,
        midnight=time(),
        asked=[blocking for blocking in waiting if blocking.state == "asked"],
        what="rooms" if isinstance(venue, Room) else "channels",
        reasons=reasons,
        today=today,
        form=form,
        status_code=form.status_code,
    )


def _days(closure: Closure, clock: Clock) -> ClosedDays:
    starts_at, ends_at = clock.local(closure.starts_at), clock.local(closure.ends_at)
    return ClosedDays(
        closure=closure,
        first_day=starts_at.date(),
        last_day=(ends_at - timedelta(microseconds=1)).date(),  # midnight ends the day before
        all_day=f"{starts_at:%H:%M}{ends_at:%H:%M}" == "00:0000:00",
    )
