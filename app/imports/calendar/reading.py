"""Reads .ics calendars as rows of closures: each occurrence of an event in the season closes its LOCATION."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar

from app.errors import N_
from app.imports.calendar.recurrence import Event, Occurrence, Series, is_cancelled, moment
from app.seasons.domain import Season
from app.tables.cells import Cell
from app.tables.decoding import Encoding, decoded
from app.tables.errors import MAX_ROWS, BrokenCalendar, EmptyFile, TooManyRows
from app.tables.reading import Table, check_size
from app.tables.reading_notes import ReadingNote, guessed, listing, not_used

HEADINGS = ("Room", "Starts at", "Ends at", "Reason for closing", "Note", "Event UID", "Event occurrence")
_LONGEST_NOTE = 200
_LONGEST_NAME = 40
_MOST_OCCURRENCES = 2000
# What decides when and whether an event is: where one of these cannot be read, the event would be another one.
_DECISIVE = frozenset(
    {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP"}
)
_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE")
_BEGINNING = re.compile(r"^BEGIN:VCALENDAR\s*$", re.IGNORECASE | re.MULTILINE)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


class CalendarEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that a file says anew: its version, and which of its occurrences (None: the whole event)."""

    uid: str
    name: str
    sequence: int
    stamped_at: datetime | None
    changed: tuple[datetime, ...] | None


class CalendarTable(Table, frozen=True):
    """The rows of a calendar, and the events that it says anew."""

    events: tuple[CalendarEvent, ...] = ()


class _Said:
    """What was not used or guessed of the events, one note for all that are alike."""

    def __init__(self) -> None:
        self._reading_notes: dict[str, ReadingNote] = {}
        self._names: dict[str, dict[str, None]] = {}

    def note(self, note: ReadingNote, event: Event) -> None:
        self._reading_notes.setdefault(note.code, note)
        self._names.setdefault(note.code, {})[_name(event)] = None

    def reading_notes(self) -> Iterator[ReadingNote]:
        for code, note in self._reading_notes.items():
            yield msgspec.structs.replace(note, values={"events": listing(self._names[code])})


def is_calendar(content: bytes) -> bool:
    """Whether the first line is that of a calendar; the file's name does not count."""
    return content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"


def read_calendar(content: bytes, season: Season, zone: ZoneInfo, encoding: Encoding | None = None) -> CalendarTable:
    """Give one row for each occurrence that touches the season. Raises FileRefused."""
    check_size(content)
    try:
        return _read(decoded(content, encoding), season, zone)
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError) as error:
        raise BrokenCalendar(detail=str(error)[:120]) from error


def _read(text: str, season: Season, zone: ZoneInfo) -> CalendarTable:
    said = _Said()
    by_uid = _components_by_uid(text, said)
    if not by_uid:
        raise EmptyFile
    rows: list[tuple[int, Sequence[Cell]]] = [(1, list(HEADINGS))]
    events = []
    for uid, components in by_uid:
        series = _series(components, zone, said)
        for occurrence in _closing(series, season, zone, said):
            rows.append((len(rows) + 1, list(_described(occurrence, uid, zone, said))))
        if len(rows) > MAX_ROWS:
            raise TooManyRows(limit=MAX_ROWS)
        if uid:
            events.append(_event(uid, series))
    return CalendarTable(
        "ics", rows, reading_notes=tuple(said.reading_notes()), may_be_empty=True, events=tuple(events)
    )


def _components_by_uid(text: str, said: _Said) -> list[tuple[str, list[Event]]]:
    """Group the components that belong to one event; one without a UID stands alone."""
    found: dict[str, list[Event]] = {}
    alone: list[tuple[str, list[Event]]] = []
    calendars = Calendar.from_ical(text.lstrip(), multiple=True)
    if len(calendars) != len(_BEGINNING.findall(text)):
        raise BrokenCalendar(detail=N_("it ends in the middle"))
    for calendar in calendars:
        is_cancelling = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        for component in calendar.subcomponents:
            if component.name == "VEVENT":
                _check_readable(component, said)
                if is_cancelling:
                    component["STATUS"] = "CANCELLED"
                uid = _line(component, "UID")
                found.setdefault(uid, []).append(component) if uid else alone.append(("", [component]))
            elif component.name != "VTIMEZONE":
                said.note(
                    not_used("no-event", N_("Only events are read, no tasks and no journals: {events}.")), component
                )
    return [*found.items(), *alone]


def _check_readable(event: Event, said: _Said) -> None:
    """Raises BrokenCalendar where it is not known when the event is: icalendar leaves out what it cannot read."""
    for name, error in event.errors:
        if name in _DECISIVE:
            raise BrokenCalendar(detail=f"{name}: {error}"[:120])
        if name is None:
            said.note(not_used("unreadable-line", N_("Lines could not be read: {events}.")), event)


