"""Invitations in PostgreSQL."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_one
from app.invitation_letters.domain import CodeUnknown, NotInvited, Spot
from app.kinds import Kind

_queries = load_queries(__file__)


class LetterRow(Spot, frozen=True, kw_only=True):
    """A confirmed activity as its invitation says it; `code` once one was printed of this booking."""

    booking_id: UUID
    activity_id: UUID
    request_id: UUID
    season_id: UUID
    reference: str
    title: str
    owner_kind: str
    owner_name_zh: str
    owner_name_en: str
    kind: Kind
    host_name: str
    host_phone: str
    code: str | None
    issued_at: datetime | None


class PrintedRow(msgspec.Struct, frozen=True, kw_only=True):
    """What an invitation was printed of, and where its activity is now."""

    kind: Kind
    title: str
    owner_name_zh: str
    owner_name_en: str
    issued_at: datetime
    printed: Spot
    current: Spot | None


async def get_letter(connection: Connection, activity_id: UUID) -> LetterRow:
    """Give a confirmed activity as its invitation says it. Raises NotInvited."""
    return await fetch_one(LetterRow, _queries.find_letter(connection, activity_id=activity_id), missing=NotInvited)


async def insert_code(
    connection: Connection, booking_id: UUID, code: str, *, issued_by: UUID | None, now: datetime
) -> bool:
    """Keep the code of a booking's invitation; False where it has one already."""
    row = _queries.insert_code(connection, booking_id=booking_id, code=code, issued_by=issued_by, now=now)
    return await row is not None


async def get_booking_of_code(connection: Connection, code: str) -> UUID:
    """Give the booking that an invitation was printed of. Raises CodeUnknown."""
    booking_id: UUID | None = await _queries.find_booking_of_code(connection, code=code)
    if booking_id is None:
        raise CodeUnknown
    return booking_id


async def get_printed(connection: Connection, booking_id: UUID) -> PrintedRow:
    """Give what an invitation was printed of, and where its activity is now. Raises CodeUnknown."""
    return await fetch_one(PrintedRow, _queries.find_printed(connection, booking_id=booking_id), missing=CodeUnknown)
