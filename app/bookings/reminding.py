"""Reminds of what begins soon: once of each booking, of confirmed ones only; of an itinerary's day in one message."""

from datetime import datetime
from uuid import UUID

from app.bookings import repository
from app.bookings.domain import event_placement
from app.bookings.repository import Reminded
from app.database import Connection
from app.events import BookingReminded
from app.kinds import OF_THE_SCHOOL
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
    if not due:
        return 0
    listed = await repository.list_standing(connection, season_id, activity_ids=[one.activity_id for one in due])
    confirmed = {booking.activity_id: booking for booking in listed if booking.state == "confirmed"}
    days: dict[tuple[UUID, bool], list[Reminded]] = {}
    for one in due:
        if one.activity_id in confirmed:
            # Events of the school itself are told to other people.
            days.setdefault((one.request_id, one.kind in OF_THE_SCHOOL), []).append(one)
    events = [
        BookingReminded(
            subject_id=confirmed[first.activity_id].id,
            season_id=season_id,
            activity_id=first.activity_id,
            request_id=first.request_id,
            place=event_placement(confirmed[first.activity_id].placement()),
            sequence=first.sequence,
            also=tuple(other.activity_id for other in others),
        )
        for first, *others in days.values()
    ]
    await append_all(connection, events, actor_id=None, now=now)
    return len(due)
