"""A channel, what can be said of it, and what it may not be."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Final, Literal
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
from msgspec import Meta

from app.accounts.domain import LocaleCode
from app.errors import N_, Conflict, Invalid, NotFound
from app.message_channels.topics import Topic
from app.texts import Command, secret

ChannelKind = Literal["wecom_robot", "webhook"]
ChannelState = Literal["active", "paused"]
PostState = Literal["due", "sent", "dropped"]

KIND_NAMES: Final[dict[ChannelKind, str]] = {"wecom_robot": N_("WeCom group robot"), "webhook": N_("Webhook")}
POST_STATES: Final[dict[PostState, str]] = {"due": N_("Waiting"), "sent": N_("Sent"), "dropped": N_("Left out")}
_ROBOT_PATH: Final = "/cgi-bin/webhook/send"
_SECRET_BYTES: Final = range(24, 65)

Url = Annotated[str, Meta(min_length=1, max_length=500)]
Secret = Annotated[str, Meta(max_length=120, extra={"read": secret})]
Name = Annotated[str, Meta(min_length=1, max_length=40)]
Topics = Annotated[tuple[Topic, ...], Meta(min_length=1)]


class ChannelNotFound(NotFound):
    """No such channel."""

    type = "message-channel-not-found"
    sentence = N_("There is no such channel.")


class NotPaused(Conflict):
    """The channel is not paused."""

    type = "message-channel-not-paused"
    sentence = N_("This channel is not paused.")


class AddMessageChannel(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new channel. A webhook has a secret: `whsec_` and 24 to 64 bytes in base64, after Standard Webhooks."""

    kind: ChannelKind
    name: Name
    address: Url
    topics: Topics
    secret: Secret = ""
    locale: LocaleCode = "zh-CN"


class ChangeMessageChannel(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is another; without an address or a secret those stay."""

    name: Name
    topics: Topics
    address: Annotated[str, Meta(max_length=500)] = ""
    secret: Secret = ""
    locale: LocaleCode = "zh-CN"


class ResumeMessageChannel(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Go on with a paused channel; `drop`: without what has waited."""

    drop: bool = False


class MessageChannel(msgspec.Struct, frozen=True, kw_only=True):
    """A channel as people see it: the address without its secret part, the secret not at all."""

    id: UUID
    kind: ChannelKind
    name: str
    shown_address: str
    topics: tuple[Topic, ...]
    locale: LocaleCode
    state: ChannelState
    failures: int
    failing_since: datetime | None
    last_error: str
    waiting: int
    row_version: int


class PostLine(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a channel."""

    id: UUID
    event_id: int
    type: str
    state: PostState
    attempts: int
    occurred_at: datetime
    ended_at: datetime | None


def check_address(kind: ChannelKind, address: str, *, may_be_private: bool) -> None:
    """Check the form of an address; where it leads is checked when it is connected to. Raises Invalid."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise Invalid.at("address", N_("This is no address of the web."), "wrong-form") from None
    schemes = ("https", "http") if may_be_private else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username or parts.fragment:
        raise Invalid.at("address", N_("An address that starts with https:// is needed."), "wrong-form")
    if kind == "wecom_robot" and (parts.path != _ROBOT_PATH or not parse_qs(parts.query).get("key")):
        sentence = N_("This is not the webhook address of a WeCom group robot; copy it whole from the group.")
        raise Invalid.at("address", sentence, "wrong-form")


def check_secret(kind: ChannelKind, given: str) -> None:
    """Check a webhook's secret; a robot has none. Raises Invalid."""
    if kind == "wecom_robot":
        if given:
            raise Invalid.at("secret", N_("A robot has no secret of its own: it is part of its address."), "not-here")
        return
    try:
        key = secret_bytes(given)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) not in _SECRET_BYTES:
        raise Invalid.at("secret", N_("A secret is whsec_ and 24 to 64 bytes in base64."), "wrong-form")


def secret_bytes(given: str) -> bytes:
    """Give the key of a secret. Raises ValueError."""
    start, mark, rest = given.partition("whsec_")
    if start or not mark:
        raise ValueError(mark)
    return base64.b64decode(rest, validate=True)


def shown_address(kind: ChannelKind, address: str) -> str:
    """Give an address without what is secret in it: of a robot all but the last four characters of its key."""
    parts = urlsplit(address)
    host = parts.netloc
    if kind == "wecom_robot":
        return f"{host}{parts.path}?key=…{parse_qs(parts.query)['key'][0][-4:]}"
    return f"{parts.scheme}://{host}{parts.path}" + ("?…" if parts.query else "")
