"""What happened to cases: promises that a change of facts broke."""

from uuid import UUID

from app.events.event import Event


class CaseOpened(Event, frozen=True, kw_only=True):
    """A change of facts broke a promise, with a yes: the booking stays until its case is settled.

    The subject of events of cases is the request.
    """

    type = "case.opened"
    case_id: UUID
    activity_id: UUID
    booking_id: UUID
    rules: tuple[str, ...]


class CaseSettled(Event, frozen=True, kw_only=True):
    """The booking of a case moved, was given back, or keeps the rules again."""

    type = "case.settled"
    case_id: UUID
    activity_id: UUID
    booking_id: UUID


class CaseKept(Event, frozen=True, kw_only=True):
    """An organiser agreed that the booking of a case stays as it is."""

    type = "case.kept"
    case_id: UUID
    activity_id: UUID
    booking_id: UUID
