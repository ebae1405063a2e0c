"""What happened to amendments; the subject is the request."""

from typing import Any
from uuid import UUID

import msgspec

from app.events.event import Event

Rows = tuple[tuple[str, ...], ...]


class StepChange(msgspec.Struct, frozen=True, kw_only=True):
    """What of a step is another: a size, its `windows` (first day, last day, from, until), what it needs (names in
    Chinese and English), or that it is `added` or `dropped`. Without a kind it is of the whole request: its `title`, or
    only that a text of it changed.
    """

    kind: str = ""
    part: str
    old: int | Rows | str | None = None
    new: int | Rows | str | None = None


class AmendmentProposed(Event, frozen=True, kw_only=True):
    """Somebody asks for a change of what is decided."""

    type = "amendment.proposed"
    amendment_id: UUID
    outcome: str
    changes: tuple[StepChange, ...] = ()


class AmendmentImpossible(Event, frozen=True, kw_only=True):
    """A change that somebody asks for has no place; `findings` say why, and what would help."""

    type = "amendment.impossible"
    amendment_id: UUID
    findings: dict[str, Any] = {}
    changes: tuple[StepChange, ...] = ()


class AmendmentChosen(Event, frozen=True, kw_only=True):
    """The owner chose one of the places that were offered for a change; now it is to be approved."""

    type = "amendment.chosen"
    amendment_id: UUID
    offer_id: UUID
    by_link: bool = False
    changes: tuple[StepChange, ...] = ()


class AmendmentAccepted(Event, frozen=True, kw_only=True):
    """A request is now as its amendment says; `decided`: somebody else approved it."""

    type = "amendment.accepted"
    amendment_id: UUID
    decided: bool
    changes: tuple[StepChange, ...] = ()


class AmendmentRefused(Event, frozen=True, kw_only=True):
    type = "amendment.refused"
    amendment_id: UUID
    reason_code: str
    changes: tuple[StepChange, ...] = ()


class AmendmentWithdrawn(Event, frozen=True, kw_only=True):
    type = "amendment.withdrawn"
    amendment_id: UUID
    changes: tuple[StepChange, ...] = ()


class AmendmentExpired(Event, frozen=True, kw_only=True):
    """Nobody chose one of its places in time."""

    type = "amendment.expired"
    amendment_id: UUID
    changes: tuple[StepChange, ...] = ()
