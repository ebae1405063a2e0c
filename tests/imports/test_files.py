"""Bytes become rows, or a clear word on why not."""

import codecs
import csv
import io
import zipfile
from datetime import date, time
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imports.catalogue import IMPORTERS
from app.tables.cells import Cell, plain
from app.tables.columns import Row, read_row
from app.tables.decoding import decoded
from app.tables.errors import (
    MAX_FILE_BYTES,
    MAX_ROWS,
    BrokenCsv,
    BrokenText,
    BrokenWorkbook,
    DoubtfulText,
    EmptyFile,
    FileTooLarge,
    OldWorkbook,
    SeveralSheets,
    TooManyRows,
    UnknownSheet,
    WrongFileType,
)
from app.tables.layout import lay_out
from app.tables.reading import FileOptions, read_table
from app.tables.separated import read_separated
from app.tables.writing import write_csv, write_table, write_xlsx
from tests.imports.test_any_input import KNOWN

TEXT = "编号,名称\r\nA-1,报告厅\r\n"
ROWS = [(1, ["编号", "名称"]), (2, ["A-1", "报告厅"])]


def _zip(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        codecs.BOM_UTF16_LE + TEXT.replace(",", "\t").encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode("gb18030"),
        TEXT.replace("\r\n", "\n").encode(),
    ],
)
def test_csv_is_read_in_every_encoding_and_separator(content: bytes) -> None:
    table = read_table(content)
    assert (table.format, [(number, list(cells)) for number, cells in table.rows]) == ("csv", ROWS)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b" \r\n\r\n", EmptyFile),
        (b",,,\n,,\n", EmptyFile),
        (b"\xef\xbb\xbf", EmptyFile),
        (TEXT.encode("gb18030") + b"A-2,\xff\xfe\n", BrokenText),
        (TEXT.encode()[:-6], BrokenText),
        (b"%PDF-1.7 ...", WrongFileType),
        (b"\x89PNG\r\n\x1a\n\x00\x00", WrongFileType),
        (TEXT.encode("utf-16-le"), WrongFileType),
        (codecs.BOM_UTF16_LE + b"\x00\x00", WrongFileType),
        (TEXT.encode("utf-16")[:-1], BrokenText),
        (_zip({"readme.txt": b"hello"}), BrokenWorkbook),
        (_zip({"[Content_Types].xml": b"<x/>"}), BrokenWorkbook),
        (b"PK\x03\x04" + b"\x00" * 200, BrokenWorkbook),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, OldWorkbook),
        (b"a" * (MAX_FILE_BYTES + 1), FileTooLarge),
        (_zip({"[Content_Types].xml": b"<x/>", "bomb": b"\x00" * (301 * 1024 * 1024)}), FileTooLarge),
        (b'a,b\n1,"' + b"x" * 200_000, BrokenCsv),
        (b"a,b\n" + b"1,2\n" * 20_020, TooManyRows),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_a_file_that_is_no_table_is_refused(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_table(content)


def test_broken_bytes_are_named_by_line() -> None:
    with pytest.raises(BrokenText) as refused:
        read_table(TEXT.encode("gb18030") + b"A-2,\xff\xff\n")
    assert refused.value.values == {"line": 3}


def test_an_empty_workbook_and_one_of_charts_only_are_refused() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet()
    with pytest.raises(EmptyFile):
        read_table(out.getvalue())
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_chartsheet()
    with pytest.raises(BrokenWorkbook):
        read_table(out.getvalue())


def test_a_workbook_keeps_its_row_numbers_days_and_times() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(2, 1, ["编号", "日期"])
        page.write_string(5, 1, "A-1")
        page.write_datetime(5, 2, date(2023, 3, 8), book.add_format({"num_format": "yyyy-mm-dd"}))
    table = read_table(out.getvalue())
    assert [(number, [cell for cell in cells if cell != ""]) for number, cells in table.rows] == [
        (3, ["编号", "日期"]),
        (6, ["A-1", date(2023, 3, 8)]),
    ]


def test_a_workbook_that_claims_endless_cells_takes_nobody_down() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_string(0, 0, "a")
        page.write_string(1_048_575, 16_383, "b")
    with pytest.raises(BrokenWorkbook):
        read_table(out.getvalue())


DANGEROUS = ["=1+1", "'=1+1", "+86 27 8888", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']


def test_what_looks_like_a_formula_is_guarded_and_comes_back() -> None:
    content = write_csv(["h"], [[value] for value in DANGEROUS])
    lines = content.decode("utf-8-sig").splitlines()
    assert all(line.lstrip('"').startswith("'") for line in lines[1:])
    assert [row[0] for _, row in read_table(content).rows][1:] == [value.strip() for value in DANGEROUS]
    assert [row[0] for _, row in read_table(write_xlsx(["h"], [[value] for value in DANGEROUS])).rows][1:] == [
        value.strip() for value in DANGEROUS
    ]


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=30
)


@settings(max_examples=25, deadline=None)  # each opens a workbook in a process of its own
@given(st.lists(st.tuples(words, st.integers(-10_000, 10_000), words), min_size=1, max_size=20))
def test_what_is_written_is_read_back(rows: list[tuple[str, int, str]]) -> None:
    written: list[list[Cell]] = [list(row) for row in rows]
    for table_format in ("csv", "xlsx"):
        table = read_table(write_table(table_format, ["a", "b", "c"], written))
        read = [(str(row[0]), int(float(str(row[1]))), str(row[2])) for _, row in table.rows[1:]]
        assert read == [tuple(row) for row in rows]


def test_times_and_days_are_real_in_a_workbook() -> None:
    table = read_table(write_xlsx(["day", "time"], [[date(2023, 3, 8), time(19)]]))
    assert list(table.rows[1][1]) == [date(2023, 3, 8), time(19)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n1,"2\n3,4\n', 2),
        ('a,b\n"1\n1",2\n3,4"5\n', 4),
        ('a,b\n1,"2"3\n', 2),
        ('a,b\n1, "2"\n', 2),
        ('a,b\n1,"2" \n', 2),
        ('"', 1),
    ],
)
def test_a_stray_quotation_mark_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BrokenCsv) as refused:
        read_table(text.encode())
    assert refused.value.values == {"line": line}


