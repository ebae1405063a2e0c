"""What a process asks the desk, and what the desk answers: msgpack."""

from typing import Final
from uuid import UUID

import msgspec

from app.desk.domain import LikelyPlacements
from app.offers.domain import WantedOffer
from app.requests.domain import Activity
from app.requests.repository import Owner
from app.schedules.repository import ForbiddenPlacement

# Whoever asks goes on without an answer after this time, and the question is gone.
PATIENCE_SECONDS: Final = 1.5
# The same for a question for which a season is read anew: an answer is worth more there than a quick one.
LONG_PATIENCE_SECONDS: Final = 15.0


class Question(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Where could these activities of one owner go?

    With `request_id` they are a request's own: its bookings and holds are then not in its way.
    """

    season_id: UUID
    owner: Owner
    activities: tuple[Activity, ...]
    request_id: UUID | None = None
    forbidden: tuple[ForbiddenPlacement, ...] = ()


class MovesQuestion(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Where could a stored request go, with these activities, if others moved who have confirmed nothing yet?"""

    request_id: UUID
    activities: tuple[Activity, ...]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The desk has no answer; its log says why."""

    reason: str


class Answered(msgspec.Struct, frozen=True, tag=True):
    """The desk's answer."""

    found: LikelyPlacements


class OffersFound(msgspec.Struct, frozen=True, tag=True):
    """What the desk found where others move."""

    offers: tuple[WantedOffer, ...]


Reply = Answered | OffersFound | Failed
QUESTIONS: Final[msgspec.msgpack.Decoder[Question | MovesQuestion]] = msgspec.msgpack.Decoder(Question | MovesQuestion)
REPLIES: Final[msgspec.msgpack.Decoder[Reply]] = msgspec.msgpack.Decoder(Reply)
