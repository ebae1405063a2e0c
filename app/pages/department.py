"""A department's own rooms: what is in them, day by day; an approved activity can be booked in them at once."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.bookings.domain import ConfirmPlacement, Occupant, OverLimits, Placement, ResourceClosed, ResourceTaken
from app.bookings.service import confirm_placement
from app.clock import Clock
from app.database import Database
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, school_moment, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.pages.own_rooms_view import read_own_rooms
from app.pages.room_booking_view import read_room_booking


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a room could not be booked, and what is free instead."""

    asked: datetime
    occupants: list[Occupant]
    people_busy: list[Occupant]
    alternatives: list[Placement]


class DepartmentPages(Controller):
    """For department staff."""

    include_in_schema = False
    guards = [May("own_rooms")]

    @get("/my/rooms")
    async def my_rooms(
        self,
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Show the days from today on, or from the season's first day."""
        season_id = page.current_season.id if page.current_season else None
        async with database.read() as connection:
            view = await read_own_rooms(connection, actor.department_id, season_id, clock=clock)
        return page.render("my_rooms.html", view)

    @get("/my/activities/{activity_id:uuid}/place")
    async def choose(
        self, activity_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show the form that asks when, and in which of the own rooms."""
        return await _booking_page(page, database, activity_id, EMPTY_FORM)

    @post("/my/activities/{activity_id:uuid}/place")
    async def book(
        self,
        request: AnyRequest,
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Book the room at once, or show who is in the way and what is free."""
        values = await submitted_values(request)

        async def book() -> Answer:
            wanted = _wanted(activity_id, values, clock)
            booking = await confirm_placement(database, wanted, actor=actor, locale=page.translate.locale, clock=clock)
            return see_other(f"/requests/{booking.request_id}")

        return await carry_out(
            book, page=page, values=values, again=partial(_booking_page, page, database, activity_id)
        )


def _wanted(activity_id: UUID, values: Mapping[str, Any], clock: Clock) -> ConfirmPlacement:
    given = school_moment(values, clock)
    if isinstance(given.get("room_ids"), str):
        given["room_ids"] = [given["room_ids"]]
    return as_command({"activity_id": str(activity_id), **given}, ConfirmPlacement)


def _refusal(activity_id: UUID, form: Form, clock: Clock) -> Refusal | None:
    error = form.refusal
    if not isinstance(error, ResourceTaken | ResourceClosed | OverLimits):
        return None
    wanted = _wanted(activity_id, form.values, clock)
    occupants = msgspec.convert(error.extra.get("conflicts", []), list[Occupant])
    venues = {*wanted.room_ids, wanted.channel_id}
    return Refusal(
        asked=wanted.starts_at,
        occupants=[occupant for occupant in occupants if occupant.resource_id in venues],
        people_busy=[occupant for occupant in occupants if occupant.resource_id not in venues],
        alternatives=msgspec.convert(error.extra.get("alternatives", []), list[Placement]),
    )


def _at_its_field(form: Form) -> Form:
    # The page asks for the start as a day and an hour.
    errors = {"hour" if path == "starts_at" else path: text for path, text in form.errors.items()}
    return msgspec.structs.replace(form, errors=errors)


async def _booking_page(page: Page, database: Database, activity_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        view = await read_room_booking(connection, activity_id, actor=page.person)
    return page.render(
        "book_room.html",
        view,
        form=_at_its_field(form),
        refusal=_refusal(activity_id, form, page.clock),
        status_code=form.status_code,
    )
