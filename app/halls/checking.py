"""What is wrong with a hall: no door, a door that leads nowhere, a booth nobody can reach, an aisle too narrow."""

from typing import Final

from app.errors import N_
from app.halls.domain import AISLE, BOOTH, DOOR, POWERED, Cell, Finding, FindingCode, HallPlan

# What two people with bags, or one wheelchair, need to pass; fire brigades ask for no less.
AISLE_CM: Final = 200
FINDING_WORDS: Final[dict[FindingCode, str]] = {
    "no_door": N_("The plan has no door: whether every booth can be reached is not known."),
    "blocked_door": N_("A door leads to no aisle: {cells}."),
    "unreachable_booth": N_("Nobody can reach these booths from a door: {cells}."),
    "narrow_aisle": N_("An aisle is narrower than {metres} m: {cells}."),
}


def aisle_cells(cell_cm: int) -> int:
    """Give how many cells wide an aisle has to be."""
    return -(-AISLE_CM // cell_cm)


def check_plan(plan: HallPlan) -> tuple[Finding, ...]:
    """Give what somebody should know of a plan before it is kept."""
    if not any(plan.cells(DOOR)):
        found: list[Finding] = [Finding("no_door")]
    else:
        found = [Finding("blocked_door", _blocked_doors(plan)), Finding("unreachable_booth", _unreachable(plan))]
    found.append(Finding("narrow_aisle", _narrow(plan)))
    return tuple(finding for finding in found if finding.cells or finding.code == "no_door")


def _blocked_doors(plan: HallPlan) -> tuple[Cell, ...]:
    return tuple(cell for cell in plan.cells(DOOR) if not any(plan.at(other) == AISLE for other in cell.beside()))


def _unreachable(plan: HallPlan) -> tuple[Cell, ...]:
    reached = set(plan.cells(DOOR))
    ahead = list(reached)
    while ahead:
        for other in ahead.pop().beside():
            if other not in reached and plan.at(other) == AISLE:
                reached.add(other)
                ahead.append(other)
    return tuple(cell for cell in plan.cells(BOOTH, POWERED) if reached.isdisjoint(cell.beside()))


def _narrow(plan: HallPlan) -> tuple[Cell, ...]:
    """Aisle cells that no open square of the needed width covers."""
    side = aisle_cells(plan.cell_cm)
    if side == 1:
        return ()
    covered: set[Cell] = set()
    # The side of the largest open square that ends in a cell: one more than the least of the three before it.
    above = [0] * (plan.width + 1)
    for row, cells in enumerate(plan.rows, 1):
        here = [0] * (plan.width + 1)
        for column, kind in enumerate(cells, 1):
            if kind in (AISLE, DOOR):
                here[column] = 1 + min(above[column], above[column - 1], here[column - 1])
            if here[column] >= side:
                covered.update(Cell(row - down, column - left) for down in range(side) for left in range(side))
        above = here
    return tuple(cell for cell in plan.cells(AISLE) if cell not in covered)
