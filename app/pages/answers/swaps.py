"""Asking for a swap: which of the confirmed places another one should be swapped with."""

from functools import partial
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.clock import Clock
from app.database import Connection, Database
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.offers.domain import ProposeSwap, SwapChoice
from app.offers.proposing_swaps import list_choices, propose_swap
from app.requests import repository as requests
from app.requests.domain import Activity, Request
from app.venues.domain import Campus, Channel, Room
from app.venues.named import read_named_venues


class SwapView(msgspec.Struct, frozen=True, kw_only=True):
    """An activity with its confirmed place, and what it could be swapped with; those wished by both come first."""

    asked: Request
    activity: Activity
    booking: Booking | None
    choices: list[SwapChoice]
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]


class SwapPages(Controller):
    """For owners and organisers."""

    include_in_schema = False
    guards = [May("swap")]

    @get("/activities/{activity_id:uuid}/swap")
    async def choose(
        self, activity_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show the places that suit."""
        return await _choice_page(page, database, activity_id, EMPTY_FORM)

    @post("/activities/{activity_id:uuid}/swap")
    async def propose(
        self,
        request: AnyRequest,
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Ask the owners."""
        values = await submitted_values(request)

        async def propose() -> Answer:
            command = as_command({**values, "activity_id": str(activity_id)}, ProposeSwap)
            offers = await propose_swap(database, command, actor=actor, clock=clock)
            return see_other(f"/requests/{offers[0].request_id}")

        again = partial(_choice_page, page, database, activity_id)
        return await carry_out(propose, page=page, values=values, again=again)


async def _choice_page(page: Page, database: Database, activity_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        view = await _read_choices(connection, activity_id, actor=page.person, clock=page.clock)
    season = page.season_link(view.asked.season_id)
    return page.render("swap.html", view, season=season, form=form, status_code=form.status_code)


async def _read_choices(connection: Connection, activity_id: UUID, *, actor: Actor, clock: Clock) -> SwapView:
    choices = await list_choices(connection, activity_id, actor=actor, clock=clock)
    request_id = await requests.get_request_of_activity(connection, activity_id)
    activities = (await requests.list_activities(connection, [request_id]))[request_id]
    standing = await bookings.list_standing_of(connection, request_id)
    named = await read_named_venues(connection)
    return SwapView(
        asked=await requests.get_request(connection, request_id),
        activity=next(activity for activity in activities if activity.id == activity_id),
        booking=next((booking for booking in standing if booking.activity_id == activity_id), None),
        choices=choices,
        rooms=named.by_id,
        campuses=named.campuses,
    )
