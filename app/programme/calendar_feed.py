"""The programme as an iCalendar feed to which calendars subscribe."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from app.kinds import KINDS
from app.locales import Translator
from app.programme.domain import Entry


def calendar_feed(
    entries: Iterable[Entry], *, name: str, translate: Translator, zone: ZoneInfo, base_url: str, now: datetime
) -> bytes:
    """Give the feed (RFC 5545), with times in the school's zone and without anybody's name or address.

    The UID of an activity never changes; it differs from that of an invitation, which belongs to one recipient.
    """
    locale, address = translate.locale, base_url.rstrip("/")
    host = urlsplit(base_url).hostname or "localhost"
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
        rooms = ", ".join(part for part in (entry.campus_in(locale), entry.rooms_in(locale)) if part)
        event.add("location", rooms or entry.channel_in(locale))
        event.add("url", f"{address}/activities/{entry.activity_id}")
        event.add("description", _description(entry, translate))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _description(entry: Entry, translate: Translator) -> str:
    owner = entry.owner_name_en if translate.locale == "en" else entry.owner_name_zh
    lines = (translate(KINDS[entry.kind].name), owner, entry.channel_in(translate.locale), entry.channel_url)
    return "\n".join(line for line in lines if line)
