"""The mailbox of the simulation: what arrived, as its readers and as the count see it."""

import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from icalendar import Calendar

from app.demo.mail_server import Mailbox

_OFFER_LINK: Final = re.compile(r"/offers/([\w.\-]+)")


class Invitation(msgspec.Struct, frozen=True):
    """What a letter's calendar says of one activity."""

    status: str
    starts_at: datetime


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message that a mail server took for one address."""

    message_id: str
    recipient: str
    purpose: str
    activity_id: UUID | None
    text: str
    invitation: Invitation | None

    @property
    def offer_tokens(self) -> list[str]:
        """Give the signed links to offers in it."""
        return list(dict.fromkeys(_OFFER_LINK.findall(self.text)))


class LetterBox(Mailbox):
    """Keeps every message in the order of arrival, and knows what each address has not read yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._guard = threading.Lock()
        self._letters: list[Letter] = []
        self._unread: dict[str, list[Letter]] = defaultdict(list)

    def accept(self, content: bytes, recipients: list[str]) -> None:
        """Keep one message."""
        super().accept(content, recipients)
        message = message_from_bytes(content, policy=policy.default)
        with self._guard:
            for letter in _letters(message, recipients):
                self._letters.append(letter)
                self._unread[letter.recipient].append(letter)

    def letters(self) -> list[Letter]:
        """Give everything that arrived, in its order."""
        with self._guard:
            return list(self._letters)

    def take_unread(self, address: str) -> list[Letter]:
        """Give what an address has not read; now it has."""
        with self._guard:
            return self._unread.pop(address.lower(), [])


def _letters(message: EmailMessage, recipients: list[str]) -> Iterator[Letter]:
    activity = message.get("X-Chunzhao-Activity")
    body = message.get_body(("plain",))
    text = "" if body is None else str(body.get_content())
    calendars = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    for recipient in recipients:
        yield Letter(
            message_id=str(message["Message-ID"]),
            recipient=recipient.lower(),
            purpose=str(message.get("X-Chunzhao-Purpose", "")),
            activity_id=None if activity is None else UUID(str(activity)),
            text=text,
            invitation=_invitation(calendars[0]) if calendars else None,
        )


def _invitation(part: EmailMessage) -> Invitation:
    (event,) = Calendar.from_ical(str(part.get_content())).walk("VEVENT")
    return Invitation(str(event["STATUS"]), event.decoded("DTSTART"))
