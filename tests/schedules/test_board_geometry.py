"""The board's drawing: where a day, a room and an activity stand, in pixels worked out by hand."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
import pytest

from app.schedules.pages.board_geometry import Board, DayColumn, Mark, Row, board_rows, day_columns, draw_board
from app.seasons.calendar import Calendar, CalendarDay
from app.seasons.domain import Season
from app.venues.domain import Campus, Channel, Room

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
HALL = Row(20, 16, "Hall", "300", False, 0, uuid4())
BOOTH_ROOM = Row(36, 9, "I-1", "", False, 0, uuid4(), shared=1, seats="6")
ROWS = [Row(0, 20, "Main campus", "2", True, 0), HALL, BOOTH_ROOM]


def columns(days: int = 7, changed: tuple[CalendarDay, ...] = ()) -> list[DayColumn]:
    """From Monday on."""
    season = Season(
        id=uuid4(),
        code="spring-2026",
        name_zh="春季",
        name_en="Spring",
        first_day=MONDAY,
        last_day=MONDAY + timedelta(days=days - 1),
        term_first_day=MONDAY,
        day_opens=time(8),
        day_closes=time(22),
        grid_minutes=30,
        row_version=1,
    )
    return day_columns(season, Calendar({day.day: day for day in changed}))


def mark(hour: float, minutes: int, *, row: int = 1, day: int = 0, **more: Any) -> Mark:
    """An activity on one of the days, in a row."""
    starts_at = datetime.combine(MONDAY + timedelta(days=day), time(), ZONE) + timedelta(hours=hour)
    given: dict[str, Any] = {"activity_id": uuid4(), "state": "confirmed", "change": "", **more}
    return Mark(
        request_id=uuid4(),
        kind="info_session",
        title="某科技",
        row=row,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        **given,
    )


def drawn(*marks: Mark, closed: tuple[tuple[int, date], ...] = (), term: date | None = None) -> Board:
    """The week with these activities."""
    return draw_board(columns(), ROWS, list(marks), closed, zone=ZONE, term_first_day=term)


def boxes(board: Board) -> list[dict[str, Any]]:
    """As the script names the values."""
    return [msgspec.structs.asdict(box) for box in board.data.marks]


def room(code: str, campus: Campus, capacity: int) -> Room:
    """A room of a campus."""
    return Room(
        id=uuid4(),
        code=code,
        campus_id=campus.id,
        name_zh=f"{code}室",
        name_en=f"Room {code}",
        capacity=capacity,
        booths=0,
        features=[],
        department_id=None,
        turnover_minutes=0,
        max_minutes=None,
        turnover_by_kind={},
        opening_hours=[],
        row_version=1,
    )


def channel(code: str) -> Channel:
    """A livestream channel."""
    return Channel(
        id=uuid4(),
        code=code,
        name_zh="直播",
        name_en=f"Live {code}",
        platform="",
        url="",
        features=[],
        turnover_minutes=0,
        turnover_by_kind={},
        opening_hours=[],
        row_version=1,
    )


def test_working_days_are_12_wide_and_days_off_7() -> None:
    week = columns()
    assert [column.x for column in week] == [0, 12, 24, 36, 48, 60, 67]
    assert [column.width for column in week] == [12] * 5 + [7] * 2


def test_a_holiday_is_narrow_and_a_make_up_saturday_is_wide() -> None:
    holiday = CalendarDay(day=MONDAY, is_working=False, name_en="Festival")
    make_up = CalendarDay(day=MONDAY + timedelta(days=5), is_working=True)
    week = columns(changed=(holiday, make_up))
    assert (week[0].width, week[0].holiday, week[0].make_up) == (7, True, False)
    assert (week[5].width, week[5].holiday, week[5].make_up) == (12, False, True)


@pytest.mark.parametrize(
    ("hour", "minutes", "top", "height"),
    [
        (8.5, 90, 21, 3),  # morning
        (14, 120, 24, 3),  # afternoon, one pixel up to leave the gap where noon is
        (16, 90, 28, 3),  # late afternoon
        (19, 120, 32, 3),  # evening
        (10, 180, 21, 7),  # over noon: two strips
        (9, 720, 21, 15),  # the whole day
    ],
)
def test_a_mark_covers_the_parts_of_the_day_it_takes(hour: float, minutes: int, top: int, height: int) -> None:
    [box] = boxes(drawn(mark(hour, minutes, day=1)))
    assert (box["x"], box["y"], box["width"], box["height"]) == (13, top, 10, height)


def test_a_mark_that_ends_when_a_part_begins_does_not_reach_into_it() -> None:
    [box] = boxes(drawn(mark(10, 120)))
    assert (box["y"], box["height"]) == (21, 3)


@pytest.mark.parametrize(("hour", "minutes", "top", "height"), [(9, 60, 37, 3), (17, 60, 41, 3), (9, 540, 37, 7)])
def test_a_slim_row_knows_two_halves_of_a_day(hour: float, minutes: int, top: int, height: int) -> None:
    [box] = boxes(drawn(mark(hour, minutes, row=2)))
    assert (box["y"], box["height"]) == (top, height)


def test_the_drawing_and_the_script_get_the_same_boxes() -> None:
    board = drawn(mark(9, 60, change="new"), mark(19, 60, state="tentative"))
    first, second = boxes(board)
    assert board.paths == {
        "b-talk": f"M{first['x']} {first['y']}h10v3h-10z",
        "b-talk t": f"M{second['x']} {second['y']}h10v3h-10z",
    }
    margin = board.data.geometry.frame_margin
    assert board.frames == {"new": f"M{first['x'] - margin} {first['y'] - margin}h12v5h-12z"}
    assert (first["span"], first["title"], board.data.rows[first["row"]]) == ("09:00-10:00", "某科技", "Hall")


def test_a_closed_day_is_drawn_inside_its_cell() -> None:
    assert drawn(closed=((1, MONDAY), (1, MONDAY - timedelta(days=1)))).paths == {"b-block": "M1 21h10v14h-10z"}


def test_an_activity_in_two_rooms_counts_once_a_day() -> None:
    one = UUID(int=1)
    board = drawn(mark(9, 60, activity_id=one), mark(9, 60, row=2, activity_id=one), mark(14, 60))
    assert [count for _, count in board.density] == [2, 0, 0, 0, 0, 0, 0]
    assert board.highest == 2


def test_an_activity_outside_the_season_is_not_drawn() -> None:
    board = drawn(mark(9, 60, day=30))
    assert (board.paths, board.data.marks, board.highest) == ({}, [], 0)


def test_taken_is_the_share_of_working_half_days() -> None:
    # Two of ten working half days; the Saturday does not count.
    assert drawn(mark(9, 480, row=2), mark(9, 480, row=2, day=5)).taken == {2: 0.2}


def test_teaching_weeks_start_on_mondays_and_week_0_is_before_the_term() -> None:
    days = columns(21)
    in_term = draw_board(days, ROWS, [], (), zone=ZONE, term_first_day=MONDAY)
    before = draw_board(days, ROWS, [], (), zone=ZONE, term_first_day=MONDAY + timedelta(days=7))
    assert in_term.weeks == [(0, 1), (74, 2), (148, 3)]
    assert before.weeks == [(0, 0), (74, 1), (148, 2)]


def test_rooms_stand_by_campus_the_largest_first_and_interview_rooms_under_one_label() -> None:
    main = Campus(id=uuid4(), code="M", name_zh="主校区", name_en="Main")
    small, large = room("A", main, 40), room("B", main, 300)
    slim = [room("I1", main, 6), room("I2", main, 8)]
    rows = board_rows([main], [slim[1], small, large, slim[0]], [channel("L")], locale="en", online_name="Online")
    assert [(row.y, row.name, row.note) for row in rows] == [
        (0, "Main", "4"),
        (20, "Room B", "300"),
        (36, "Room A", "40"),
        (52, "Room I1", ""),
        (61, "Room I2", ""),
        (70, "Online", "1"),
        (90, "Live L", ""),
    ]
    assert [(row.shared, row.seats) for row in rows if row.is_slim] == [(2, "6-8"), (0, "")]
    assert (rows[-1].y + rows[-1].height) == draw_board(columns(), rows, [], (), zone=ZONE).height
