"""Small files after what people reported of systems like this one: what is kept of each, refused, and said."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.database import Database
from app.imports.domain import ImportNote, What
from app.tables.errors import FileRefused
from tests.imports.conftest import ZONE, ImportFile

CASES = Path(__file__).parent / "cases"
ROOMS = "教室编号,名称,校区,座位数,展位数,设施,周转分钟\n" + "".join(
    f"{code},{code},主校区,100,5,投影,15\n" for code in ("MB-201", "MB-202", "HR-1", "VIS-1", "EL-101", "OPT-1")
)
# Of the teaching weeks 1 to 16 within the season; 5 April is Qingming.
WEDNESDAYS = ("02-15", "02-22", "03-01", "03-08", "03-15", "03-22", "03-29", "04-12", "04-19", "04-26")
EMPLOYERS = "统一社会信用代码,单位名称,单位规模\n124299000RP5G6GDHW,示例医院,大型企业\n"

Errors = list[tuple[int, str, str]]
Notes = list[tuple[str, str, tuple[int, ...]]]


class Right(msgspec.Struct, frozen=True, kw_only=True):
    """What is right for a file: the refusal of the file, or of rows, or what was kept; and what is said in any case."""

    what: What
    file_error: str = ""
    errors: Errors = []
    kept: list[tuple[Any, ...]] = []
    counts: tuple[int, int, int] = (0, 0, 0)
    reading_notes: Notes = []


def rooms(*kept: tuple[str, str, int], changed: int = 0, reading_notes: Notes = []) -> Right:  # noqa: B006 - never changed
    return Right(what="rooms", kept=list(kept), counts=(len(kept) - changed, changed, 0), reading_notes=reading_notes)


def no_rooms(*errors: tuple[int, str, str], reading_notes: Notes = []) -> Right:  # noqa: B006 - never changed
    return Right(what="rooms", errors=list(errors), reading_notes=reading_notes)


def refused_file(what: What, file_error: str) -> Right:
    return Right(what=what, file_error=file_error)


def closures(*kept: tuple[str, str, str], rows: int = 0, reading_notes: Notes = []) -> Right:  # noqa: B006 - never changed
    return Right(what="closures", kept=list(kept), counts=(rows or len(kept), 0, 0), reading_notes=reading_notes)


def no_closure(*errors: tuple[int, str, str], reading_notes: Notes = []) -> Right:  # noqa: B006 - never changed
    return Right(what="closures", errors=list(errors), reading_notes=reading_notes)


def request(*kept: str) -> Right:
    return Right(what="requests", kept=[tuple(kept)], counts=(1, 0, 0))


def no_request(*errors: tuple[int, str, str]) -> Right:
    return Right(what="requests", errors=list(errors))


def employers(*kept: tuple[str, str]) -> Right:
    return Right(what="employers", kept=list(kept), counts=(len(kept), 0, 0))


def no_employer(*errors: tuple[int, str, str]) -> Right:
    return Right(what="employers", errors=list(errors))


RIGHT: dict[str, Right] = {
    "allday-exclusive.ics": closures(("MB-201", "03-01 00:00", "03-02 00:00")),
    "allday-no-dtend.ics": closures(("MB-201", "03-03 00:00", "03-04 00:00")),
    "allday-weekly-until.ics": closures(
        ("HR-1", "03-07 00:00", "03-08 00:00"),
        ("HR-1", "03-14 00:00", "03-15 00:00"),
        ("HR-1", "03-21 00:00", "03-22 00:00"),
    ),
    "bom-lf.ics": closures(("HR-1", "04-13 08:00", "04-13 10:00")),
    "end-before-start.ics": no_closure((2, "Ends at", "ends-before-start")),
    "endless.ics": closures(
        *(
            ("MB-201", f"{day} 16:00", f"{day} 17:00")
            for day in ("03-15", "03-22", "03-29", "04-05", "04-12", "04-19", "04-26")
        )
    ),
    "escaped-summary.ics": closures(("MB-201", "03-12 12:00", "03-12 13:00")),
    "exdate-as-date.ics": closures(("HR-1", "03-08 08:00", "03-08 10:00"), ("HR-1", "03-22 08:00", "03-22 10:00")),
    "exdate-utc.ics": closures(("MB-201", "03-08 08:00", "03-08 10:00"), ("MB-201", "03-22 08:00", "03-22 10:00")),
    "floating.ics": closures(("MB-201", "03-04 14:00", "03-04 15:00")),
    "folded.ics": closures(("HR-1", "04-10 08:00", "04-10 10:00")),
    "gb18030.ics": closures(("HR-1", "04-14 08:00", "04-14 10:00")),
    "long-summary.ics": closures(("HR-1", "04-11 08:00", "04-11 10:00"), reading_notes=[("not_used", "title-cut", ())]),
    "no-dtend-timed.ics": closures(("MB-201", "03-12 08:00", "03-12 09:00"), reading_notes=[("guessed", "no-end", ())]),
    "no-location.ics": no_closure((2, "Room", "missing"), reading_notes=[("not_used", "no-event", ())]),
    "over-midnight.ics": closures(("MB-201", "03-11 22:00", "03-12 02:00")),
    "override-moved.ics": closures(
        ("MB-201", "03-09 08:00", "03-09 10:00"),
        ("MB-201", "03-17 14:00", "03-17 16:00"),
        ("MB-201", "03-23 08:00", "03-23 10:00"),
    ),
    "started-years-ago.ics": closures(
        *(
            ("MB-201", f"{day} 20:00", f"{day} 21:00")
            for day in (
                "02-08",
                "02-15",
                "02-22",
                "03-01",
                "03-08",
                "03-15",
                "03-22",
                "03-29",
                "04-05",
                "04-12",
                "04-19",
                "04-26",
            )
        )
    ),
    "transparent.ics": closures(reading_notes=[("not_used", "transparent", ())]),
    "two-rooms.ics": no_closure((2, "Room", "unknown-room")),
    "unknown-room.ics": no_closure((2, "Room", "unknown-room")),
    "utc.ics": closures(("MB-201", "03-05 06:00", "03-05 07:00")),
    "weekly-until-date.ics": closures(
        ("MB-201", "03-07 08:00", "03-07 10:00"),
        ("MB-201", "03-14 08:00", "03-14 10:00"),
        ("MB-201", "03-21 08:00", "03-21 10:00"),
    ),
    "weekly-until-exdate.ics": closures(("HR-1", "03-06 08:00", "03-06 10:00"), ("HR-1", "03-20 08:00", "03-20 10:00")),
    "alias-heading.csv": refused_file("rooms", "file-column-doubled"),
    "big5.csv": refused_file("rooms", "file-encoding-doubtful"),
    "closure-2digit.csv": no_closure((2, "开始日期", "wrong-date"), (2, "结束日期", "wrong-date")),
    "closure-crossing-midnight.csv": no_closure((2, "结束时间", "ends-before-start")),
    "closure-datetime-text.csv": closures(("VIS-1", "03-17 00:00", "03-18 00:00")),
    "closure-dots.csv": closures(("VIS-1", "03-15 00:00", "03-16 00:00")),
    "closure-feb29.csv": no_closure((2, "开始日期", "wrong-date"), (2, "结束日期", "wrong-date")),
    "closure-fullwidth-time.csv": closures(("VIS-1", "03-18 08:00", "03-18 09:30")),
    "closure-isoz.csv": no_closure((2, "开始日期", "wrong-date"), (2, "结束日期", "wrong-date")),
    "closure-mdy.csv": no_closure((2, "开始日期", "wrong-date"), (2, "结束日期", "wrong-date")),
    "closure-out-of-season.csv": closures(("VIS-1", "09-20 00:00", "09-21 00:00")),
    "closure-range-in-one-cell.csv": no_closure((2, "开始日期", "wrong-date")),
    "closure-reversed.csv": no_closure((2, "结束日期", "ends-before-start")),
    "closure-short-time.csv": no_closure((2, "开始时间", "wrong-time"), (2, "结束时间", "wrong-time")),
    "closure-until-0000.csv": no_closure((2, "结束时间", "ends-before-start")),
    "closure-until-24.csv": closures(("VIS-1", "03-09 20:00", "03-10 00:00")),
    "closure-xiawu.csv": no_closure((2, "开始时间", "wrong-time"), (2, "结束时间", "wrong-time")),
    "credit-code-as-number.xlsx": no_employer((2, "统一社会信用代码", "code-as-number")),
    "credit-code-space.csv": employers(("91350100MA3456789F", "空格代码有限公司")),
    "credit-code-variants-b.csv": employers(
        ("91350100MA1234567C", "小写代码有限公司"), ("91350100MA2345678X", "全角代码有限公司")
    ),
    "credit-code-variants.csv": no_employer((5, "统一社会信用代码", "doubled")),
    "ctrl.csv": no_rooms((2, "名称", "control-character")),
    "delimiter-fullwidth-comma.csv": refused_file("rooms", "file-columns-missing"),
    "delimiter-semicolon.csv": rooms(("SC-1", "重", 10)),
    "delimiter-tab.csv": rooms(("TAB-1", "重", 10)),
    "duplicate-heading.csv": refused_file("rooms", "file-column-doubled"),
    "duplicate-rows.csv": no_rooms((3, "教室编号", "doubled")),
    "error-cell-name.xlsx": no_rooms((2, "名称", "error-cell")),
    "error-cell-optional.xlsx": no_rooms(
        (2, "展位数", "error-cell"), (2, "设施", "error-cell"), (2, "周转分钟", "formula-without-value")
    ),
    "error-cell.xlsx": no_rooms((2, "座位数", "error-cell")),
    "formula-value.xlsx": rooms(("FO-2", "FO-2室", 42)),
    "gb18030-rare.csv": rooms(("ENC-2", "𠮷楼㐂", 10)),
    "hidden-first-sheet.xlsx": rooms(("VIS-1", "可见", 20), changed=1, reading_notes=[("not_used", "sheet", ())]),
    "hidden-row.xlsx": rooms(
        ("HR-1", "甲", 10),
        ("HR-2", "乙", 10),
        ("HR-3", "丙", 10),
        changed=1,
        reading_notes=[("guessed", "hidden-rows", (3,))],
    ),
    "html.xls": refused_file("rooms", "file-columns-missing"),
    "legacy.xls": refused_file("rooms", "file-old-workbook"),
    "name-nbsp.csv": no_rooms((2, "名称", "missing")),
    "nbsp-room-code.csv": no_rooms((3, "教室编号", "doubled"), (4, "教室编号", "doubled")),
    "newline-in-cell.csv": no_rooms((2, "名称", "line-break"), (3, "座位数", "not-a-number")),
    "nul.csv": refused_file("rooms", "file-type"),
    "numeric-codes.xlsx": rooms(("0012", "文本零", 10), ("007", "前导零", 10), ("101", "数字", 10)),
    "refused-roundtrip.csv": no_rooms((3, "座位数", "not-a-number"), (4, "座位数", "not-a-number")),
    "rq-duration-hours.csv": no_request((2, "时长分钟", "not-a-number")),
    "rq-email-fullwidth.csv": request("Q-7", "li@example.com", "08:00", "22:00"),
    "rq-email-space.csv": request("Q-6", "li@example.com", "08:00", "22:00"),
    "rq-email-two.csv": no_request((2, "联系邮箱", "wrong-address")),
    "rq-fullwidth-tilde.csv": request("Q-3", "li@example.com", "19:00", "21:00"),
    "rq-holiday-only.csv": no_request((2, "意向时间", "day-off")),
    "rq-interleaved.csv": Right(
        what="requests",
        kept=[("Q-10", "li@example.com", "08:00", "22:00"), ("Q-11", "li@example.com", "08:00", "22:00")],
        counts=(2, 0, 0),
    ),
    "rq-mailto.csv": no_request((2, "联系邮箱", "wrong-address")),
    "rq-phone-number.xlsx": no_request((2, "意向时间", "wrong-window"), (3, "时长分钟", "not-a-number")),
    "rq-ref-case.csv": request("q-1", "li@example.com", "08:00", "22:00"),
    "rq-ref-space.csv": request("Q-1", "li@example.com", "08:00", "22:00"),
    "rq-trailing-dot-email.csv": no_request((2, "联系邮箱", "wrong-address")),
    "rq-window-date-cell.xlsx": request("Q-16", "li@example.com", "08:00", "22:00"),
    "rq-window-midnight.csv": request("Q-5", "li@example.com", "20:00", "00:00"),
    "rq-zhi.csv": request("Q-4", "li@example.com", "19:00", "21:00"),
    "sep-line.csv": rooms(("SEP-1", "重", 10)),
    "truncated.csv": refused_file("rooms", "file-encoding"),
    "two-sheets.xlsx": refused_file("rooms", "file-several-sheets"),
    "unclosed-quote-employers.csv": refused_file("employers", "file-csv"),
    "unclosed-quote.csv": refused_file("rooms", "file-csv"),
    "utf16le-nobom.csv": refused_file("rooms", "file-type"),
    "weeks-autodate.xlsx": closures(
        *(("VIS-1", f"{day} 09:50", f"{day} 11:25") for day in WEDNESDAYS),
        rows=1,
        reading_notes=[("guessed", "taken-for-a-day", (2,))] * 2,
    ),
    "weeks-holiday.csv": closures(("EL-101", "04-12 09:50", "04-12 11:25")),
    "weeks-number.xlsx": closures(("VIS-1", "03-16 09:50", "03-16 10:35")),
}

KEPT = {
    "rooms": "SELECT code, name_zh, capacity FROM room",
    "employers": "SELECT credit_code, legal_name FROM employer",
    "closures": "SELECT label, lower(span), upper(span) FROM closure JOIN resource ON resource.id = resource_id",
    "requests": """
        SELECT reference, contact_email, from_time, until_time
        FROM request JOIN activity ON request_id = request.id AND ordinal = 1
        JOIN activity_window ON activity_id = activity.id
    """,
}


async def things(database: Database, what: What) -> set[tuple[Any, ...]]:
    return {tuple(_written(value) for value in row) for row in await database.pool.fetch(KEPT[what])}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%m-%d %H:%M")
    return value.strftime("%H:%M") if isinstance(value, time) else value


def said(reading_notes: list[ImportNote]) -> Notes:
    return [(note.kind, note.code, note.rows) for note in reading_notes]


@pytest.mark.parametrize("name", RIGHT)
async def test_a_reported_file_is_kept_or_refused_as_is_right(
    import_file: ImportFile, database: Database, name: str
) -> None:
    right = RIGHT[name]
    await import_file("rooms", ROOMS)
    await import_file("employers", EMPLOYERS)
    before = await things(database, right.what)
    content = (CASES / name).read_bytes()
    if right.file_error or right.errors:
        with pytest.raises(FileRefused) as refused:
            await import_file(right.what, content, file=name)
        assert (refused.value.type, await things(database, right.what)) == (right.file_error or "rows-refused", before)
        if right.errors:
            errors = [(error.row, error.column, error.code) for error in refused.value.extra["rows"]]
            assert (errors, said(refused.value.extra["reading_notes"])) == (right.errors, right.reading_notes)
        return
    report = await import_file(right.what, content, file=name)
    assert (report.created, report.changed, report.unchanged) == right.counts
    assert said(report.reading_notes) == right.reading_notes
    assert await things(database, right.what) - before == set(right.kept)


def test_every_reported_file_has_its_right_value() -> None:
    assert {path.name for path in CASES.iterdir()} == set(RIGHT)
