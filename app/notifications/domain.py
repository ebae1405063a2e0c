"""The row that follows each message until a server has taken it."""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

import msgspec

from app.errors import N_, Conflict, NotFound
from app.events import Event
from app.notifications.purposes import Purpose

DeliveryState = Literal["due", "sent", "failed"]

# After so long without success a message is listed as failed; a person decides.
GIVE_UP_AFTER_SECONDS = 3 * 24 * 3600
_INVITATIONS = UUID("6f2d8c1e-7b7a-5c0e-9d43-2b1f0a5e7c11")


class DeliveryNotFound(NotFound):
    """No such message."""

    type = "message-not-found"
    sentence = N_("There is no such message.")


class ResendImpossible(Conflict):
    """Only refused messages are sent again; the others arrived or are still being sent."""

    type = "message-not-failed"
    sentence = N_("Only a message that was refused can be sent again.")


class Told(msgspec.Struct, frozen=True):
    """An event with when and why it happened; `event` may be one that a release would make."""

    event: Event
    occurred_at: datetime
    reason: str = ""


class Recipient(msgspec.Struct, frozen=True):
    """An address and the language of its reader."""

    email: str
    locale: str


class NewDelivery(msgspec.Struct, frozen=True):
    """A message that follows from an event."""

    event_id: int
    purpose: Purpose
    activity_id: UUID | None
    recipient: Recipient


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message to send; `attempts` were made before."""

    id: UUID
    event_id: int
    recipient: str
    locale: str
    purpose: Purpose
    activity_id: UUID | None
    message_id: str
    attempts: int
    created_at: datetime


class DeliveryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A message as organisers see it; `address_refused`: its recipient's mail server takes none at all."""

    id: UUID
    state: DeliveryState
    purpose: Purpose
    recipient: str
    locale: str
    attempts: int
    repeats: int
    last_error: str
    created_at: datetime
    next_attempt_at: datetime
    sent_at: datetime | None
    message_id: str
    event_id: int
    season_id: UUID | None
    activity_id: UUID | None
    request_id: UUID | None
    reference: str | None
    title: str | None
    address_refused: bool


class Unreached(msgspec.Struct, frozen=True):
    """A contact whose mail server takes no messages for it, and since when."""

    request_id: UUID
    address: str
    refused_at: datetime


class DeliveryCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages are in each state.

    `repeats` may have arrived twice, because a sender was killed.
    """

    due: int = 0
    sent: int = 0
    failed: int = 0
    repeats: int = 0


def invitation_uid(activity_id: UUID, recipient: str) -> str:
    """Give the calendar's UID of an activity for a recipient; it never changes."""
    return str(uuid5(_INVITATIONS, f"{activity_id}:{recipient.lower()}"))
