"""The standing bookings of a season, checked by the independent verifier."""

from uuid import UUID

from app.clock import Clock
from app.database import Database
from app.schedules.promises import read_promises
from scheduling import Violation


async def audit_season(database: Database, season_id: UUID, *, clock: Clock) -> list[Violation]:
    """List the rules that the standing bookings break without anybody's consent, on a problem rebuilt from the
    database: what has a case, or was agreed to, is somebody's to settle.
    """
    async with database.read() as connection:
        promises = await read_promises(connection, season_id, clock=clock)
    return promises.unexcused()
