"""What happened to bookings."""

from datetime import datetime
from uuid import UUID

from app.events.event import Event, EventPlacement


class BookingConfirmed(Event, frozen=True, kw_only=True):
    """A placement was promised; `sequence` is the iCalendar SEQUENCE of the message that tells it."""

    type = "booking.confirmed"
    activity_id: UUID
    request_id: UUID
    place: EventPlacement
    sequence: int


class BookingTentative(Event, frozen=True, kw_only=True):
    """A placement is kept until its employer agrees (policy employer_confirms)."""

    type = "booking.tentative"
    activity_id: UUID
    request_id: UUID
    place: EventPlacement
    sequence: int
    answer_until: datetime | None = None


class BookingReminded(Event, frozen=True, kw_only=True):
    """What is confirmed begins soon: its people are reminded, of the steps that follow it (`also`) with it."""

    type = "booking.reminded"
    activity_id: UUID
    request_id: UUID
    place: EventPlacement
    sequence: int
    also: tuple[UUID, ...] = ()


class BookingMoved(Event, frozen=True, kw_only=True):
    """Another placement is promised instead, or is kept instead until its employer agrees (`tentative`)."""

    type = "booking.moved"
    activity_id: UUID
    request_id: UUID
    old: EventPlacement
    place: EventPlacement
    sequence: int
    tentative: bool = False
    answer_until: datetime | None = None


class BookingReleased(Event, frozen=True, kw_only=True):
    """A booking was given back; the message that tells it cancels the calendar entry."""

    type = "booking.released"
    activity_id: UUID
    request_id: UUID
    old: EventPlacement
    sequence: int
    reason_code: str = ""


class BookingLapsed(BookingReleased, frozen=True, kw_only=True):
    """What was kept for an owner was not accepted in time, and is free again."""

    type = "booking.lapsed"


class BookingJoined(BookingConfirmed, frozen=True, kw_only=True):
    """An employer takes part in what was booked before: only it is told of the place."""

    type = "booking.joined"
    employer_id: UUID


class BookingLeft(BookingReleased, frozen=True, kw_only=True):
    """An employer no longer takes part in what is booked: only its calendar entry goes."""

    type = "booking.left"
    employer_id: UUID


class BookingTakenOver(BookingConfirmed, frozen=True, kw_only=True):
    """What stands has another contact: it comes into their calendar."""

    type = "booking.taken_over"
    handover_id: UUID
    tentative: bool = False


class BookingHandedOn(BookingReleased, frozen=True, kw_only=True):
    """What stands has another contact: it goes out of the old one's calendar."""

    type = "booking.handed_on"
    handover_id: UUID
