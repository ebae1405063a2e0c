"""What is sent: the JSON of a webhook, signed after Standard Webhooks, and the markdown of a WeCom robot.

Neither holds personal data: a webhook gets ids and asks the API, a robot gets titles and links.
"""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from app.errors import N_
from app.locales import Translator
from app.message_channels.domain import secret_bytes
from app.message_channels.repository import DuePost
from app.message_channels.topics import SHORT_TEXTS

# Of a robot's message, in bytes of UTF-8.
LONGEST_MARKDOWN: Final = 2048
LONGEST_FIELD: Final = 20
# What means something in a robot's markdown, mentions among them.
_MARKS: Final = re.compile(r"[\[\]()<>*`#_\s@]+")


class Folded(msgspec.Struct, frozen=True):
    """A robot's message, and how many of the messages that waited it tells."""

    markdown: str
    count: int


def webhook_body(post: DuePost, base_url: str) -> bytes:
    """Give the JSON of an event."""
    return msgspec.json.encode(
        {
            "type": post.type,
            "timestamp": post.occurred_at,
            "data": {
                "event_id": post.event_id,
                "subject_id": post.subject_id,
                "season_id": post.season_id,
                "request_id": post.request_id,
                "activity_id": post.activity_id,
                "url": link_of(post, base_url),
            },
        }
    )


def webhook_headers(post: DuePost, body: bytes, secret: str, *, now: datetime) -> dict[str, str]:
    """Sign a message: its id stays at every attempt, so that the receiver knows one that comes twice."""
    message_id, timestamp = f"msg_{post.id.hex}", str(int(now.timestamp()))
    signed = hmac.digest(secret_bytes(secret), f"{message_id}.{timestamp}.".encode() + body, sha256)
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }


def robot_message(posts: Sequence[DuePost], translate: Translator, base_url: str) -> Folded:
    """Fold what waits into one message, as much of it as fits."""
    if len(posts) == 1:
        return Folded(_line(posts[0], translate, base_url), 1)
    lines: list[str] = []
    size = len(_head(len(posts), translate).encode())
    for post in posts:
        line = _line(post, translate, base_url)
        size += len(line.encode()) + 1
        if size > LONGEST_MARKDOWN:
            break
        lines.append(line)
    return Folded("\n".join([_head(len(lines), translate), *lines]), len(lines))


def robot_body(markdown: str) -> Mapping[str, object]:
    """Give the JSON that a robot takes."""
    return {"msgtype": "markdown", "markdown": {"content": markdown}}


def link_of(post: DuePost, base_url: str) -> str:
    """Give the page that a message is about."""
    base = base_url.rstrip("/")
    if post.request_id is not None:
        return f"{base}/requests/{post.request_id}"
    kind = post.type.partition(".")[0]
    return f"{base}/{kind}s/{post.subject_id}" if kind in ("employer", "version") else base


def short(text: str) -> str:
    """Give at most 20 characters of a text, without what a robot would read as marks."""
    plain = _MARKS.sub(" ", text).strip()
    return plain if len(plain) <= LONGEST_FIELD else f"{plain[: LONGEST_FIELD - 1]}…"


def _head(count: int, translate: Translator) -> str:
    return f"**{translate.plural('{count} message', '{count} messages', count)}**"


def _line(post: DuePost, translate: Translator, base_url: str) -> str:
    what = f"**{translate(SHORT_TEXTS[post.type])}**"
    named = [short(text) for text in (post.title, post.owner) if text.strip()]
    return " ".join([what, *named, f"[{translate(N_('Open'))}]({link_of(post, base_url)})"])
