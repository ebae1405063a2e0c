"""Idempotency-Key: a POST that was sent twice is carried out once, and both get the first answer.

Keys belong to an account and are kept in PostgreSQL for three days. Answers that are our fault (5xx) and refusals
of too many tries (429) are not kept, so that trying again helps. The request is kept as a hash with the session's
secret as key, because bodies may have passwords in them. Where the process dies between carrying out and keeping the
answer, the key stays in use for ten minutes.
"""

import asyncio
import hashlib
import hmac
import re
import time
from typing import Any, cast
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.actors import Actor
from app.database import Database, load_queries
from app.errors import N_, Conflict, Invalid

IDEMPOTENCY_HEADER = "Idempotency-Key"
FORM_KEY = "form_key"
_queries = load_queries(__file__)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_IN_FORM = re.compile(rb'(?:^|[&"])form_key(?:=|"\r\n\r\n)(?P<key>[0-9a-f]{32})\b')
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_PATIENCE_SECONDS = 20.0
_ASK_AGAIN_SECONDS = 0.05
_KEPT_HEADERS = frozenset({"content-type", "etag", "location"})


class IdempotencyKeyReused(Invalid):
    """A key was sent with another request before."""

    type = "idempotency-key-reused"
    sentence = N_("This Idempotency-Key was used for another request already.")


class IdempotencyKeyInUse(Conflict):
    """The first request is still being worked on."""

    type = "idempotency-key-in-use"
    sentence = N_("A request with this Idempotency-Key is being carried out right now. Ask again in a moment.")


class _Answer(msgspec.Struct, frozen=True):
    """An answer as it is kept and sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    async def send(self, send: Send) -> None:
        """Send the kept answer."""
        headers = {**self.headers, "content-length": str(len(self.body)), "idempotent-replayed": "true"}
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": encoded})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class Idempotency(ASGIMiddleware):
    """Handles the keys of signed-in people's POSTs; it runs after the session middleware."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Carry out the first request, and answer the later ones with its answer."""
        headers = Headers.from_scope(scope)
        key, is_form = headers.get(IDEMPOTENCY_HEADER), headers.get("content-type", "").startswith(_FORMS)
        actor = scope.get("user")
        request = Request[Any, Any, Any](scope, receive)
        if (key is None and not is_form) or request.method != "POST" or not isinstance(actor, Actor):
            await next_app(scope, receive, send)
            return
        if key is not None and not _KEY.fullmatch(key):
            raise Invalid.at(IDEMPOTENCY_HEADER, N_("This is not in the expected form."), "wrong-form")
        body = await request.body()
        request_hash = _hash(scope, body)
        if key is None and (found := _IN_FORM.search(body)):
            key = f"form:{found['key'].decode()}:{request_hash.hex()}"
        if key is None:
            await next_app(scope, _again(body, receive), send)
            return
        database = cast("Database", request.app.state.database)
        patience = _PATIENCE_SECONDS if key.startswith("form:") else 0
        known = await _begin_or_wait(database, actor.account_id, key, request_hash, patience=patience)
        if known is not None:
            await known.send(send)
            return
        await _carry_out(database, actor.account_id, key, scope, _again(body, receive), send, next_app)


async def _begin_or_wait(
    database: Database, account_id: UUID, key: str, request_hash: bytes, *, patience: float
) -> _Answer | None:
    ends_at = time.monotonic() + patience
    while True:
        try:
            return await _begin(database, account_id, key, request_hash)
        except IdempotencyKeyInUse:
            if time.monotonic() >= ends_at:
                raise
            await asyncio.sleep(_ASK_AGAIN_SECONDS)


async def _begin(database: Database, account_id: UUID, key: str, request_hash: bytes) -> _Answer | None:
    """Note a key; give None for the first request with it, else the kept answer.

    Raises IdempotencyKeyReused, IdempotencyKeyInUse.
    """
    async with database.pool.acquire() as connection:
        if await _queries.begin_request(connection, account_id=account_id, key=key, request_hash=request_hash):
            return None
        row = await _queries.find_answer(connection, account_id=account_id, key=key)
    if row is None:
        raise IdempotencyKeyInUse  # it was first, and failed this very moment
    if row["request_hash"] != request_hash:
        raise IdempotencyKeyReused
    if row["status"] is None:
        raise IdempotencyKeyInUse
    return _Answer(row["status"], row["headers"], row["body"])


async def _carry_out(
    database: Database, account_id: UUID, key: str, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp
) -> None:
    messages: list[Message] = []

    async def hold(message: Message) -> None:
        messages.append(message)

    try:
        await next_app(scope, receive, hold)
    finally:
        await asyncio.shield(_keep(database, account_id, key, messages))
    for message in messages:
        await send(message)


async def _keep(database: Database, account_id: UUID, key: str, messages: list[Message]) -> None:
    answer = _answer(messages)
    async with database.pool.acquire() as connection:
        if answer is None or answer.status >= 500 or answer.status == 429:
            await _queries.forget_request(connection, account_id=account_id, key=key)
            return
        await _queries.keep_answer(connection, account_id=account_id, key=key, **msgspec.structs.asdict(answer))


def _answer(messages: list[Message]) -> _Answer | None:
    status, headers, body, whole = 0, {}, b"", False
    for message in messages:
        if message["type"] == "http.response.start":
            status = message["status"]
            given = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in message["headers"]]
            headers = {name: value for name, value in given if name in _KEPT_HEADERS}
        elif message["type"] == "http.response.body":
            body += message["body"]
            whole = not message["more_body"]
    return _Answer(status, headers, body) if whole else None


def _hash(scope: Scope, body: bytes) -> bytes:
    asked = b"\n".join((scope["path"].encode(), scope["query_string"], hashlib.sha256(body).digest()))
    return hmac.digest(str(scope["auth"]).encode(), asked, "sha256")


def _again(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read for the hash once more, for the handler."""
    given = False

    async def read() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read
