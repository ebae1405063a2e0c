"""Cells as offices write them, and the exact reason where one cannot be read."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.employers.code_cells import credit_code
from app.imports import timetable
from app.imports.catalogue import IMPORTERS
from app.imports.domain import What
from app.imports.timetable import ClassTime
from app.tables import cells, phrases
from app.tables.cells import Cell, Year
from app.tables.columns import heading_key
from app.tables.errors import CellError
from app.tables.reading_notes import Guessed

SPRING = Year(date(2023, 2, 2), date(2023, 4, 30))
AUTUMN = Year(date(2022, 9, 1), date(2023, 1, 15))
MARCH_8 = date(2023, 3, 8)


@pytest.mark.parametrize(
    ("cell", "year", "expected"),
    [
        ("2023-03-08", SPRING, MARCH_8),
        ("2023-3-8", None, MARCH_8),
        ("2023/3/8", None, MARCH_8),
        ("2023.3.8", None, MARCH_8),
        ("2023年3月8日", None, MARCH_8),
        ("3月8日", SPRING, MARCH_8),
        ("３月８日", SPRING, MARCH_8),
        ("3/8", SPRING, MARCH_8),
        ("1月5日", AUTUMN, date(2023, 1, 5)),
        ("10月5日", AUTUMN, date(2022, 10, 5)),
        ("44993", None, MARCH_8),
        (44993, None, MARCH_8),
        (44993.0, None, MARCH_8),
        ("2023-03-08 00:00:00", None, MARCH_8),
        (datetime(2023, 3, 8, 9, 30), None, MARCH_8),  # noqa: DTZ001 - a spreadsheet's
        (MARCH_8, None, MARCH_8),
        ("2月28日", SPRING, date(2023, 2, 28)),
    ],
)
def test_a_day_is_read_in_every_form_that_offices_write(cell: Cell, year: Year | None, expected: date) -> None:
    assert cells.day(cell, year) == expected


@pytest.mark.parametrize(
    "cell",
    ["2月29日", "2023-02-29", "2023-13-01", "3月8日前", "0000-01-01", "next Tuesday", "8", "-1", "1899-12-30", True],
)
def test_a_day_that_does_not_exist_is_refused(cell: Cell) -> None:
    with pytest.raises(CellError) as refused:
        cells.day(cell, SPRING)
    assert refused.value.error.code == "wrong-date"


@pytest.mark.parametrize(
    ("cell", "day", "code"),
    [
        ("44993", MARCH_8, "serial-day"),
        (44993.0, MARCH_8, "serial-day"),
        (datetime(2023, 3, 8, 9, 30), MARCH_8, "time-of-day"),  # noqa: DTZ001 - a spreadsheet's
        ("5月8日", date(2023, 5, 8), "year"),
        ("3月8日", MARCH_8, None),
        ("2023-05-08", date(2023, 5, 8), None),
        (MARCH_8, MARCH_8, None),
        (datetime(2023, 3, 8), MARCH_8, None),  # noqa: DTZ001 - a spreadsheet's
    ],
)
def test_a_day_that_had_to_be_guessed_is_said(cell: Cell, day: date, code: str | None) -> None:
    found = cells.noted_day(cell, SPRING)
    guess = found.note.code if isinstance(found, Guessed) else None
    assert (found.value if isinstance(found, Guessed) else found, guess) == (day, code)


@given(st.lists(st.sampled_from(["A1", "a 1", "B1", "Ｂ１"]), max_size=4))
def test_a_list_names_each_thing_once_or_is_refused(words: list[str]) -> None:
    choices = cells.Choices([("a", ("A1",)), ("b", ("B1",))], "“{value}”", "unknown")
    things = [choices.get(word) for word in words]
    if len(set(things)) == len(things):
        assert cells.listed("、".join(words), choices.get) == things
        return
    with pytest.raises(CellError) as refused:
        cells.listed("、".join(words), choices.get)
    assert refused.value.error.code == "doubled"


def test_a_day_without_a_year_needs_a_season() -> None:
    with pytest.raises(CellError):
        cells.day("3月8日", None)


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    forms: list[Cell] = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        datetime.combine(day, time(9)),
    ]
    serial = (day - date(1899, 12, 30)).days
    if serial in range(20_000, 100_000):
        forms += [serial, float(serial), str(serial)]
    assert {cells.day(form, None) for form in forms} == {day}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("19:00", time(19)),
        ("19：00", time(19)),
        ("9:05", time(9, 5)),
        ("19:00:00", time(19)),
        (0.75, time(18)),
        (time(8, 30), time(8, 30)),
        (datetime(1899, 12, 31, 8, 30), time(8, 30)),  # noqa: DTZ001 - a spreadsheet's
        (timedelta(hours=8), time(8)),
    ],
)
def test_a_time_is_read_in_every_form_that_offices_write(cell: Cell, expected: time) -> None:
    assert cells.clock(cell) == expected


@given(st.times().map(lambda moment: moment.replace(second=0, microsecond=0)))
def test_every_minute_is_read_as_text_and_as_a_fraction(moment: time) -> None:
    fraction = (moment.hour * 60 + moment.minute) / 1440
    assert cells.clock(moment.strftime("%H:%M")) == cells.clock(fraction) == moment


@pytest.mark.parametrize("cell", ["24:00", "２４：００", "24:00:00", timedelta(days=1)])
def test_24_is_the_end_of_the_day_where_something_ends(cell: Cell) -> None:
    assert cells.end_clock(cell) == time(0)
    assert phrases.weekly_hours("周一 20:00-24:00") == [(1, time(20), time(0))]


BAD: list[tuple[Callable[[Any], Any], Cell, str]] = [
    (cells.clock, "24:00", "wrong-time"),
    (cells.clock, "19h", "wrong-time"),
    (cells.end_clock, "00:00", "ends-before-start"),
    (cells.end_clock, "24:30", "wrong-time"),
    (cells.clock, 1.5, "wrong-time"),
    (cells.integer(1, 100), "0", "out-of-range"),
    (cells.integer(1, 100), "101", "out-of-range"),
    (cells.integer(1, 100), "-5", "out-of-range"),
    (cells.integer(1, 100), "1.5", "not-a-number"),
    (cells.integer(1, 100), "约120", "not-a-number"),
    (cells.integer(1, 100), 1e300, "not-a-number"),
    (cells.integer(1, 100), float("nan"), "not-a-number"),
    (cells.integer(1, 100), True, "not-a-number"),
    (cells.text(longest=3), "abcd", "too-long"),
    (cells.text(), "a\u202eb", "control-character"),
    (cells.text(), "a\x00b", "control-character"),
    (cells.code(pattern="[A-Z]+"), "a b", "wrong-code"),
    (cells.yes_no, "maybe", "not-yes-no"),
    (credit_code, "91350100M000100Y44", "credit-code-check"),
    (credit_code, "91350100M000100Y4", "credit-code-form"),
    (credit_code, "91350100M0001OOY43", "credit-code-form"),
    (credit_code, 9.13501e17, "code-as-number"),
    (timetable.weeks, "第0-16周", "wrong-weeks"),
    (timetable.weeks, "第16-1周", "wrong-weeks"),
    (timetable.weeks, "2周(单)", "wrong-weeks"),
    (timetable.weeks, "第99周", "wrong-weeks"),
    (timetable.weeks, "整学期", "wrong-weeks"),
    (timetable.periods, "3,5节", "wrong-periods"),
    (timetable.periods, "晚上", "wrong-periods"),
    (timetable.class_times, "周二 3-4节", "wrong-class-time"),
    (timetable.class_times, "第1-16周 周八 3-4节", "wrong-weekday"),
    (phrases.weekday, "周八", "wrong-weekday"),
]


@pytest.mark.parametrize(("parse", "cell", "code"), BAD)
def test_bad_cells_have_their_reason(parse: Callable[[Any], Any], cell: Cell, code: str) -> None:
    with pytest.raises(CellError) as refused:
        parse(cell)
    assert refused.value.error.code == code
    assert refused.value.error.sentence.format(**refused.value.error.values)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("第1-16周(单) 周二 3-4节", ClassTime(tuple(range(1, 17, 2)), 2, 3, 4)),
        ("第1-16周（双） 星期四 第9-10节", ClassTime(tuple(range(2, 17, 2)), 4, 9, 10)),
        ("1-4,6周 周日 1节", ClassTime((1, 2, 3, 4, 6), 7, 1, 1)),
        ("第3周 周五 1,2节", ClassTime((3,), 5, 1, 2)),
    ],
)
def test_a_class_time_is_read_in_every_form_that_offices_write(cell: str, expected: ClassTime) -> None:
    assert timetable.class_times(cell) == (expected,)


@pytest.mark.parametrize("cell", ["3-4节", "第3-4节", "3,4", "3-4", "3月4日", date(2023, 3, 4), datetime(2023, 3, 4)])  # noqa: DTZ001
def test_periods_are_read_also_where_a_spreadsheet_made_a_day_of_them(cell: Cell) -> None:
    assert timetable.periods(cell) == (3, 4)
    assert timetable.weeks(date(2023, 1, 16)) == tuple(range(1, 17))


def test_several_class_times_are_read_from_one_cell() -> None:
    assert [when.weekday for when in timetable.class_times("1-8周 周一 1-2节；9-16周 周三 3-4节")] == [1, 3]


@pytest.mark.parametrize(
    ("word", "number"), [("周二", 2), ("星期天", 7), ("Tue", 2), ("friday", 5), ("6", 6), ("周日", 7)]
)
def test_a_weekday_is_read_in_both_languages(word: str, number: int) -> None:
    assert phrases.weekday(word) == number


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("080901", "080901"), (80901.0, "080901"), (80901, "080901"), ("０８０９０１", "080901")],
)
def test_zeros_that_a_spreadsheet_cut_off_come_back(cell: Cell, expected: str) -> None:
    assert cells.code(pattern="[0-9]{6}", digits=6)(cell) == expected


def test_a_word_of_two_things_stands_for_neither() -> None:
    choices = cells.Choices([("a", ("A1", "Hall")), ("b", ("B1", "Hall"))], "“{value}”", "unknown")
    assert choices.get("A1") == "a"
    with pytest.raises(CellError) as refused:
        choices.get("hall ")
    assert refused.value.error.code == "doubtful"


@pytest.mark.parametrize("what", IMPORTERS)
def test_no_two_columns_of_a_kind_answer_to_one_heading(what: What) -> None:
    keys = [
        {heading_key(word) for word in (column.zh, column.en, column.field, *column.also)}
        for column in IMPORTERS[what].columns
    ]
    assert sum(len(words) for words in keys) == len(set().union(*keys))


@pytest.mark.parametrize("what", IMPORTERS)
def test_the_documentation_names_every_column(what: What) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "files.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {what}\n")[2].partition("\n## ")[0]
    for column in IMPORTERS[what].columns:
        star = "*" if column.needed else ""
        assert f"| {column.zh}{star} | {column.en}{star} | " in section