def _series(components: Sequence[Event], zone: ZoneInfo, said: _Said) -> Series:
    """Give an event with the newest version of itself and of each changed occurrence."""
    newest: dict[Any, Event] = {}
    for component in components:
        key = moment(component["RECURRENCE-ID"].dt, zone) if "RECURRENCE-ID" in component else None
        before = newest.get(key)
        if before is not None:
            sentence = N_("Earlier versions in the same file were not used: {events}.")
            said.note(not_used("earlier-version", sentence), component)
        if before is None or _version(component) >= _version(before):
            newest[key] = component
    for component in newest.values():
        _note_guesses(component, said)
    return Series(master=newest.pop(None, None), changes=list(newest.values()), zone=zone)


def _note_guesses(event: Event, said: _Said) -> None:
    if _unknown_zones(event):
        sentence = N_("Times of an unknown time zone were taken as the school's time: {events}.")
        said.note(guessed("unknown-zone", sentence), event)
    if isinstance(event["DTSTART"].dt, datetime) and "DTEND" not in event and "DURATION" not in event:
        said.note(guessed("no-end", N_("Events without an end were read as an hour long: {events}.")), event)


def _unknown_zones(event: Event) -> bool:
    """Whether a time names a zone that neither the file nor the zone database describes."""
    for name in _TIMES:
        values = event.get(name)
        for value in values if isinstance(values, list) else [] if values is None else [values]:
            moments = [item.dt for item in value.dts] if hasattr(value, "dts") else [value.dt]
            first = moments[0][0] if isinstance(moments[0], tuple) else moments[0]
            if "TZID" in value.params and isinstance(first, datetime) and first.tzinfo is None:
                return True
    return False


def _closing(series: Series, season: Season, zone: ZoneInfo, said: _Said) -> Iterator[Occurrence]:
    """Give the occurrences that close something in the season, and say which do not. Raises TooManyRows."""
    master = series.master
    if master is not None and is_cancelled(master):
        said.note(not_used("cancelled", N_("Cancelled events close nothing: {events}.")), master)
        return
    start = datetime.combine(season.first_day, time(), zone)
    end = datetime.combine(season.last_day + timedelta(days=1), time(), zone)
    occurrences = [found for found in series.occurrences(until=end) if found.starts_at < end and found.ends_at > start]
    if len(occurrences) > _MOST_OCCURRENCES:
        raise TooManyRows(limit=_MOST_OCCURRENCES)
    _note_misfits(series, said)
    if not occurrences and master is not None:
        said.note(not_used("outside-season", N_("Events outside of the season close nothing: {events}.")), master)
    for occurrence in occurrences:
        if _line(occurrence.event, "TRANSP").upper() == "TRANSPARENT":
            sentence = N_("Events marked as free time close nothing: {events}.")
            said.note(not_used("transparent", sentence), occurrence.event)
        else:
            yield occurrence


def _note_misfits(series: Series, said: _Said) -> None:
    if series.master is None:
        return
    if series.off_rule:
        sentence = N_("The first time does not follow the rule; it was closed as well: {events}.")
        said.note(guessed("off-rule", sentence), series.master)
    if series.unmatched_exceptions:
        said.note(
            not_used("exception", N_("Exceptions that fit no time of their event were not used: {events}.")),
            series.master,
        )
    if series.unmatched_changes:
        sentence = N_("A change fits no time of its event; the new time was closed as well: {events}.")
        said.note(guessed("change", sentence), series.master)


def _described(occurrence: Occurrence, uid: str, zone: ZoneInfo, said: _Said) -> Iterator[Cell]:
    event = occurrence.event
    note = _line(event, "SUMMARY")
    if len(note) > _LONGEST_NOTE:
        sentence = N_("Titles were cut to the length of a note: {events}.")
        said.note(not_used("title-cut", sentence), event)
    yield _line(event, "LOCATION")
    yield occurrence.starts_at.astimezone(zone)
    yield occurrence.ends_at.astimezone(zone)
    yield _first_category(event)
    yield note[:_LONGEST_NOTE]
    yield uid
    yield occurrence.id


def _event(uid: str, series: Series) -> CalendarEvent:
    """Give the version of an event: its own, or where the file has only changes of it, the newest of these."""
    newest = series.master if series.master is not None else max(series.changes, key=_version)
    sequence, stamped_at = _version(newest)
    return CalendarEvent(
        uid=uid,
        name=_name(newest),
        sequence=sequence,
        stamped_at=None if stamped_at == _EARLIEST else stamped_at,
        changed=None if series.master is not None else tuple(series.changed_ids()),
    )


def _version(event: Event) -> tuple[int, datetime]:
    stamp = event.get("DTSTAMP")
    return int(event.get("SEQUENCE", 0)), _EARLIEST if stamp is None else moment(stamp.dt, UTC)


def _name(event: Event) -> str:
    return (_line(event, "SUMMARY") or _line(event, "UID"))[:_LONGEST_NAME]


def _line(event: Event, name: str) -> str:
    """Give a text of an event as one line."""
    value = event.get(name, "")
    return " ".join(str(value[0] if isinstance(value, list) else value).split())


def _first_category(event: Event) -> str:
    value = event.get("CATEGORIES")
    categories = value[0].cats if isinstance(value, list) else [] if value is None else value.cats
    return str(categories[0]) if categories else ""
