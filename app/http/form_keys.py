"""Keys of forms: one for each form that is begun, which also says for whom; it stays while its answers show it again.

A form that is sent twice with the same content is carried out once, whoever pressed how often. What is sent with the
same key and other content after it was carried out may be another intent, and a page may ask which one is meant
(`find_sent_before`).
"""

import re
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import uuid4

import msgspec
from litestar import Request

from app.actors import Actor
from app.database import Database, load_queries
from app.errors import N_, Conflict

FORM_KEY: Final = "form_key"
FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
# Added to the address to which a form led, where it is answered a second time.
SENT_BEFORE: Final = "sent=before"
# What a page adds to a form by itself: which showing it is, and which likely places stood beside it.
_ASIDE: Final = frozenset({FORM_KEY, "shown"})
_NOBODY: Final = "0" * 8
_KEY: Final = re.compile(rb'(?:^|[&"])form_key(?:=|"\r\n\r\n)(?P<key>[0-9a-f]{32})\b')
_BOUNDARY: Final = re.compile(r'boundary="?([^";]+)')
_STATE: Final = "sent_form"
_queries = load_queries(__file__)


class FilledInByAnother(Conflict):
    """Somebody else signed in after the form was shown."""

    type = "filled-in-by-another"
    sentence = N_("This form was filled in under another account, and nothing was sent. Sign in with that account.")


class SentForm(msgspec.Struct, frozen=True):
    """A form as it arrived: its key, and what people typed into it."""

    key: str
    content: bytes


class SentBefore(msgspec.Struct, frozen=True):
    """Where this form led the first time, and whether it said the same."""

    location: str
    unchanged: bool


def account_mark(actor: Actor | None) -> str:
    """Give the eight digits that tell accounts apart where no id has to stand."""
    return _NOBODY if actor is None else blake2b(actor.account_id.bytes, digest_size=4).hexdigest()


def form_key(request: Request[Any, Any, Any], actor: Actor | None) -> str:
    """Give the key of a form that is shown: a new one, or that of the form which this page answers."""
    sent = request.scope["state"].get(_STATE)
    return sent[0] if sent else uuid4().hex[:24] + account_mark(actor)


def sent_form(content_type: str, body: bytes, actor: Actor) -> SentForm | None:
    """Give a form with a key; None for one without. Raises FilledInByAnother."""
    found = _KEY.search(body)
    if found is None:
        return None
    key = found["key"].decode()
    if key[24:] not in (account_mark(actor), _NOBODY):
        raise FilledInByAnother
    return SentForm(key, _typed(content_type, body, found["key"]))


def _typed(content_type: str, body: bytes, key: bytes) -> bytes:
    if boundary := _BOUNDARY.search(content_type):
        return body.replace(boundary[1].encode("latin-1"), b"").replace(key, b"")
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=None)
    return repr([field for field in fields if field[0] not in _ASIDE]).encode()


def note_sent(request: Request[Any, Any, Any], key: str, content_hash: str) -> None:
    """Note which form a request sends, for who asks where it led before."""
    request.scope["state"][_STATE] = (key, content_hash)


async def find_sent_before(request: Request[Any, Any, Any], database: Database, actor: Actor) -> SentBefore | None:
    """Give where this form, or another one that said the same, led in the last days; None where it is the first."""
    sent = request.scope["state"].get(_STATE)
    if sent is None:
        return None
    key, content_hash = sent
    async with database.pool.acquire() as connection:
        row = await _queries.find_sent_before(
            connection, account_id=actor.account_id, form_key=f"form:{key}:", content_hash=content_hash
        )
    return None if row is None else SentBefore(row["location"], row["unchanged"])


def with_sent_before(location: str) -> str:
    """Give the address with the word that it is no new thing."""
    path, hash_mark, part = location.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{SENT_BEFORE}{hash_mark}{part}"
