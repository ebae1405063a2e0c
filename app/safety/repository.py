"""What is filed of large events, in PostgreSQL."""

from datetime import date, datetime
from uuid import UUID

from app.database import Connection, load_queries
from app.database.rows import fetch_all
from app.safety.domain import LargeEvent, PutSafetyFiling
from app.seasons.policies import Policies

_queries = load_queries(__file__)


async def list_large(
    connection: Connection,
    policies: Policies,
    *,
    now: datetime,
    season_id: UUID | None = None,
    request_id: UUID | None = None,
    activity_id: UUID | None = None,
    only_coming: bool = False,
) -> list[LargeEvent]:
    """List large activities by time; `only_coming`: with a confirmed place to come, and those off the programme."""
    rows = _queries.list_large(
        connection,
        season_id=season_id,
        request_id=request_id,
        activity_id=activity_id,
        people=policies.safety_filing_people,
        outsiders=policies.safety_filing_outsiders,
        now=now,
        only_coming=only_coming,
    )
    return await fetch_all(LargeEvent, rows)


async def upsert_filing(
    connection: Connection, activity_id: UUID, filing: PutSafetyFiling, *, entered_by: UUID, now: datetime
) -> None:
    """Keep what was filed of an activity."""
    await _queries.upsert_filing(
        connection,
        activity_id=activity_id,
        number=filing.number,
        filed_on=filing.filed_on,
        exempt_reason=filing.exempt_reason,
        entered_by=entered_by,
        now=now,
    )


async def note_reminder(connection: Connection, activity_id: UUID, due_on: date, reminders: int) -> None:
    """Note that its owner was reminded of a day."""
    await _queries.note_reminder(connection, activity_id=activity_id, due_on=due_on, reminders=reminders)


async def note_withheld(connection: Connection, activity_id: UUID, since: datetime | None) -> None:
    """Take an activity off the programme, or (None) put it on it again."""
    await _queries.note_withheld(connection, activity_id=activity_id, since=since)
