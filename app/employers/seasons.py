"""What became of an employer's requests, season by season."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all

_queries = load_queries(__file__)


class PastRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request, what became of it, and when it begins or began."""

    id: UUID
    season_id: UUID
    reference: str | None
    title: str
    state: str
    starts_at: datetime | None


class SeasonOfEmployer(msgspec.Struct, frozen=True, kw_only=True):
    """How many requests of an employer came to which state in a season, and which they are."""

    season_id: UUID
    code: str
    name_zh: str
    name_en: str
    outcomes: dict[str, int]
    total: int
    requests: tuple[PastRequest, ...] = ()


async def list_seasons_of(connection: Connection, employer_id: UUID) -> list[SeasonOfEmployer]:
    """List an employer's seasons, the newest first, each with its latest requests."""
    seasons = await fetch_all(SeasonOfEmployer, _queries.list_seasons_of(connection, employer_id=employer_id))
    listed = await fetch_all(PastRequest, _queries.list_requests_of(connection, employer_id=employer_id))
    return [
        msgspec.structs.replace(
            season, requests=tuple(request for request in listed if request.season_id == season.season_id)
        )
        for season in seasons
    ]
