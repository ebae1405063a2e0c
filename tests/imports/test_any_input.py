"""Whatever stands in a file, the answer is a refusal with words, never a crash."""

# ruff: noqa: E501 - tables of scraps

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import DomainError
from app.imports.calendar.reading import read_calendar
from app.imports.catalogue import IMPORTERS
from app.imports.domain import What
from app.imports.known import CatalogueEntry, Known, names_of
from app.imports.timetable import class_spans, class_times
from app.locales import translator
from app.seasons.calendar import Calendar
from app.seasons.domain import Season
from app.seasons.policies import DEFAULT_POLICIES
from app.tables.cells import Choices, ErrorCell, ShownNumber
from app.tables.columns import Row, read_row
from app.tables.layout import lay_out
from app.tables.reading import Table, read_table
from app.venues.domain import Campus, Channel, Department, Major, Room
from tests.imports.conftest import ZONE

SPRING = Season(
    id=uuid4(),
    code="s",
    name_zh="春",
    name_en="Spring",
    first_day=date(2023, 2, 2),
    last_day=date(2023, 4, 30),
    term_first_day=date(2023, 2, 13),
    day_opens=time(8),
    day_closes=time(22),
    grid_minutes=30,
    row_version=1,
)


def some(*entries: CatalogueEntry) -> Choices:
    return Choices(((entry, names_of(entry)) for entry in entries), "“{value}”", "unknown")


def words(*codes: str) -> Choices:
    return Choices(((code, (code,)) for code in codes), "“{value}”", "unknown")


NAMES: dict[str, Any] = {"name_zh": "投影", "name_en": "Projector"}
PLACE: dict[str, Any] = {
    **NAMES,
    "features": [],
    "turnover_minutes": 30,
    "turnover_by_kind": {},
    "opening_hours": [],
    "row_version": 1,
}
MAIN = Campus(id=uuid4(), code="main", **NAMES)
HALL = Room(
    id=uuid4(), code="-", campus_id=MAIN.id, capacity=100, booths=0, department_id=None, max_minutes=None, **PLACE
)
LAW = Major(code="030101K", catalogue_year=2023, **NAMES)
KNOWN = Known(
    zone=ZONE,
    season=SPRING,
    calendar=Calendar({}),
    policies=DEFAULT_POLICIES,
    majors_by_year={(LAW.code, LAW.catalogue_year): LAW},
    campuses=some(MAIN),
    departments=some(Department(id=uuid4(), team_id=uuid4(), code="CS", **NAMES)),
    majors=some(LAW),
    rooms=some(HALL),
    channels=some(Channel(id=uuid4(), code="*", platform="", url="", **PLACE)),
    **{
        name: words("投影", "10")
        for name in ("features", "closure_reasons", "properties", "sizes", "industries", "kinds", "modes")
    },
)
scraps = st.sampled_from(
    ["投影", "3月14日", "-", "19:00", "；", "*", "10", "第1-16周(单)", " 周二 ", "3-4节", "2023-02-30", "×5", "@", "#", "'", "=1+1", "1e9", "\x00", "\u202e"]
)  # fmt: skip
cells: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=40),
    st.lists(scraps, max_size=8).map("".join),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.builds(ErrorCell, st.sampled_from(["#N/A", "=A1+1", ""])),
    st.builds(ShownNumber, st.floats(), st.sampled_from(["007", "3-14", "", "50%"])),
    st.none(),
)


@pytest.mark.parametrize("known", [KNOWN, msgspec.structs.replace(KNOWN, season=None)], ids=["season", "no season"])
@pytest.mark.parametrize("what", IMPORTERS)
@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_cell_is_understood_or_refused_with_words(what: What, known: Known, data: st.DataObject) -> None:
    columns = IMPORTERS[what].columns
    values = {column.field: data.draw(cells) for column in columns}
    row = Row(number=2, cells=[], values=values, faults=[], headings={}, reading_notes=[])
    read_row(row, columns, known)
    for fault in row.faults:
        for locale in ("zh-CN", "en"):
            assert translator(locale)(fault.error.sentence, **fault.error.values)


@given(st.binary(max_size=300))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_a_table_or_a_refusal(content: bytes) -> None:
    with suppress(DomainError):
        lay_out(read_table(content), IMPORTERS["rooms"].columns)


@given(st.lists(st.lists(cells, min_size=1, max_size=6), min_size=1, max_size=8))
@settings(deadline=None)
def test_any_table_is_laid_out_or_refused(rows: list[list[Any]]) -> None:
    with suppress(DomainError):
        lay_out(Table("xlsx", list(enumerate(rows, start=1))), IMPORTERS["requests"].columns)


LINES = st.sampled_from(
    [
        "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "DTSTART:20230214T140000", "DTSTART;VALUE=DATE:20230301", "DTEND:20230214T130000",
        "DTSTART:99991231T235959Z", "DTEND;VALUE=DATE:20230303", "DURATION:PT2H", "DURATION:-P1D", "RRULE:FREQ=SECONDLY", "RRULE:FREQ=DAILY;COUNT=5",
        "RRULE:FREQ=WEEKLY;UNTIL=20230401T000000Z", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RRULE:nonsense", "EXDATE:20230215T140000",
        "RDATE:20230220T140000", "RDATE;VALUE=PERIOD:20230220T140000/PT1H", "LOCATION:ZJ-101", "SUMMARY:x", "CATEGORIES:a,b", "garbage", "",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=14))
@settings(max_examples=300, deadline=None)
def test_any_calendar_is_read_or_refused(lines: list[str]) -> None:
    content = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR"])
    with suppress(DomainError):
        table = read_calendar(content.encode(), SPRING, ZONE)
        assert all(isinstance(cells[1], datetime) for _, cells in table.rows[1:])


@given(st.integers(1, 53), st.integers(1, 53), st.integers(1, 7), st.integers(1, 12))
def test_class_times_lie_on_their_weekday_within_the_season(first: int, last: int, weekday: int, period: int) -> None:
    first, last = sorted((first, last))
    (when,) = class_times(f"第{first}-{last}周 周{'一二三四五六日'[weekday - 1]} {period}节")
    for starts_at, ends_at in class_spans(when, KNOWN):
        assert starts_at.isoweekday() == weekday
        assert SPRING.first_day <= starts_at.date() <= SPRING.last_day
        assert ends_at.astimezone(UTC) - starts_at.astimezone(UTC) == timedelta(minutes=45)
