"""Who is told of each event: the request's contact; for fairs and guidance events the owner's staff."""

from collections.abc import Sequence

from app.database import Connection
from app.events import Event
from app.notifications import facts_repository as repository
from app.notifications.domain import Recipient
from app.notifications.families import ACCOUNT, EMPLOYER, REQUEST, booking_events, subjects
from app.notifications.purposes import BookingEvent


async def list_recipients(connection: Connection, events: Sequence[Event]) -> list[list[Recipient]]:
    """Give the recipients of each event, in the events' order; closed accounts are left out."""
    activities = await repository.list_activity_ids(connection, subjects(events, REQUEST))
    told = {event.activity_id for event in booking_events(events)} | {id_ for ids in activities.values() for id_ in ids}
    by_activity = await repository.list_activity_recipients(connection, told)
    by_employer = await repository.list_employer_recipients(connection, subjects(events, EMPLOYER))
    accounts = await repository.list_accounts(connection, subjects(events, ACCOUNT))

    def of(event: Event) -> list[Recipient]:
        if isinstance(event, BookingEvent):
            return by_activity.get(event.activity_id, [])
        if isinstance(event, REQUEST):
            people = [who for id_ in activities.get(event.subject_id, []) for who in by_activity.get(id_, [])]
            return list({who.email.lower(): who for who in people}.values())
        if isinstance(event, EMPLOYER):
            return by_employer.get(event.subject_id, [])
        account = accounts.get(event.subject_id)
        return [Recipient(account.email, account.locale)] if account else []

    return [of(event) for event in events]
