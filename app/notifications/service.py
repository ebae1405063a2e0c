"""Use cases of messages: insert an event's rows, compose one for sending, preview, send a refused one again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.accounts import repository as accounts
from app.accounts.domain import TokenPurpose
from app.accounts.service import issue_token
from app.actors import Actor
from app.addresses import wire_form
from app.clock import Clock
from app.database import Connection
from app.events import DeliveryResendAsked, Event
from app.notifications import links, repository
from app.notifications.choices.domain import OPTIONAL, way_of
from app.notifications.choices.repository import list_choices
from app.notifications.composing import compose
from app.notifications.digests.filling import fill_digests
from app.notifications.digests.repository import insert_lines
from app.notifications.domain import Delivery, NewDelivery, Recipient, ResendImpossible, Told
from app.notifications.letters import Composed, Letter, Named, Sender
from app.notifications.messages import build_message
from app.notifications.purposes import PURPOSES, Purpose
from app.notifications.recipients import list_recipients
from app.notifications.writing_letters import write_letters
from app.outbox import append
from app.outbox import repository as outbox
from app.outbox.repository import event_of
from app.permissions import must
from app.settings import Settings

_SECRET_LINKS: dict[Purpose, TokenPurpose] = {"verify_email": "verify_email", "reset_password": "reset_password"}


async def sender_of(connection: Connection, settings: Settings) -> Sender:
    """Give who writes the mails."""
    school = await accounts.find_school(connection)
    return Sender(
        school=None if school is None else Named(school.name_zh, school.name_en),
        mail_from=settings.mail_from,
        base_url=settings.base_url,
        zone=settings.timezone,
        signing_keys=tuple(settings.signing_keys),
    )


async def write_deliveries(connection: Connection, event_ids: Sequence[int], *, settings: Settings) -> None:
    """Insert a row for each recipient of some events in the caller's transaction; a second time adds none."""
    stored = await outbox.list_events(connection, event_ids)
    events = [event_of(one) for one in stored]
    recipients = await list_recipients(connection, events)
    wanted = [
        NewDelivery(one.id, PURPOSES[type(event)], getattr(event, "activity_id", None), recipient)
        for one, event, people in zip(stored, events, recipients, strict=True)
        for recipient in people
    ]
    at_once, for_digests = await _as_chosen(connection, wanted)
    if for_digests:
        await insert_lines(connection, for_digests)
    await repository.insert_deliveries(
        connection, at_once, message_domain=wire_form(settings.mail_from).rpartition("@")[2]
    )


async def _as_chosen(
    connection: Connection, wanted: Sequence[NewDelivery]
) -> tuple[list[NewDelivery], list[NewDelivery]]:
    """Give what is sent at once and what waits for digests, without what its recipients turned off."""
    addresses = {new.recipient.email for new in wanted if new.purpose in OPTIONAL}
    chosen = await list_choices(connection, addresses) if addresses else {}
    ways = [way_of(new.purpose, chosen.get(new.recipient.email.lower(), {})) for new in wanted]
    pairs = list(zip(wanted, ways, strict=True))
    return [new for new, way in pairs if way == "at_once"], [new for new, way in pairs if way == "digest"]


async def compose_deliveries(
    connection: Connection, deliveries: Sequence[Delivery], *, settings: Settings
) -> dict[UUID, bytes]:
    """Give the messages of some rows. A secret link is made now, so that no table has it."""
    events = await outbox.list_events(connection, list({delivery.event_id for delivery in deliveries}))
    told = [Told(event_of(stored), stored.occurred_at, stored.reason) for stored in events]
    written = await write_letters(connection, told)
    written = await fill_digests(connection, [item.event for item in told], written)
    letters = dict(zip((stored.id for stored in events), written, strict=True))
    accounts_of = {stored.id: stored.subject_id for stored in events}
    sender = await sender_of(connection, settings)
    messages = {}
    for delivery in deliveries:
        letter = letters[delivery.event_id]
        if delivery.purpose in _SECRET_LINKS:
            letter = await _with_secret_link(connection, letter, accounts_of[delivery.event_id])
        messages[delivery.id] = build_message(
            compose(letter, Recipient(delivery.recipient, delivery.locale), sender, delivery_id=delivery.id),
            sender,
            message_id=delivery.message_id,
            written_at=delivery.created_at,
            activity_id=delivery.activity_id,
        )
    return messages


async def preview(
    connection: Connection, events: Sequence[Event], *, settings: Settings, now: datetime
) -> list[Composed]:
    """Give the messages that these events would send; events that nobody is told of give none."""
    told = [event for event in events if type(event) in PURPOSES and PURPOSES[type(event)] not in _SECRET_LINKS]
    sender = await sender_of(connection, settings)
    letters = await write_letters(connection, [Told(event, now) for event in told])
    recipients = await list_recipients(connection, told)
    return [compose(letter, who, sender) for letter, people in zip(letters, recipients, strict=True) for who in people]


async def resend(connection: Connection, delivery_id: UUID, *, actor: Actor, clock: Clock) -> None:
    """Try a refused message again, as the same message. Raises DeliveryNotFound, ResendImpossible."""
    must(actor, "resend_mails")
    if await repository.lock_delivery(connection, delivery_id) != "failed":
        raise ResendImpossible
    await repository.mark_due(connection, delivery_id)
    event = DeliveryResendAsked(subject_id=delivery_id)
    await append(connection, event, actor_id=actor.account_id, now=clock.now())


async def _with_secret_link(connection: Connection, letter: Letter, account_id: UUID | None) -> Letter:
    assert account_id is not None  # noqa: S101 - events of accounts name their account
    purpose = _SECRET_LINKS[letter.purpose]
    token = await issue_token(connection, account_id, purpose)
    path = links.verify_email_page(token) if purpose == "verify_email" else links.new_password_page(token)
    return msgspec.structs.replace(letter, path=path)
