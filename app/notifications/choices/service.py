"""Use cases of choices: read and change one's own; turn a kind off, and on again, by the link of a mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from app.accounts import repository as accounts
from app.accounts.service import MAILS_PER_HOUR, limit
from app.actors import Actor, account_of
from app.database import Connection, Database
from app.database.rows import must_be_seen
from app.errors import N_, FieldError, Invalid
from app.events import AddressTested, MessagesChosen
from app.notifications.choices import repository
from app.notifications.choices.domain import (
    ALWAYS,
    OF_THE_CENTRE,
    OPTIONAL,
    WAYS,
    ChooseMessages,
    KindChoice,
    MessageChoices,
    Unsubscribing,
    Way,
    shown_address,
    way_of,
)
from app.notifications.purposes import Purpose
from app.outbox import append

# Of an address of which nothing is known.
_FIRST_VERSION: Final = 1


async def read_choices(connection: Connection, actor: Actor) -> MessageChoices:
    """Read how messages reach somebody."""
    address = (await accounts.get_account(connection, actor.account_id)).email
    known = await repository.find_address(connection, address)
    chosen = (await repository.list_choices(connection, [address])).get(address, {})
    return MessageChoices(
        address=address,
        kinds=tuple(
            KindChoice(purpose=purpose, ways=WAYS[purpose], way=way_of(purpose, chosen))
            for purpose in OPTIONAL
            if actor.organises or purpose not in OF_THE_CENTRE
        ),
        always=tuple(purpose for purpose, ways in WAYS.items() if ways == ALWAYS),
        refused_at=known.refused_at if known else None,
        row_version=known.row_version if known else _FIRST_VERSION,
    )


async def choose(
    connection: Connection, command: ChooseMessages, *, seen: int | None, actor: Actor, now: datetime
) -> MessageChoices:
    """Choose how some kinds of messages reach oneself. Raises Invalid, PreconditionFailed."""
    wrong = [
        FieldError(f"choices.{purpose}", N_("This message cannot come in this way."), {}, "way-not-possible")
        for purpose, way in command.choices.items()
        if way not in WAYS[purpose]
    ]
    if wrong:
        raise Invalid(*wrong)
    address = (await accounts.get_account(connection, actor.account_id)).email
    known = await repository.lock_address(connection, address)
    must_be_seen(known.row_version, seen)
    chosen = (await repository.list_choices(connection, [address])).get(address, {})
    new = {purpose: way for purpose, way in command.choices.items() if way_of(purpose, chosen) != way}
    await _put(connection, known.id, new, actor=actor, now=now)
    return await read_choices(connection, actor)


async def read_link(connection: Connection, delivery_id: UUID) -> Unsubscribing:
    """Read what the link of a mail turns off. Raises LinkNotValid."""
    mail = await repository.find_link_subject(connection, delivery_id)
    chosen = (await repository.list_choices(connection, [mail.recipient])).get(mail.recipient.lower(), {})
    purposes = await _purposes_of(connection, mail, chosen)
    is_off = all(way_of(purpose, chosen) == "off" for purpose in purposes)
    return Unsubscribing(shown_address=shown_address(mail.recipient), purposes=purposes, is_off=is_off)


async def _purposes_of(
    connection: Connection, mail: repository.LinkSubject, chosen: Mapping[Purpose, Way]
) -> tuple[Purpose, ...]:
    """Give the kinds that a mail's link is about: of a digest those that come in it, or came until they were off."""
    if mail.purpose != "digest":
        return (mail.purpose,) if mail.purpose in OPTIONAL else ()
    in_digest = tuple(purpose for purpose in OPTIONAL if way_of(purpose, chosen) == "digest")
    known = None if in_digest else await repository.find_address(connection, mail.recipient)
    before = await repository.list_ways_before(connection, known.id) if known else {}
    return in_digest or tuple(purpose for purpose in OPTIONAL if before.get(purpose) == "digest")


async def unsubscribe(connection: Connection, delivery_id: UUID, *, now: datetime) -> None:
    """Turn off what the link of a mail names; a second time changes nothing. Raises LinkNotValid."""
    mail = await repository.find_link_subject(connection, delivery_id)
    known = await repository.lock_address(connection, mail.recipient)
    link = await read_link(connection, delivery_id)
    if not link.is_off:
        await _put(connection, known.id, dict.fromkeys(link.purposes, "off"), actor=None, now=now)


async def subscribe_again(connection: Connection, delivery_id: UUID, *, now: datetime) -> None:
    """Let what a link turned off come as it came before. Raises LinkNotValid."""
    mail = await repository.find_link_subject(connection, delivery_id)
    known = await repository.lock_address(connection, mail.recipient)
    before = await repository.list_ways_before(connection, known.id)
    link = await read_link(connection, delivery_id)
    again: dict[Purpose, Way] = {
        purpose: WAYS[purpose][0] if before[purpose] == "off" else before[purpose]
        for purpose in link.purposes
        if purpose in before
    }
    await _put(connection, known.id, again, actor=None, now=now)


async def _put(
    connection: Connection,
    address_id: UUID,
    choices: Mapping[Purpose, Way],
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    if not choices:
        return
    await repository.put_choices(connection, address_id, choices)
    event = MessagesChosen(subject_id=address_id, choices={str(kind): str(way) for kind, way in choices.items()})
    await append(connection, event, actor_id=account_of(actor), now=now)


async def send_test(database: Database, *, actor: Actor, now: datetime) -> None:
    """Send somebody a message, so that they see whether messages reach them. Raises TooMany."""
    bucket = f"address-test:{actor.account_id}"
    await database.transact(limit, bucket, tries=MAILS_PER_HOUR, window_seconds=3600)
    await database.transact(append, AddressTested(subject_id=actor.account_id), actor_id=actor.account_id, now=now)
