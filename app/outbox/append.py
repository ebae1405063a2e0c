"""Appends events in the caller's transaction; `app.database.Database.transact` wakes the relay after the commit."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.database import Connection, load_queries
from app.events import Event

_queries = load_queries(__file__)


async def append(
    connection: Connection, event: Event, *, actor_id: UUID | None, now: datetime, reason: str = ""
) -> int:
    """Append an event, which is told if, and only if, the caller's transaction commits; give its number."""
    number: int = await _queries.insert_event(
        connection,
        type=event.type,
        occurred_at=now,
        actor_id=actor_id,
        season_id=event.season_id,
        subject_id=event.subject_id,
        reason=reason,
        payload=event.payload(),
    )
    return number


async def append_all(
    connection: Connection,
    events: Sequence[Event],
    *,
    actor_id: UUID | None,
    now: datetime,
    reason: str | Sequence[str] = "",
) -> None:
    """Append events of one act in their order, in one statement; `reason` is one for all of them, or has each one's."""
    if not events:
        return
    await _queries.insert_events(
        connection,
        types=[event.type for event in events],
        season_ids=[event.season_id for event in events],
        subject_ids=[event.subject_id for event in events],
        reasons=[reason] * len(events) if isinstance(reason, str) else list(reason),
        payloads=[event.payload() for event in events],
        occurred_at=now,
        actor_id=actor_id,
    )
