"""One activity of a version: beside the board, or as a page of its own; on a draft it can be corrected by hand.

Without a script everything works as plain pages; with htmx the same partial is swapped into the board.
"""

from functools import partial
from math import ceil
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.clock import Clock
from app.database import Connection, Database
from app.layout.forms import EMPTY_FORM, Form, as_command, carry_out, refused, school_moment, submitted_values
from app.layout.page import Answer, AnyRequest, Page, see_other
from app.requests import repository as requests
from app.requests.domain import Activity, Request, RequestNotFound
from app.schedules import repository, versions
from app.schedules.difference import held_place, same_place
from app.schedules.domain import CorrectionBreaksRules, CorrectPlacement, PlacedActivity, Version
from app.schedules.offers import take_offer
from app.seasons import repository as seasons
from app.venues import repository as venues
from app.venues import room_repository
from app.venues.domain import Channel, Room


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What the panel shows."""

    version: Version
    request: Request
    activity: Activity
    place: PlacedActivity | None
    held: Booking | None
    before: PlacedActivity | None  # the promised place that this draft moves
    rooms: dict[str, Room | Channel]
    fitting: list[Room]
    channels: list[Channel]


class SelectionPages(Controller):
    """For organisers."""

    include_in_schema = False

    @get("/versions/{version_id:uuid}/activities/{activity_id:uuid}")
    async def selection(
        self,
        version_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
    ) -> Answer:
        """Whose, where, how sure."""
        page.must("see_schedules")
        return await _selection_page(page, database, version_id, activity_id, EMPTY_FORM)

    @post("/versions/{version_id:uuid}/activities/{activity_id:uuid}")
    async def correct(
        self,
        request: AnyRequest,
        version_id: FromPath[UUID],
        activity_id: FromPath[UUID],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Pin, unpin, forbid, remove or move one place; verified at once."""
        actor = page.must("correct_drafts")
        values = await submitted_values(request)

        async def correct() -> Answer:
            command = as_command(_correction(values, clock), CorrectPlacement)
            version = await database.transact(
                versions.correct_placement,
                version_id,
                activity_id,
                command,
                expected_version=None,
                actor=actor,
                clock=clock,
            )
            return _back_to_board(page, version, activity_id)

        again = partial(_selection_page, page, database, version_id, activity_id)
        return await carry_out(correct, page=page, values=values, again=again)

    @post("/versions/{version_id:uuid}/requests/{request_id:uuid}/offers/{number:int}")
    async def take_offer(
        self,
        version_id: FromPath[UUID],
        request_id: FromPath[UUID],
        number: FromPath[int],
        page: NamedDependency[Page],
        database: NamedDependency[Database],
        clock: NamedDependency[Clock],
    ) -> Answer:
        """Place a request of a draft as offered; verified at once."""
        actor = page.must("correct_drafts")
        async with database.read() as connection:
            activities = (await requests.list_activities(connection, [request_id])).get(request_id, [])
        if not activities:
            raise RequestNotFound
        try:
            version = await database.transact(take_offer, version_id, request_id, number, actor=actor, clock=clock)
        except CorrectionBreaksRules as error:
            form = refused(error, {}, page.translate)
            return await _selection_page(page, database, version_id, activities[0].id, form)
        return _back_to_board(page, version, activities[0].id)


async def read_selection(connection: Connection, version_id: UUID, activity_id: UUID) -> dict[str, Any]:
    """What `selection_panel.html` needs."""
    version = await repository.get_version(connection, version_id)
    request = await requests.get_request(connection, await requests.get_request_of_activity(connection, activity_id))
    activities = (await requests.list_activities(connection, [request.id]))[request.id]
    activity = next(activity for activity in activities if activity.id == activity_id)
    held = next(iter(await bookings.list_held(connection, version.season_id, activity_ids=[activity_id])), None)
    place = next(
        (
            place
            for place in await repository.list_placements(connection, version_id)
            if place.activity_id == activity_id
        ),
        None,
    )
    promised = held_place(held, activity.kind) if held else None
    if version.state != "draft":
        place = promised or place
    rooms = await room_repository.list_rooms(connection)
    channels = await room_repository.list_channels(connection)
    by_id: dict[str, Room | Channel] = {str(room.id): room for room in rooms}
    by_id |= {str(channel.id): channel for channel in channels}
    return {
        "selection": Selection(
            version=version,
            request=request,
            activity=activity,
            place=place,
            held=held,
            before=promised if promised and place and not same_place(promised, place) else None,
            rooms=by_id,
            fitting=[room for room in rooms if _fits(room, activity, request, place)],
            channels=channels if activity.needs_channel or (place and place.channel_id) else [],
        ),
        "season": await seasons.get_season(connection, version.season_id),
        "rooms": by_id,
        "campuses": {campus.id: campus for campus in await venues.list_campuses(connection)},
        "majors": {major.code: major for major in await venues.list_majors(connection)},
    }


def _fits(room: Room, activity: Activity, request: Request, place: PlacedActivity | None) -> bool:
    # A choice to offer, not the rules: the verifier decides.
    if place is not None and room.id in place.room_ids:
        return True
    return (
        room.capacity >= ceil(activity.attendance / max(1, activity.rooms_needed))
        and room.booths >= activity.booths
        and set(activity.features) <= set(room.features)
        and (not activity.campus_ids or room.campus_id in activity.campus_ids)
        and room.department_id in (None, request.department_id)
    )


def _correction(values: dict[str, Any], clock: Clock) -> dict[str, Any]:
    given = school_moment(values, clock)
    if isinstance(given.get("room_ids"), str):
        given["room_ids"] = [given["room_ids"]]
    return given


def _swaps(request: AnyRequest) -> bool:
    return request.headers.get("hx-request") == "true"


def _back_to_board(page: Page, version: Version, activity_id: UUID) -> Answer:
    season = page.season_link(version.season_id)
    board = f"/seasons/{season.code}/board?selected={activity_id}"
    return Response("", headers={"HX-Redirect": board}) if _swaps(page.request) else see_other(board)


async def _selection_page(page: Page, database: Database, version_id: UUID, activity_id: UUID, form: Form) -> Answer:
    async with database.read() as connection:
        context = await read_selection(connection, version_id, activity_id)
    name = "selection_panel.html" if _swaps(page.request) else "selection.html"
    violations = form.refusal.extra.get("violations", []) if form.refusal else []
    broken = [violation["rule"] for violation in violations]
    return page.render(name, status_code=form.status_code, form=form, broken=broken, **context)
