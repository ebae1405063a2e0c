"""Calendar parts as two independent parsers read them."""

from datetime import UTC, datetime
from typing import Any

import icalendar
import msgspec
import vobject


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation's entry."""

    method: str
    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    location: str
    organizer: str
    attendee: str


def read_calendar(text: str) -> Entry:
    """The one entry of a calendar; both parsers must agree on it."""
    calendar: Any = icalendar.Calendar.from_ical(text)
    entry: Any = calendar.walk("VEVENT")[0]
    first = Entry(
        method=str(calendar["method"]),
        uid=str(entry["uid"]),
        sequence=int(entry["sequence"]),
        status=str(entry["status"]),
        starts_at=entry["dtstart"].dt.astimezone(UTC),
        ends_at=entry["dtend"].dt.astimezone(UTC),
        zone=entry["dtstart"].params["TZID"],
        location=str(entry["location"]),
        organizer=str(entry["organizer"]),
        attendee=str(entry["attendee"]),
    )
    other: Any = vobject.readOne(text)
    second = Entry(
        method=other.method.value,
        uid=other.vevent.uid.value,
        sequence=int(other.vevent.sequence.value),
        status=other.vevent.status.value,
        starts_at=other.vevent.dtstart.value.astimezone(UTC),
        ends_at=other.vevent.dtend.value.astimezone(UTC),
        zone=first.zone,
        location=other.vevent.location.value,
        organizer=other.vevent.organizer.value,
        attendee=other.vevent.attendee.value,
    )
    assert second == first
    return first
