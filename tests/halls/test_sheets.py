"""A sheet of cells is a plan, in whatever form it comes; what is none names its cells."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.halls.domain import MOST_BOOTHS, HallPlan, PlanBooth
from app.halls.naming import with_names
from app.halls.pasting import read_sheet, write_sheet

HALL = "##D##\nB...P\nBB.PP\n.....\n"


def faults(text: str) -> list[tuple[str, str, object, object]]:
    with pytest.raises(Invalid) as refused:
        read_sheet(text)
    return [
        (field.path, field.code, field.values.get("row"), field.values.get("column")) for field in refused.value.fields
    ]


def test_one_character_is_a_cell() -> None:
    plan = read_sheet(HALL)
    assert plan.rows == ("##D##", "B...P", "BB.PP", ".....")
    assert plan.names == ("",) * 6
    assert [booth[1:] for booth in plan.booths()][:3] == [(2, 1, False), (2, 5, True), (3, 1, False)]


def test_a_spreadsheets_cells_are_names_power_and_words_in_both_languages() -> None:
    pasted = "柱\t门\t墙\t×\r\nA01\tA02⚡\tA03 电\ta04（有电）\n\t过道\t空\tAisle\nB01+\t展位\tBOOTH+\tdoor\n"
    plan = read_sheet(pasted.replace("\r\n", "\n"))
    assert plan.rows == ("#D##", "BPPP", "....", "PBPD")
    assert plan.names == ("A01", "A02", "A03", "a04", "B01", "", "")


def test_a_name_may_end_in_the_word_for_power() -> None:
    assert read_sheet("家电\tA1电\t门").booths()[:2] == [PlanBooth("家电", 1, 1, False), PlanBooth("A1", 1, 2, True)]


def test_empty_cells_at_the_edges_are_aisles() -> None:
    assert read_sheet("\t\tA01\n\nA02\n\t\t").rows == ("..B", "...", "B..", "...")


def test_one_column_of_names_is_a_plan_and_a_slip_in_a_row_of_cells_is_found() -> None:
    assert read_sheet("A01\nA02+\nVIP\n.\nD").rows == ("B", "P", "B", ".", "D")
    assert faults("BB.B\nBQ.B\nB..B") == [("cells", "unknown-cell", 2, 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("cells", "no-booth", None, None)),
        ("..\n#D", ("cells", "no-booth", None, None)),
        ("A01\t=SUM(A1)\n\t<b>", ("cells", "unknown-cell", 1, 2)),
        ("A01\tB01\n.\ta01+", ("cells", "doubled", 2, 2)),
        ("A01\t" + "x" * 13, ("cells", "unknown-cell", 1, 2)),
        ("B" * 101, ("cells", "too-many-cells", None, None)),
        ("B\n" * 101, ("cells", "too-many-cells", None, None)),
        ("\n".join(["B" * 100] * 11), ("cells", "too-many-booths", None, None)),
    ],
)
def test_what_is_no_plan_says_where(text: str, expected: tuple[str, str, object, object]) -> None:
    assert faults(text)[0] == expected


def test_every_wrong_cell_is_told() -> None:
    assert faults("A01\t??\n!!\tB") == [("cells", "unknown-cell", 1, 2), ("cells", "unknown-cell", 2, 1)]


@pytest.mark.parametrize("text", ["B" * 10**6, "\n".join(["B." * 500] * 1000), "A01\t" * 10**6, "电" * 10**6])
def test_a_million_cells_are_refused_before_they_are_read(text: str) -> None:
    started = time.perf_counter()
    assert faults(text) == [("cells", "too-many-cells", None, None)]
    assert time.perf_counter() - started < 0.1


cells = st.sampled_from(["", ".", "#", "D", "B", "P", "A01", "A02", "B7+", "VIP", "东1", "门", "电", "x"])
sheets = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8)
)


@given(sheets)
def test_what_is_written_is_read_as_the_same_plan(rows: list[list[str]]) -> None:
    try:
        plan = read_sheet("\n".join("\t".join(row) for row in rows))
    except Invalid:
        return
    for one in (plan, with_names(plan)):
        assert read_sheet(write_sheet(one)) == one
        assert read_sheet(write_sheet(one, gap=" ")) == one


@given(st.text(max_size=300) | st.text("BP.#D \t\nA01+电门", max_size=300))
def test_any_text_is_a_plan_or_refused(text: str) -> None:
    try:
        plan = read_sheet(text)
    except Invalid:
        return
    assert isinstance(plan, HallPlan)
    assert {len(row) for row in plan.rows} == {plan.width}
    assert len(plan.booths()) == len(plan.names) <= MOST_BOOTHS
