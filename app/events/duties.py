"""Duties, absences, and what departments decide by themselves."""

from datetime import date
from uuid import UUID

from app.events.amendments import StepChange
from app.events.event import Event


class DutyGiven(Event, frozen=True, kw_only=True):
    """Somebody got a duty, or stands in for one who has it."""

    type = "account.duty_given"
    duty_id: UUID
    as_deputy: bool = False


class DutyChanged(Event, frozen=True, kw_only=True):
    """Days or deputy of a duty are others."""

    type = "account.duty_changed"
    duty_id: UUID
    as_deputy: bool = False


class DutyEnded(Event, frozen=True, kw_only=True):
    """A duty was ended before its time."""

    type = "account.duty_ended"
    duty_id: UUID
    as_deputy: bool = False


class AbsenceNoted(Event, frozen=True, kw_only=True):
    """Somebody will be away."""

    type = "account.absence_noted"
    absence_id: UUID
    first_day: date
    last_day: date


class AbsenceEnded(Event, frozen=True, kw_only=True):
    """Somebody is not away after all."""

    type = "account.absence_ended"
    first_day: date
    last_day: date


class DeputyNeeded(Event, frozen=True, kw_only=True):
    """Somebody decides in the place of another, who is away."""

    type = "account.deputy_needed"
    for_id: UUID
    first_day: date
    last_day: date


class DecisionAsked(Event, frozen=True, kw_only=True):
    """A request asks only for rooms about which somebody has the duty to decide."""

    type = "account.decision_asked"
    request_id: UUID


class ChangeAsked(Event, frozen=True, kw_only=True):
    """A change of a request waits for somebody who has the duty to decide about all rooms that are concerned."""

    type = "account.change_asked"
    request_id: UUID
    amendment_id: UUID
    changes: tuple[StepChange, ...] = ()


class BlockingToDecide(Event, frozen=True, kw_only=True):
    """Somebody asks to block a room about which somebody has the duty to decide."""

    type = "account.blocking_asked"
    blocking_id: UUID


class DecisionsLate(Event, frozen=True, kw_only=True):
    """Somebody who has the duty to did not decide in time about these requests, and about changes of these."""

    type = "account.decisions_late"
    request_ids: tuple[UUID, ...] = ()
    changed_ids: tuple[UUID, ...] = ()


class LimitsChanged(Event, frozen=True, kw_only=True):
    """A department decides by itself up to other limits; None: the season's rule holds for it."""

    type = "department.limits_changed"
    kinds: tuple[str, ...]
    people: int | None
    booths: int | None
