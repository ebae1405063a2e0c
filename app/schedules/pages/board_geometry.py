"""The season board's drawing: rooms by days, one SVG path per colour class, no node per booking.

Rows are 16 px (four strips of 3 px: morning, afternoon, late, evening), interview rooms 9 px with one label for all of
a campus; working days 12 px, others 7 px. The script gets the same boxes and lengths for its hit test.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.clock import end_minute, end_text, start_minute
from app.kinds import KINDS, Kind
from app.seasons.calendar import Calendar, each_day
from app.seasons.domain import Season
from app.venues.domain import Campus, Channel, Room

GROUP_HEIGHT, ROW_HEIGHT, SLIM_HEIGHT = 20, 16, 9
DAY_WIDTH, OFF_WIDTH = 12, 7
# A start belongs to the strip of its part of the day: before noon, before 16:00, before 18:00, evening.
_PARTS = (12, 16, 18)
_SLIM_SEATS = 12
# Around a changed or chosen activity.
FRAME_MARGIN = 1


class DayColumn(msgspec.Struct, frozen=True):
    """One date of the season."""

    day: date
    x: int
    width: int
    is_working: bool
    holiday: bool
    make_up: bool


class Row(msgspec.Struct, frozen=True):
    """A room, a channel, or the heading of a campus."""

    y: int
    height: int
    name: str
    note: str
    is_group: bool
    campus: int
    resource_id: UUID | None = None
    shared: int = 0  # on the first slim row of a campus: so many rows stand under one label
    seats: str = ""  # and so many seats their rooms have

    @property
    def is_slim(self) -> bool:
        """Whether its label is that of the first slim row of the campus."""
        return self.height == SLIM_HEIGHT


class Mark(msgspec.Struct, frozen=True):
    """One activity in one row."""

    activity_id: UUID
    request_id: UUID
    kind: Kind
    title: str
    state: str  # confirmed, tentative, draft
    change: str  # new, moved or nothing
    row: int
    starts_at: datetime
    ends_at: datetime


class MarkBox(msgspec.Struct, frozen=True, array_like=True):
    """One mark as the script reads it; lengths in pixels of the drawing."""

    activity_id: UUID
    x: int
    y: int
    width: int
    height: int
    kind: Kind
    state: str
    title: str
    span: str  # from and until, as the school's clock shows it
    row: int


class Geometry(msgspec.Struct, frozen=True):
    """Lengths, in pixels, that drawing and script share."""

    head_height: int = 91
    frame_margin: int = FRAME_MARGIN
    cursor_margin: int = 2
    pointing_slack: int = 1


class BoardData(msgspec.Struct, frozen=True, kw_only=True):
    """What the script gets; `fields` names the values of each mark."""

    fields: tuple[str, ...] = MarkBox.__struct_fields__
    marks: list[MarkBox]
    rows: list[str]
    geometry: Geometry


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the template draws."""

    columns: list[DayColumn]
    rows: list[Row]
    width: int
    height: int
    paths: dict[str, str]
    frames: dict[str, str]
    grounds: dict[str, str]
    density: list[tuple[DayColumn, int]]
    highest: int
    weeks: list[tuple[int, int]]
    taken: dict[int, float]
    geometry: Geometry
    data: BoardData


def day_columns(season: Season, calendar: Calendar) -> list[DayColumn]:
    """Every date of the season from left to right."""
    columns, x = [], 0
    for day in each_day(season.first_day, season.last_day):
        is_working = calendar.is_working(day)
        width = DAY_WIDTH if is_working else OFF_WIDTH
        known = calendar.days.get(day)
        holiday = known is not None and not known.is_working
        make_up = known is not None and known.is_working and day.weekday() >= 5
        columns.append(DayColumn(day, x, width, is_working, holiday, make_up))
        x += width
    return columns


def board_rows(
    campuses: list[Campus], rooms: list[Room], channels: list[Channel], *, locale: str, online_name: str
) -> list[Row]:
    """Rooms grouped by campus, the largest first; channels last."""
    rows: list[Row] = []
    y = 0

    def add(row_height: int, name: str, note: str, campus: int, resource: UUID | None, **more: Any) -> None:
        nonlocal y
        rows.append(Row(y, row_height, name, note, resource is None, campus, resource, **more))
        y += row_height

    for number, campus in enumerate(campuses):
        of_campus = sorted(
            (room for room in rooms if room.campus_id == campus.id), key=lambda room: (-room.capacity, room.code)
        )
        add(GROUP_HEIGHT, campus.name_en if locale == "en" else campus.name_zh, str(len(of_campus)), number, None)
        slim = sorted((room for room in of_campus if room.capacity <= _SLIM_SEATS), key=lambda room: room.code)
        for room in of_campus:
            if room.capacity > _SLIM_SEATS:
                name = room.name_en if locale == "en" else room.name_zh
                add(ROW_HEIGHT, name, str(room.capacity), number, room.id)
        for room in slim:
            more = {"shared": len(slim), "seats": _seats(slim)} if room is slim[0] else {}
            add(SLIM_HEIGHT, room.name_en if locale == "en" else room.name_zh, "", number, room.id, **more)
    if channels:
        add(GROUP_HEIGHT, online_name, str(len(channels)), len(campuses), None)
        for channel in channels:
            name = channel.name_en if locale == "en" else channel.name_zh
            add(ROW_HEIGHT, name, "", len(campuses), channel.id)
    return rows


def _seats(rooms: list[Room]) -> str:
    least, most = min(room.capacity for room in rooms), max(room.capacity for room in rooms)
    return str(least) if least == most else f"{least}-{most}"


