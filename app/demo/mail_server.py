"""The demo's mailbox: an SMTP server that keeps every message in a Maildir and counts what it accepted."""

import mailbox
import threading
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path
from typing import Self, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

CONFIRMATIONS = frozenset({"booking_confirmed", "booking_moved", "booking_tentative"})


class Mailbox:
    """Runs the server in a thread of its own for the length of a `with` block."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.folder = folder
        self._box = mailbox.Maildir(folder, create=True)
        self._lock = threading.Lock()
        self._confirmations: Counter[tuple[str, str]] = Counter()
        self._controller = _Controller(self, hostname=host, port=port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def smtp_url(self) -> str:
        """Give the URL at which it listens."""
        host, port = self._controller.server.sockets[0].getsockname()[:2]  # type: ignore[union-attr]
        return f"smtp://{host}:{port}"

    def accept(self, content: bytes, recipients: list[str]) -> None:
        """Keep one message, then count it: only a message on disk was delivered."""
        message = message_from_bytes(content, policy=policy.default)
        with self._lock:
            self._box.add(content)
            if message.get("X-Chunzhao-Purpose") in CONFIRMATIONS:
                for recipient in recipients:
                    self._confirmations[str(message["X-Chunzhao-Activity"]), recipient.lower()] += 1

    def confirmed_pairs(self) -> set[tuple[str, str]]:
        """Give the (activity, recipient) pairs that got at least one confirmation."""
        with self._lock:
            return set(self._confirmations)

    def duplicates(self) -> int:
        """Count the confirmations beyond the first of each pair."""
        with self._lock:
            return sum(count - 1 for count in self._confirmations.values())


class _Controller(Controller):
    def __init__(self, box: Mailbox, *, hostname: str, port: int) -> None:
        super().__init__(_Handler(box), hostname=hostname, port=port, ready_timeout=10)

    # Port 0 is "any free one": aiosmtpd would try to greet itself on port 0.
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Handler:
    def __init__(self, box: Mailbox) -> None:
        self._box = box

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self._box.accept(cast(bytes, envelope.content), [str(name) for name in envelope.rcpt_tos])
        return "250 kept"
