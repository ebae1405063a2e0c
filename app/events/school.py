"""What happened to the school: its seasons, venues, files and messages."""

from typing import Any
from uuid import UUID

from app.events.event import Event


class SchoolChanged(Event, frozen=True, kw_only=True):
    type = "school.changed"


class SeasonCreated(Event, frozen=True, kw_only=True):
    type = "season.created"


class SeasonChanged(Event, frozen=True, kw_only=True):
    type = "season.changed"
    changed: tuple[str, ...] = ()


class PolicyChanged(Event, frozen=True, kw_only=True):
    type = "season.policy_changed"
    policy: str
    old: Any = None
    new: Any = None


class CalendarChanged(Event, frozen=True, kw_only=True):
    type = "season.calendar_changed"
    day: str
    is_working: bool


class VenueChanged(Event, frozen=True, kw_only=True):
    """A campus, department, room, channel or major was added or changed; `what` says which."""

    type = "venue.changed"
    what: str
    changed: tuple[str, ...] = ()


class ClosureAdded(Event, frozen=True, kw_only=True):
    type = "closure.added"
    resource_id: UUID


class ClosureRemoved(Event, frozen=True, kw_only=True):
    type = "closure.removed"
    resource_id: UUID


class FileImported(Event, frozen=True, kw_only=True):
    type = "file.imported"
    what: str
    kept: int
    refused: int


class DeliveryResendAsked(Event, frozen=True, kw_only=True):
    """An organiser asked to send a refused message again; the subject is the message."""

    type = "delivery.resend_asked"


class MessagesChosen(Event, frozen=True, kw_only=True):
    """How kinds of messages come to an address was chosen: each kind with its new way."""

    type = "messages.chosen"
    choices: dict[str, str]


class DigestGathered(Event, frozen=True, kw_only=True):
    """What waited for somebody's daily digest is in one now; the subject is the digest."""

    type = "digest.gathered"


class InboxCounted(Event, frozen=True, kw_only=True):
    """A working day began on which something waits for the career centre; the subject is the season."""

    type = "inbox.counted"


class ChannelAdded(Event, frozen=True, kw_only=True):
    """The school tells some of its events by a channel besides mail."""

    type = "channel.added"
    kind: str


class ChannelChanged(Event, frozen=True, kw_only=True):
    type = "channel.changed"


class ChannelRemoved(Event, frozen=True, kw_only=True):
    type = "channel.removed"


class ChannelTested(Event, frozen=True, kw_only=True):
    """Somebody wants to see whether a channel works."""

    type = "channel.tested"


class ChannelPaused(Event, frozen=True, kw_only=True):
    """A channel has not taken anything for too long; what it is to be told waits."""

    type = "channel.paused"
    name: str


class ChannelResumed(Event, frozen=True, kw_only=True):
    """A paused channel goes on; `dropped`: without what had waited."""

    type = "channel.resumed"
    dropped: bool
