"""Claims and marks events, and notes which jobs acknowledged them, for the relay and its jobs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.events import EVENTS, Event, StepChange
from app.events.event import EventPlacement

_queries = load_queries(__file__)


class StoredEvent(msgspec.Struct, frozen=True):
    """An event as the table has it."""

    id: int
    type: str
    season_id: UUID | None
    subject_id: UUID | None
    occurred_at: datetime
    payload: dict[str, Any]
    reason: str = ""
    actor_id: UUID | None = None


class HistoryLine(msgspec.Struct, frozen=True):
    """One line of a subject's history; of bookings with where they were, and are, of amendments with what changes."""

    id: int
    type: str
    occurred_at: datetime
    reason: str
    payload: dict[str, Any]
    actor_name: str | None
    old: EventPlacement | None = None
    place: EventPlacement | None = None
    changes: tuple[StepChange, ...] = ()


async def claim_unrelayed(connection: Connection, *, batch: int) -> list[StoredEvent]:
    """Lock the oldest events that no relay has taken, and give them."""
    return await fetch_all(StoredEvent, _queries.claim_unrelayed(connection, batch=batch))


async def mark_relayed(connection: Connection, ids: Sequence[int]) -> None:
    """Note that these events' jobs are in the queue."""
    await _queries.mark_relayed(connection, ids=list(ids))


async def insert_receipts(connection: Connection, event_ids: Sequence[int], *, job: str) -> None:
    """Note that a job has done its part for some events."""
    await _queries.insert_receipts(connection, event_ids=list(event_ids), job=job)


async def list_unreceipted(
    connection: Connection,
    wanted: Mapping[str, Sequence[str]],
    *,
    older_than_seconds: float,
    within_seconds: float,
    batch: int,
) -> list[tuple[int, str]]:
    """List the (event, job) pairs without a receipt that were relayed a while ago.

    They were relayed more than `older_than_seconds` ago, but not more than `within_seconds`.
    """
    pairs = [(event, job) for event, jobs in wanted.items() for job in jobs]
    rows = _queries.list_unreceipted(
        connection,
        types=[event for event, _ in pairs],
        jobs=[job for _, job in pairs],
        older_than_seconds=older_than_seconds,
        within_seconds=within_seconds,
        batch=batch,
    )
    return [(row["id"], row["job"]) async for row in rows]


async def list_events(connection: Connection, event_ids: Sequence[int]) -> list[StoredEvent]:
    """List some events, in their order."""
    return await fetch_all(StoredEvent, _queries.list_events(connection, event_ids=list(event_ids)))


async def list_subjects(connection: Connection, event: type[Event], *, season_id: UUID, since: datetime) -> set[UUID]:
    """List the subjects of a type of event in a season since a moment."""
    rows = _queries.list_subjects(connection, type=event.type, season_id=season_id, since=since)
    return {row["subject_id"] async for row in rows}


async def list_history(connection: Connection, subject_id: UUID, *, batch: int = 200) -> list[HistoryLine]:
    """List who did what to a subject, the newest first."""
    return await fetch_all(HistoryLine, _queries.list_events_of(connection, subject_id=subject_id, batch=batch))


def event_of(stored: StoredEvent) -> Event:
    """Give a stored event as it was appended."""
    fields = {**stored.payload, "subject_id": stored.subject_id, "season_id": stored.season_id}
    return msgspec.convert(fields, EVENTS[stored.type])
