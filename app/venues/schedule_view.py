"""All venues of the school at once, as the schedule needs them: plain values from a few queries."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection
from app.venues import closure_repository, repository, room_repository
from app.venues.closure_domain import Closure
from app.venues.domain import Campus, Channel, Department, Major, Room


class SchoolVenues(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms and channels with their opening hours and turnovers; closures by resource, the earliest first."""

    campuses: list[Campus]
    departments: list[Department]
    majors: list[Major]
    rooms: list[Room]
    channels: list[Channel]
    closures: dict[UUID, list[Closure]]

    def travel_minutes(self, origin: Campus, destination: Campus, *, otherwise: int) -> int:
        """Give the minutes between two campuses; `otherwise` where nobody entered them."""
        if origin.id == destination.id:
            return 0
        return origin.travel_minutes.get(destination.code, otherwise)


async def get_school_venues(connection: Connection, *, starts_at: datetime, ends_at: datetime) -> SchoolVenues:
    """Read every venue of the school, with the closures that touch a span."""
    closures: dict[UUID, list[Closure]] = {}
    for closure in await closure_repository.list_closures(connection, starts_at=starts_at, ends_at=ends_at):
        closures.setdefault(closure.resource_id, []).append(closure)
    return SchoolVenues(
        campuses=await repository.list_campuses(connection),
        departments=await repository.list_departments(connection),
        majors=await repository.list_majors(connection),
        rooms=await room_repository.list_rooms(connection),
        channels=await room_repository.list_channels(connection),
        closures=closures,
    )
