"""A plan in which somebody cannot reach a booth, a door leads nowhere or an aisle is narrow says so, and where."""

import pytest

from app.errors import Invalid
from app.halls.checking import check_plan
from app.halls.domain import MOST_BOOTHS, Cell
from app.halls.layouts import booths_in_rows, empty_hall
from app.halls.pasting import read_sheet


def findings(text: str, cell_cm: int = 200) -> dict[str, list[tuple[int, int]]]:
    found = check_plan(read_sheet(text, cell_cm=cell_cm))
    return {finding.code: [(cell.row, cell.column) for cell in finding.cells] for finding in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#D#\nB.B\nB.B", {}),
        ("BBB\n...", {"no_door": []}),
        ("D#B\n...", {}),
        ("D#B\n#..\n#BB", {"blocked_door": [(1, 1)], "unreachable_booth": [(1, 3), (3, 2), (3, 3)]}),
        ("D..\n##.\nB#B", {"unreachable_booth": [(3, 1)]}),
        # The booth above the door stands at the door itself, which is as good as an aisle.
        ("BBB\nBBB\nBBB\n.D.", {"unreachable_booth": [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)]}),
        ("D.B\n#.#\nBD.", {}),
    ],
)
def test_what_is_found(text: str, expected: dict[str, list[tuple[int, int]]]) -> None:
    assert findings(text) == expected


def test_the_width_of_an_aisle_counts_in_metres() -> None:
    hall = "#B.B#\n#B.B#\n.....\n.....\n..D.."
    assert findings(hall, cell_cm=200) == {}
    assert findings(hall, cell_cm=100) == {"narrow_aisle": [(1, 3), (2, 3)]}
    assert set(findings(hall, cell_cm=90)["narrow_aisle"]) == {(1, 3), (2, 3)}, "three cells of 90 cm are enough"


@pytest.mark.parametrize("booths", [1, 2, 3, 7, 24, 32, 60, 200, 999, MOST_BOOTHS])
@pytest.mark.parametrize("cell_cm", [100, 150, 200, 300])
def test_a_plan_to_start_from_has_nothing_to_find(booths: int, cell_cm: int) -> None:
    plan = booths_in_rows(booths, powered=booths // 3, cell_cm=cell_cm)
    assert check_plan(plan) == ()
    found = plan.booths()
    assert (len(found), sum(booth.power for booth in found)) == (booths, booths // 3)
    assert len({booth.name for booth in found}) == booths


@pytest.mark.parametrize(("booths", "powered", "field"), [(0, 0, "booths"), (1001, 0, "booths"), (5, 6, "powered")])
def test_a_start_of_no_size_is_refused_by_field(booths: int, powered: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        booths_in_rows(booths, powered=powered)
    assert refused.value.fields[0].path == field


def test_an_empty_hall_has_a_door() -> None:
    assert empty_hall(3, 5).at(Cell(3, 3)) == "D"
    for rows, columns, field in ((0, 5, "rows"), (5, 101, "columns")):
        with pytest.raises(Invalid) as refused:
            empty_hall(rows, columns)
        assert refused.value.fields[0].path == field
