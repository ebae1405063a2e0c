"""Files and rows that are refused: each by its reason, and nothing of them is kept."""

import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from app.database import Database
from app.errors import DomainError
from app.imports.catalogue import IMPORTERS
from app.imports.domain import RowsRefused
from app.imports.templates import write_template
from app.tables.errors import DoubledColumn, EmptyFile, MergedCells, MissingColumns
from app.tables.reading import read_table
from tests.imports.bad_rows import BAD_ROWS
from tests.imports.conftest import REQUESTS_CSV, ImportFile, count


def errors_of(refused: pytest.ExceptionInfo[RowsRefused]) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.code) for error in refused.value.extra["rows"]]


@pytest.mark.parametrize("name", BAD_ROWS)
async def test_every_bad_row_is_named_and_nothing_is_kept(school: ImportFile, database: Database, name: str) -> None:
    what, content, expected = BAD_ROWS[name]
    before = [await count(database, table) for table in ("room", "closure", "major", "employer", "request", "event")]
    with pytest.raises(RowsRefused) as refused:
        await school(what, content)
    assert errors_of(refused) == expected
    after = [await count(database, table) for table in ("room", "closure", "major", "employer", "request", "event")]
    assert before == after


async def test_skipping_bad_rows_hands_them_back_to_be_mended(school: ImportFile, database: Database) -> None:
    content = REQUESTS_CSV.replace("3月15-17日", "3月45日")
    report = await school("requests", content, skip_bad=True, file="学院.csv")
    assert (report.created, report.refused) == (2, 2)
    assert [(error.row, error.column, error.code) for error in report.errors] == [
        (2, "", "same-request"),
        (3, "意向时间", "wrong-date"),
    ]
    assert report.refused_file is not None
    assert report.refused_file.name == "学院-refused.csv"
    assert report.refused_file.content.startswith(b"\xef\xbb\xbf")
    mended = report.refused_file.content.decode("utf-8-sig").replace(
        "R1,,,,,,笔试,80,90,2,,3月45日", "R1,,,,,,笔试,80,90,2,,3月15日"
    )
    again = await school("requests", mended)
    assert (again.created, again.ignored_columns) == (1, [])
    assert await count(database, "request") == 3


