"""What organisers see of the school's venues: the rooms that they look for, and the shorter lists beside them."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from app.database import Connection
from app.texts import is_found
from app.venues import repository
from app.venues.domain import Campus, Channel, CodeEntry, Department, Room
from app.venues.named import read_code_entries, read_named_venues


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which rooms the address asks for."""

    campus: str = ""
    owner: str = ""
    seats: int = 0
    q: str = ""

    def query(self, **changes: object) -> str:
        """Give the address of the same list with something changed."""
        values = {**msgspec.structs.asdict(self), **changes}
        return urlencode({name: value for name, value in values.items() if value})

    def fits(self, room: Room, campus: Campus | None, owner: Department | None) -> bool:
        """Whether a room is wanted; without an owner it is the school's."""
        words = (room.code, room.name_zh, room.name_en)
        return (
            (not self.campus or (campus is not None and campus.code == self.campus))
            and (not self.owner or self.owner == (owner.code if owner else "-"))
            and room.capacity >= self.seats
            and is_found(self.q, *words)
        )


class VenuesView(msgspec.Struct, frozen=True, kw_only=True):
    """The wanted `rooms`, their `seats` together, the other lists, and the length of each list."""

    rooms: list[Room]
    seats: int
    counts: dict[str, int]
    channels: list[Channel]
    campuses: dict[UUID, Campus]
    departments: dict[UUID, Department]
    features: dict[str, CodeEntry]


async def read_venues(connection: Connection, wanted: Wanted, *, now: datetime) -> VenuesView:
    """Read every list, and pick the rooms that are wanted; those that are out of use come last, and seat nobody."""
    named = await read_named_venues(connection)
    departments = {entry.id: entry for entry in await repository.list_departments(connection)}
    every, channels = named.rooms, named.channels
    found = [room for room in every if wanted.fits(room, named.campuses.get(room.campus_id), _owner(room, departments))]
    return VenuesView(
        rooms=sorted(found, key=lambda room: not room.is_in_use(now)),
        seats=sum(room.capacity for room in found if room.is_in_use(now)),
        counts={
            "rooms": len(every),
            "channels": len(channels),
            "campuses": len(named.campuses),
            "departments": len(departments),
        },
        channels=channels,
        campuses=named.campuses,
        departments=departments,
        features=await read_code_entries(connection, "feature"),
    )


def _owner(room: Room, departments: dict[UUID, Department]) -> Department | None:
    return departments[room.department_id] if room.department_id else None
