"""What the frame of every page shows: the school's name, and the seasons with a link to each."""

from datetime import date
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import struct_of

_queries = load_queries(__file__)


class SchoolName(msgspec.Struct, frozen=True, kw_only=True):
    """The school's names, as its pages show them."""

    name_zh: str
    name_en: str


class SeasonLink(msgspec.Struct, frozen=True, kw_only=True):
    """A season as pages link to it."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    first_day: date
    last_day: date


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The school (None before it is set up) and its seasons, the newest first."""

    school: SchoolName | None
    seasons: list[SeasonLink]


async def read_frame(connection: Connection) -> Frame:
    """Read what every page shows."""
    return struct_of(Frame, await _queries.get_frame(connection))