async def test_refused_rows_of_a_workbook_come_back_as_one(school: ImportFile) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["教室", "开始日期", "备用"])
        page.write_row(1, 0, ["X-9"])
        page.write_datetime(1, 1, date(2023, 3, 8), book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_row(2, 0, ["ZJ-101", 44993])
    report = await school("closures", out.getvalue(), skip_bad=True, file="closures.xlsx")
    assert (report.created, report.refused, report.ignored_columns) == (1, 1, ["备用"])
    assert report.refused_file is not None
    rows = [list(cells) for _, cells in read_table(report.refused_file.content).rows]
    assert rows[0] == ["教室", "开始日期", "备用", "拒绝原因", "Reason"]
    assert rows[1][:2] == ["X-9", date(2023, 3, 8)]


@pytest.mark.parametrize(
    ("content", "error", "values"),
    [
        ("教室编号,名称\nA,甲\n", MissingColumns, {"columns": "校区 (Campus), 座位数 (Capacity)"}),
        ("教室编号,编号,名称,校区,座位数\nA,A,甲,主,1\n", DoubledColumn, {"column": "编号"}),
        ("教室编号,名称,校区,座位数\n", EmptyFile, {}),
        ("hello\nworld\n", MissingColumns, None),
    ],
)
async def test_a_file_that_lacks_something_says_what(
    import_file: ImportFile, content: str, error: type[DomainError], values: dict[str, Any] | None
) -> None:
    with pytest.raises(error) as refused:
        await import_file("rooms", content)
    assert values is None or refused.value.values == values


async def test_a_title_above_the_headings_and_stars_beside_them_do_not_matter(import_file: ImportFile) -> None:
    content = "2023年春季教室一览表,,,\n\n座位数（人）,*校区:,教室 编号*,名称\n60,主校区,ZJ-9,主楼9\n"
    assert (await import_file("rooms", content)).created == 1


async def test_rows_of_one_request_must_agree(school: ImportFile) -> None:
    content = REQUESTS_CSV.replace("R1,,,", "R1,另一个名称,,")
    with pytest.raises(RowsRefused) as refused:
        await school("requests", content)
    assert errors_of(refused) == [(2, "", "same-request"), (3, "活动名称", "differs")]


async def test_a_decided_request_is_not_rewritten(school: ImportFile, database: Database) -> None:
    await school("requests", REQUESTS_CSV)
    await database.pool.execute("UPDATE request SET state = 'approved'")
    assert (await school("requests", REQUESTS_CSV)).unchanged == 3
    with pytest.raises(RowsRefused) as refused:
        await school("requests", REQUESTS_CSV.replace("简历讲座", "面试讲座"))
    assert errors_of(refused) == [(5, "", "request-state")]


async def test_a_closure_over_a_booking_names_it(school: ImportFile, database: Database) -> None:
    await school("requests", REQUESTS_CSV)
    await database.pool.execute(
        """
        WITH activity AS (SELECT activity.id, request_id, season_id FROM activity
                          JOIN request ON request.id = request_id WHERE reference = 'R3'),
        made AS (INSERT INTO booking (season_id, activity_id, starts_at, ends_at, state, created_at)
            SELECT season_id, id, '2023-03-08 01:00+00', '2023-03-08 03:00+00', 'confirmed', now() FROM activity
            RETURNING id, activity_id)
        INSERT INTO booking_resource (booking_id, activity_id, request_id, resource_id, span, state)
        SELECT made.id, activity_id, activity.request_id, room.id,
            '[2023-03-08 01:00+00, 2023-03-08 03:30+00)', 'confirmed'
        FROM made, activity, room WHERE code = 'ZJ-101'
        """
    )
    with pytest.raises(RowsRefused) as refused:
        await school("closures", "教室,日期\nZJ-101,3月8日\nZJ-102,3月8日\n")
    assert errors_of(refused) == [(2, "", "closure-over-booking")]
    reason = refused.value.extra["rows"][0].reason_en
    assert all(word in reason for word in ("主楼101", "简历讲座", "就业中心", "2023-03-08 09:00", "11:00"))


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("table_format", ["csv", "xlsx"])
async def test_every_template_can_be_sent_back(school: ImportFile, locale: str, table_format: Any) -> None:
    for what in IMPORTERS:
        content = write_template(what, table_format, locale)
        report = await school(what, content, file=f"{what}.{table_format}")
        assert (report.rows, report.refused, report.ignored_columns) == (1, 0, []), what


def _rooms_workbook(merge: str, value: str, *, last: str = "A-3") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.merge_range("A1:D1", "教室一览表")
        page.write_row(1, 0, ["教室编号", "名称", "校区", "座位数"])
        for row, code in enumerate(("A-1", "A-2", last), start=2):
            page.write_row(row, 0, [code, "甲", "主校区", 60])
        page.merge_range(merge, value)
    return out.getvalue()


@pytest.mark.parametrize("merge", ["C3:C5", "B4:C4"])
async def test_merged_cells_among_the_data_are_named(import_file: ImportFile, merge: str) -> None:
    with pytest.raises(MergedCells) as refused:
        await import_file("rooms", _rooms_workbook(merge, "主校区"))
    assert refused.value.values == {"cells": merge}


async def test_a_merged_title_and_a_merged_total_are_no_data(import_file: ImportFile) -> None:
    report = await import_file("rooms", _rooms_workbook("A5:B5", "合 计"))
    assert (report.rows, report.created) == (2, 2)


@pytest.mark.parametrize("total", ["合计", "总计：", "Total", "合 计"])
async def test_a_title_empty_lines_and_a_total_row_are_no_data(import_file: ImportFile, total: str) -> None:
    head = "教室一览表,,,\n\n教室编号,名称,校区,座位数\n\n"
    report = await import_file("rooms", f"{head}A-1,甲,主校区,60\n,,,\nA-2,乙,主校区,60\n{total},,,120\n")
    assert (report.rows, report.created) == (2, 2)


async def test_a_total_in_the_middle_is_a_bad_row(import_file: ImportFile) -> None:
    with pytest.raises(RowsRefused) as refused:
        await import_file("rooms", "教室编号,名称,校区,座位数\nA-1,甲,主校区,60\n合计,,,60\nA-2,乙,主校区,60\n")
    assert {row for row, _, _ in errors_of(refused)} == {3}
