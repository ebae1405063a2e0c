"""Rooms, channels, campuses, majors and code tables, by the keys with which other things name them."""

from uuid import UUID

import msgspec

from app.database import Connection
from app.venues import repository, room_repository
from app.venues.domain import Campus, Channel, CodeEntry, CodeTable, Major, Room


class NamedVenues(msgspec.Struct, frozen=True, kw_only=True):
    """All rooms and channels by their id as text, which forms and explanations have; all campuses by id."""

    by_id: dict[str, Room | Channel]
    campuses: dict[UUID, Campus]

    @property
    def rooms(self) -> list[Room]:
        """Give the rooms alone, in the order of lists."""
        return [venue for venue in self.by_id.values() if isinstance(venue, Room)]

    @property
    def channels(self) -> list[Channel]:
        """Give the channels alone, in the order of lists."""
        return [venue for venue in self.by_id.values() if isinstance(venue, Channel)]


async def read_named_venues(connection: Connection) -> NamedVenues:
    """Read all rooms, channels and campuses of the school."""
    by_id: dict[str, Room | Channel] = {str(room.id): room for room in await room_repository.list_rooms(connection)}
    by_id |= {str(channel.id): channel for channel in await room_repository.list_channels(connection)}
    return NamedVenues(by_id=by_id, campuses=await read_campuses(connection))


async def read_campuses(connection: Connection) -> dict[UUID, Campus]:
    """Read every campus, by its id."""
    return {campus.id: campus for campus in await repository.list_campuses(connection)}


async def read_majors(connection: Connection) -> dict[str, Major]:
    """Read every major, by its code."""
    return {major.code: major for major in await repository.list_majors(connection)}


async def read_code_entries(connection: Connection, table: CodeTable) -> dict[str, CodeEntry]:
    """Read one code table, by code."""
    return {entry.code: entry for entry in await repository.list_code_entries(connection, table)}
