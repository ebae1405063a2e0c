"""Booking by hand: the centre in every room, a department in its own; a place can be given back as well."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.actors import Actor
from app.bookings.domain import ConfirmPlacement, MovePlacement, ReleaseBooking
from app.bookings.service import confirm_placement, move_booking, release_booking
from app.clock import Clock
from app.database import Database
from app.http.guards import May
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.pages.answers.refused_place import at_its_fields, place_of_form, refused_place
from app.pages.room_booking_view import read_room_booking
from app.texts import Command


class Moved(Command, frozen=True, kw_only=True):
    """The booking that the page showed, where there was one."""

    booking_id: UUID | None = None


class RoomBookingPages(Controller):
    """For organisers and department staff."""

    include_in_schema = False
    guards = [May("book")]

    @get("/activities/{activity_id:uuid}/place")
    async def choose(
        self, activity_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """Show the form that asks when and where."""
        return await _booking_page(page, database, activity_id, EMPTY_FORM)

    @post("/activities/{activity_id:uuid}/place")
    async def book(
        self,
        request: AnyRequest,
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Book it at once, or move what was shown as booked; or show who is in the way and what is free."""
        values = await submitted_values(request)

        async def book() -> Answer:
            given = _placement(values, clock)
            by: dict[str, Any] = {"actor": actor, "clock": clock, "locale": page.translate.locale}
            if moved := as_command({"booking_id": values.get("booking_id")}, Moved).booking_id:
                booking = await move_booking(database, moved, as_command(given, MovePlacement), **by)
            else:
                wanted = as_command({"activity_id": str(activity_id), **given}, ConfirmPlacement)
                booking = await confirm_placement(database, wanted, **by)
            return see_other(f"/requests/{booking.request_id}")

        return await carry_out(
            book, page=page, values=values, again=partial(_booking_page, page, database, activity_id)
        )

    @post("/activities/{activity_id:uuid}/place/give-back")
    async def give_back(
        self,
        request: AnyRequest,
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Give back the place that was shown; the request waits for another."""
        values = await submitted_values(request)

        async def give_back() -> Answer:
            command = as_command(values, ReleaseBooking)
            booking = await database.transact(
                release_booking, command.booking_id, reason=command.reason, actor=actor, now=clock.now()
            )
            return see_other(f"/requests/{booking.request_id}")

        return await carry_out(
            give_back, page=page, values=values, again=partial(_booking_page, page, database, activity_id)
        )


def _placement(values: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    return place_of_form({name: value for name, value in values.items() if name != "booking_id"}, clock)


async def _booking_page(page: Page, database: Database, activity_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        view = await read_room_booking(connection, activity_id, actor=page.person, now=page.clock.now())
    return page.render(
        "book_room.html",
        view,
        form=at_its_fields(form),
        refusal=refused_place(form, page.clock),
        status_code=form.status_code,
    )
