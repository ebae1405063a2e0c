"""Idempotency-Key: a POST that was sent twice is carried out once, and both get the first answer.

Keys belong to an account and are kept in PostgreSQL for three days. Answers that are our fault (5xx) and refusals
of too many tries (429) are not kept, so that trying again helps. The request is kept as a hash with the session's
secret as key, because bodies may have passwords in them. Where the process dies between carrying out and keeping the
answer, the key stays in use for ten minutes.

A form's key (app/http/form_keys.py) counts together with what was typed. Only where it led is kept: after a refusal the
same form may be sent again, because the world may have changed.
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
from app.http.form_keys import FORM_TYPES, note_sent, sent_form, with_sent_before

IDEMPOTENCY_HEADER = "Idempotency-Key"
_queries = load_queries(__file__)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
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

    def given_again(self) -> "_Answer":
        """Give where a form led, with the word that it led there before."""
        return _Answer(self.status, {**self.headers, "location": with_sent_before(self.headers["location"])}, self.body)

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
        key, content_type = headers.get(IDEMPOTENCY_HEADER), headers.get("content-type", "")
        actor = scope.get("user")
        request = Request[Any, Any, Any](scope, receive)
        may_have_key = key is not None or content_type.startswith(FORM_TYPES)
        if not may_have_key or request.method != "POST" or not isinstance(actor, Actor):
            await next_app(scope, receive, send)
            return
        if key is not None and not _KEY.fullmatch(key):
            raise Invalid.at(IDEMPOTENCY_HEADER, N_("This is not in the expected form."), "wrong-form")
        body = await request.body()
        request_hash = _hash(scope, body)
        if key is None and (form := sent_form(content_type, body, actor)):
            request_hash = _hash(scope, form.content)
            key = f"form:{form.key}:{request_hash.hex()}"
            note_sent(request, form.key, request_hash.hex())
        if key is None:
            await next_app(scope, _again(body, receive), send)
            return
        database = cast("Database", request.app.state.database)
        patience = _PATIENCE_SECONDS if _is_of_form(key) else 0
        known = await _begin_or_wait(database, actor.account_id, key, request_hash, patience=patience)
        if known is not None:
            await known.send(send)
            return
        await _carry_out(database, actor.account_id, key, scope, _again(body, receive), send, next_app)


async def _begin_or_wait(
    database: Database, account_id: UUID, key: str, request_hash: bytes, *, patience: float
) -> _Answer | None:
    begun = time.monotonic()
    waited = False
    while True:
        try:
            known = await _begin(database, account_id, key, request_hash)
        except IdempotencyKeyInUse:
            if time.monotonic() >= begun + patience:
                raise
            waited = True
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
        else:
            # Pressed twice in one go, a button did one thing; who comes back later is told that it was done before.
            return known if known is None or waited or not _is_of_form(key) else known.given_again()


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
        if answer is None or not _is_kept(key, answer):
            await _queries.forget_request(connection, account_id=account_id, key=key)
            return
        await _queries.keep_answer(connection, account_id=account_id, key=key, **msgspec.structs.asdict(answer))


def _is_of_form(key: str) -> bool:
    return key.startswith("form:")


def _is_kept(key: str, answer: _Answer) -> bool:
    if _is_of_form(key):
        return answer.status == 303 and "location" in answer.headers
    return answer.status < 500 and answer.status != 429


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
