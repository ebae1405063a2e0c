"""The mails that the release of a draft would send: to whom, one of each sort, and a test of them to oneself."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts.reach import list_refused
from app.accounts.service import MAILS_PER_HOUR, limit
from app.actors import Actor
from app.clock import Clock
from app.database import Connection, Database
from app.errors import N_, Conflict
from app.events import BookingConfirmed, BookingMoved, BookingReleased, BookingTentative, Event, ReleaseTested
from app.notifications.families import booking_events
from app.notifications.letters import Composed
from app.notifications.purposes import PURPOSES, Purpose
from app.notifications.recipients import list_recipients
from app.notifications.service import preview
from app.outbox import append
from app.permissions import must
from app.requests import repository as requests
from app.schedules import repository, versions
from app.schedules.changes.preview import prospective_events
from app.seasons import repository as seasons
from app.settings import Settings


class NothingToSend(Conflict):
    """The version would send no mail."""

    type = "nothing-to-send"
    sentence = N_("This version changes nothing that anybody would be told of.")


class MailLine(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that would be sent; `refused_at`: since when its recipient's mail server takes none."""

    recipient: str
    locale: str
    purpose: Purpose
    request_id: UUID
    reference: str
    title: str
    refused_at: datetime | None


class ReleaseMails(msgspec.Struct, frozen=True, kw_only=True):
    """Every mail that a release would send, and the whole text of one of each sort; nothing once it is released."""

    version_id: UUID
    season_id: UUID
    number: int
    mails: tuple[MailLine, ...]
    previews: tuple[Composed, ...]


def one_of_each(events: list[Event]) -> list[Event]:
    """Give one move, one loss and two gains, which show what the other mails are like."""
    shown: list[Event] = []
    for kind, most in ((BookingMoved, 1), (BookingReleased, 1), (BookingConfirmed, 2), (BookingTentative, 2)):
        shown.extend([event for event in events if type(event) is kind][:most])
    return shown


async def read_release_mails(
    connection: Connection, version_id: UUID, *, settings: Settings, actor: Actor, clock: Clock
) -> ReleaseMails:
    """Read which mails the release of a draft would send. Raises VersionNotFound, Forbidden."""
    must(actor, "release")
    version = await repository.get_version(connection, version_id)
    events = await _events(connection, version_id, clock=clock)
    told = await list_recipients(connection, events)
    listed = await requests.list_requests(
        connection, version.season_id, request_ids=sorted({event.request_id for event in booking_events(events)})
    )
    named = {request.id: request for request in listed}
    refused = await list_refused(connection, {who.email for people in told for who in people})
    mails = tuple(
        MailLine(
            recipient=who.email,
            locale=who.locale,
            purpose=PURPOSES[type(event)],
            request_id=event.request_id,
            reference=named[event.request_id].reference,
            title=named[event.request_id].title,
            refused_at=refused.get(who.email.lower()),
        )
        for event, people in zip(booking_events(events), told, strict=True)
        for who in people
    )
    previews = await preview(connection, one_of_each(events), settings=settings, now=clock.now())
    return ReleaseMails(
        version_id=version_id,
        season_id=version.season_id,
        number=version.number,
        mails=mails,
        previews=tuple(previews),
    )


async def send_release_test(database: Database, version_id: UUID, *, actor: Actor, clock: Clock) -> None:
    """Send oneself one mail of each sort, as it would be. Raises VersionNotFound, Forbidden, NothingToSend, TooMany."""
    must(actor, "release")
    bucket = f"release-test:{actor.account_id}"
    await database.transact(limit, bucket, tries=MAILS_PER_HOUR, window_seconds=3600)
    await database.transact(_append_test, version_id, actor=actor, clock=clock)


async def _append_test(connection: Connection, version_id: UUID, *, actor: Actor, clock: Clock) -> None:
    version = await repository.get_version(connection, version_id)
    samples = one_of_each(await _events(connection, version_id, clock=clock))
    if not samples:
        raise NothingToSend
    event = ReleaseTested(
        subject_id=actor.account_id,
        season_id=version.season_id,
        version_id=version_id,
        samples=tuple({**msgspec.to_builtins(sample), "type": sample.type} for sample in samples),
    )
    await append(connection, event, actor_id=actor.account_id, now=clock.now())


async def _events(connection: Connection, version_id: UUID, *, clock: Clock) -> list[Event]:
    version = await repository.get_version(connection, version_id)
    if version.state != "draft":
        return []
    difference = await versions.get_difference(connection, version, clock=clock)
    policies = await seasons.get_policies(connection, version.season_id)
    return prospective_events(version, difference, confirms=policies.employer_confirms)
