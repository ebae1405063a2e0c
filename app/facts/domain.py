"""Promises that a change of facts would break, and the yes that breaks them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta

from app.errors import N_, Conflict
from app.texts import Command


class BrokenRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a booking would break, in the reader's language; `resource`: the room, channel or campus."""

    rule: str
    text: str
    resource: str = ""


class BrokenPromise(msgspec.Struct, frozen=True, kw_only=True):
    """A booking that a change would break: whose it is, when and where, and which rules.

    `held`: it is not booked but offered, and kept until its owner answers; it would be taken back.
    """

    booking_id: UUID
    activity_id: UUID
    request_id: UUID
    season: str
    reference: str
    title: str
    kind: str
    owner: str
    starts_at: datetime
    ends_at: datetime
    places: tuple[str, ...]
    rules: tuple[BrokenRule, ...]
    held: bool = False


class PromisesBroken(Conflict):
    """A change would break promises; `broken` lists every one, `accept_broken` names those that may be."""

    type = "promises-broken"
    sentence = N_("This would break {count} promises. Nothing was changed.")


# The field `accept_broken` of a change: the bookings that its author looked at, and breaks with it.
Accepted = Annotated[tuple[UUID, ...], Meta(max_length=10_000)]


def changes_of(command: Command) -> dict[str, Any]:
    """Give what a command changes."""
    fields = msgspec.structs.asdict(command)
    return {name: value for name, value in fields.items() if name != "accept_broken" and value is not UNSET}
