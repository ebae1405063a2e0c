"""What more would help versions most, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_one, find_one
from app.schedules.domain import Additions, AdditionsNotAsked, AlreadyAdding, ValuableAddition

_queries = load_queries(__file__)


async def insert_additions(connection: Connection, version_id: UUID, *, asked_by: UUID, now: datetime) -> Additions:
    """Note that somebody asked. Raises AlreadyAdding."""
    return await fetch_one(
        Additions,
        _queries.insert_additions(connection, version_id=version_id, asked_by=asked_by, now=now),
        missing=AlreadyAdding,
    )


async def find_additions(connection: Connection, version_id: UUID) -> Additions | None:
    """Give what more would help a version; None until somebody asks."""
    return await find_one(Additions, _queries.find_additions(connection, version_id=version_id))


async def get_additions(connection: Connection, version_id: UUID) -> Additions:
    """Give what more would help a version. Raises AdditionsNotAsked."""
    found = await find_additions(connection, version_id)
    if found is None:
        raise AdditionsNotAsked
    return found


async def claim_additions(connection: Connection, version_id: UUID) -> Additions | None:
    """Start the work, or continue it where a worker died; None when it is over or the draft was corrected."""
    return await find_one(Additions, _queries.claim_additions(connection, version_id=version_id))


async def finish_additions(
    connection: Connection,
    asked: Additions,
    state: Literal["finished", "failed"],
    *,
    found: Sequence[ValuableAddition] = (),
    error: str = "",
    now: datetime,
) -> None:
    """Keep the result, if it is still what was asked for."""
    await _queries.finish_additions(
        connection,
        version_id=asked.version_id,
        asked_at=asked.asked_at,
        state=state,
        found=msgspec.to_builtins(list(found)),
        error=error,
        now=now,
    )
