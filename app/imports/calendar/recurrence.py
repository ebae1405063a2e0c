"""When the events of a calendar take place: rules, additions, exceptions and changed occurrences (RFC 5545, 3.8.4)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import msgspec
from dateutil.rrule import rrulestr

from app.errors import N_
from app.tables.errors import MAX_ROWS, BrokenCalendar, TooManyRows

# A rule that began long ago is run from its beginning.
_MOST_STEPS = 100_000
_END_OF_DAY = "T235959"

Event = Any  # a VEVENT of icalendar, which types its properties as Any


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One time at which an event takes place; `id` is the start that its rule gives it, and names it in its series."""

    id: datetime
    starts_at: datetime
    ends_at: datetime
    event: Event


class Series(msgspec.Struct, kw_only=True):
    """An event (None where the file has only changes of it) with its changed occurrences.

    Afterwards, what of them did not fit together: exceptions and changes of times that there are not, and whether the
    first time does not follow the rule.
    """

    master: Event | None
    changes: Sequence[Event]
    zone: tzinfo
    unmatched_exceptions: int = 0
    unmatched_changes: int = 0
    off_rule: bool = False

    def occurrences(self, *, until: datetime) -> list[Occurrence]:
        """Give the occurrences that begin before a moment, maybe more. Raises TooManyRows, BrokenCalendar."""
        zone = self.zone if self.master is None else _zone_of(self.master, self.zone)
        changes = sorted(self.changes, key=lambda change: (not _goes_on(change), _id_of(change, zone)))
        found: dict[datetime, Occurrence] = {}
        if self.master is not None:
            # A change of all that follows may bring later ones forward.
            ahead = [_id_of(change, zone) - _span_of(change, self.zone)[0] for change in changes if _goes_on(change)]
            found = self._by_rule(self.master, until + max([*ahead, timedelta(0)]))
        elif any(_goes_on(change) for change in changes):
            raise BrokenCalendar(detail=N_("it changes all later times of an event that is not in the file"))
        for change in changes:
            if _goes_on(change):
                self._change_following(found, change, _id_of(change, zone))
            else:
                self._change_one(found, change, zone, until)
        return sorted(found.values(), key=lambda occurrence: (occurrence.starts_at, occurrence.id))

    def changed_ids(self) -> list[datetime]:
        """Give which occurrences are changed."""
        zone = self.zone if self.master is None else _zone_of(self.master, self.zone)
        return [_id_of(change, zone) for change in self.changes]

    def _change_one(self, found: dict[datetime, Occurrence], change: Event, zone: tzinfo, until: datetime) -> None:
        id_ = _id_of(change, zone)
        named = _named(found, change["RECURRENCE-ID"].dt, id_, zone)
        self.unmatched_changes += self.master is not None and not named and id_ < until
        for other in named:
            del found[other]
        if not is_cancelled(change):
            starts_at, ends_at = _span_of(change, self.zone)
            found[id_] = Occurrence(id=id_, starts_at=starts_at, ends_at=ends_at, event=change)

    def _change_following(self, found: dict[datetime, Occurrence], change: Event, id_: datetime) -> None:
        """Give every occurrence from a moment on the distance, length and description of the change."""
        starts_at, ends_at = _span_of(change, self.zone)
        for other in [other for other in found if other >= id_]:
            if is_cancelled(change):
                del found[other]
                continue
            moved = other + (starts_at - id_)
            found[other] = Occurrence(id=other, starts_at=moved, ends_at=moved + (ends_at - starts_at), event=change)

    def _by_rule(self, event: Event, until: datetime) -> dict[datetime, Occurrence]:
        zone, (first, end) = _zone_of(event, self.zone), _span_of(event, self.zone)
        spans = {start: _ending(event, start, end - first, self.zone) for start in self._starts(event, first, until)}
        for value in _listed(event, "RDATE"):
            start, length = value if isinstance(value, tuple) else (value, end - first)
            begins = moment(start, zone)
            spans[begins] = moment(length, zone) if isinstance(length, datetime) else begins + length
        for value in _listed(event, "EXDATE"):
            named = _named(spans, value, moment(value, zone), zone)
            self.unmatched_exceptions += not named and moment(value, zone) < until
            for start in named:
                del spans[start]
        return {
            start: Occurrence(id=start, starts_at=start, ends_at=ends_at, event=event)
            for start, ends_at in spans.items()
        }

    def _starts(self, event: Event, first: datetime, until: datetime) -> set[datetime]:
        zone = _zone_of(event, self.zone)
        starts = {start for rule in _rules(event, "RRULE") for start in _run(rule, first, zone, until)}
        excluded = {start for rule in _rules(event, "EXRULE") for start in _run(rule, first, zone, until)}
        if starts and first not in starts:
            self.off_rule = True
        return ({first} | starts) - excluded


