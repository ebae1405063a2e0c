"""The waitlist in PostgreSQL."""

from collections.abc import Collection, Iterable
from uuid import UUID

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.events import Event
from app.waitlist.domain import Waiting

_queries = load_queries(__file__)


async def list_waiting(connection: Connection, season_id: UUID) -> list[Waiting]:
    """List who waits in a season, without their weights, who asked first before the others."""
    return await fetch_all(Waiting, _queries.list_waiting(connection, season_id=season_id))


async def list_seasons_with_waiting(connection: Connection) -> list[UUID]:
    """List the seasons in which somebody waits."""
    return [row["season_id"] async for row in _queries.list_seasons_with_waiting(connection)]


async def ask_walk(connection: Connection, season_ids: Collection[UUID]) -> None:
    """Ask for some seasons' waitlists to be gone through."""
    await _queries.ask_walk(connection, season_ids=sorted(season_ids))


async def list_asked_walks(connection: Connection) -> list[UUID]:
    """List the seasons whose waitlists are still to be gone through."""
    return [row["season_id"] async for row in _queries.list_asked_walks(connection)]


async def find_asked(connection: Connection, season_id: UUID) -> int | None:
    """Give the last asking of a season, if it was not done yet."""
    found: int | None = await _queries.find_asked(connection, season_id=season_id)
    return found


async def note_done(connection: Connection, season_id: UUID, asked: int) -> None:
    """Note that a season's waitlist was gone through for every asking up to this one."""
    await _queries.note_done(connection, season_id=season_id, asked=asked)


async def try_lock_walk(connection: Connection, season_id: UUID) -> bool:
    """Lock a season's waitlist for this connection, if nobody else goes through it."""
    locked: bool = await _queries.try_lock_walk(connection, season_id=season_id)
    return locked


async def unlock_walk(connection: Connection, season_id: UUID) -> None:
    """Let others go through a season's waitlist."""
    await _queries.unlock_walk(connection, season_id=season_id)


async def get_last_event(connection: Connection) -> int:
    """Give the last number that an event has got, committed or not."""
    last: int = await _queries.get_last_event(connection)
    return last


async def count_events_after(connection: Connection, event_id: int, kinds: Iterable[type[Event]]) -> int:
    """Count the events of some kinds with greater numbers, as far as they are committed."""
    count: int = await _queries.count_events_after(connection, event_id=event_id, types=[kind.type for kind in kinds])
    return count
