"""What a process asks the desk, and what the desk answers: msgpack."""

from typing import Final
from uuid import UUID

import msgspec

from app.desk.domain import LikelyPlacements
from app.requests.domain import Activity
from app.requests.repository import Owner
from app.schedules.repository import ForbiddenPlacement


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Where could these activities of one owner go?

    With `request_id` they are a request's own: its bookings and holds are then not in its way.
    """

    season_id: UUID
    owner: Owner
    activities: tuple[Activity, ...]
    request_id: UUID | None = None
    forbidden: tuple[ForbiddenPlacement, ...] = ()


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The desk has no answer; its log says why."""

    reason: str


class Answered(msgspec.Struct, frozen=True, tag=True):
    """The desk's answer."""

    found: LikelyPlacements


QUESTIONS: Final[msgspec.msgpack.Decoder[Question]] = msgspec.msgpack.Decoder(Question)
REPLIES: Final[msgspec.msgpack.Decoder[Answered | Failed]] = msgspec.msgpack.Decoder(Answered | Failed)
