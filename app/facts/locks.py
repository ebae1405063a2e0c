"""The lock of a season: bookers share it, who changes a fact that bookings stand on takes it alone.

It is taken before any row is locked and before a fact is read, so that neither side can miss the other, and nobody
waits for a row of somebody who waits for the season.
"""

from uuid import UUID

from app.database import Connection, load_queries

_queries = load_queries(__file__)


async def lock_season(connection: Connection, season_id: UUID) -> None:
    """Take a season alone until this transaction ends: for facts of that season."""
    await _queries.lock_season(connection, season_id=season_id)


async def lock_every_season(connection: Connection) -> None:
    """Take every season alone until this transaction ends: for facts of the school, its venues and its calendar."""
    await _queries.lock_every_season(connection)


async def share_season(connection: Connection, season_id: UUID) -> None:
    """Share a season with other bookers until this transaction ends."""
    await _queries.share_season(connection, season_id=season_id)
