"""Turns a file's bytes into the table that an import reads, with the season to which it belongs."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.database import Connection
from app.imports.calendar.reading import is_calendar, read_calendar
from app.imports.domain import NoSeason, What
from app.seasons import repository as seasons
from app.seasons.domain import Season, SeasonNotFound
from app.tables.errors import WrongFileType
from app.tables.reading import AS_FOUND, FileOptions, Table, read_table


async def choose_season(
    connection: Connection, *, season_id: UUID | None = None, code: str | None = None, now: datetime, zone: ZoneInfo
) -> Season | None:
    """Give the named season, else the current one, else the newest. Raises SeasonNotFound for an unknown name."""
    if season_id is not None:
        return await seasons.get_season(connection, season_id)
    if code is not None:
        if (named := await seasons.find_season_by_code(connection, code)) is None:
            raise SeasonNotFound
        return named
    today = now.astimezone(zone).date()
    known = await seasons.list_seasons(connection)
    running = [season for season in known if season.first_day <= today <= season.last_day]
    return next(iter(running or known), None)


def open_table(
    content: bytes, what: What, season: Season | None, zone: ZoneInfo, options: FileOptions = AS_FOUND
) -> Table:
    """Give the rows of a file of any accepted type. Raises FileRefused, FileTooLarge, NoSeason."""
    if not is_calendar(content):
        return read_table(content, options)
    if what != "closures":
        raise WrongFileType
    if season is None:
        raise NoSeason
    return read_calendar(content, season, zone, options.encoding)
