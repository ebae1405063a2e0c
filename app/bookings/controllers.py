"""Bookings over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.actors import Actor
from app.bookings import repository, service
from app.bookings.alternatives import find_alternatives
from app.bookings.domain import STANDING, Booking, BookingNotFound, ConfirmPlacement, MovePlacement, Placement
from app.clock import Clock
from app.database import Database
from app.http.guards import May, Searches, signed_in
from app.http.reader import reader_locale
from app.requests.access import must_see
from app.requests.domain import ActivityNotFound
from app.requests.repository import get_request
from app.seasons.repository import get_season


class FreePlacements(msgspec.Struct, frozen=True):
    """Free placements near a wish."""

    alternatives: list[Placement]


class BookingController(Controller):
    """Confirm, move, give back. Employers ask by requests; organisers book, department staff in their own rooms."""

    path = "/api/bookings"
    tags = ("Bookings",)
    guards = [signed_in]

    @post("/", summary="Book a placement for an activity")
    async def confirm(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[ConfirmPlacement],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Booking:
        """A refusal (409) names what is in the way and three placements that are free."""
        return await service.confirm_placement(database, data, actor=actor, locale=reader_locale(request), clock=clock)

    @get("/", summary="Standing bookings of a season", guards=[May("see_bookings")])
    async def list_bookings(self, season_id: FromQuery[UUID], database: NamedDependency[Database]) -> list[Booking]:
        """For organisers."""
        async with database.read() as connection:
            return await repository.list_standing(connection, season_id)

    @get("/free", summary="Free placements near a wish", guards=[Searches()])
    async def free_placements(
        self,
        activity_id: FromQuery[UUID],
        near: FromQuery[datetime],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> FreePlacements:
        """For whoever may see the activity's request."""
        async with database.read() as connection:
            activity = await repository.get_bookable(connection, activity_id)
            must_see(actor, await get_request(connection, activity.request_id), hidden=ActivityNotFound)
            wished = near if near.tzinfo else near.replace(tzinfo=clock.zone)
            season = await get_season(connection, activity.season_id)
            steps = await repository.list_steps(connection, activity.request_id)
            found = await find_alternatives(connection, activity, wished, season=season, steps=steps, clock=clock)
            return FreePlacements(found)

    @get("/{booking_id:uuid}", summary="One booking")
    async def get_booking(
        self, booking_id: FromPath[UUID], database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> Booking:
        """For whoever may see its request."""
        async with database.read() as connection:
            booking = await repository.get_booking(connection, booking_id)
            if not actor.organises:
                must_see(actor, await get_request(connection, booking.request_id), hidden=BookingNotFound)
                if booking.state not in STANDING:
                    raise BookingNotFound
            return booking

    @put("/{booking_id:uuid}", summary="Move to another placement")
    async def move(
        self,
        request: Request[Any, Any, Any],
        booking_id: FromPath[UUID],
        data: JSONBody[MovePlacement],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Booking:
        """The old placement is given back only when the new one is booked."""
        return await service.move_booking(
            database, booking_id, data, actor=actor, locale=reader_locale(request), clock=clock
        )

    @delete("/{booking_id:uuid}", summary="Give a booking back", status_code=200)
    async def release(
        self,
        booking_id: FromPath[UUID],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
        reason: FromQuery[str] = "",
    ) -> Booking:
        """Its owner is told; its request waits for another booking."""
        return await database.transact(service.release_booking, booking_id, reason=reason, actor=actor, now=now)
