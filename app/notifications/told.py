"""Events on the way to letters: stored ones, and those that a release would make."""

from datetime import datetime

import msgspec

from app.events import EVENTS, BookingReleased, Event, EventPlacement
from app.notifications.families import is_tentative
from app.notifications.letters import StopState
from app.notifications.purposes import BookingEvent
from app.outbox.repository import StoredEvent


class Told(msgspec.Struct, frozen=True):
    """An event with when and why it happened; `event` may be one that a release would make."""

    event: Event
    occurred_at: datetime
    reason: str = ""


def event_of(stored: StoredEvent) -> Event:
    """Give a stored event as it was appended."""
    fields = {**stored.payload, "subject_id": stored.subject_id, "season_id": stored.season_id}
    return msgspec.convert(fields, EVENTS[stored.type])


def placement_after(event: BookingEvent) -> tuple[StopState, EventPlacement | None]:
    """Give how an activity stands after an event of it, and where."""
    if isinstance(event, BookingReleased):
        return "none", None
    return ("tentative" if is_tentative(event) else "confirmed"), event.place
