"""What counts against employers: the subject is the employer, `request_id` what it missed or called off."""

from datetime import date
from typing import Literal
from uuid import UUID

from app.events.event import Event

Cause = Literal["no_show", "late_cancel"]
OutcomeKind = Literal["clear", "noted", "warned", "paused", "suspended"]


class StrikeEvent(Event, frozen=True, kw_only=True):
    """Something of one strike, and what holds for the employer from then on, until when."""

    type = "strike"
    strike_id: UUID
    request_id: UUID
    cause: Cause
    outcome: OutcomeKind
    until: date | None = None
    count: int = 0


class StrikeNoted(StrikeEvent, frozen=True, kw_only=True):
    type = "strike.noted"


class StrikeRemoved(StrikeEvent, frozen=True, kw_only=True):
    """A strike counts no more; one that was removed by an appeal is told with it."""

    type = "strike.removed"
    by_appeal: bool = False


class AppealMade(StrikeEvent, frozen=True, kw_only=True):
    type = "strike.appeal_made"
    appeal_id: UUID


class AppealFileAdded(Event, frozen=True, kw_only=True):
    """An employer shows a file with its appeal."""

    type = "strike.appeal_file_added"
    appeal_id: UUID


class AppealDecided(StrikeEvent, frozen=True, kw_only=True):
    type = "strike.appeal_decided"
    appeal_id: UUID
    upheld: bool


class StrikesWaived(Event, frozen=True, kw_only=True):
    """The career centre lets an employer ask again before the time; what counted still counts."""

    type = "strike.waived"
