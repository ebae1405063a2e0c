"""Participations in PostgreSQL."""

from datetime import datetime
from uuid import UUID

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.participations.domain import Participation, ParticipationNotFound
from app.requests.domain import ParticipantState

_queries = load_queries(__file__)


async def list_participations(connection: Connection, employer_id: UUID, *, season_id: UUID) -> list[Participation]:
    """List where an employer was asked to take part in a season, those to be answered first."""
    rows = _queries.list_participations(connection, employer_id=employer_id, season_id=season_id, request_id=None)
    return await fetch_all(Participation, rows)


async def get_participation(connection: Connection, request_id: UUID, employer_id: UUID) -> Participation:
    """Give an employer's part in a request. Raises ParticipationNotFound."""
    rows = _queries.list_participations(connection, employer_id=employer_id, season_id=None, request_id=request_id)
    for participation in await fetch_all(Participation, rows):
        return participation
    raise ParticipationNotFound


async def update_answer(
    connection: Connection,
    request_id: UUID,
    employer_id: UUID,
    state: ParticipantState,
    *,
    answered_by: UUID,
    now: datetime,
) -> None:
    """Keep an answer."""
    await _queries.update_answer(
        connection,
        request_id=request_id,
        employer_id=employer_id,
        state=state,
        answered_by=answered_by,
        answered_at=now,
    )


async def add_people(connection: Connection, request_id: UUID, employer_id: UUID) -> None:
    """Let an employer's people belong to a request's activities and its standing bookings. Raises ResourceTaken."""
    await _queries.add_people(connection, request_id=request_id, employer_id=employer_id)


async def remove_people(connection: Connection, request_id: UUID, employer_id: UUID) -> None:
    """Let an employer's people go."""
    await _queries.remove_people(connection, request_id=request_id, employer_id=employer_id)


async def find_clash(
    connection: Connection, request_id: UUID, employer_id: UUID, *, otherwise: int
) -> tuple[datetime, datetime] | None:
    """Give when the employer's people are at another activity, so that they could not be at one of the request's.

    `otherwise` are the usual minutes between campuses.
    """
    row = await _queries.find_clash(connection, request_id=request_id, employer_id=employer_id, otherwise=otherwise)
    return None if row is None else (row["starts_at"], row["ends_at"])
