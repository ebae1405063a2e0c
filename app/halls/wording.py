"""What is said about a plan: how much stands in it, and what is found."""

from app.errors import N_
from app.halls.checking import AISLE_CM, FINDING_WORDS
from app.halls.domain import BOOTH, CELL_NAMES, DOOR, POWERED, Cell, Finding, HallPlan
from app.halls.drawing import PlanWords
from app.locales import Translator

_CELLS_TOLD = 12
_BLANK = N_("row {row}, column {column}")


def words_of(plan: HallPlan, title: str, translate: Translator) -> PlanWords:
    """Give the words of a plan's drawing."""
    return PlanWords(title=title, description=counted(plan, translate), door=translate(CELL_NAMES[DOOR]))


def counted(plan: HallPlan, translate: Translator) -> str:
    """Give how many booths a plan has, and how many of them with power."""
    booths = sum(1 for _ in plan.cells(BOOTH, POWERED))
    powered = sum(1 for _ in plan.cells(POWERED))
    told = [translate.plural("{count} booth", "{count} booths", booths)]
    if powered:
        told.append(translate("{count} with power", count=powered))
    if doors := sum(1 for _ in plan.cells(DOOR)):
        told.append(translate.plural("{count} door", "{count} doors", doors))
    return translate(", ").join(told)


def told(finding: Finding, plan: HallPlan, translate: Translator) -> str:
    """Give the sentence of a finding, with the first of its cells: booths by name, others by place."""
    names = plan.names_by_cell()
    cells = [_place(cell, names, translate) for cell in finding.cells[:_CELLS_TOLD]]
    # A place is two numbers with a comma between in itself.
    text = (translate(", ") if all(cell in names for cell in finding.cells) else translate("; ")).join(cells)
    if more := len(finding.cells) - len(cells):
        text = translate("{cells} and {count} more", cells=text, count=more)
    return translate(FINDING_WORDS[finding.code], cells=text, metres=f"{AISLE_CM / 100:g}")


def _place(cell: Cell, names: dict[Cell, str], translate: Translator) -> str:
    return names.get(cell) or translate(_BLANK, row=cell.row, column=cell.column)
