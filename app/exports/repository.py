"""Held places of a season in PostgreSQL, with everything that a file says of them."""

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


class HeldPlace(msgspec.Struct, frozen=True, kw_only=True):
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
    property_en: str
    industry_zh: str
    industry_en: str
    rooms: list[ExportRoom]
    channel: ExportChannel | None
    participants: list[str]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A season's held places, the school's names and those of the majors."""

    school_zh: str
    school_en: str
    places: list[HeldPlace]
    majors: dict[str, MajorName]


async def get_held(connection: Connection, season_id: UUID) -> Held:
    """What is held in a season, the earliest first."""
    places = await fetch_all(HeldPlace, _queries.list_held_places(connection, season_id=season_id))
    codes = sorted({code for place in places for code in place.audience})
    majors = await fetch_all(MajorName, _queries.list_major_names(connection, codes=codes))
    school: Any = await _queries.get_school_names(connection)
    return Held(
        school_zh="" if school is None else school["name_zh"],
        school_en="" if school is None else school["name_en"],
        places=places,
        majors={major.code: major for major in majors},
    )
