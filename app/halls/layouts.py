"""A plan to start from: so many booths in rows back to back, with aisles around them and a door."""

from collections.abc import Iterator
from itertools import count
from math import ceil, sqrt
from typing import Final

from app.errors import N_, Invalid
from app.halls.checking import aisle_cells
from app.halls.domain import (
    AISLE,
    BOOTH,
    DOOR,
    MOST_BOOTHS,
    MOST_COLUMNS,
    MOST_ROWS,
    POWERED,
    USUAL_CELL_CM,
    HallPlan,
    Naming,
)
from app.halls.naming import with_names

# Rows of booths are this much longer than there are rows.
_LONGER: Final = 2.0


def booths_in_rows(booths: int, *, powered: int = 0, cell_cm: int = USUAL_CELL_CM, naming: Naming = "rows") -> HallPlan:
    """Give a plan in which every booth is at an aisle that a door leads to; power is along the side walls first.

    Raises Invalid.
    """
    if not 1 <= booths <= MOST_BOOTHS:
        raise Invalid.at("booths", N_("Between 1 and {limit} booths."), "out-of-range", limit=MOST_BOOTHS)
    if not 0 <= powered <= booths:
        raise Invalid.at("powered", N_("Between 0 and {limit} booths."), "out-of-range", limit=booths)
    aisle = aisle_cells(cell_cm)
    rows = next(rows for rows in _every_drawing(booths, aisle) if len(rows) <= MOST_ROWS)
    plan = HallPlan(rows=tuple(_powered(rows, powered)), names=("",) * booths, cell_cm=cell_cm, naming=naming)
    return with_names(plan)


def empty_hall(rows: int, columns: int, *, cell_cm: int = USUAL_CELL_CM, naming: Naming = "rows") -> HallPlan:
    """Give an empty hall with a door in the middle of its last row. Raises Invalid."""
    for field, size, most in (("rows", rows, MOST_ROWS), ("columns", columns, MOST_COLUMNS)):
        if not 1 <= size <= most:
            raise Invalid.at(field, N_("Between 1 and {limit}."), "out-of-range", limit=most)
    drawn = [AISLE * columns] * rows
    drawn[-1] = _with_door(drawn[-1])
    return HallPlan(rows=tuple(drawn), names=(), cell_cm=cell_cm, naming=naming)


def _every_drawing(booths: int, aisle: int) -> Iterator[list[str]]:
    """Give ever wider drawings."""
    for widest in count(min(booths, ceil(sqrt(booths * _LONGER)))):
        yield _drawn(booths, ceil(booths / ceil(booths / widest)), aisle)  # rows alike, as far as they can be


def _drawn(booths: int, across: int, aisle: int) -> list[str]:
    width = across + 2 * aisle
    rows, left, in_block = [AISLE * width] * aisle, booths, 0
    while left:
        if in_block == 2:
            rows += [AISLE * width] * aisle
            in_block = 0
        here = min(left, across)
        rows.append((AISLE * aisle + BOOTH * here).ljust(width, AISLE))
        left, in_block = left - here, in_block + 1
    rows += [AISLE * width] * aisle
    rows[-1] = _with_door(rows[-1])
    return rows


def _with_door(row: str) -> str:
    middle = len(row) // 2
    return row[:middle] + DOOR + row[middle + 1 :]


def _powered(rows: list[str], powered: int) -> list[str]:
    """Give the rows with power at the booths nearest to the side walls."""
    drawn = [list(row) for row in rows]
    booths = [(row, column) for row, cells in enumerate(drawn) for column, kind in enumerate(cells) if kind == BOOTH]
    booths.sort(key=lambda place: (min(place[1], len(drawn[0]) - 1 - place[1]), place))
    for row, column in booths[:powered]:
        drawn[row][column] = POWERED
    return ["".join(row) for row in drawn]
