"""Files of closures: whole days, hours of days, class timetables by weeks, weekday and periods, exact times."""

import re
from datetime import date, datetime
from typing import Any

from app.clock import END_OF_DAY, end_moment
from app.database import Connection
from app.errors import N_
from app.imports import timetable
from app.imports.domain import Outcome
from app.imports.importing import Importer, Importing
from app.imports.known import Known
from app.imports.timetable import ClassTime, class_spans
from app.tables import cells
from app.tables.cells import Cell
from app.tables.columns import Column, Row, simple
from app.tables.errors import CellError
from app.tables.phrases import weekday
from app.tables.reading_notes import Guessed, not_used
from app.venues.closure_domain import AddClosure, closed_spans
from app.venues.closures import close_spans, source_of_file

_UNTIL_MIDNIGHT = re.compile(r"(?P<day>.+)[ T]24:00(?::00)?")


def _day(cell: Cell, known: Known) -> date | Guessed:
    return cells.noted_day(cell, known.year)


def _resource(cell: Cell, known: Known) -> Any:
    """Give the room, else the livestream channel, that a cell names."""
    found = known.rooms.find(cell) or known.channels.find(cell)
    return (found or known.rooms.get(cell)).id


def _moment(cell: Cell, known: Known) -> datetime:
    """Read a day and a time in one cell."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=cell.tzinfo or known.zone)
    head, blank, tail = cells.halfwidth(cell).replace("T", " ").rpartition(" ")
    if not blank:
        raise CellError(N_("“{value}” is not a day and a time."), "wrong-moment", value=tail[:60])
    return datetime.combine(cells.day(head, known.year), cells.clock(tail), known.zone)


def _end_moment(cell: Cell, known: Known) -> datetime:
    """Read a day and a time in one cell; 24:00 is the end of the day."""
    if isinstance(cell, str) and (found := _UNTIL_MIDNIGHT.fullmatch(cells.halfwidth(cell))):
        return end_moment(cells.day(found["day"], known.year), END_OF_DAY, known.zone)
    return _moment(cell, known)


COLUMNS: tuple[Column[Known], ...] = (
    Column(
        field="resource_id",
        zh="教室",
        en="Room",
        parse=_resource,
        example="ZJ-101",
        needed=True,
        also=("教室编号", "场地", "房间", "上课地点", "地点", "直播间", "Room code", "Location", "Channel"),
    ),
    Column(
        field="first_day", zh="开始日期", en="First day", parse=_day, example="3月8日", also=("日期", "Day", "Date")
    ),
    Column(field="last_day", zh="结束日期", en="Last day", parse=_day, example="3月10日"),
    Column(
        field="from_time", zh="开始时间", en="From", parse=simple(cells.clock), example="08:00", also=("Start time",)
    ),
    Column(
        field="until_time",
        zh="结束时间",
        en="Until",
        parse=simple(cells.end_clock),
        example="12:00",
        also=("End time",),
    ),
    Column(field="starts_at", zh="起", en="Starts at", parse=_moment, also=("Start",)),
    Column(field="ends_at", zh="止", en="Ends at", parse=_end_moment, also=("End",)),
    Column(
        field="class_times",
        zh="上课时间",
        en="Class times",
        parse=simple(timetable.class_times),
        also=("上课时间段", "时间安排"),
    ),
    Column(
        field="weeks",
        zh="周次",
        en="Weeks",
        parse=simple(timetable.numbers_of_a_day(timetable.weeks)),
        also=("上课周次",),
    ),
    Column(field="weekday", zh="星期", en="Weekday", parse=simple(lambda cell: weekday(cells.halfwidth(cell)))),
    Column(
        field="periods",
        zh="节次",
        en="Periods",
        parse=simple(timetable.numbers_of_a_day(timetable.periods)),
        also=("上课节次",),
    ),
    Column(
        field="reason_code",
        zh="原因",
        en="Reason for closing",
        parse=lambda cell, known: known.closure_reasons.get(cell),
        example="考试",
        also=("占用类型", "类型", "Closure reason", "Type"),
    ),
    Column(
        field="note",
        zh="说明",
        en="Note",
        parse=simple(cells.text(longest=200)),
        example="四六级考试",
        default="",
        also=("课程名称", "课程", "备注", "Course"),
    ),
)


def _class_times(row: Row) -> tuple[ClassTime, ...]:
    given = [row.values[field] for field in ("weeks", "weekday", "periods")]
    if row.values["class_times"]:
        return row.values["class_times"]  # type: ignore[no-any-return]
    if not any(value is not None for value in given):
        return ()
    for field, value in zip(("weeks", "weekday", "periods"), given, strict=True):
        if value is None:
            row.refuse(field, N_("Weeks, weekday and periods belong together: this one is missing."), "missing")
            raise CellError("", "noted")
    return (ClassTime(given[0], given[1], *given[2]),)


async def _keep(connection: Connection, rows: list[Row], run: Importing) -> Outcome:
    row = rows[0]
    times = _class_times(row)
    dated = {field: row.values[field] for field in ("first_day", "last_day", "from_time", "until_time")}
    exact = {field: row.values[field] for field in ("starts_at", "ends_at")}
    forms = [any(values) for values in (times, dated.values(), exact.values())]
    if sum(forms) != 1:
        sentence = N_("Give either days, or exact times, or a class time.")
        raise CellError(sentence, "missing" if not any(forms) else "contradiction")
    if times:
        spans = [span for when in times for span in class_spans(when, run.known)]
    else:
        spans = closed_spans(AddClosure(**dated, **exact), run.known.zone)
    if not spans:
        sentence = N_("No teaching day of the season falls on these class times: they close nothing.")
        row.note("class_times" if row.values["class_times"] else "weeks", not_used("no-teaching-day", sentence))
        return "unchanged"
    new = await close_spans(
        connection,
        row.values["resource_id"],
        spans,
        reason_code=row.values["reason_code"] or ("class" if times else "other"),
        note=row.values["note"],
        source=source_of_file(run.file),
        zone=run.known.zone,
        actor=run.actor,
        now=run.clock.now(),
        over_bookings=run.over_bookings,
    )
    return "created" if new else "unchanged"


CLOSURES = Importer(what="closures", columns=COLUMNS, keep=_keep, changes_facts=True)
