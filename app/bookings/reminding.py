"""Reminds of what begins soon: once for each booking, of confirmed ones only."""

from datetime import datetime
from uuid import UUID

from app.bookings import repository
from app.bookings.domain import event_placement
from app.database import Connection
from app.events import BookingReminded
from app.outbox import append_all
from app.seasons import repository as seasons


async def remind_of_bookings(connection: Connection, *, now: datetime, batch: int) -> int:
    """Remind of the confirmed bookings that begin within each season's hours; give how many there were.

    Who was told of the place within these hours needs no other message.
    """
    count = 0
    for season_id in await repository.list_coming_seasons(connection, now=now):
        hours = (await seasons.get_policies(connection, season_id)).reminder_hours_before
        if hours:
            count += await _remind(connection, season_id, hours, now=now, batch=batch)
    return count


async def _remind(connection: Connection, season_id: UUID, hours: int, *, now: datetime, batch: int) -> int:
    due = await repository.note_reminders(connection, season_id, hours=hours, now=now, batch=batch)
    listed = await repository.list_standing(connection, season_id, activity_ids=list(due)) if due else []
    events = [
        BookingReminded(
            subject_id=booking.id,
            season_id=season_id,
            activity_id=booking.activity_id,
            request_id=booking.request_id,
            place=event_placement(booking.placement()),
            sequence=due[booking.activity_id],
        )
        for booking in listed
        if booking.state == "confirmed"
    ]
    await append_all(connection, events, actor_id=None, now=now)
    return len(events)