@given(st.lists(st.lists(st.text('a甲,;\t" \r\n', max_size=6), min_size=2, max_size=4), min_size=1, max_size=5))
def test_what_a_spreadsheet_writes_as_csv_is_read_back(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["h", "h"])  # so that the delimiter is known
    writer.writerows(rows)
    assert list(read_separated(out.getvalue())) == [["h", "h"], *rows]


plain_rows = st.lists(st.tuples(st.text("ab甲 ", min_size=1), st.text("12", min_size=1)), min_size=1, max_size=5)


@given(plain_rows, st.data())
def test_one_quotation_mark_too_many_is_always_refused(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(",".join(row) + "\n" for row in [("h", "h"), *rows])
    at = data.draw(st.integers(0, len(text)))
    with pytest.raises(BrokenCsv):
        list(read_separated(text[:at] + '"' + text[at:]))


@given(st.lists(st.text("ab甲", min_size=1), min_size=4, max_size=4), st.integers(0, 3), st.booleans())
def test_a_comma_too_many_or_too_few_is_a_fault_of_its_row(cells: list[str], at: int, more: bool) -> None:
    row = ",".join(cells)
    if more:
        row = ",".join([*cells[:at], "", *cells[at:]])
    else:
        commas = [index for index, character in enumerate(row) if character == ","]
        row = row[: commas[at % 3]] + row[commas[at % 3] + 1 :]
    sheet = lay_out(read_table(f"教室编号,名称,校区,座位数\n{row}\n".encode()), IMPORTERS["rooms"].columns)
    assert [(fault.column, fault.error.code) for fault in sheet.rows[0].faults] == [("", "wrong-cell-count")]


def test_empty_cells_at_the_end_of_a_row_are_no_fault() -> None:
    sheet = lay_out(read_table("教室编号,名称,校区,座位数\nA,甲,主,1,,\n".encode()), IMPORTERS["rooms"].columns)
    assert sheet.rows[0].faults == []


# Characters of GB2312, level 1: everyday Chinese, sorted by sound.
everyday = st.builds(
    lambda row, column: bytes((row, column)).decode("gb2312"), st.integers(0xB0, 0xD6), st.integers(0xA1, 0xFE)
)
texts = st.lists(everyday, min_size=1, max_size=12).map("".join)


@given(texts, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_everyday_text_is_read_as_it_was_written_or_asked_about(text: str, encoding: str) -> None:
    try:
        assert decoded(text.encode(encoding)) == text
    except DoubtfulText as doubtful:
        readings = doubtful.extra["encodings"]
        assert text[:40] in [reading.sample for reading in readings]
        assert decoded(text.encode(encoding), "gb18030") == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("一", "gb18030"), ("Caf\u00e9", "utf-8"), ("教室編號,名稱", "big5"), ("\u00e9tat", "windows-1252")],
)
def test_bytes_that_read_well_in_two_ways_are_asked_about(text: str, encoding: Any) -> None:
    with pytest.raises(DoubtfulText) as doubtful:
        decoded(text.encode(encoding))
    readings = {reading.encoding: reading.sample for reading in doubtful.value.extra["encodings"]}
    assert readings[encoding] == text
    assert len(readings) > 1
    assert decoded(text.encode(encoding), encoding) == text


