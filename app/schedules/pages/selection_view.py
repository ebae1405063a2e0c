"""What the panel of one activity shows: its placement in a version, its booking, the rooms that fit it."""

from math import ceil
from uuid import UUID

import msgspec

from app.bookings import repository as bookings
from app.bookings.domain import Booking
from app.database import Connection
from app.requests import repository as requests
from app.requests.domain import Activity, Request
from app.schedules import repository
from app.schedules.changes.difference import booked_placement, same_placement
from app.schedules.domain import PlacedActivity, Version
from app.seasons import repository as seasons
from app.seasons.domain import Season
from app.venues.domain import Campus, Channel, Major, Room
from app.venues.named import NamedVenues, read_majors, read_named_venues


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """One activity of a version; `before` is the promised placement that the version changes."""

    version: Version
    request: Request
    activity: Activity
    placement: PlacedActivity | None
    booking: Booking | None
    before: PlacedActivity | None
    fitting: list[Room]
    channels: list[Channel]


class SelectionView(msgspec.Struct, frozen=True, kw_only=True):
    """The selection, with the names that the panel needs."""

    selection: Selection
    season: Season
    rooms: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]
    majors: dict[str, Major]


async def read_selection(connection: Connection, version_id: UUID, activity_id: UUID) -> SelectionView:
    """Read an activity as a version has it. Raises VersionNotFound, ActivityNotFound."""
    version = await repository.get_version(connection, version_id)
    named = await read_named_venues(connection)
    return SelectionView(
        selection=await _read_selection(connection, version, activity_id, named),
        season=await seasons.get_season(connection, version.season_id),
        rooms=named.by_id,
        campuses=named.campuses,
        majors=await read_majors(connection),
    )


async def _read_selection(connection: Connection, version: Version, activity_id: UUID, named: NamedVenues) -> Selection:
    request = await requests.get_request(connection, await requests.get_request_of_activity(connection, activity_id))
    activities = (await requests.list_activities(connection, [request.id]))[request.id]
    activity = next(activity for activity in activities if activity.id == activity_id)
    booking = next(iter(await bookings.list_standing(connection, version.season_id, activity_ids=[activity_id])), None)
    placements = await repository.list_placements(connection, version.id)
    placement = next((placement for placement in placements if placement.activity_id == activity_id), None)
    promised = booked_placement(booking, activity.kind) if booking else None
    if version.state != "draft":
        placement = promised or placement
    return Selection(
        version=version,
        request=request,
        activity=activity,
        placement=placement,
        booking=booking,
        before=promised if promised and placement and not same_placement(promised, placement) else None,
        fitting=[room for room in named.rooms if _fits(room, activity, request, placement)],
        channels=named.channels if activity.needs_channel or (placement and placement.channel_id) else [],
    )


def _fits(room: Room, activity: Activity, request: Request, placement: PlacedActivity | None) -> bool:
    # A choice to offer, not the rules: the verifier decides.
    if placement is not None and room.id in placement.room_ids:
        return True
    return (
        room.capacity >= ceil(activity.attendance / max(1, activity.rooms_needed))
        and room.booths >= activity.booths
        and set(activity.features) <= set(room.features)
        and (not activity.campus_ids or room.campus_id in activity.campus_ids)
        and (
            room.id in activity.asked_room_ids
            if activity.asked_room_ids
            else room.department_id in (None, request.department_id)
        )
    )
