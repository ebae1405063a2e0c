"""Use cases of subscribed calendars: ask for one, renew or end its link, read it by its link."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from app.actors import Actor
from app.database import Connection
from app.errors import N_, Invalid
from app.events import FeedAsked, FeedEnded, FeedRenewed
from app.locales import translator
from app.notifications import facts_repository as invitations
from app.notifications.domain import invitation_uid
from app.notifications.invitations import summary_text
from app.notifications.letters import ChannelName, Named, RoomName, Spot
from app.notifications.wording import where_text
from app.outbox import append
from app.permissions import may, must_at_all
from app.programme import feed_repository as repository
from app.programme.calendar_feed import Shown, write_feed
from app.programme.feed_domain import FEED_LIFE, KEPT_FOR, AskFeed, Feed, FeedNotFound, FeedRow
from app.programme.feed_repository import StandingEvent
from app.settings import Settings
from app.signed_links import sign_link
from app.venues import repository as venues
from app.venues import room_repository as rooms


async def list_feeds(connection: Connection, *, actor: Actor, settings: Settings) -> list[Feed]:
    """List the reader's calendars with their links."""
    must_at_all(actor, "own_feeds")
    return [_linked(row, settings) for row in await repository.list_feeds(connection, actor.account_id)]


async def ask_feed(
    connection: Connection, command: AskFeed, *, actor: Actor, settings: Settings, now: datetime
) -> Feed:
    """Give a calendar with its link; asked for again it is the same one. Raises Invalid, FeedNotFound."""
    must_at_all(actor, "own_feeds")
    given = {"room": command.resource_id, "department": command.department_id, "major": command.major_code}
    fields = {"room": "resource_id", "department": "department_id", "major": "major_code"}
    for scope, value in given.items():
        if (scope == command.scope) != (value is not None):
            raise Invalid.at(fields[scope], N_("Say of what the calendar is: exactly one thing."))
    if not await _may_have(connection, command, actor=actor):
        raise FeedNotFound
    row_id = await repository.insert_feed(connection, actor.account_id, command, nonce=uuid4(), now=now)
    event = FeedAsked(subject_id=actor.account_id, feed_id=row_id, scope=command.scope)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return _linked(await repository.get_feed(connection, row_id), settings)


async def renew_feed(connection: Connection, feed_id: UUID, *, actor: Actor, settings: Settings, now: datetime) -> Feed:
    """Give a calendar another link; the one before is dead. Raises FeedNotFound."""
    await _get_own(connection, feed_id, actor=actor)
    await repository.renew_feed(connection, feed_id, nonce=uuid4(), now=now)
    event = FeedRenewed(subject_id=actor.account_id, feed_id=feed_id)
    await append(connection, event, actor_id=actor.account_id, now=now)
    return _linked(await repository.get_feed(connection, feed_id), settings)


async def end_feed(connection: Connection, feed_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End a calendar: its link is dead. Raises FeedNotFound."""
    await _get_own(connection, feed_id, actor=actor)
    await repository.delete_feed(connection, feed_id)
    event = FeedEnded(subject_id=actor.account_id, feed_id=feed_id)
    await append(connection, event, actor_id=actor.account_id, now=now)


async def find_feed(connection: Connection, nonce: UUID) -> FeedRow:
    """Give the calendar of a link while its owner may still read it. Raises FeedNotFound."""
    row = await repository.get_feed_of_link(connection, nonce)
    reader = row.reader()
    if row.scope != "person" and not may(reader, "feed_venues", own=_is_own(row, reader)):
        raise FeedNotFound
    return row


async def read_shown(connection: Connection, row: FeedRow, *, settings: Settings, now: datetime) -> list[Shown]:
    """Give what a calendar shows.

    One's own are the events of one's invitations under their UIDs; others have the UIDs of the public calendar.
    What was cancelled is not there any more: calendars drop what a feed leaves out.
    """
    scheduled = await repository.list_scheduled(connection, row, since=now - KEPT_FOR)
    site = settings.base_url.rstrip("/")
    host = urlsplit(site).hostname or "localhost"
    if row.scope != "person":
        return [
            Shown(one, f"{one.activity_id}@{host}", f"{site}/activities/{one.activity_id}", one.status)
            for one in scheduled
        ]
    told = await invitations.list_activity_recipients(connection, {one.activity_id for one in scheduled})
    invited = {key for key, people in told.items() if row.email in {who.email.lower() for who in people}}
    translate = translator(row.locale)
    return [
        Shown(
            one,
            uid=invitation_uid(one.activity_id, row.email),
            url=f"{site}/requests/{one.request_id}",
            status=one.status,
            summary=summary_text(one.kind, one.title, translate),
            location=where_text(_spot(one), translate),
        )
        for one in scheduled
        if one.joined or row.own_department_id is not None or one.activity_id in invited
    ]


def draw_feed(row: FeedRow, shown: Sequence[Shown], *, zone: ZoneInfo) -> bytes:
    """Write a calendar in the language of whose it is."""
    translate = translator(row.locale)
    name = (row.name_en if translate.locale == "en" else row.name_zh) or translate(N_("My recruiting calendar"))
    return write_feed(shown, name=name, translate=translate, zone=zone)


def _spot(one: StandingEvent) -> Spot:
    campus = Named(one.campus_zh or "", one.campus_en or "")
    channel = None if one.channel_zh is None else ChannelName(one.channel_zh, one.channel_en or "", one.channel_url)
    rooms = tuple(RoomName(zh, en, campus) for zh, en in zip(one.rooms_zh, one.rooms_en, strict=True))
    return Spot(starts_at=one.starts_at, ends_at=one.ends_at, rooms=rooms, channel=channel)


def _is_own(row: FeedRow, reader: Actor) -> bool:
    of = {"room": row.room_department_id, "department": row.department_id, "major": reader.department_id}[row.scope]
    return of is not None and of == reader.department_id


async def _may_have(connection: Connection, command: AskFeed, *, actor: Actor) -> bool:
    if command.scope == "person":
        return True
    own = True
    if command.resource_id is not None:
        own = (await rooms.get_room(connection, command.resource_id)).department_id == actor.department_id
    elif command.department_id is not None:
        known = {department.id for department in await venues.list_departments(connection)}
        if command.department_id not in known:
            return False
        own = command.department_id == actor.department_id
    elif command.major_code not in {major.code for major in await venues.list_majors(connection)}:
        return False
    return may(actor, "feed_venues", own=own)


async def _get_own(connection: Connection, feed_id: UUID, *, actor: Actor) -> FeedRow:
    row = await repository.get_feed(connection, feed_id)
    if row.account_id != actor.account_id:
        raise FeedNotFound
    return row


def _linked(row: FeedRow, settings: Settings) -> Feed:
    token = sign_link(settings.signing_keys, "feed", row.nonce, expires_at=row.renewed_at + FEED_LIFE)
    link = f"{settings.base_url.rstrip('/')}/feeds/{token}.ics"
    return Feed(
        id=row.id,
        scope=row.scope,
        name_zh=row.name_zh,
        name_en=row.name_en,
        renewed_at=row.renewed_at,
        link=link,
        webcal=f"webcal://{link.partition('://')[2]}",
    )
