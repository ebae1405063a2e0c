"""A hall plan: rows and columns of cells, each a booth (with power or without), aisle, blocked or a door."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal, NamedTuple
from uuid import UUID

import msgspec

from app.errors import N_, Conflict, NotFound

BOOTH, POWERED, AISLE, BLOCKED, DOOR = "BP.#D"
KINDS_OF_CELL: Final = (BOOTH, POWERED, AISLE, BLOCKED, DOOR)
CELL_NAMES: Final = {
    BOOTH: N_("Booth"),
    POWERED: N_("Booth with power"),
    AISLE: N_("Aisle"),
    BLOCKED: N_("Not usable"),
    DOOR: N_("Door"),
}
MOST_ROWS: Final = 100
MOST_COLUMNS: Final = 100
MOST_BOOTHS: Final = 1000
# The side of a cell, in centimetres: a table of a department's fair, up to a stand of three metres.
LEAST_CELL_CM, USUAL_CELL_CM, MOST_CELL_CM = 50, 200, 600

Naming = Literal["rows", "blocks", "serpentine"]
NAMING_NAMES: Final[dict[Naming, str]] = {
    "rows": N_("By row: A01, B01, …"),
    "blocks": N_("By block: A01, B01, …"),
    "serpentine": N_("To and fro: 01, 02, …"),
}
FindingCode = Literal["no_door", "blocked_door", "unreachable_booth", "narrow_aisle"]


class Cell(NamedTuple):
    """Where a cell is; the first row and the first column are 1."""

    row: int
    column: int

    def beside(self) -> "tuple[Cell, ...]":
        """Give the four cells beside it, which need not be in the hall."""
        row, column = self
        return Cell(row - 1, column), Cell(row, column - 1), Cell(row, column + 1), Cell(row + 1, column)


class PlanBooth(NamedTuple):
    """A booth and where it is; the first row and the first column are 1."""

    name: str
    row: int
    column: int
    power: bool


class Finding(msgspec.Struct, frozen=True):
    """Something about a plan that somebody should know before it is kept, and the cells that it is about."""

    code: FindingCode
    cells: tuple[Cell, ...] = ()


class HallPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of cells, one character a cell, and the booths' names in the order of reading; "" is not named yet."""

    rows: tuple[str, ...]
    names: tuple[str, ...]
    cell_cm: int = USUAL_CELL_CM
    naming: Naming = "rows"

    @property
    def width(self) -> int:
        """Give the number of columns."""
        return len(self.rows[0])

    def at(self, cell: Cell) -> str:
        """Give the kind of a cell; beyond the walls everything is blocked."""
        is_inside = 1 <= cell.row <= len(self.rows) and 1 <= cell.column <= self.width
        return self.rows[cell.row - 1][cell.column - 1] if is_inside else BLOCKED

    def cells(self, *kinds: str) -> Iterator[Cell]:
        """Give the cells of some kinds in the order of reading."""
        for row, cells in enumerate(self.rows, 1):
            for column, kind in enumerate(cells, 1):
                if kind in kinds:
                    yield Cell(row, column)

    def booths(self) -> list[PlanBooth]:
        """Give every booth in the order of reading."""
        places = self.cells(BOOTH, POWERED)
        return [
            PlanBooth(name, *cell, power=self.at(cell) == POWERED)
            for cell, name in zip(places, self.names, strict=True)
        ]

    def names_by_cell(self) -> dict[Cell, str]:
        """Give the booths' names by their cells."""
        return {Cell(booth.row, booth.column): booth.name for booth in self.booths()}


class RoomPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A room's plan as it is kept: the template for the fairs there."""

    venue_id: UUID
    rows: tuple[str, ...]
    names: tuple[str, ...]
    cell_cm: int
    naming: Naming
    updated_at: datetime
    updated_by: str | None = None
    row_version: int

    @property
    def plan(self) -> HallPlan:
        """Give the plan itself."""
        return HallPlan(rows=self.rows, names=self.names, cell_cm=self.cell_cm, naming=self.naming)


class HallPlanNotFound(NotFound):
    """The room has no plan."""

    type = "hall-plan-not-found"
    sentence = N_("This room has no hall plan yet.")


class NoHall(Conflict):
    """Only rooms have plans."""

    type = "no-hall"
    sentence = N_("A livestream channel has no hall plan: only rooms have one.")


class RoomOutOfUse(Conflict):
    """Nothing is held any more in a room that is out of use."""

    type = "room-out-of-use"
    sentence = N_("This room is out of use: its hall plan cannot be changed any more.")


class PlanQuestioned(Conflict):
    """A `plan` would be kept with `findings`; `accept_findings` names those that its author looked at."""

    type = "hall-plan-questioned"
    sentence = N_("Look at what is marked on the plan. Nothing was saved yet.")

    def __init__(self, plan: HallPlan, findings: tuple[Finding, ...]) -> None:
        self.plan, self.findings = plan, findings
        super().__init__(extra={"findings": msgspec.to_builtins([as_told(finding) for finding in findings])})


class ToldCell(msgspec.Struct, frozen=True):
    """Where a cell is, as the API tells it; the first row and the first column are 1."""

    row: int
    column: int


class ToldFinding(msgspec.Struct, frozen=True):
    """A finding as the API tells it."""

    code: FindingCode
    cells: list[ToldCell]


def as_told(finding: Finding) -> ToldFinding:
    """Give a finding as the API tells it."""
    return ToldFinding(finding.code, [ToldCell(*cell) for cell in finding.cells])
