"""The programme as an iCalendar feed that calendars subscribe to."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from app.programme.domain import Entry


def calendar_feed(
    entries: Iterable[Entry], *, name: str, locale: str, zone: ZoneInfo, host: str, now: datetime
) -> bytes:
    """RFC 5545; times in the school's zone, the UID of an activity never changes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Chunzhao//Programme//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.activity_id}@{host}")
        event.add("sequence", max(0, entry.sequence))
        event.add("dtstamp", now)
        event.add("dtstart", entry.starts_at.astimezone(zone))
        event.add("dtend", entry.ends_at.astimezone(zone))
        event.add("summary", entry.title)
        place = ", ".join(part for part in (entry.campus_in(locale), entry.rooms_in(locale)) if part)
        event.add("location", place or entry.channel_in(locale))
        if entry.channel_url:
            event.add("url", entry.channel_url)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