def draw_board(
    columns: list[DayColumn],
    rows: list[Row],
    marks: list[Mark],
    closed: Iterable[tuple[int, date]],
    *,
    asked: Iterable[tuple[int, date]] = (),
    zone: ZoneInfo,
    term_first_day: date | None = None,
) -> Board:
    """Draw paths by colour class, frames by change, and what the script needs for filters and its hit test.

    `closed` and `asked` are days of rows: what is closed, and what somebody asks to block.
    """
    by_day = {column.day: column for column in columns}
    paths: dict[str, list[str]] = {}
    frames: dict[str, list[str]] = {}
    counts: dict[date, set[UUID]] = {}
    boxes: list[MarkBox] = []
    for mark in marks:
        column = by_day.get(mark.starts_at.astimezone(zone).date())
        if column is None:
            continue
        box = _box(mark, column, rows[mark.row], zone)
        look = f"b-{KINDS[mark.kind].css}" + ("" if mark.state == "confirmed" else " t")
        paths.setdefault(look, []).append(_rect(box.x, box.y, box.width, box.height))
        if mark.change:
            frames.setdefault(mark.change, []).append(_rect(box.x, box.y, box.width, box.height, margin=FRAME_MARGIN))
        counts.setdefault(column.day, set()).add(mark.activity_id)
        boxes.append(box)
    for look, cells in (("b-block", closed), ("b-asked", asked)):
        for index, day in cells:
            if day in by_day:
                row, column = rows[index], by_day[day]
                paths.setdefault(look, []).append(_rect(column.x, row.y, column.width, row.height, margin=-1))
    geometry = Geometry()
    density = [(column, len(counts.get(column.day, ()))) for column in columns]
    return Board(
        columns=columns,
        rows=rows,
        width=columns[-1].x + columns[-1].width,
        height=rows[-1].y + rows[-1].height if rows else 0,
        paths={name: "".join(parts) for name, parts in paths.items()},
        frames={name: "".join(parts) for name, parts in frames.items()},
        grounds=_grounds(columns, rows),
        density=density,
        highest=max((count for _, count in density), default=0),
        weeks=_teaching_weeks(columns, term_first_day),
        taken=_taken(rows, columns, marks, zone),
        geometry=geometry,
        data=BoardData(marks=boxes, rows=[row.name for row in rows], geometry=geometry),
    )


def _teaching_weeks(columns: list[DayColumn], term_first_day: date | None) -> list[tuple[int, int]]:
    """Where each teaching week starts; week 0 is what lies before the term."""
    if term_first_day is None:
        return []
    monday = term_first_day - timedelta(days=term_first_day.weekday())
    weeks = [
        (column.x, (column.day - monday).days // 7 + 1)
        for column in columns
        if column.day.weekday() == 0 and column.day >= monday
    ]
    return [(0, 0), *weeks] if columns[0].day < monday else weeks


def _taken(rows: list[Row], columns: list[DayColumn], marks: list[Mark], zone: ZoneInfo) -> dict[int, float]:
    """Of the rooms under one label: the share of their working half days that is in use."""
    working = {column.day for column in columns if column.is_working}
    used: set[tuple[int, date, bool]] = set()
    for mark in marks:
        if not rows[mark.row].is_slim:
            continue
        first, last = mark.starts_at.astimezone(zone), mark.ends_at.astimezone(zone)
        if first.date() in working:
            used |= {
                (mark.row, first.date(), late)
                for late in (False, True)
                if (end_minute(last.time()) // 60 > 12 if late else first.hour < 12)
            }
    shares = {}
    for index, row in enumerate(rows):
        if row.shared:
            count = sum(index <= at < index + row.shared for at, _, _ in used)
            shares[index] = count / (row.shared * len(working) * 2) if working else 0.0
    return shares


def _box(mark: Mark, column: DayColumn, row: Row, zone: ZoneInfo) -> MarkBox:
    starts, ends = mark.starts_at.astimezone(zone).time(), mark.ends_at.astimezone(zone).time()
    first = _strip(start_minute(starts))
    last = max(first, _strip(end_minute(ends) - 15))
    if row.is_slim:
        top, height = (first // 2) * 4, 3 if first // 2 == last // 2 else 7
    else:
        top, height = first * 4 - (first > 0), (last - first) * 4 + 3
    return MarkBox(
        activity_id=mark.activity_id,
        x=column.x + 1,
        y=row.y + 1 + top,
        width=column.width - 2,
        height=height,
        kind=mark.kind,
        state=mark.state,
        title=mark.title,
        span=f"{starts:%H:%M}-{end_text(ends)}",
        row=mark.row,
    )


@cache
def _strip(minute: int) -> int:
    """Give the part of the day that a minute of it belongs to."""
    return sum(minute / 60 >= part for part in _PARTS)


def _rect(x: int, y: int, width: int, height: int, *, margin: int = 0) -> str:
    width, height = width + 2 * margin, height + 2 * margin
    return f"M{x - margin} {y - margin}h{width}v{height}h-{width}z"


def _grounds(columns: list[DayColumn], rows: list[Row]) -> dict[str, str]:
    height = rows[-1].y + rows[-1].height if rows else 0
    width = columns[-1].x + columns[-1].width
    found: dict[str, list[str]] = {"g-off": [], "g-hol": [], "g-work": [], "g-week": [], "g-month": [], "g-row": []}
    for column in columns:
        name = "g-hol" if column.holiday else "g-work" if column.make_up else "" if column.is_working else "g-off"
        if name:
            found[name].append(_rect(column.x, 0, column.width, height))
        if column.day.weekday() == 0:
            found["g-week"].append(f"M{column.x}.5 0v{height}")
        if column.day.day == 1:
            found["g-month"].append(f"M{column.x}.5 0v{height}")
    found["g-row"] = [f"M0 {row.y + row.height}h{width}" for row in rows if not row.is_group]
    return {name: "".join(parts) for name, parts in found.items() if parts}
