"""Approvals that nobody was told of, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all

_queries = load_queries(__file__)


class Untold(msgspec.Struct, frozen=True):
    """A request whose approval nobody was told of, and the series that it was approved with."""

    request_id: UUID
    series_id: UUID | None


async def list_untold(
    connection: Connection,
    season_id: UUID,
    *,
    before: datetime,
    batch: int,
    request_ids: Sequence[UUID] | None = None,
) -> list[Untold]:
    """List what was approved before a moment, still has no place, and was told nothing since; of some or of all."""
    ids = None if request_ids is None else list(request_ids)
    rows = _queries.list_untold(connection, season_id=season_id, before=before, batch=batch, request_ids=ids)
    return await fetch_all(Untold, rows)
