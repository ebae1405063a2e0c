"""A sheet of cells is a plan: a spreadsheet's cells, words with blanks between, or one character a cell."""

import re
from typing import Final

from app.errors import N_, FieldError, Invalid
from app.halls.domain import (
    AISLE,
    BLOCKED,
    BOOTH,
    DOOR,
    MOST_BOOTHS,
    MOST_COLUMNS,
    MOST_ROWS,
    POWERED,
    USUAL_CELL_CM,
    Cell,
    HallPlan,
    Naming,
)
from app.texts import halfwidth

LONGEST_NAME: Final = 12
# What the largest plan takes with the longest names; what is longer is refused before it is read.
MOST_CHARACTERS: Final = MOST_ROWS * MOST_COLUMNS * (LONGEST_NAME + 4)
_FAULTS_TOLD: Final = 20
# What people write into the cells of a sheet, besides names of booths.
WORDS: Final = {
    word: kind
    for kind, words in {
        AISLE: ". 。 空 空地 过道 通道 走道 aisle empty",
        BLOCKED: "# x × 柱 柱子 墙 障碍 不可用 wall pillar blocked",
        DOOR: "d 门 大门 正门 侧门 门口 入口 出口 door entrance exit",
        BOOTH: "b 展位 摊位 booth",
        POWERED: "p 电 有电 power powered",
    }.items()
    for word in words.split()
}
POWER_MARK: Final = "+"
# Behind a name: the booth has power. Of 家电 the last character is a part of the name.
POWERED_NAME: Final = r"(.+?)\s*(?:\+|⚡|\(有?电\)|\(power\)|(?<=[0-9A-Za-z\s])有?电)"
_NAME: Final = re.compile(rf"[^\W_][\w.·/-]{{0,{LONGEST_NAME - 1}}}")
_VARIANT: Final = "\ufe0f"  # of a sign as a picture
_Token = tuple[str, str]


def read_sheet(text: str, *, cell_cm: int = USUAL_CELL_CM, naming: Naming = "rows") -> HallPlan:
    """Give the plan of a sheet; booths that it does not name have "" for a name. Raises Invalid, naming the cells."""
    if len(text) > MOST_CHARACTERS:
        raise _too_large()
    rows = _read_rows(*_rows_of(text))
    faults = [fault for row in rows for fault in row if isinstance(fault, FieldError)]
    if faults:
        raise Invalid(*faults[:_FAULTS_TOLD])
    tokens = [[token for token in row if not isinstance(token, FieldError)] for row in rows]
    width = max((len(row) for row in tokens), default=0)
    plan = HallPlan(
        # Spreadsheets leave out the empty cells at the end of a row.
        rows=tuple("".join(kind for kind, _ in row).ljust(width, AISLE) for row in tokens),
        names=tuple(name for row in tokens for kind, name in row if kind in (BOOTH, POWERED)),
        cell_cm=cell_cm,
        naming=naming,
    )
    _check(plan)
    return plan


def write_sheet(plan: HallPlan, *, gap: str = "\t") -> str:
    """Give a plan as a sheet with the booths' names; with blanks between, its columns stand under each other."""
    names = plan.names_by_cell()
    rows = [
        [_written(kind, names.get(Cell(row, column), "")) for column, kind in enumerate(cells, 1)]
        for row, cells in enumerate(plan.rows, 1)
    ]
    if gap != " ":
        return "\n".join(gap.join(row) for row in rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(" ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _written(kind: str, name: str) -> str:
    return f"{name}{POWER_MARK if kind == POWERED else ''}" if name else kind


def _rows_of(text: str) -> tuple[list[list[str]], bool]:
    """Give the cells' texts, and whether they may be names. Raises Invalid."""
    lines = text.split("\n")
    while lines and not lines[-1].strip(" "):
        lines.pop()
    while lines and not lines[0].strip(" "):
        lines.pop(0)
    if len(lines) > MOST_ROWS:
        raise _too_large()
    may_be_names = True
    if "\t" in text:
        rows = [line.split("\t") for line in lines]
    elif any(" " in line.strip() for line in lines):
        rows = [line.split() for line in lines]
    elif _is_one_column(lines):
        rows = [[line] for line in lines]
    else:
        rows, may_be_names = [list(line.strip()) for line in lines], False
    if any(len(row) > MOST_COLUMNS for row in rows):
        raise _too_large()
    return rows, may_be_names


def _is_one_column(lines: list[str]) -> bool:
    """Whether lines without blanks are a cell each: most of the longer ones are no row of one-character cells."""
    longer = [line for line in lines if len(line.strip()) > 1]
    of_cells = sum(set(halfwidth(line).casefold()) <= WORDS.keys() for line in longer)
    return 2 * of_cells < len(longer)


def _read_rows(rows: list[list[str]], may_be_names: bool) -> list[list[_Token | FieldError]]:  # noqa: FBT001
    return [
        [_read_cell(text, Cell(row, column), may_be_name=may_be_names) for column, text in enumerate(texts, 1)]
        for row, texts in enumerate(rows, 1)
    ]


def _read_cell(text: str, cell: Cell, *, may_be_name: bool) -> _Token | FieldError:
    plain = halfwidth(text).replace(_VARIANT, "").strip('"')
    if not plain:
        return AISLE, ""
    if kind := WORDS.get(plain.casefold()):
        return kind, ""
    powered = re.fullmatch(POWERED_NAME, plain, re.IGNORECASE)
    name, kind = (powered[1], POWERED) if powered else (plain, BOOTH)
    if WORDS.get(name.casefold()) == BOOTH:
        return kind, ""
    if may_be_name and name.casefold() not in WORDS and _NAME.fullmatch(name):
        return kind, name
    return FieldError(
        "cells",
        N_("Row {row}, column {column}: “{value}” is neither a kind of cell nor the name of a booth."),
        {"row": cell.row, "column": cell.column, "value": plain[:20]},
        "unknown-cell",
    )


def _check(plan: HallPlan) -> None:
    if not plan.names:
        raise Invalid.at("cells", N_("A hall plan has at least one booth."), "no-booth")
    if len(plan.names) > MOST_BOOTHS:
        sentence = N_("A hall plan has at most {limit} booths; this one has {count}.")
        raise Invalid.at("cells", sentence, "too-many-booths", limit=MOST_BOOTHS, count=len(plan.names))
    first: dict[str, Cell] = {}
    for booth in plan.booths():
        here = Cell(booth.row, booth.column)
        other = first.setdefault(booth.name.casefold(), here) if booth.name else here
        if other != here:
            raise Invalid.at(
                "cells",
                N_("Row {row}, column {column}: {name} is the booth of row {other_row}, column {other_column}."),
                "doubled",
                row=here.row,
                column=here.column,
                name=booth.name,
                other_row=other.row,
                other_column=other.column,
            )


def _too_large() -> Invalid:
    return Invalid.at(
        "cells",
        N_("A hall plan has at most {rows} rows of {columns} cells."),
        "too-many-cells",
        rows=MOST_ROWS,
        columns=MOST_COLUMNS,
    )
