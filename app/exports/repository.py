"""Standing bookings of a season in PostgreSQL, with everything that a file says of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.kinds import Kind

_queries = load_queries(__file__)


class ExportRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room and its campus."""

    code: str
    name_zh: str
    name_en: str
    campus_zh: str
    campus_en: str


class ExportChannel(msgspec.Struct, frozen=True, kw_only=True):
    """A livestream channel."""

    code: str
    name_zh: str
    name_en: str
    url: str


class MajorName(msgspec.Struct, frozen=True, kw_only=True):
    """A major of the audience."""

    code: str
    name_zh: str
    name_en: str


class ExportedBooking(msgspec.Struct, frozen=True, kw_only=True):
    """One booking as a file tells it."""

    booking_id: UUID
    activity_id: UUID
    state: str
    starts_at: datetime
    ends_at: datetime
    kind: Kind
    attendance_mode: str
    attendance: int
    booths: int
    audience: list[str]
    invitation_sequence: int
    reference: str
    title: str
    owner_kind: str
    owner_zh: str
    owner_en: str
    credit_code: str
    property_zh: str
    industry_zh: str
    rooms: list[ExportRoom]
    channel: ExportChannel | None
    participants: list[str]


class ExportedSeason(msgspec.Struct, frozen=True, kw_only=True):
    """A season's standing bookings, the names of the school and of the majors."""

    school_zh: str
    school_en: str
    bookings: list[ExportedBooking]
    majors: dict[str, MajorName]


async def get_exported_season(connection: Connection, season_id: UUID) -> ExportedSeason:
    """Read the standing bookings of a season, the earliest first."""
    bookings = await fetch_all(ExportedBooking, _queries.list_exported_bookings(connection, season_id=season_id))
    codes = sorted({code for booking in bookings for code in booking.audience})
    majors = await fetch_all(MajorName, _queries.list_major_names(connection, codes=codes))
    school: Any = await _queries.get_school_names(connection)
    return ExportedSeason(
        school_zh="" if school is None else school["name_zh"],
        school_en="" if school is None else school["name_en"],
        bookings=bookings,
        majors={major.code: major for major in majors},
    )
