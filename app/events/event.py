"""What every event has, and when and where an activity is in one."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to one subject; further fields of a subclass are its payload."""

    type: ClassVar[str]
    subject_id: UUID
    season_id: UUID | None = None

    def payload(self) -> dict[str, Any]:
        """Give the fields beyond subject and season, as values that JSON can express."""
        fields = msgspec.to_builtins(self)
        return {name: value for name, value in fields.items() if name not in ("subject_id", "season_id")}


class EventPlacement(msgspec.Struct, frozen=True, kw_only=True):
    """When and where an activity is, in the payload of an event."""

    starts_at: datetime
    ends_at: datetime
    room_ids: tuple[UUID, ...] = ()
    channel_id: UUID | None = None