def test_the_line_of_a_broken_text_is_that_of_the_better_reading() -> None:
    with pytest.raises(BrokenText) as refused:
        read_table(TEXT.encode() + "B,教".encode()[:-1])
    assert refused.value.values == {"line": 3}


ERRORS = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "########"]


@pytest.mark.parametrize("what", IMPORTERS)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_a_fault_in_every_column(what: Any, error: str) -> None:
    for column in IMPORTERS[what].columns:
        row = Row(number=2, cells=[], values={column.field: error}, faults=[], headings={}, reading_notes=[])
        read_row(row, [column], KNOWN)
        assert [fault.error.code for fault in row.faults] == ["error-cell"]
        assert row.values == {column.field: column.default}


@settings(max_examples=25, deadline=None)  # each opens a workbook in a process of its own
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**9), st.sampled_from(["0", "00", "000", "000000", '"A-"000', "000\\-000", "[Red]000_ "])
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_number_is_read_with_the_zeros_that_its_format_shows(numbers: list[tuple[int, str]]) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for row, (number, number_format) in enumerate(numbers):
            page.write_number(row, 0, number, book.add_format({"num_format": number_format}))
    read = [plain(cells[0]) for _, cells in read_table(out.getvalue()).rows]
    for shown, (number, number_format) in zip(read, numbers, strict=True):
        digits = "".join(character for character in shown if character.isdecimal())
        assert digits == str(number).zfill(number_format.count("0"))


def _workbook(*sheets: tuple[str, bool, list[list[Any]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, visible, rows in sheets:
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
            if not visible:
                page.hide()
            elif name == "rooms":
                page.activate()
                page.set_first_sheet()
    return out.getvalue()


HEADINGS = ["教室编号", "名称", "校区", "座位数"]


def test_the_sheet_with_the_headings_is_read_and_the_others_are_named() -> None:
    content = _workbook(
        ("说明", True, [["请逐行填写"], ["谢谢"]]),
        ("rooms", True, [HEADINGS, ["A-1", "甲", "主校区", 60]]),
        ("empty", True, []),
        ("lists", False, [HEADINGS, ["B-1", "乙", "主校区", 60]]),
    )
    sheet = lay_out(read_table(content), IMPORTERS["rooms"].columns)
    assert [row.values["code"] for row in sheet.rows] == ["A-1"]
    assert [note.values for note in sheet.reading_notes] == [
        {"sheet": "说明", "count": 2},
        {"sheet": "lists", "count": 2},
    ]


def test_two_sheets_of_one_kind_are_refused_until_one_is_named() -> None:
    room: list[Any] = ["A-1", "甲", "主校区", 60]
    content = _workbook(("rooms", True, [HEADINGS, room]), ("more", True, [HEADINGS, ["B-1", *room[1:]]]))
    with pytest.raises(SeveralSheets) as refused:
        lay_out(read_table(content), IMPORTERS["rooms"].columns)
    assert refused.value.extra == {"sheets": ["rooms", "more"]}
    sheet = lay_out(read_table(content, FileOptions(sheet="more")), IMPORTERS["rooms"].columns)
    assert [row.values["code"] for row in sheet.rows] == ["B-1"]
    assert [note.values["sheet"] for note in sheet.reading_notes] == ["rooms"]
    with pytest.raises(UnknownSheet):
        read_table(content, FileOptions(sheet="third"))


def test_a_row_below_the_last_that_is_looked_at_is_not_lost() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, ["A-1", "甲", "主校区", 60])
        page.write_row(MAX_ROWS * 2 + 5, 0, ["A-2", "乙", "主校区", 60])
    with pytest.raises(TooManyRows):
        read_table(out.getvalue())


def test_what_people_do_not_see_of_a_sheet_is_said() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["填表人", "李"])
        page.write_row(1, 0, [*HEADINGS, "备用"])
        page.write_row(2, 0, ["A-1", "甲", "主校区", 60, "x", "旁注"])
        page.write_row(3, 0, ["合计", "", "", 60])
        page.set_column(3, 3, None, None, {"hidden": True})
        page.set_column(8, 16_383, None, None, {"hidden": True})
    sheet = lay_out(read_table(out.getvalue()), IMPORTERS["rooms"].columns)
    assert [(note.kind, note.code, note.column, note.rows) for note in sheet.reading_notes] == [
        ("not_used", "above-headings", "", (1,)),
        ("not_used", "total", "", (4,)),
        ("not_used", "unknown-column", "备用", ()),
        ("not_used", "no-heading", "", (3,)),
        ("guessed", "hidden-column", "座位数", ()),
    ]
