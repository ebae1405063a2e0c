"""A real SMTP server that keeps what it takes, and refuses what it is told to refuse."""

import asyncio
import email
import email.policy
import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import msgspec
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.web_server import free_port


class Received(msgspec.Struct):
    """A message that the server answered with 250."""

    recipient: str
    message: EmailMessage
    content: bytes

    def raw_header(self, name: str) -> str:
        """A header as it was sent."""
        head = self.content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").decode()
        return next(line.partition(": ")[2] for line in head.split("\r\n") if line.startswith(f"{name}: "))

    @property
    def message_id(self) -> str:
        """The Message-ID header."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """The plain part."""
        return self._part("text/plain")

    @property
    def calendar(self) -> str:
        """The calendar part."""
        return self._part("text/calendar")

    def _part(self, kind: str) -> str:
        part = next(part for part in self.message.walk() if part.get_content_type() == kind)
        return str(part.get_content())


class MailSink:
    """Where the tests' mail arrives; counting happens here, inside the server."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refused: set[str] = set()
        self.refusal = "550 5.1.1 <{address}>: no such mailbox"
        self.put_off: Counter[str] = Counter()
        self.delay_seconds = 0.0
        self.answer_delay_seconds = 0.0
        self.is_closing = False
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse every sender while the server is about to be away."""
        if self.is_closing:
            return "421 4.3.2 closing down for a while"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse whom the test names, for good or for now."""
        if address in self.refused:
            return self.refusal.format(address=address)
        if self.put_off[address] > 0:
            self.put_off[address] -= 1
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message."""
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        message = envelope.content if isinstance(envelope.content, bytes) else b""
        parsed: Any = email.message_from_bytes(message, policy=email.policy.default)
        with self._lock:
            self.received.extend(Received(recipient, parsed, message) for recipient in envelope.rcpt_tos)
        if self.answer_delay_seconds:
            await asyncio.sleep(self.answer_delay_seconds)
        return "250 Message accepted for delivery"

    @property
    def url(self) -> str:
        """SMTP_URL."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    def counts(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        with self._lock:
            return Counter(received.message_id for received in self.received)

    def of(self, recipient: str, purpose: str) -> list[Received]:
        """What one address got of a kind, in order."""
        with self._lock:
            return [
                received
                for received in self.received
                if received.recipient == recipient and received.message["X-Chunzhao-Purpose"] == purpose
            ]

    @contextmanager
    def running(self) -> Iterator["MailSink"]:
        """Take mail during the block."""
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()
