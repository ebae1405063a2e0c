"""Reads recurring .ics calendars as rows of closures: each occurrence in the season closes its LOCATION."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar

from app.seasons.domain import Season
from app.tables.cells import Cell
from app.tables.decoding import Encoding, decoded
from app.tables.errors import MAX_ROWS, BrokenCalendar, EmptyFile, TooManyRows
from app.tables.reading import Table, check_size

HEADINGS = ("Room", "Starts at", "Ends at", "Reason for closing", "Note")
_MOST_OCCURRENCES = 2000


def is_calendar(content: bytes) -> bool:
    """Whether the first line is that of a calendar; the file's name does not count."""
    return content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"


def read_calendar(content: bytes, season: Season, zone: ZoneInfo, encoding: Encoding | None = None) -> Table:
    """Give one row for each occurrence that touches the season. Raises FileRefused."""
    check_size(content)
    try:
        calendar = Calendar.from_ical(decoded(content, encoding))
        rows: list[tuple[int, Sequence[Cell]]] = [(1, list(HEADINGS))]
        for event in calendar.walk("VEVENT"):
            for starts_at, ends_at in _occurrences(event, season, zone):
                rows.append((len(rows) + 1, [*_described(event, starts_at, ends_at)]))
                if len(rows) > MAX_ROWS:
                    raise TooManyRows(limit=MAX_ROWS)
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError) as error:
        raise BrokenCalendar(detail=str(error)[:120]) from error
    if len(rows) == 1:
        raise EmptyFile
    return Table("ics", rows)


def _described(event: Any, starts_at: datetime, ends_at: datetime) -> Iterator[Cell]:
    yield str(event.get("LOCATION", ""))
    yield starts_at
    yield ends_at
    yield str(event.get("CATEGORIES").to_ical().decode().partition(",")[0]) if event.get("CATEGORIES") else ""
    yield str(event.get("SUMMARY", ""))[:200]


def _occurrences(event: Any, season: Season, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    first = _moment(event["DTSTART"].dt, zone)
    length = _length(event, first, zone)
    season_start = datetime.combine(season.first_day, time(), zone)
    season_end = datetime.combine(season.last_day + timedelta(days=1), time(), zone)
    for starts_at in _starts(event, first, zone, until=season_end):
        if starts_at < season_end and starts_at + length > season_start:
            yield starts_at, starts_at + length


def _length(event: Any, first: datetime, zone: ZoneInfo) -> timedelta:
    if "DTEND" in event:
        return _moment(event["DTEND"].dt, zone) - first
    if "DURATION" in event:
        duration: timedelta = event["DURATION"].dt
        return duration
    return timedelta(days=1) if type(event["DTSTART"].dt) is date else timedelta(hours=1)


def _starts(event: Any, first: datetime, zone: ZoneInfo, *, until: datetime) -> Iterator[datetime]:
    # Local clock times recur: the rule runs without a zone, which is put on afterwards.
    excluded = {_moment(item.dt, zone) for item in _listed(event, "EXDATE")}
    starts = [first]
    if "RRULE" in event:
        text = event["RRULE"].to_ical().decode()
        rule = rrulestr(_without_zone(text, zone), dtstart=first.replace(tzinfo=None))
        bounded = rule.xafter(datetime.min, inc=True)  # noqa: DTZ901 - the rule has no zone
        starts = []
        for count, bare in enumerate(islice(bounded, 100_000)):
            if bare > until.replace(tzinfo=None):
                break
            if count >= _MOST_OCCURRENCES:
                raise TooManyRows(limit=_MOST_OCCURRENCES)
            starts.append(bare.replace(tzinfo=zone))
    starts.extend(_moment(item.dt, zone) for item in _listed(event, "RDATE"))
    yield from sorted({start for start in starts if start not in excluded})


def _without_zone(rule: str, zone: ZoneInfo) -> str:
    parts = []
    for part in rule.split(";"):
        if part.upper().startswith("UNTIL=") and part.upper().endswith("Z"):
            moment = datetime.strptime(part[6:-1], "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo("UTC"))
            parts.append(f"UNTIL={moment.astimezone(zone):%Y%m%dT%H%M%S}")
        else:
            parts.append(part)
    return ";".join(parts)


def _listed(event: Any, name: str) -> list[Any]:
    value = event.get(name)
    lists = value if isinstance(value, list) else [value] if value is not None else []
    return [item for entry in lists for item in entry.dts]


def _moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
    return datetime.combine(value, time(), zone)
