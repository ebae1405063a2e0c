"""Which of the things that a wish names the school has."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_one

_queries = load_queries(__file__)


class KnownCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Which of some named things the school has; rooms with the department that each belongs to."""

    features: frozenset[str]
    majors: frozenset[str]
    campus_ids: frozenset[UUID]
    rooms: dict[UUID, UUID | None]


async def list_known_codes(
    connection: Connection,
    *,
    features: Sequence[str],
    majors: Sequence[str],
    campus_ids: Sequence[UUID],
    asked_room_ids: Sequence[UUID],
) -> KnownCodes:
    """Give which of the named features, majors, campuses and rooms exist."""
    row = _queries.list_known_codes(
        connection,
        features=list(features),
        majors=list(majors),
        campus_ids=list(campus_ids),
        asked_room_ids=list(asked_room_ids),
    )
    return await fetch_one(KnownCodes, row)