def is_cancelled(event: Event) -> bool:
    """Whether an event does not take place."""
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def _zone_of(event: Event, zone: tzinfo) -> tzinfo:
    """Give the zone in which an event recurs: that of its start; `zone` for days and for times without one."""
    start = event["DTSTART"].dt
    return start.tzinfo or zone if isinstance(start, datetime) else zone


def _span_of(event: Event, zone: tzinfo) -> tuple[datetime, datetime]:
    """Give start and end of an event; without an end a day lasts until the next, and a time for an hour."""
    start = event["DTSTART"].dt
    first = moment(start, zone)
    if "DTEND" in event:
        return first, moment(event["DTEND"].dt, zone)
    if "DURATION" in event:
        return first, first + event["DURATION"].dt
    return first, _ending(event, first, timedelta(hours=1) if isinstance(start, datetime) else timedelta(days=1), zone)


def moment(value: date | datetime, zone: tzinfo) -> datetime:
    """Give the moment of a day's beginning or of a time, in UTC; without a zone of its own it is one of `zone`."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value.replace(tzinfo=zone) if value.tzinfo is None else value).astimezone(UTC)


def _ending(event: Event, start: datetime, length: timedelta, zone: tzinfo) -> datetime:
    if isinstance(event["DTSTART"].dt, datetime):
        return start + length
    # Whole days end at midnight, however long the days between are.
    return moment(start.astimezone(zone).date() + timedelta(days=round(length / timedelta(days=1))), zone)


def _id_of(change: Event, zone: tzinfo) -> datetime:
    return moment(change["RECURRENCE-ID"].dt, zone)


def _goes_on(change: Event) -> bool:
    return str(change["RECURRENCE-ID"].params.get("RANGE", "")).upper() == "THISANDFUTURE"


def _named(found: dict[datetime, Any], value: date | datetime, id_: datetime, zone: tzinfo) -> list[datetime]:
    """Give the starts that a value names: a time names one, a day all of that day."""
    if isinstance(value, datetime):
        return [id_] if id_ in found else []
    return [start for start in found if start.astimezone(zone).date() == value]


def _rules(event: Event, name: str) -> list[Any]:
    rules = event.get(name)
    return rules if isinstance(rules, list) else [] if rules is None else [rules]


def _run(rule: Any, first: datetime, zone: tzinfo, until: datetime) -> Iterator[datetime]:
    """Give the starts of a rule. Local clock times recur, so it runs without a zone, which is put on afterwards."""
    last = until.astimezone(zone).replace(tzinfo=None)
    starts = rrulestr(_without_zone(rule, zone), dtstart=first.astimezone(zone).replace(tzinfo=None))
    for step, bare in enumerate(starts.xafter(datetime.min, inc=True)):  # noqa: DTZ901 - the rule has no zone
        if bare >= last:
            return
        if step >= _MOST_STEPS:
            raise TooManyRows(limit=MAX_ROWS)
        yield moment(bare, zone)


def _without_zone(rule: Any, zone: tzinfo) -> str:
    """Give a rule whose last moment is one of the zone; a last day counts whole."""
    parts = [part for part in rule.to_ical().decode().split(";") if not part.upper().startswith("UNTIL=")]
    for until in rule.get("UNTIL", []):
        if not isinstance(until, datetime):
            parts.append(f"UNTIL={until:%Y%m%d}{_END_OF_DAY}")
        else:
            parts.append(f"UNTIL={moment(until, zone).astimezone(zone):%Y%m%dT%H%M%S}")
    return ";".join(parts)


def _listed(event: Event, name: str) -> list[Any]:
    value = event.get(name)
    lists = value if isinstance(value, list) else [value] if value is not None else []
    return [item.dt for entry in lists for item in entry.dts]
