"""What every answer goes through, whatever it is: headers for browsers, HEAD as GET, an end to bodies that stall."""

import asyncio
from http import HTTPStatus
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, ReceiveMessage, Scope, Send

from app.errors import N_, DomainError

# A scan from a telephone on a slow network comes within this time, a part of it every few seconds.
BODY_SECONDS: Final = 300.0
STALLED_SECONDS: Final = 15.0

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000")


class BodyStalled(DomainError):
    """The body of a request stopped coming."""

    type = "body-stalled"
    sentence = N_("What you sent did not arrive whole; please try again.")


class Edge:
    """The outermost layer of the application; `is_https` says whether people reach the school by https only."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        is_https: bool,
        body_seconds: float = BODY_SECONDS,
        stalled_seconds: float = STALLED_SECONDS,
    ) -> None:
        self._app = app
        self._headers = [*_HEADERS, _HSTS] if is_https else [*_HEADERS]
        self._body_seconds, self._stalled_seconds = body_seconds, stalled_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._headers)
        await self._app(exchange.scope, self._in_time(exchange.receive), exchange.send)

    def _in_time(self, receive: Receive) -> Receive:
        end = asyncio.get_running_loop().time() + self._body_seconds
        is_whole = False

        async def receive_in_time() -> ReceiveMessage:
            nonlocal is_whole
            if is_whole:
                return await receive()
            patience = min(self._stalled_seconds, end - asyncio.get_running_loop().time())
            try:
                message = await asyncio.wait_for(receive(), max(patience, 0))
            except TimeoutError:
                raise BodyStalled from None
            is_whole = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        return receive_in_time


class _Exchange:
    """One request and its answer, with our headers; to HEAD the answer of GET without its body."""

    def __init__(self, scope: HTTPScope, receive: Receive, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._is_head = scope["method"] == "HEAD"
        self.scope: Scope = {**scope, "method": "GET"} if self._is_head else scope
        self._receive, self._send = receive, send
        self._headers = headers
        self._ended = asyncio.Event()

    async def receive(self) -> ReceiveMessage:
        # An endless answer (live updates) ends where only its headers were asked for.
        if self._is_head and self._ended.is_set():
            return {"type": "http.disconnect"}
        return await self._receive()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            known = {name.lower() for name, _ in message["headers"]}
            added = [(name, value) for name, value in self._headers if name not in known]
            if message["status"] == HTTPStatus.REQUEST_TIMEOUT:
                # The rest of the body may still come: nothing else can be read from this connection.
                added.append((b"connection", b"close"))
            await self._send({**message, "headers": [*message["headers"], *added]})
            if self._is_head:
                self._ended.set()
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        elif not self._is_head:
            await self._send(message)
