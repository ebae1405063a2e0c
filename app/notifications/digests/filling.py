"""Fills the letters of digests: each line is the letter of its event, with how things stand by now."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.database import Connection
from app.events import EVENTS, DigestGathered, Event, InboxCounted, ReleaseTested
from app.notifications import links
from app.notifications.digests import repository
from app.notifications.domain import Told
from app.notifications.letters import Gathered, Letter
from app.notifications.writing_letters import write_letters
from app.outbox import repository as outbox
from app.outbox.repository import event_of
from app.requests.states import STATE_NAMES


async def fill_digests(connection: Connection, events: Sequence[Event], letters: Sequence[Letter]) -> list[Letter]:
    """Give the letters of some events; those of digests now say what is in them."""
    gathered = {event.subject_id for event in events if isinstance(event, DigestGathered)}
    counted = {
        event.subject_id: letter.occurred_at
        for event, letter in zip(events, letters, strict=True)
        if isinstance(event, InboxCounted)
    }
    lines = await _lines(connection, gathered) if gathered else {}
    counts = await repository.count_inbox(connection, counted, now=max(counted.values())) if counted else {}
    samples = {
        id(event): await _samples(connection, event, letter.occurred_at)
        for event, letter in zip(events, letters, strict=True)
        if isinstance(event, ReleaseTested)
    }

    def filled(event: Event, letter: Letter) -> Letter:
        if isinstance(event, DigestGathered):
            return msgspec.structs.replace(letter, gathered=tuple(lines.get(event.subject_id, ())))
        if isinstance(event, InboxCounted):
            inbox = counts[event.subject_id]
            return msgspec.structs.replace(letter, inbox=inbox, path=links.inbox_page(inbox.code))
        if isinstance(event, ReleaseTested):
            path = links.release_mails_page(event.version_id)
            return msgspec.structs.replace(letter, samples=samples[id(event)], path=path)
        return letter

    return [filled(event, letter) for event, letter in zip(events, letters, strict=True)]


async def _samples(connection: Connection, event: ReleaseTested, occurred_at: datetime) -> tuple[Letter, ...]:
    told = [Told(msgspec.convert(sample, EVENTS[sample["type"]]), occurred_at) for sample in event.samples]
    return tuple(await write_letters(connection, told))


async def _lines(connection: Connection, digest_ids: set[UUID]) -> dict[UUID, list[Gathered]]:
    lines = await repository.list_lines(connection, digest_ids)
    stored = await outbox.list_events(connection, sorted({line.event_id for line in lines}))
    told = [Told(event_of(one), one.occurred_at, one.reason) for one in stored]
    letters = dict(zip((one.id for one in stored), await write_letters(connection, told), strict=True))
    found: dict[UUID, list[Gathered]] = {}
    for line in lines:
        state = "" if line.request_state is None else STATE_NAMES[line.request_state]
        found.setdefault(line.digest_id, []).append(Gathered(letter=letters[line.event_id], state=state))
    return found
