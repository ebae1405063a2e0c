"""What happened to solves and versions."""

from typing import Any
from uuid import UUID

from app.events.event import Event


class SolveAsked(Event, frozen=True, kw_only=True):
    type = "solve.asked"


class SolveFinished(Event, frozen=True, kw_only=True):
    type = "solve.finished"
    version_id: UUID


class SolveCancelled(Event, frozen=True, kw_only=True):
    type = "solve.cancelled"


class SolveFailed(Event, frozen=True, kw_only=True):
    type = "solve.failed"


class AdditionsAsked(Event, frozen=True, kw_only=True):
    type = "additions.asked"


class VersionCorrected(Event, frozen=True, kw_only=True):
    type = "version.corrected"
    activity_id: UUID
    act: str


class VersionDiscarded(Event, frozen=True, kw_only=True):
    type = "version.discarded"


class VersionReleased(Event, frozen=True, kw_only=True):
    type = "version.released"
    new: int
    moved: int
    cancelled: int


class ReleaseTested(Event, frozen=True, kw_only=True):
    """Somebody wants to read the mails of a release; the subject is their account, the samples are events of it."""

    type = "release.tested"
    version_id: UUID
    samples: tuple[dict[str, Any], ...]
