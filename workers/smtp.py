"""Sends mail over a few connections that are used again; refusals are permanent or temporary."""

import asyncio
import contextlib
import re
import time
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from app.addresses import wire_form

CONNECTIONS: Final = 4
CONNECT_SECONDS: Final = 15.0
ANSWER_SECONDS: Final = 60.0
IDLE_SECONDS: Final = 5.0
MESSAGES_PER_CONNECTION: Final = 100
# 5.7: by the server's policy, which may be about us; it says nothing of the address (RFC 3463).
_OUR_FAULT = re.compile(r"\s*5\.7\.")
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class RefusedForGood(Exception):
    """The server will never take this message for this recipient (5xx)."""


class AddressRefused(RefusedForGood):
    """It takes no message at all for this recipient: the address is wrong, or the mailbox is closed or full."""


class TryLater(Exception):
    """The server does not take this message now (4xx)."""

    in_doubt = False


class ServerAway(TryLater):
    """The server cannot be reached, closes the connection, or refuses us rather than the message."""

    def __init__(self, text: str, *, in_doubt: bool = False) -> None:
        self.in_doubt = in_doubt
        """Whether it hung up in the middle: then it may have taken the message."""
        super().__init__(text)


class _Line(msgspec.Struct):
    client: aiosmtplib.SMTP
    used_at: float
    messages: int = 0


class MailServer:
    """Sends messages to the server of SMTP_URL: smtp://, smtps:// or smtp+starttls://, with or without a password."""

    def __init__(self, url: str, *, our_name: str) -> None:
        self._url = urlsplit(url)
        self._our_name = our_name
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._idle: list[_Line] = []

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Send a message; return when the server has taken it. Raises RefusedForGood, TryLater, ServerAway."""
        sender, recipient = wire_form(sender), wire_form(recipient)
        options = [] if sender.isascii() and recipient.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        async with self._slots:
            try:
                line = await self._take()
            except (SMTPException, OSError, TimeoutError) as error:
                raise ServerAway(_text(error)) from error
            try:
                await line.client.sendmail(sender, [recipient], message, mail_options=options, timeout=ANSWER_SECONDS)
            except SMTPException as error:
                self._put_back(line)
                raise _meaning(error) from error
            except BaseException as error:
                # Interrupted in the middle: nobody knows what the server waits for.
                line.client.close()
                if isinstance(error, OSError | TimeoutError):
                    raise ServerAway(_text(error), in_doubt=True) from error
                raise
            self._put_back(line)

    async def close(self) -> None:
        """Close every connection."""
        while self._idle:
            client = self._idle.pop().client
            with contextlib.suppress(SMTPException, OSError, TimeoutError):
                await client.quit(timeout=1)

    def _put_back(self, line: _Line) -> None:
        line.used_at, line.messages = time.monotonic(), line.messages + 1
        if line.client.is_connected and line.messages < MESSAGES_PER_CONNECTION:
            self._idle.append(line)
        else:
            line.client.close()

    async def _take(self) -> _Line:
        while self._idle:
            line = self._idle.pop()
            if not line.client.is_connected:
                continue
            if time.monotonic() - line.used_at < IDLE_SECONDS:
                return line
            # The server may have hung up meanwhile: ask before a message is at stake.
            with contextlib.suppress(SMTPException, OSError, TimeoutError):
                await line.client.noop(timeout=5)
                return line
            line.client.close()
        return _Line(await self._connect(), time.monotonic())

    async def _connect(self) -> aiosmtplib.SMTP:
        scheme = self._url.scheme
        client = aiosmtplib.SMTP(
            hostname=self._url.hostname or "localhost",
            port=self._url.port or _PORTS[scheme],
            username=unquote(self._url.username) if self._url.username else None,
            password=unquote(self._url.password) if self._url.password else None,
            local_hostname=self._our_name,
            use_tls=scheme == "smtps",
            start_tls=scheme == "smtp+starttls",
            timeout=CONNECT_SECONDS,
        )
        await client.connect()
        return client


def _meaning(error: SMTPException) -> RefusedForGood | TryLater:
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
        if 500 <= error.code < 600 and not _OUR_FAULT.match(error.message):
            return AddressRefused(_text(error))
    elif isinstance(error, SMTPNotSupported):
        return RefusedForGood(str(error))
    elif isinstance(error, SMTPResponseException) and not isinstance(error, SMTPDataError):
        return ServerAway(_text(error))
    if isinstance(error, SMTPResponseException):
        kind = RefusedForGood if 500 <= error.code < 600 else TryLater
        return kind(_text(error))
    return ServerAway(_text(error), in_doubt=True)


def _text(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__
