"""A long list shown part by part."""

import pytest

from app.layout.paging import part_of


@pytest.mark.parametrize(
    ("asked", "part", "rows"), [(1, 1, [0, 1]), (3, 3, [4]), (0, 1, [0, 1]), (-5, 1, [0, 1]), (99, 3, [4])]
)
def test_the_nearest_part_that_there_is_is_shown(asked: int, part: int, rows: list[int]) -> None:
    shown = part_of(range(5), asked, size=2)
    assert (list(shown.rows), shown.part, shown.parts, shown.found) == (rows, part, 3, 5)


def test_an_empty_list_has_one_part() -> None:
    nothing: list[int] = []
    shown = part_of(nothing, 2, size=2)
    assert (shown.rows, shown.part, shown.parts, shown.found) == ([], 1, 1, 0)
