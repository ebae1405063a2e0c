"""The season that a page's address names."""

from litestar.di import NamedDependency
from litestar.params import FromPath

from app.database import Database
from app.seasons import repository
from app.seasons.domain import Season, SeasonNotFound


async def provide_season(code: FromPath[str], database: NamedDependency[Database]) -> Season:
    """Give the season of a code. Raises SeasonNotFound."""
    async with database.pool.acquire() as connection:
        season = await repository.find_season_by_code(connection, code)
    if season is None:
        raise SeasonNotFound
    return season
