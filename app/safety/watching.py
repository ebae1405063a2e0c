"""What time does to large events that are not filed: reminders, then off the programme until they are."""

from datetime import timedelta
from uuid import UUID

from app.bookings import repository as bookings
from app.clock import Clock
from app.database import Connection, Database
from app.events import SafetyDueSoon, SafetyWithheld
from app.outbox import append
from app.requests import repository as requests
from app.safety import repository
from app.safety.domain import LAST_REMINDER_WORKING_DAYS, is_large, what_is_due
from app.safety.service import due_day, show_again
from app.seasons import repository as seasons


async def watch_large_events(database: Database, *, clock: Clock) -> int:
    """Remind of what is to be filed, take off the programme what was not, and put it back; give how many there were.

    Each event is locked for itself.
    """
    async with database.read() as connection:
        seasons_to_come = await bookings.list_coming_seasons(connection, now=clock.now())
        found = [
            event.activity_id
            for season_id in seasons_to_come
            for event in await repository.list_large(
                connection,
                await seasons.get_policies(connection, season_id),
                season_id=season_id,
                now=clock.now(),
                only_coming=True,
            )
            if not event.is_settled or event.withheld_since is not None
        ]
    return sum([await database.transact(_look_at, activity_id, clock=clock) for activity_id in found])


async def _look_at(connection: Connection, activity_id: UUID, *, clock: Clock) -> bool:
    request = await requests.lock_request(connection, await requests.get_request_of_activity(connection, activity_id))
    policies = await seasons.get_policies(connection, request.season_id)
    listed = await repository.list_large(
        connection, policies, activity_id=activity_id, now=clock.now(), only_coming=True
    )
    for event in listed:
        if event.confirmed_at is None:
            continue
        due_on, today = await due_day(connection, event, policies, clock), clock.local(clock.now()).date()
        confirmed_on = clock.local(event.confirmed_at).date()
        due, reminders = what_is_due(
            event,
            large=is_large(event.attendance, event.outsiders, policies),
            due_on=due_on,
            last_call=await seasons.working_days_before(connection, due_on, LAST_REMINDER_WORKING_DAYS),
            today=today,
            halfway=confirmed_on + timedelta(days=max(0, (due_on - confirmed_on).days) // 2),
        )
        named = {"subject_id": request.id, "season_id": request.season_id, "activity_id": activity_id}
        if due == "show":
            await show_again(connection, event, actor=None, clock=clock)
        elif due == "withhold":
            await repository.note_withheld(connection, activity_id, clock.now())
            await append(connection, SafetyWithheld(**named, due_on=due_on), actor_id=None, now=clock.now())
        elif due == "remind":
            await repository.note_reminder(connection, activity_id, due_on, reminders)
            await append(connection, SafetyDueSoon(**named, due_on=due_on), actor_id=None, now=clock.now())
        return due != "nothing"
    return False
