"""The programme as an iCalendar feed to which calendars subscribe."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache, lru_cache
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar, Event, Timezone

from app.errors import N_
from app.kinds import KINDS
from app.locales import Translator
from app.programme.domain import Scheduled

_END: Final = b"END:VCALENDAR\r\n"


class Shown(msgspec.Struct, frozen=True):
    """An event of a feed: what, under which UID, where it leads, and whether it is certain.

    `summary` and `location` where they are to read as in an invitation.
    """

    entry: Scheduled
    uid: str
    url: str
    status: str = ""
    summary: str = ""
    location: str = ""


def calendar_feed(
    entries: Iterable[Scheduled], *, name: str, translate: Translator, zone: ZoneInfo, base_url: str
) -> bytes:
    """Give the public feed (RFC 5545), with times in the school's zone and without anybody's name or address.

    The UID of an activity never changes; it differs from that of an invitation, which belongs to one recipient.
    """
    host, site = urlsplit(base_url).hostname or "localhost", base_url.rstrip("/")
    shown = (Shown(entry, f"{entry.activity_id}@{host}", f"{site}/activities/{entry.activity_id}") for entry in entries)
    return write_feed(shown, name=name, translate=translate, zone=zone)


def write_feed(shown: Iterable[Shown], *, name: str, translate: Translator, zone: ZoneInfo) -> bytes:
    """Give a feed of events under the UIDs that they are to have."""
    calendar = Calendar()
    calendar.add("prodid", "-//Chunzhao//Programme//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add_component(_time_zone(zone))
    events = (_event(one, translate, zone) for one in shown)
    return b"".join((bytes(calendar.to_ical()).removesuffix(_END), *events, _END))


@cache
def _time_zone(zone: ZoneInfo) -> Timezone:
    return Timezone.from_tzinfo(zone)


# An event takes a quarter of a millisecond to write, and thousands of calendars ask for all of them again.
@lru_cache(maxsize=10_000)
def _event(shown: Shown, translate: Translator, zone: ZoneInfo) -> bytes:
    entry, locale = shown.entry, translate.locale
    event = Event()
    event.add("uid", shown.uid)
    event.add("sequence", max(0, entry.sequence))
    event.add("dtstamp", entry.booked_at)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", shown.summary or entry.title)
    rooms = ", ".join(part for part in (entry.campus_in(locale), entry.rooms_in(locale)) if part)
    event.add("location", shown.location or rooms or entry.channel_in(locale))
    event.add("url", shown.url)
    if shown.status:
        event.add("status", shown.status)
    event.add("description", _description(entry, translate))
    return bytes(event.to_ical())


def _description(entry: Scheduled, translate: Translator) -> str:
    owner = entry.owner_name_en if translate.locale == "en" else entry.owner_name_zh
    apply = translate(N_("Apply online: {url}"), url=entry.application_url) if entry.application_url else ""
    lines = (translate(KINDS[entry.kind].name), owner, entry.channel_in(translate.locale), entry.channel_url, apply)
    return "\n".join(line for line in lines if line)
