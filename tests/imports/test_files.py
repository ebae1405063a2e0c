"""Bytes become rows, or a clear word on why not."""

import codecs
import io
import zipfile
from datetime import date, time

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tables.cells import Cell
from app.tables.errors import (
    MAX_FILE_BYTES,
    BrokenCsv,
    BrokenText,
    BrokenWorkbook,
    EmptyFile,
    FileTooLarge,
    OldWorkbook,
    TooManyRows,
    WrongFileType,
)
from app.tables.reading import read_table
from app.tables.writing import write_csv, write_table, write_xlsx

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
