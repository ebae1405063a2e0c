"""A department's own rooms: what is in them, day by day, and booking one at once for an approved activity."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.bookings import repository as bookings
from app.bookings.domain import Booking, ConfirmPlace, Holder, Place, PlaceClosed, PlaceTaken
from app.bookings.service import confirm_place
from app.clock import Clock
from app.database import Database
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, school_moment, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.requests import repository as requests
from app.requests import service
from app.requests.domain import Activity
from app.seasons import repository as seasons
from app.venues import closure_repository, room_repository
from app.venues import repository as venues
from app.venues.closure_domain import Closure
from app.venues.domain import Room

BOOKABLE_STATES = ("approved", "waitlisted", "scheduled")


class RoomUse(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a room from a day on: a booking, or a closure that may last until a later day."""

    room: Room
    first_day: date
    last_day: date
    starts_at: datetime
    ends_at: datetime
    booking: Booking | None = None
    closure: Closure | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a place was not to be had, and what is free instead."""

    asked: datetime
    holders: list[Holder]
    people_busy: list[Holder]
    alternatives: list[Place]


class DepartmentPages(Controller):
    """For department staff."""

    include_in_schema = False

    @get("/my/rooms")
    async def my_rooms(
        self, page: NamedDependency[Page], database: NamedDependency[Database], clock: NamedDependency[Clock]
    ) -> Answer:
        """From today on, or from the season's first day."""
        actor = page.must_be("department_staff")
        current = page.current_season
        season = None
        async with database.read() as connection:
            own = await room_repository.list_rooms(connection, department_id=actor.department_id)
            context: dict[str, Any] = {
                "campuses": {campus.id: campus for campus in await venues.list_campuses(connection)},
                "reasons": {entry.code: entry for entry in await venues.list_code_entries(connection, "closure")},
            }
            rooms = {room.id: room for room in own}
            uses: list[RoomUse] = []
            if current is not None:
                season = await seasons.get_season(connection, current.id)
                first = max(season.first_day, clock.local(clock.now()).date())
                starts_at = datetime.combine(first, season.day_opens, clock.zone)
                ends_at = datetime.combine(season.last_day, season.day_closes, clock.zone)
                for booking in await bookings.list_held(connection, season.id):
                    uses += _uses(booking, rooms, clock) if booking.ends_at > starts_at else []
                closures = await closure_repository.list_closures(connection, starts_at=starts_at, ends_at=ends_at)
                uses += [
                    _closed(closure, rooms[closure.resource_id], first, clock)
                    for closure in closures
                    if closure.resource_id in rooms
                ]
                booked = [use.booking.request_id for use in uses if use.booking is not None]
                listed = await requests.list_requests(connection, season.id, request_ids=booked)
                context["requests"] = {request.id: request for request in listed}
        days: dict[date, list[RoomUse]] = {}
        for use in sorted(uses, key=lambda use: (use.first_day, use.starts_at, use.room.code)):
            days.setdefault(use.first_day, []).append(use)
        return page.render("my_rooms.html", season=season, own=own, days=days, **context)

    @get("/my/activities/{activity_id:uuid}/place")
    async def choose(
        self, activity_id: FromPath[UUID], page: NamedDependency[Page], database: NamedDependency[Database]
    ) -> Answer:
        """When, and in which of the own rooms."""
        return await _place_page(page, database, activity_id, EMPTY_FORM)

    @post("/my/activities/{activity_id:uuid}/place")
    async def book(
        self,
        request: AnyRequest,
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Booked at once, or who stands in the way and what is free."""
        actor = page.must_be("department_staff")
        values = await submitted_values(request)

        async def book() -> Answer:
            wanted = _wanted(activity_id, values, clock)
            booking = await confirm_place(database, wanted, actor=actor, locale=page.translate.locale, clock=clock)
            return see_other(f"/requests/{booking.request_id}")

        return await carry_out(book, page=page, values=values, again=partial(_place_page, page, database, activity_id))


def _uses(booking: Booking, rooms: dict[UUID, Room], clock: Clock) -> list[RoomUse]:
    day = clock.local(booking.starts_at).date()
    return [
        RoomUse(
            room=rooms[key],
            first_day=day,
            last_day=day,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            booking=booking,
        )
        for key in booking.room_ids
        if key in rooms
    ]


def _closed(closure: Closure, room: Room, first: date, clock: Clock) -> RoomUse:
    return RoomUse(
        room=room,
        first_day=max(first, clock.local(closure.starts_at).date()),
        last_day=clock.local(closure.ends_at - timedelta(microseconds=1)).date(),  # midnight ends the day before
        starts_at=closure.starts_at,
        ends_at=closure.ends_at,
        closure=closure,
    )


def _wanted(activity_id: UUID, values: Mapping[str, Any], clock: Clock) -> ConfirmPlace:
    given = school_moment(values, clock)
    if isinstance(given.get("room_ids"), str):
        given["room_ids"] = [given["room_ids"]]
    return as_command({"activity_id": str(activity_id), **given}, ConfirmPlace)


def _refusal(activity_id: UUID, form: Form, clock: Clock) -> Refusal | None:
    error = form.refusal
    if not isinstance(error, PlaceTaken | PlaceClosed):
        return None
    wanted = _wanted(activity_id, form.values, clock)
    holders = msgspec.convert(error.extra.get("conflicts", []), list[Holder])
    places = {*wanted.room_ids, wanted.channel_id}
    return Refusal(
        asked=wanted.starts_at,
        holders=[holder for holder in holders if holder.resource_id in places],
        people_busy=[holder for holder in holders if holder.resource_id not in places],
        alternatives=msgspec.convert(error.extra.get("alternatives", []), list[Place]),
    )


def _at_its_field(form: Form) -> Form:
    # The page asks for the start as a day and an hour.
    errors = {"hour" if path == "starts_at" else path: text for path, text in form.errors.items()}
    return msgspec.structs.replace(form, errors=errors)


async def _place_page(page: Page, database: Database, activity_id: UUID, form: Form) -> Answer:
    actor = page.must_be("department_staff")
    async with database.read() as connection:
        request_id = await requests.get_request_of_activity(connection, activity_id)
        detail = await service.get_detail(connection, request_id, actor=actor)
        activity = next(activity for activity in detail.activities if activity.id == activity_id)
        season = await seasons.get_season(connection, detail.request.season_id)
        own = await room_repository.list_rooms(connection, department_id=actor.department_id)
        held = await bookings.list_held(connection, season.id, activity_ids=[activity_id])
        campuses = {campus.id: campus for campus in await venues.list_campuses(connection)}
    fitting = [room for room in own if _fits(room, activity)]
    return page.render(
        "book_place.html",
        status_code=form.status_code,
        season=season,
        detail=detail,
        activity=activity,
        bookable=detail.request.state in BOOKABLE_STATES,
        held=held[0] if held else None,
        first_wish=min((window.first_day for window in activity.windows), default=None),
        fitting=fitting,
        rooms={str(room.id): room for room in own},
        campuses=campuses,
        form=_at_its_field(form),
        refusal=_refusal(activity_id, form, page.clock),
    )


def _fits(room: Room, activity: Activity) -> bool:
    each = -(-activity.attendance // max(1, activity.rooms_needed))
    return room.capacity >= each and room.booths >= activity.booths and set(activity.features) <= set(room.features)
