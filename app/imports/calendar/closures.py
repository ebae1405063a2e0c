"""Closures of a calendar file: what an event closes takes the place of what an earlier version of it closed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from app.database import Connection
from app.errors import N_
from app.imports.calendar.reading import HEADINGS, CalendarEvent, CalendarTable
from app.imports.closures import CLOSURES
from app.imports.domain import Outcome
from app.imports.importing import Importer, Importing
from app.seasons.domain import Season
from app.tables.columns import Column, Row, simple
from app.tables.reading_notes import ReadingNote, listing, not_used
from app.venues import closure_repository as repository
from app.venues.closure_domain import AddClosure, EventOrigin, EventVersion, closed_spans
from app.venues.closures import close_spans, open_again, source_of_file

_UID, _OCCURRENCE = HEADINGS[-2:]
# What makes a closure the same: resource, start, end, reason, note.
_Same = tuple[UUID, datetime, datetime, str, str]


class CalendarClosures:
    """One import of a calendar file."""

    def __init__(self, table: CalendarTable) -> None:
        self._events = {event.uid: event for event in table.events}
        self._newer: list[CalendarEvent] = []
        self._kept: dict[_Same, EventOrigin | None] = {}

    def importer(self) -> Importer:
        """Give the kind of file that this is."""
        columns = (
            *CLOSURES.columns,
            Column(field="event_uid", zh=_UID, en=_UID, parse=simple(str), default=""),
            Column(field="event_occurrence", zh=_OCCURRENCE, en=_OCCURRENCE, parse=simple(lambda cell: cell)),
        )
        return Importer(
            what="closures",
            columns=columns,
            begin=self._begin,
            keep=self._keep,
            finish=self._finish,
            needs_season=True,
            changes_facts=True,
        )

    async def _begin(self, connection: Connection, run: Importing) -> None:
        """Find the events of which a newer version was imported already."""
        known = await repository.list_event_versions(connection, _season(run).id, list(self._events))
        older = []
        for event in self._events.values():
            if event.uid in known and _version(event).is_older_than(known[event.uid]):
                older.append(event)
            else:
                self._newer.append(event)
        if older:
            sentence = N_("Newer versions were imported already, so these were not used: {events}.")
            run.reading_notes.append(_reading_note("older-version", sentence, older))

    async def _keep(self, connection: Connection, rows: list[Row], run: Importing) -> Outcome:
        values = rows[0].values
        uid, reason_code = values["event_uid"], values["reason_code"] or "other"
        if uid and self._events[uid] not in self._newer:
            return "unchanged"
        origin = EventOrigin(uid, values["event_occurrence"]) if uid else None
        (span,) = closed_spans(AddClosure(starts_at=values["starts_at"], ends_at=values["ends_at"]), run.known.zone)
        self._kept[values["resource_id"], *span, reason_code, values["note"]] = origin
        new = await close_spans(
            connection,
            values["resource_id"],
            [span],
            reason_code=reason_code,
            note=values["note"],
            source=source_of_file(run.file),
            zone=run.known.zone,
            actor=run.actor,
            now=run.clock.now(),
            origin=origin,
            over_bookings=run.over_bookings,
        )
        return "created" if new else "unchanged"

    async def _finish(self, connection: Connection, rows: Sequence[Row], run: Importing) -> int:
        """Open again what the newer events no longer close; give how many closures that were."""
        refused = {row.values["event_uid"] for row in rows if row.faults}
        replaced = {event.uid: event for event in self._newer if event.uid not in refused}
        season = _season(run)
        closures = await repository.list_event_closures(
            connection,
            [event.uid for event in self._newer],
            starts_at=datetime.combine(season.first_day, time(), run.known.zone),
            ends_at=datetime.combine(season.last_day + timedelta(days=1), time(), run.known.zone),
        )
        if left := {closure.event_uid for closure in closures} & refused:
            sentence = N_("Rows were refused, so what was closed before stays closed: {events}.")
            run.reading_notes.append(
                _reading_note("left-closed", sentence, [self._events[uid] for uid in sorted(left)])
            )
        removed = 0
        for closure in closures:
            if closure.event_uid in left:
                continue
            changed = replaced[closure.event_uid].changed
            same = closure.resource_id, closure.starts_at, closure.ends_at, closure.reason_code, closure.note
            if changed is not None and closure.event_occurrence not in changed:
                continue
            if same not in self._kept:
                await open_again(connection, closure, actor=run.actor, now=run.clock.now())
                removed += 1
            elif (other := self._kept[same]) is not None and other.uid != closure.event_uid:
                await repository.update_closure_event(connection, closure.id, other)
        whole = [_version(event) for event in replaced.values() if event.changed is None]
        await repository.upsert_event_versions(connection, season.id, whole)
        return removed


def _season(run: Importing) -> Season:
    if run.known.season is None:
        raise AssertionError("importers that need a season get one")
    return run.known.season


def _version(event: CalendarEvent) -> EventVersion:
    return EventVersion(event.uid, event.sequence, event.stamped_at)


def _reading_note(code: str, sentence: str, events: Iterable[CalendarEvent]) -> ReadingNote:
    return not_used(code, sentence, events=listing(event.name for event in events))
